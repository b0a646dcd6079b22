// Networks as the IR has them: the bytes choose ops that fit what is there already, so that nearly
// every input reaches all passes, the planner and the writer of the source; and the passes must not
// change what the network computes.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/reference/evaluate.h"
#include "tests/fuzz/compile_fuzz.h"

namespace slimc::fuzz {
namespace {

constexpr float kNumbers[] = {0, 1, -1, 6, 3, 1.0f / 6, 0.5f, 0.2f, 127.5f, 1.0f / 255, -1e-3f};
constexpr int kMaxOps = 24;
constexpr std::int64_t kMaxElements = 1 << 16;
constexpr OpKind kWithoutAttributes[] = {
    OpKind::Identity, OpKind::Dropout, OpKind::Sqrt, OpKind::Rsqrt,       OpKind::Relu,
    OpKind::Relu6,    OpKind::Softmax, OpKind::Exp,  OpKind::SumChannels, OpKind::MaxChannels};
constexpr OpKind kOfTwo[] = {OpKind::Add, OpKind::Sub,     OpKind::Mul,
                             OpKind::Div, OpKind::Maximum, OpKind::Minimum};

class RandomNetwork {
 public:
  RandomNetwork(const std::uint8_t* data, std::size_t size) : choices_(data, size) {}

  Graph build() {
    const std::int64_t height = number(1, 9), width = number(1, 9), channels = number(1, 4);
    last_ = graph_.input = graph_.add(
        {.kind = OpKind::Input, .name = "input", .shape = Shape{1, height, width, channels}});
    values_ = {last_};
    for (int i = 0; i < kMaxOps && choices_.remaining_bytes() > 0; ++i) add();
    graph_.set_output(last_);
    for (std::int64_t more = number(0, 3); more > 0; --more) {
      const Value value = any();
      graph_.add_output(graph_.op(value).name, value);
    }
    return std::move(graph_);
  }

 private:
  std::int64_t number(std::int64_t from, std::int64_t to) {
    return choices_.ConsumeIntegralInRange(from, to);
  }
  float real() { return choices_.PickValueInArray(kNumbers); }
  std::string name() { return "n" + std::to_string(graph_.ops().size()); }
  const Shape& shape(Value value) const { return graph_.op(value).shape; }

  // Of all that is computed.
  Value any() {
    return values_[choices_.ConsumeIntegralInRange<std::size_t>(0, values_.size() - 1)];
  }

  Value constant(std::vector<std::int64_t> dims) {
    Tensor tensor{Shape(std::move(dims)), {}};
    tensor.data.resize(static_cast<std::size_t>(tensor.shape.elements()));
    const float first = real(), other = real();
    for (std::size_t i = 0; i < tensor.data.size(); ++i) tensor.data[i] = i % 3 ? other : first;
    return graph_.add_constant(name(), std::move(tensor));
  }

  // What does not fit or grows too large is left out.
  void try_to_add(OpKind kind, std::vector<Value> inputs, Attributes attributes = {}) {
    Op op{.kind = kind,
          .name = name(),
          .inputs = std::move(inputs),
          .attributes = std::move(attributes)};
    const auto inferred = infer_shape(graph_, op);
    const Shape* fits = std::get_if<Shape>(&inferred);
    if (fits == nullptr || fits->elements() > kMaxElements) return;
    last_ = graph_.add(std::move(op));
    values_.push_back(last_);
  }

  void add() {
    const Value x = choices_.ConsumeBool() ? last_ : any();
    const int rank = shape(x).rank();
    const std::int64_t channels = rank > 0 ? shape(x)[rank - 1] : 1;
    switch (number(0, 9)) {
      case 0:
        return try_to_add(choices_.PickValueInArray(kWithoutAttributes), {x});
      case 1:
        return try_to_add(OpKind::Activate, {x}, ActivateAttributes{function()});
      case 2:
      case 3:
        return two(x, channels);
      case 4:
      case 5:
        if (rank == 4) convolve(x, channels);
        return;
      case 6:
        return try_to_add(OpKind::BatchNorm,
                          {x, constant({channels}), constant({channels}), constant({channels}),
                           constant({channels})},
                          BatchNormAttributes{});
      case 7:
        return windows(x);
      case 8:
        return reshape(x);
      default:
        return flatten_and_multiply(x);
    }
  }

  ActivationFunction function() {
    const auto kind = static_cast<Activation>(
        number(static_cast<int>(Activation::LeakyRelu), static_cast<int>(Activation::HardSwish)));
    float alpha = real(), beta = real();
    if (kind == Activation::Clip && alpha > beta) std::swap(alpha, beta);
    return {kind, alpha, beta};
  }

  // With a number, one for each channel, or what was computed before; in either order.
  void two(Value x, std::int64_t channels) {
    const OpKind kind = choices_.PickValueInArray(kOfTwo);
    Value y;
    switch (number(0, 3)) {
      case 0:
        y = constant({});
        break;
      case 1:
        y = constant({channels});
        break;
      case 2:
        return try_to_add(OpKind::BiasAdd, {x, constant({channels})});
      default:
        y = any();
    }
    if (choices_.ConsumeBool()) std::swap(x, y);
    try_to_add(kind, {x, y});
  }

