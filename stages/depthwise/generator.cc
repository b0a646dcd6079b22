// Depthwise convolution with bias and activation as a stage of its own: late layers, whose tasks
// are ranges of channels, and networks whose depthwise is not followed by a pointwise.
#include "schedules/depthwise_rows.h"

namespace slimc::schedules {

class Depthwise : public Halide::Generator<Depthwise> {
 public:
  GeneratorParam<int> rows{"rows", 7};  // of output, a task
  GeneratorParam<int> in_w{"in_w", 7};
  GeneratorParam<int> out_w{"out_w", 7};
  GeneratorParam<int> channels{"channels", 64};  // of a task; a multiple of lanes
  GeneratorParam<int> kernel_h{"kernel_h", 3};
  GeneratorParam<int> kernel_w{"kernel_w", 3};
  GeneratorParam<int> stride_h{"stride_h", 1};
  GeneratorParam<int> stride_w{"stride_w", 1};
  GeneratorParam<int> dilation_h{"dilation_h", 1};
  GeneratorParam<int> dilation_w{"dilation_w", 1};
  GeneratorParam<int> pad_left{"pad_left", 1};
  GeneratorParam<int> depth_multiplier{"depth_multiplier", 1};
  GeneratorParam<int> true_channels{"true_channels", 64};  // of the input; used by multipliers > 1
  GeneratorParam<Activation> activation{"activation", Activation::Relu6, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<int> depthwise_pixels{"depthwise_pixels", 4};
  GeneratorParam<int> depthwise_rows{"depthwise_rows", 1};
  GeneratorParam<bool> depthwise_channels_inside{"depthwise_channels_inside", false};
  GeneratorParam<std::string> in_dims{"in_dims", "64:1,7:1024,9:7168"};
  GeneratorParam<std::string> weights_dims{"weights_dims", "8:1,9:8,8:72"};
  GeneratorParam<std::string> bias_dims{"bias_dims", "64:1"};
  GeneratorParam<std::string> out_dims{"out_dims", "64:1,49:1024"};

  Input<Buffer<float>> in{"in", 3};            // c, x, y
  Input<Buffer<float>> weights{"weights", 3};  // lane, tap, block
  Input<Buffer<float>> bias{"bias", 1};
  Output<Buffer<float>> out{"out", 2};  // c, p

  void generate() {
    out(c_, p_) = depthwise_value(shape(), c_, p_, in, weights, bias,
                                  {activation, activation_alpha, activation_beta});
  }

  void schedule() {
    const DepthwiseRows d = shape();
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(weights, weights_dims, auto_schedule);
    set_constant_shape(bias, bias_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    schedule_depthwise(d, out, c_, p_);
  }

 private:
  DepthwiseRows shape() const {
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
            lanes,
            depthwise_pixels,
            depthwise_rows,
            depthwise_channels_inside};
  }
  Var c_{"c"}, p_{"p"};
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Depthwise, depthwise)
