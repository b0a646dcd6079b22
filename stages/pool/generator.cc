// Window pooling without padding; the window is the whole image in all published networks. A task
// is a range of channels.
#include "schedules/compensated_sum.h"
#include "schedules/stage_common.h"

namespace slimc::schedules {

enum class PoolKind { Average, Maximum };

class Pool : public Halide::Generator<Pool> {
 public:
  GeneratorParam<PoolKind> pool_kind{
      "pool_kind",
      PoolKind::Average,
      {{"average", PoolKind::Average}, {"maximum", PoolKind::Maximum}}};
  GeneratorParam<int> out_h{"out_h", 1};
  GeneratorParam<int> out_w{"out_w", 1};
  GeneratorParam<int> kernel_h{"kernel_h", 7};
  GeneratorParam<int> kernel_w{"kernel_w", 7};
  GeneratorParam<int> stride_h{"stride_h", 2};
  GeneratorParam<int> stride_w{"stride_w", 2};
  GeneratorParam<int> channels{"channels", 1024};  // of a task; a multiple of lanes
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<int> panel_vectors{"panel_vectors", 4};  // independent sums
  GeneratorParam<Activation> activation{"activation", Activation::None, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<std::string> in_dims{"in_dims", "1024:1,7:1024,7:7168"};
  GeneratorParam<std::string> out_dims{"out_dims", "1024:1,1:1024,1:1024"};

  Input<Buffer<float>> in{"in", 3};     // c, x, y
  Output<Buffer<float>> out{"out", 3};  // c, x, y

  void generate() {
    const ActivationFunction function = {activation, activation_alpha, activation_beta};
    window_ = RDom(0, kernel_w, 0, kernel_h, "window");
    const Expr value = in(c_, x_ * stride_w + window_.x, y_ * stride_h + window_.y);
    if (pool_kind == PoolKind::Average) {
      const auto terms = std::int64_t{kernel_h} * kernel_w;
      define_sum(pooled_, {c_, x_, y_}, value, terms);
      const Expr sum = value_of_sum(pooled_, {c_, x_, y_});
      out(c_, x_, y_) = activate(function, sum * (1.0f / static_cast<float>(terms)));
    } else {
      pooled_(c_, x_, y_) = Halide::Float(32).min();
      pooled_(c_, x_, y_) = Halide::max(pooled_(c_, x_, y_), value);
      out(c_, x_, y_) = activate(function, pooled_(c_, x_, y_));
    }
  }

  void schedule() {
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    Var co("co"), ci("ci");
    const int panel = int(lanes) * int(panel_vectors);
    out.bound(c_, 0, channels)
        .bound(x_, 0, out_w)
        .bound(y_, 0, out_h)
        .split(c_, co, ci, panel, TailStrategy::RoundUp)
        .vectorize(ci, lanes)
        .unroll(ci);
    pooled_.compute_at(out, co)
        .store_in(MemoryType::Stack)
        .bound_extent(c_, panel)
        .vectorize(c_, lanes)
        .unroll(c_);
    pooled_.update().reorder(c_, window_.x, window_.y).vectorize(c_, lanes).unroll(c_);
  }

 private:
  Var c_{"c"}, x_{"x"}, y_{"y"};
  RDom window_;
  Func pooled_{"pooled"};
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Pool, pool)