  void convolve(Value x, std::int64_t channels) {
    const bool depthwise = choices_.ConsumeBool();
    const std::int64_t h = number(1, 3), w = number(1, 3), out = number(1, depthwise ? 2 : 9);
    const ConvolutionAttributes attributes{.stride_h = number(1, 3),
                                           .stride_w = number(1, 3),
                                           .dilation_h = number(1, 2),
                                           .dilation_w = number(1, 2),
                                           .padding = padding()};
    std::vector<Value> inputs = {x, constant({h, w, channels, out})};
    if (choices_.ConsumeBool()) inputs.push_back(constant({depthwise ? channels * out : out}));
    try_to_add(depthwise ? OpKind::DepthwiseConv2D : OpKind::Conv2D, inputs, attributes);
  }

  Padding padding() {
    if (choices_.ConsumeBool()) return {};
    return {
        .top = number(0, 2), .bottom = number(0, 2), .left = number(0, 2), .right = number(0, 2)};
  }

  void windows(Value x) {
    const ReduceAttributes reduce{choices_.ConsumeBool()};
    PoolAttributes pool{.kernel_h = number(1, 3),
                        .kernel_w = number(1, 3),
                        .stride_h = number(1, 3),
                        .stride_w = number(1, 3),
                        .padding = padding()};
    switch (number(0, 4)) {
      case 0:
        return try_to_add(OpKind::Mean, {x}, reduce);
      case 1:
        return try_to_add(OpKind::Max, {x}, reduce);
      case 2:
        return try_to_add(OpKind::AvgPool, {x}, pool);
      case 3:
        return try_to_add(OpKind::MaxPool, {x}, pool);
      default:
        return try_to_add(OpKind::Pad, {x}, PadAttributes{pool.padding});
    }
  }

  // Flat, without or with ones in front, or two dimensions swapped.
  void reshape(Value x) {
    std::vector<std::int64_t> dims = shape(x).dims();
    switch (number(0, 3)) {
      case 0:
        dims = {1, shape(x).elements()};
        break;
      case 1:
        if (!dims.empty() && dims.front() == 1) dims.erase(dims.begin());
        break;
      case 2:
        if (dims.size() < 5) dims.insert(dims.begin(), 1);
        break;
      default:
        std::reverse(dims.begin(), dims.end());
    }
    try_to_add(OpKind::Reshape, {x}, ReshapeAttributes{Shape(std::move(dims))});
  }

  void flatten_and_multiply(Value x) {
    const std::int64_t elements = shape(x).elements();
    if (elements > 1024) return;
    if (shape(x).rank() != 2) {
      try_to_add(OpKind::Reshape, {x}, ReshapeAttributes{Shape{1, elements}});
      x = last_;
    }
    try_to_add(OpKind::MatMul, {x, constant({shape(x)[1], number(1, 9)})});
  }

  FuzzedDataProvider choices_;
  Graph graph_;
  std::vector<Value> values_;
  Value last_;
};

// Roots and quotients make much of the rounding of what is nearly zero, and so do large numbers.
bool is_comparable(const Graph& graph, const reference::DoubleTensor& image) {
  std::int64_t work = 0;
  for (const Op& op : graph.ops()) {
    const bool is_steep =
        op.kind == OpKind::Sqrt || op.kind == OpKind::Rsqrt ||
        (op.kind == OpKind::Div && graph.op(op.inputs[1]).kind != OpKind::Constant);
    if (is_steep) return false;
    work += multiply_adds(graph, op);
  }
  if (work > 1'000'000) return false;
  for (const auto& result : reference::evaluate_all(graph, image)) {
    for (const double value : result.data) {
      if (!(std::abs(value) < 1e4)) return false;
    }
  }
  return true;
}

void expect_same_results(const Graph& graph) {
  reference::DoubleTensor image{graph.op(graph.input).shape, {}};
  image.data.resize(static_cast<std::size_t>(image.shape.elements()));
  for (std::size_t i = 0; i < image.data.size(); ++i) {
    image.data[i] = static_cast<double>(i * 37 % 101) / 50 - 1;
  }
  if (!is_comparable(graph, image)) return;
  const auto after = run_pipeline(graph);
  if (!after) return;
  const auto expected = reference::evaluate_outputs(graph, image);
  const auto found = reference::evaluate_outputs(*after, image);
  SLIMC_CHECK(expected.size() == found.size(), "another number of results");
  for (std::size_t o = 0; o < expected.size(); ++o) {
    SLIMC_CHECK(expected[o].shape == found[o].shape,
                "a result of another shape:\n" + print(graph) + "\n" + print(*after));
    for (std::size_t i = 0; i < expected[o].data.size(); ++i) {
      const double e = expected[o].data[i], f = found[o].data[i];
      SLIMC_CHECK(std::abs(e - f) <= 0.05 * std::max(1.0, std::abs(e)),
                  "passes change what is computed:\n" + print(graph) + "\n" + print(*after));
    }
  }
}

}  // namespace
}  // namespace slimc::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  slimc::Graph graph = slimc::fuzz::RandomNetwork(data, size).build();
  slimc::fuzz::expect_same_results(graph);
  slimc::fuzz::compile_plan(std::move(graph));
  return 0;
}
