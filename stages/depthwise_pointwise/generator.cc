// A block of MobileNet: depthwise and pointwise convolution of a few rows, with the rows between
// them in the thread's scratch, where they stay in the L1 or L2 cache.
//
// The scratch is an output of the kernel, so its memory is planned and the kernel allocates none.
#include "schedules/depthwise_rows.h"
#include "schedules/gemm_tile.h"
#include "schedules/half_gemm.h"
#include "schedules/half_weights.h"
#include "schedules/prefetch.h"

namespace slimc::schedules {

class DepthwisePointwise : public Halide::Generator<DepthwisePointwise> {
 public:
  GeneratorParam<int> rows{"rows", 4};  // of output, a task
  GeneratorParam<int> in_w{"in_w", 14};
  GeneratorParam<int> out_w{"out_w", 14};
  GeneratorParam<int> channels{"channels", 512};  // of the depthwise; a multiple of its lanes
  GeneratorParam<int> kernel_h{"kernel_h", 3};
  GeneratorParam<int> kernel_w{"kernel_w", 3};
  GeneratorParam<int> stride_h{"stride_h", 1};
  GeneratorParam<int> stride_w{"stride_w", 1};
  GeneratorParam<int> dilation_h{"dilation_h", 1};
  GeneratorParam<int> dilation_w{"dilation_w", 1};
  GeneratorParam<int> pad_left{"pad_left", 1};
  GeneratorParam<int> depth_multiplier{"depth_multiplier", 1};
  GeneratorParam<int> true_channels{"true_channels", 512};  // of the depthwise's input
  GeneratorParam<int> reduction{"reduction", 512};          // channels that the pointwise sums over
  GeneratorParam<int> out_channels{"out_channels", 512};    // a multiple of the panel
  GeneratorParam<Activation> depthwise_activation{"depthwise_activation", Activation::Relu6,
                                                  activation_names()};
  GeneratorParam<float> depthwise_activation_alpha{"depthwise_activation_alpha", 0};
  GeneratorParam<float> depthwise_activation_beta{"depthwise_activation_beta", 0};
  GeneratorParam<Activation> activation{"activation", Activation::Relu6, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<int> depthwise_lanes{"depthwise_lanes", 8};
  GeneratorParam<int> depthwise_pixels{"depthwise_pixels", 4};
  GeneratorParam<int> depthwise_rows{"depthwise_rows", 1};
  GeneratorParam<bool> depthwise_channels_inside{"depthwise_channels_inside", false};
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
  GeneratorParam<int> prefetch_rows{"prefetch_rows", 0};
  GeneratorParam<std::string> in_dims{"in_dims", "512:1,14:512,6:7168"};
  GeneratorParam<std::string> depthwise_weights_dims{"depthwise_weights_dims", "8:1,9:8,64:72"};
  GeneratorParam<std::string> depthwise_bias_dims{"depthwise_bias_dims", "512:1"};
  GeneratorParam<std::string> weights_dims{"weights_dims", "16:1,512:16,32:8192"};
  GeneratorParam<std::string> bias_dims{"bias_dims", "512:1"};
  GeneratorParam<std::string> scratch_dims{"scratch_dims", "512:1,56:512"};
  GeneratorParam<std::string> out_dims{"out_dims", "512:1,56:512"};

  Input<Buffer<float>> in{"in", 3};                                // c, x, y
  Input<Buffer<float>> depthwise_weights{"depthwise_weights", 3};  // lane, tap, block
  Input<Buffer<float>> depthwise_bias{"depthwise_bias", 1};
  Input<Buffer<>> weights{"weights", 3};  // c in panel, k, panel
  Input<Buffer<float>> bias{"bias", 1};
  Output<Buffer<>> scratch{"scratch", 2};  // c, p
  Output<Buffer<float>> out{"out", 2};     // c, p

  void configure() {
    const bool halves = arithmetic == Arithmetic::Float16;
    weights.set_type(halves ? Halide::Float(16) : stored_type(weights_type));
    scratch.set_type(Halide::Float(halves ? 16 : 32));
  }

  void generate() {
    scratch(c_, p_) = Halide::cast(
        scratch.type(), depthwise_value(depthwise(), c_, p_, in, depthwise_weights, depthwise_bias,
                                        {depthwise_activation, depthwise_activation_alpha,
                                         depthwise_activation_beta}));
    if (arithmetic == Arithmetic::Float16) {
      half_gemm_ = define_half_gemm(tile(), sum_channels, scratch, weights, bias);
      const Halide::Var &c = half_gemm_.c, &p = half_gemm_.p;
      out(c, p) = activate({activation, activation_alpha, activation_beta}, half_gemm_.total(c, p));
      return;
    }
    if (weights_type == WeightsType::Float16) {
      get_externs_map()->emplace("half_weights", half_conversion(get_target(), lanes));
    }
    gemm_ = define_gemm(tile(), scratch, widened(weights), bias, get_target());
    out(gemm_.c, gemm_.p) = activate({activation, activation_alpha, activation_beta},
                                     gemm_.accumulator(gemm_.c, gemm_.p));
  }

  void schedule() {
    const DepthwiseRows d = depthwise();
    const GemmTile t = tile();
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(depthwise_weights, depthwise_weights_dims, auto_schedule);
    set_constant_shape(depthwise_bias, depthwise_bias_dims, auto_schedule);
    set_constant_shape(weights, weights_dims, auto_schedule);
    set_constant_shape(bias, bias_dims, auto_schedule);
    set_constant_shape(scratch, scratch_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    schedule_depthwise(d, scratch, c_, p_);
    if (arithmetic == Arithmetic::Float16) {
      schedule_half_gemm(t, half_gemm_, out);
    } else {
      schedule_gemm(t, gemm_, out);
    }
    std::vector<PrefetchRange> ranges;
    if (t.prefetch != 0) ranges.push_back(next_weights(t, weights.type().bytes()));
    if (prefetch_rows >= 1) {
      // The next task's rows of input; the first of them are this task's last.
      const ConstantDim y = constant_dims(in_dims)[2];
      const std::int64_t row = std::int64_t{4} * y.stride;
      ranges.push_back({"in", y.extent * row, int(rows) * d.stride_h * row});
    }
    if (prefetch_rows >= 2) {
      const ConstantDim pixels = constant_dims(out_dims)[1];
      const std::int64_t task = std::int64_t{4} * pixels.stride * pixels.extent;
      ranges.push_back({"out", task, task});
    }
    if (!ranges.empty()) get_pipeline().add_custom_lowering_pass(new Prefetch(t, ranges));
  }

 private:
  DepthwiseRows depthwise() const {
    return {channels,
            in_w,
            out_w,
            rows,
            kernel_h,
            kernel_w,
            stride_h,
            stride_w,
            dilation_h,
            dilation_w,
            pad_left,
            depth_multiplier,
            true_channels,
            depthwise_lanes,
            depthwise_pixels,
            depthwise_rows,
            depthwise_channels_inside};
  }
  GemmTile tile() const {
    return {int(rows) * int(out_w), reduction,   out_channels, lanes,
            panel_vectors,          tile_pixels, unroll_k,     pixel_channels,
            panels_outside,         prefetch};
  }
  Var c_{"c"}, p_{"p"};
  GemmFuncs gemm_;
  HalfGemmFuncs half_gemm_;
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::DepthwisePointwise, depthwise_pointwise)
