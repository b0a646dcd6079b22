// The shortcut around a block, as MobileNet v2 has it: a sum of two activations. A task is some
// rows, whose pixels are one dimension.
#include "schedules/stage_common.h"

namespace slimc::schedules {

class Add : public Halide::Generator<Add> {
 public:
  GeneratorParam<int> pixels{"pixels", 14};      // of a task
  GeneratorParam<int> channels{"channels", 64};  // that both inputs have; a multiple of lanes
  GeneratorParam<Activation> activation{"activation", Activation::None, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<std::string> a_dims{"a_dims", "64:1,14:64"};
  GeneratorParam<std::string> b_dims{"b_dims", "64:1,14:64"};
  GeneratorParam<std::string> out_dims{"out_dims", "64:1,14:64"};

  Input<Buffer<float>> a{"a", 2}, b{"b", 2};  // c, p
  Output<Buffer<float>> out{"out", 2};        // c, p

  void generate() {
    const ActivationFunction function = {activation, activation_alpha, activation_beta};
    out(c_, p_) = activate(function, a(c_, p_) + b(c_, p_));
  }

  void schedule() {
    set_constant_shape(a, a_dims, auto_schedule);
    set_constant_shape(b, b_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    out.bound(c_, 0, channels).bound(p_, 0, pixels).vectorize(c_, lanes);
  }

 private:
  Var c_{"c"}, p_{"p"};
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Add, add)
