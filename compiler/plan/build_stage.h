// Builds one stage of a plan: its tiling, its kernel's parameters, its packed weights and the
// arguments of its calls. What an op of the graph becomes is decided in lower.cc.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/build/codegen.h"
#include "compiler/plan/pack_weights.h"
#include "compiler/plan/plan.h"
#include "ir/graph.h"

namespace slimc {

// Weights [kh,kw,..] and bias of one convolution.
struct ConvolutionWeights {
  const Tensor* weights = nullptr;
  const Tensor* bias = nullptr;
};

// What is done to the caller's floats as the first convolution reads them; empty: nothing.
struct ImageScale {
  std::vector<double> scale, offset;  // one a channel, or none
};

// Where a stage stands in the network.
struct StagePlace {
  std::string name;  // C identifier, unique
  Value value;       // the op whose result it writes
  bool read_by_depthwise = false;
};

// Appends stages to a plan. A `source` is an index into plan.buffers, or kImage for the network's
// input; each function returns the index of the buffer it writes.
class StageBuilder {
 public:
  static constexpr int kImage = -1;

  StageBuilder(Plan& plan, const CompileOptions& options) : plan_(plan), options_(options) {}

  int first_convolution(const StagePlace& place, const Shape& in, const Shape& out,
                        const ConvolutionAttributes& attributes, ConvolutionWeights w,
                        const ImageScale& image);
  int depthwise(const StagePlace& place, int source, const Shape& out,
                const ConvolutionAttributes& attributes, ConvolutionWeights w);
  int pointwise(const StagePlace& place, int source, const Shape& out,
                const ActivationFunction& activation, ConvolutionWeights w);
  int depthwise_pointwise(const StagePlace& place, int source, const Shape& out,
                          const DepthwisePointwiseAttributes& attributes, ConvolutionWeights dw,
                          ConvolutionWeights pw);
  // All pixels of `source` are one matrix row: a Dense behind a Flatten. Weights [1,1,h*w*c,co].
  int pointwise_of_image(const StagePlace& place, int source, std::int64_t out_channels,
                         const ActivationFunction& activation, ConvolutionWeights w);
  int pool(const StagePlace& place, int source, const Shape& out, bool average,
           const PoolAttributes& attributes, const ActivationFunction& activation);
  int softmax(const StagePlace& place, int source);
  // `source` with an activation, or none, and without the channels that pad it.
  int copy(const StagePlace& place, int source, const ActivationFunction& activation);

  // Makes output `output` of the network of `source`. Where nothing else reads it (`alone`) and its
  // channels need no padding, its stage will write to the caller instead of a buffer of its own;
  // else a copy does.
  void give(const StagePlace& place, int source, int output, bool alone);

  // Every stage has been added: outputs that are written directly lose their buffers.
  void finish();

  // Tilings of the options' that could not be used. The plan is no good if there are any.
  const Diagnostics& problems() const { return problems_; }

 private:
  Tiling tiling(const StagePlace& place, const StageShape& shape);
  Buffer& buffer(int index) { return plan_.buffers[static_cast<std::size_t>(index)]; }
  const Buffer& buffer(int index) const { return plan_.buffers[static_cast<std::size_t>(index)]; }
  // The result of a stage: `padded` channels, and between pixels the gap that suits the reader.
  int add_buffer(const StagePlace& place, std::int64_t h, std::int64_t w, std::int64_t c,
                 std::int64_t padded);
  // Widens the halo of `source` to what a depthwise reads above and below the image, and returns
  // the argument for its first row.
  Argument depthwise_input(int source, const StageShape& shape, const Tiling& tiling,
                           const Padding& padding, std::int64_t channels);
  StageShape depthwise_shape(StageKind kind, int source, const Shape& out,
                             const ConvolutionAttributes& attributes, const Tensor& weights) const;
  Argument weights_argument(const std::string& name, const std::vector<float>& packed,
                            std::vector<ArgumentDim> dims, std::int64_t task_step,
                            ElementType type = ElementType::Float32);
  Argument scratch_argument(std::vector<ArgumentDim> dims, std::int64_t elements,
                            ElementType type = ElementType::Float32);
  int pointwise(const StagePlace& place, int source, const Shape& in, std::int64_t in_stride,
                std::int64_t out_channels, const ActivationFunction& activation,
                ConvolutionWeights w);
  int kernel(StageKind kind, std::vector<std::pair<std::string, std::string>> parameters);
  Stage& add_stage(const StagePlace& place, const StageShape& shape, const Tiling& tiling,
                   int source, int output);

  Plan& plan_;
  const CompileOptions& options_;
  WeightPool pool_;
  std::vector<std::pair<int, int>> direct_;  // buffers that the caller's outputs stand for
  Diagnostics problems_;
};

}  // namespace slimc
