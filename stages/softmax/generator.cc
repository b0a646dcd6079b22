// exp(x - max) / sum of each pixel's classes, in the order of the classes' vectors: the same bits
// for any number of threads. One task.
#include "schedules/compensated_sum.h"
#include "schedules/stage_common.h"

namespace slimc::schedules {

class Softmax : public Halide::Generator<Softmax> {
 public:
  GeneratorParam<int> pixels{"pixels", 1};
  GeneratorParam<int> classes{"classes", 1001};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<std::string> in_dims{"in_dims", "1001:1,1:1008"};
  GeneratorParam<std::string> scratch_dims{"scratch_dims", "1001:1,1:1001"};
  GeneratorParam<std::string> out_dims{"out_dims", "1001:1,1:1001"};

  Input<Buffer<float>> in{"in", 2};             // c, p
  Output<Buffer<float>> scratch{"scratch", 2};  // c, p: exponentials
  Output<Buffer<float>> out{"out", 2};          // c, p

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
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(scratch, scratch_dims, auto_schedule);
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

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::Softmax, softmax)
