// Graphs that are sound as files and wild as networks: the bytes choose ops, inputs and attributes,
// so that converters, passes and the planner see what no byte-wise change of a file would reach.
#include <fuzzer/FuzzedDataProvider.h>

#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/fuzz/import_fuzz.h"

namespace slimc::fuzz {
namespace {

using frontend::testing::GraphBuilder;
using frontend::testing::NodeBuilder;

// Sizes near what networks have, and those at which products overflow.
constexpr std::int64_t kSizes[] = {0,   1,    1,     1,       2,         2,         3,
                                   3,   4,    7,     8,       16,        17,        224,
                                   512, 1024, 65536, 1 << 20, 1ll << 31, 1ll << 62, -1};
constexpr float kNumbers[] = {0, 1, -1, 6, 0.001f, -0.5f, 1e30f, 1e-30f, 2, 3e38f};
constexpr const char* kOps[] = {"Add",
                                "AvgPool",
                                "BiasAdd",
                                "Cast",
                                "ConcatV2",
                                "ExpandDims",
                                "GatherV2",
                                "Identity",
                                "MatMul",
                                "Max",
                                "MaxPool",
                                "Maximum",
                                "Mean",
                                "Minimum",
                                "Mul",
                                "Pack",
                                "Pad",
                                "Prod",
                                "RealDiv",
                                "Relu",
                                "Relu6",
                                "Reshape",
                                "Rsqrt",
                                "Shape",
                                "Softmax",
                                "Sqrt",
                                "Squeeze",
                                "StridedSlice",
                                "Sub",
                                "Conv2D",
                                "DepthwiseConv2dNative",
                                "FusedBatchNorm"};
constexpr int kMaxNodes = 24;

class RandomGraph {
 public:
  RandomGraph(const std::uint8_t* data, std::size_t size) : choices_(data, size) {}

  tensorflow::GraphDef build() {
    graph_.placeholder("input", {size(), size(), size(), size()});
    last_ = "input";
    for (int i = 0; i < kMaxNodes && choices_.remaining_bytes() > 0; ++i) add(i);
    graph_.node("output", "Identity", {last_});
    return std::move(graph_.def);
  }

 private:
  std::int64_t size() { return choices_.PickValueInArray(kSizes); }
  std::int64_t small() { return choices_.ConsumeIntegralInRange<std::int64_t>(0, 7) - 1; }

  std::vector<std::int64_t> sizes(int most) {
    std::vector<std::int64_t> values(
        choices_.ConsumeIntegralInRange<std::size_t>(0, static_cast<std::size_t>(most)));
    for (auto& value : values) value = size();
    return values;
  }

  // The value before, or any value there is.
  std::string value() {
    const int nodes = graph_.def.node_size();
    return choices_.ConsumeBool()
               ? last_
               : graph_.def.node(choices_.ConsumeIntegralInRange(0, nodes - 1)).name();
  }

  // A constant of the given size, of one number.
  std::string weights(const std::string& name, const std::vector<std::int64_t>& dims) {
    graph_.floats(name, dims, {choices_.PickValueInArray(kNumbers)});
    return name;
  }

  std::string integers(const std::string& name) {
    std::vector<int> values(choices_.ConsumeIntegralInRange<std::size_t>(1, 8));
    for (int& value : values) value = static_cast<int>(size());
    graph_.integers(name, {static_cast<std::int64_t>(values.size())}, values);
    return name;
  }

  void add(int index) {
    const std::string name = "n" + std::to_string(index);
    const std::string op = choices_.PickValueInArray(kOps);
    std::vector<std::string> inputs = {value()};
    if (op == "Conv2D" || op == "DepthwiseConv2dNative") {
      inputs.push_back(weights(name + "/w", {small(), small(), size(), size()}));
    } else if (op == "FusedBatchNorm") {
      const std::int64_t channels = size();
      for (const char* part : {"/gamma", "/beta", "/mean", "/variance"}) {
        inputs.push_back(weights(name + part, {channels}));
      }
    } else if (choices_.ConsumeBool()) {
      inputs.push_back(choices_.ConsumeBool() ? weights(name + "/c", sizes(4))
                                              : integers(name + "/i"));
    } else if (choices_.ConsumeBool()) {
      inputs.push_back(value());
    }
    attributes(graph_.node(name, op, inputs));
    last_ = name;
  }

  void attributes(NodeBuilder node) {
    node.type("T", tensorflow::DataType::DT_FLOAT)
        .text("padding", choices_.ConsumeBool() ? "SAME" : "VALID")
        .list("strides", {1, small(), small(), 1})
        .list("ksize", {1, small(), small(), 1});
    if (choices_.ConsumeBool()) node.list("dilations", {1, small(), small(), 1});
    if (choices_.ConsumeBool()) node.flag("keep_dims", true);
    if (choices_.ConsumeBool()) node.number("epsilon", choices_.PickValueInArray(kNumbers));
    if (choices_.ConsumeBool()) node.list("squeeze_dims", {small(), small()});
    node.flag("is_training", choices_.ConsumeBool());
  }

  FuzzedDataProvider choices_;
  GraphBuilder graph_;
  std::string last_;
};

}  // namespace
}  // namespace slimc::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  slimc::fuzz::compile(slimc::fuzz::RandomGraph(data, size).build());
  return 0;
}
