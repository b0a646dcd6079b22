// The head's ends: pool in front of the classifier, softmax or copy behind it. The classifier
// itself is a pointwise stage of few pixels.
#include "schedules/compensated_sum.h"
#include "schedules/stage_common.h"

namespace slimc::schedules {

enum class PoolKind { Average, Maximum };

// Window pooling without padding; the window is the whole image in all published networks. A task
// is a range of channels.
class Pool : public Halide::Generator<Pool> {
 public:
  GeneratorParam<PoolKind> pool_kind{
      "pool_kind",
      PoolKind::Average,
      {{"average", PoolKind::Average}, {"maximum", PoolKind::Maximum}}};
  GeneratorParam<int> in_h{"in_h", 7};
  GeneratorParam<int> in_w{"in_w", 7};
  GeneratorParam<int> out_h{"out_h", 1};
  GeneratorParam<int> out_w{"out_w", 1};
  GeneratorParam<int> kernel_h{"kernel_h", 7};
  GeneratorParam<int> kernel_w{"kernel_w", 7};
  GeneratorParam<int> stride_h{"stride_h", 2};
  GeneratorParam<int> stride_w{"stride_w", 2};
  GeneratorParam<int> channels{"channels", 1024};  // of a task; a multiple of lanes
  GeneratorParam<int> in_stride{"in_stride", 1024};
  GeneratorParam<int> out_stride{"out_stride", 1024};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<int> panel_vectors{"panel_vectors", 4};  // independent sums
  GeneratorParam<Activation> activation{"activation", Activation::None, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};

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
    const std::vector<ConstantDim> in_dims = {
        {0, channels, 1}, {0, in_w, in_stride}, {0, in_h, int(in_w) * int(in_stride)}};
    const std::vector<ConstantDim> out_dims = {
        {0, channels, 1}, {0, out_w, out_stride}, {0, out_h, int(out_w) * int(out_stride)}};
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

// exp(x - max) / sum of each pixel's classes, in the order of the classes' vectors: the same bits
// for any number of threads. One task.
class Softmax : public Halide::Generator<Softmax> {
 public:
  GeneratorParam<int> pixels{"pixels", 1};
  GeneratorParam<int> classes{"classes", 1001};
  GeneratorParam<int> in_stride{"in_stride", 1008};
  GeneratorParam<int> lanes{"lanes", 8};

  Input<Buffer<float>> in{"in", 2};             // c, p
  Output<Buffer<float>> scratch{"scratch", 2};  // c, p: exponentials
  Output<Buffer<float>> out{"out", 2};          // c, p: without gaps

  void generate() {
    const int vectors = int(classes) / int(lanes);
    const int tail = int(classes) % int(lanes);
    // Partial results, a lane each, of the whole vectors; then the lanes; then the tail.
    RDom lane(0, lanes, "lane"), rest(vectors * lanes, std::max(tail, 1), "rest");
    vectors_ = RDom(0, std::max(vectors, 1), "vectors");

    lane_max_(l_, p_) = in(0, p_);
    maximum_(p_) = in(0, p_);
    if (vectors > 0) {
      lane_max_(l_, p_) = Halide::max(lane_max_(l_, p_), in(vectors_ * lanes + l_, p_));
      maximum_(p_) = Halide::max(maximum_(p_), lane_max_(lane, p_));
    }
    if (tail > 0) maximum_(p_) = Halide::max(maximum_(p_), in(rest, p_));

    scratch(c_, p_) = Halide::exp(in(c_, p_) - maximum_(p_));

    sum_(p_) = 0.0f;
    if (vectors > 0) {
      define_sum(lane_sum_, {l_, p_}, scratch(vectors_ * lanes + l_, p_), vectors);
      sum_(p_) += value_of_sum(lane_sum_, {lane, p_});
    }
    if (tail > 0) sum_(p_) += scratch(rest, p_);
    scale_(p_) = 1.0f / sum_(p_);
    out(c_, p_) = scratch(c_, p_) * scale_(p_);
  }

  void schedule() {
    const std::vector<ConstantDim> in_dims = {{0, classes, 1}, {0, pixels, in_stride}};
    const std::vector<ConstantDim> out_dims = {{0, classes, 1}, {0, pixels, classes}};
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(scratch, out_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) return;
    scratch.bound(c_, 0, classes).bound(p_, 0, pixels);
    out.bound(c_, 0, classes).bound(p_, 0, pixels);
    const bool has_vectors = int(classes) >= int(lanes);
    // A tail of classes is computed again as part of a whole vector that is moved back.
    const int vector = has_vectors ? static_cast<int>(lanes) : 1;
    scratch.vectorize(c_, vector, TailStrategy::ShiftInwards);
    out.vectorize(c_, vector, TailStrategy::ShiftInwards);
    maximum_.compute_at(scratch, p_).store_in(MemoryType::Stack);
    scale_.compute_at(out, p_).store_in(MemoryType::Stack);
    sum_.compute_at(out, p_).store_in(MemoryType::Stack);
    if (has_vectors) {
      lane_max_.compute_at(scratch, p_).store_in(MemoryType::Stack).vectorize(l_, lanes);
      lane_max_.update().reorder(l_, vectors_).vectorize(l_, lanes);
      lane_sum_.compute_at(out, p_).store_in(MemoryType::Stack).vectorize(l_, lanes);
      lane_sum_.update().reorder(l_, vectors_).vectorize(l_, lanes);
    }
  }

 private:
  Var c_{"c"}, p_{"p"}, l_{"l"};
  RDom vectors_;
  Func lane_max_{"lane_max"}, maximum_{"maximum"}, lane_sum_{"lane_sum"}, sum_{"sum"},
      scale_{"scale"};
};

// A result of the network without the channels that only pad a vector, and an activation that
// stands behind no stage that could apply it. One task.
class Copy : public Halide::Generator<Copy> {
 public:
  GeneratorParam<int> pixels{"pixels", 1};
  GeneratorParam<int> channels{"channels", 1001};
  GeneratorParam<int> in_stride{"in_stride", 1008};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<Activation> activation{"activation", Activation::None, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};

  Input<Buffer<float>> in{"in", 2};     // c, p
  Output<Buffer<float>> out{"out", 2};  // c, p

  void generate() {
    out(c_, p_) = activate({activation, activation_alpha, activation_beta}, in(c_, p_));
  }

  void schedule() {
    const std::vector<ConstantDim> in_dims = {{0, channels, 1}, {0, pixels, in_stride}};
    const std::vector<ConstantDim> out_dims = {{0, channels, 1}, {0, pixels, channels}};
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

HALIDE_REGISTER_GENERATOR(slimc::schedules::Pool, pool)
HALIDE_REGISTER_GENERATOR(slimc::schedules::Softmax, softmax)
HALIDE_REGISTER_GENERATOR(slimc::schedules::Copy, copy)
