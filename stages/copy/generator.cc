// A result of the network without the channels that only pad a vector, and an activation that
// stands behind no stage that could apply it. One task.
#include "schedules/stage_common.h"

namespace slimc::schedules {

class Copy : public Halide::Generator<Copy> {
 public:
  GeneratorParam<int> pixels{"pixels", 1};
  GeneratorParam<int> channels{"channels", 1001};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<Activation> activation{"activation", Activation::None, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<std::string> in_dims{"in_dims", "1001:1,1:1008"};
  GeneratorParam<std::string> out_dims{"out_dims", "1001:1,1:1001"};

  Input<Buffer<float>> in{"in", 2};     // c, p
  Output<Buffer<float>> out{"out", 2};  // c, p

  void generate() {
    out(c_, p_) = activate({activation, activation_alpha, activation_beta}, in(c_, p_));
  }

  void schedule() {
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    const int vector = std::min<int>(channels, lanes);
    out.bound(c_, 0, channels)
        .bound(p_, 0, pixels)
        .vectorize(c_, vector, TailStrategy::ShiftInwards);
  }

 private:
  Var c_{"c"}, p_{"p"};
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Copy, copy)
