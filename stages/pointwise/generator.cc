// 1x1 convolution with bias and activation, alone: where the depthwise in front of it is a stage of
// its own, and the classifier. The image's rows do not matter to it, so pixels are one dimension.
//
// A task is either a range of pixels (whole rows) or a range of weight panels; the kernel computes
// one task and does not know which.
#include "schedules/gemm_tile.h"
#include "schedules/half_gemm.h"
#include "schedules/half_weights.h"
#include "schedules/prefetch.h"

namespace slimc::schedules {

class Pointwise : public Halide::Generator<Pointwise> {
 public:
  GeneratorParam<int> pixels{"pixels", 49};
  GeneratorParam<int> in_channels{"in_channels", 512};
  GeneratorParam<int> out_channels{"out_channels", 64};  // of a task; a multiple of the panel
  GeneratorParam<Activation> activation{"activation", Activation::Relu6, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<int> panel_vectors{"panel_vectors", 2};
  GeneratorParam<int> tile_pixels{"tile_pixels", 4};
  GeneratorParam<int> unroll_k{"unroll_k", 2};
  GeneratorParam<int> pixel_channels{"pixel_channels", 1};
  GeneratorParam<bool> panels_outside{"panels_outside", true};
  GeneratorParam<WeightsType> weights_type{"weights_type", WeightsType::Float32,
                                           weights_type_names()};
  GeneratorParam<Arithmetic> arithmetic{"arithmetic", Arithmetic::Float32, arithmetic_names()};
  GeneratorParam<int> sum_channels{"sum_channels", 64};  // float16: added up in 16 bits
  GeneratorParam<int> prefetch{"prefetch", 0};
  GeneratorParam<std::string> in_dims{"in_dims", "512:1,49:512"};
  GeneratorParam<std::string> weights_dims{"weights_dims", "16:1,512:16,4:8192"};
  GeneratorParam<std::string> bias_dims{"bias_dims", "64:1"};
  GeneratorParam<std::string> out_dims{"out_dims", "64:1,49:512"};

  Input<Buffer<float>> in{"in", 2};       // k, p
  Input<Buffer<>> weights{"weights", 3};  // c in panel, k, panel
  Input<Buffer<float>> bias{"bias", 1};
  Output<Buffer<float>> out{"out", 2};  // c, p

  void configure() {
    const bool halves = arithmetic == Arithmetic::Float16;
    weights.set_type(halves ? Halide::Float(16) : stored_type(weights_type));
  }

  void generate() {
    if (arithmetic == Arithmetic::Float16) {
      half_gemm_ = define_half_gemm(tile(), sum_channels, in, weights, bias);
      const Halide::Var &c = half_gemm_.c, &p = half_gemm_.p;
      out(c, p) = activate({activation, activation_alpha, activation_beta}, half_gemm_.total(c, p));
      return;
    }
    if (weights_type == WeightsType::Float16) {
      get_externs_map()->emplace("half_weights", half_conversion(get_target(), lanes));
    }
    gemm_ = define_gemm(tile(), in, widened(weights), bias, get_target());
    out(gemm_.c, gemm_.p) = activate({activation, activation_alpha, activation_beta},
                                     gemm_.accumulator(gemm_.c, gemm_.p));
  }

  void schedule() {
    const GemmTile t = tile();
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(weights, weights_dims, auto_schedule);
    set_constant_shape(bias, bias_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    if (arithmetic == Arithmetic::Float16) {
      schedule_half_gemm(t, half_gemm_, out);
    } else {
      schedule_gemm(t, gemm_, out);
    }
    if (t.prefetch != 0) {
      get_pipeline().add_custom_lowering_pass(
          new Prefetch(t, {next_weights(t, weights.type().bytes())}));
    }
  }

 private:
  GemmTile tile() const {
    return {pixels,      in_channels, out_channels,   lanes,          panel_vectors,
            tile_pixels, unroll_k,    pixel_channels, panels_outside, prefetch};
  }
  GemmFuncs gemm_;
  HalfGemmFuncs half_gemm_;
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Pointwise, pointwise)
