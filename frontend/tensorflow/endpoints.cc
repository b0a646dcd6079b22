#include "frontend/tensorflow/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "frontend/image_size.h"
#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/data_type.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::NodeDef;

// From the last op of slim's classification graphs backwards.
constexpr const char* kSlimOutputs[] = {
    "MobilenetV1/Predictions/Reshape_1",
    "MobilenetV1/Predictions/Softmax",
    "MobilenetV1/Logits/SpatialSqueeze",
};

// What slim gives without squeezing (spatial_squeeze=False) and without a classifier
// (num_classes=0). Others build their own heads on these, so they are outputs only where nothing
// follows.
constexpr const char* kSlimInnerOutputs[] = {
    "MobilenetV1/Logits/Conv2d_1c_1x1/BiasAdd",
    "MobilenetV1/Logits/AvgPool_1a/AvgPool",
    "MobilenetV1/Logits/global_pool",
};
constexpr const char* kSlimInput = "input";

// Photographs; used only where the input says nothing about its channels.
constexpr std::int64_t kUsualChannels = 3;

// Of the published networks; used only where a training graph does not say what its queue gives.
constexpr std::int64_t kUsualSize = 224;

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

std::string listed(const std::vector<const NodeDef*>& nodes) {
  std::vector<std::string> names;
  for (const NodeDef* node : nodes) {
    if (names.size() == kMaxListed) break;
    names.push_back("'" + node->name() + "'");
  }
  std::string words = fmt::format("{}", fmt::join(names, ", "));
  if (nodes.size() > kMaxListed) words += fmt::format(" and {} more", nodes.size() - kMaxListed);
  return words;
}

DataType type_of(const NodeDef& node) {
  const auto it = node.attr().find("dtype");
  return it == node.attr().end() ? DataType::DT_FLOAT : it->second.type();
}

const tensorflow::TensorShapeProto* declared_shape(const NodeDef& node) {
  if (const auto it = node.attr().find("shape"); it != node.attr().end()) {
    return &it->second.shape();
  }
  const auto it = node.attr().find("_output_shapes");
  if (it == node.attr().end() || it->second.list().shape_size() == 0) return nullptr;
  return &it->second.list().shape(0);
}

bool is_scalar(const NodeDef& node) {
  const auto* shape = declared_shape(node);
  return shape != nullptr && !shape->unknown_rank() && shape->dim_size() == 0;
}

// Switches such as is_training and keep_prob are placeholders too: integers, scalars. File names
// and encoded images are strings.
bool may_be_input(const NodeDef& node) {
  if (node.op() == "Placeholder") {
    return !is_integer(type_of(node)) && type_of(node) != DataType::DT_STRING;
  }
  return node.op() == "PlaceholderWithDefault" && type_of(node) == DataType::DT_FLOAT &&
         !is_scalar(node);
}

Result<NodeReference> named_tensor(const NodeGraph& graph, const std::string& name,
                                   const std::string& option) {
  NodeReference tensor = NodeReference::parse(name);
  if (graph.find(tensor.node) != nullptr) return tensor;
  return fail({.file = graph.file(),
               .message = "has no node '" + tensor.node + "', which " + option + " names"});
}

bool ends_with(const std::string& name, const std::string& end) {
  return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// Slim's own output, also of a network that was built inside another scope, as each clone of a
// training on several devices is ("clone_0/MobilenetV1/..."): the first one of the outermost.
template <typename Names>
const NodeDef* slim_output(const NodeGraph& graph, const Names& names) {
  for (const char* name : names) {
    if (const NodeDef* node = graph.find(name)) return node;
  }
  for (const char* name : names) {
    const NodeDef* best = nullptr;
    for (const NodeDef& node : graph.def().node()) {
      if (!ends_with(node.name(), std::string("/") + name)) continue;
      if (find_converter(node.op()) == nullptr) continue;
      if (best == nullptr || node.name().size() < best->name().size()) best = &node;
    }
    if (best != nullptr) return best;
  }
  return nullptr;
}

bool is_followed(const NodeGraph& graph, const NodeDef& node) {
  const std::vector<const NodeDef*> sinks = graph.sinks_behind({node.name()});
  return std::any_of(sinks.begin(), sinks.end(),
                     [](const NodeDef* sink) { return find_converter(sink->op()) != nullptr; });
}

bool is_training_graph(const NodeGraph& graph) {
  return std::any_of(graph.def().node().begin(), graph.def().node().end(), [](const NodeDef& node) {
    return node.op().starts_with("Apply") || node.op().starts_with("ResourceApply");
  });
}

// What a training graph computes probabilities or its loss from, if there is one such node: losses,
// summaries and gradients hang on a network too, so its sinks say nothing.
const NodeDef* output_of_training(const NodeGraph& graph) {
  const NodeDef* softmax = nullptr;
  const NodeDef* logits = nullptr;
  for (const NodeDef& node : graph.def().node()) {
    if (node.op() == "Softmax") {
      if (softmax != nullptr) return nullptr;
      softmax = &node;
    } else if (node.op() == "SoftmaxCrossEntropyWithLogits" ||
               node.op() == "SparseSoftmaxCrossEntropyWithLogits") {
      const std::vector<NodeReference> inputs = data_inputs(node);
      if (logits != nullptr || inputs.empty()) return softmax;
      logits = graph.find(inputs.front().node);
    }
  }
  return softmax != nullptr ? softmax : logits;
}

}  // namespace

Result<std::string> choose_output(const NodeGraph& graph, const ModelRequest& request,
                                  const Redirections& redirections) {
  if (!request.output_nodes.empty()) {
    SLIMC_ASSIGN(const NodeReference named,
                 named_tensor(graph, request.output_nodes.front(), "--output-node"));
    if (named.output == 0) return named.node;
    const NodeReference tensor = redirections.resolve(named);
    if (tensor.output == 0 && graph.find(tensor.node) != nullptr) return tensor.node;
    return fail({.file = graph.file(),
                 .message = "--output-node " + request.output_nodes.front() +
                            ": slimc computes first outputs (:0) only"});
  }
  if (const NodeDef* node = slim_output(graph, kSlimOutputs)) return node->name();
  if (const NodeDef* node = slim_output(graph, kSlimInnerOutputs);
      node != nullptr && !is_followed(graph, *node)) {
    return node->name();
  }
  if (is_training_graph(graph)) {
    if (const NodeDef* node = output_of_training(graph)) return node->name();
  }

  std::vector<std::string> origins;
  if (!request.input_node.empty()) {
    SLIMC_ASSIGN(const NodeReference named,
                 named_tensor(graph, request.input_node, "--input-node"));
    origins.push_back(named.node);
  } else if (graph.find(kSlimInput) != nullptr) {
    origins.push_back(kSlimInput);
  } else {
    for (const NodeDef& node : graph.def().node()) {
      if (may_be_input(node)) origins.push_back(node.name());
    }
  }
  const std::vector<const NodeDef*> sinks = graph.sinks_behind(origins);
  std::vector<const NodeDef*> computable;
  std::copy_if(sinks.begin(), sinks.end(), std::back_inserter(computable),
               [](const NodeDef* sink) { return find_converter(sink->op()) != nullptr; });
  const std::vector<const NodeDef*>& candidates = computable.empty() ? sinks : computable;
  if (candidates.size() == 1) return candidates.front()->name();
  if (candidates.empty()) {
    return fail({.file = graph.file(),
                 .message = "has no result that depends on a placeholder; --output-node names the "
                            "network's result"});
  }
  return fail({.file = graph.file(),
               .message = fmt::format("has {} results; --output-node names the network's: {}",
                                      candidates.size(), listed(candidates))});
}

namespace {

// Where the image enters, and what is known of it.
struct Entry {
  NodeReference tensor;
  const NodeDef* node = nullptr;
  // Not a placeholder: the end of a training graph's input pipeline.
  bool is_pipeline = false;
};

// The tensor in front of the first convolution, where no placeholder is: what reads, decodes and
// distorts photographs ends there. Padding is the network's own.
std::optional<Entry> entry_of_first_convolution(const NodeGraph& graph,
                                                const std::vector<const NodeDef*>& needed) {
  const auto convolution = std::find_if(needed.begin(), needed.end(), [](const NodeDef* node) {
    return node->op() == "Conv2D" || node->op() == "DepthwiseConv2dNative";
  });
  if (convolution == needed.end()) return std::nullopt;
  const NodeDef* node = *convolution;
  NodeReference tensor;
  for (std::size_t steps = 0; steps < needed.size(); ++steps) {
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.empty()) return std::nullopt;
    tensor = inputs.front();
    node = graph.find(tensor.node);
    if (node == nullptr) return std::nullopt;
    const std::string& op = node->op();
    if (op != "Identity" && op != "StopGradient" && op != "Pad" && op != "PadV2") break;
  }
  if (node->op() == "Const" || is_variable(*node)) return std::nullopt;
  return Entry{tensor, node, true};
}

Result<Entry> find_entry(const NodeGraph& graph, const std::vector<const NodeDef*>& needed,
                         const ModelRequest& request) {
  if (!request.input_node.empty()) {
    SLIMC_ASSIGN(const NodeReference named,
                 named_tensor(graph, request.input_node, "--input-node"));
    return Entry{named, graph.find(named.node)};
  }
  std::vector<const NodeDef*> candidates;
  for (const NodeDef* node : needed) {
    if (!may_be_input(*node)) continue;
    if (node->name() == kSlimInput) return Entry{{.node = node->name()}, node};
    candidates.push_back(node);
  }
  if (candidates.size() == 1) {
    return Entry{{.node = candidates.front()->name()}, candidates.front()};
  }
  if (candidates.empty()) {
    if (const auto entry = entry_of_first_convolution(graph, needed)) return *entry;
    return fail({.file = graph.file(),
                 .message = "the network's result depends on no placeholder; --input-node names "
                            "the node that the image enters at"});
  }
  return fail({.file = graph.file(),
               .message = fmt::format("has {} placeholders; --input-node names the one for the "
                                      "image: {}",
                                      candidates.size(), listed(candidates))});
}

const tensorflow::TensorShapeProto* shape_in_list(const NodeDef& node, const char* attribute,
                                                  int index) {
  const auto it = node.attr().find(attribute);
  if (it == node.attr().end() || it->second.list().shape_size() <= index) return nullptr;
  return &it->second.list().shape(index);
}

// [n,h,w,c], -1 for what is open. What a node of an input pipeline gives is said by TensorFlow's
// own shape inference, by the iterator, or by the queue that it takes from.
Result<std::vector<std::int64_t>> declared_dims(const NodeGraph& graph, const Entry& entry) {
  const NodeDef& node = *entry.node;
  const int index = entry.tensor.output;
  const tensorflow::TensorShapeProto* declared = nullptr;
  if (!entry.is_pipeline && index == 0) declared = declared_shape(node);
  if (declared == nullptr) declared = shape_in_list(node, "_output_shapes", index);
  if (declared == nullptr) declared = shape_in_list(node, "output_shapes", index);
  std::vector<std::int64_t> dims(4, -1);
  if (declared == nullptr && node.op().starts_with("QueueDequeue")) {
    const std::vector<NodeReference> inputs = data_inputs(node);
    const NodeDef* queue = inputs.empty() ? nullptr : graph.find(inputs.front().node);
    if (queue != nullptr) declared = shape_in_list(*queue, "shapes", index);
    // Elements of a queue of single images; the batch comes in front of them.
    if (declared != nullptr && declared->dim_size() == 3) {
      for (int d = 0; d < 3; ++d) dims[static_cast<std::size_t>(d) + 1] = declared->dim(d).size();
      return dims;
    }
  }
  // A placeholder of TensorFlow 1 without a shape has a shape of no dimensions.
  if (declared == nullptr || declared->unknown_rank() || declared->dim_size() == 0) return dims;
  if (declared->dim_size() != 4) {
    return fail(graph.about(node, fmt::format("the input has {} dimensions; expected an image "
                                              "[n,h,w,c]",
                                              declared->dim_size())));
  }
  for (int d = 0; d < 4; ++d) dims[static_cast<std::size_t>(d)] = declared->dim(d).size();
  return dims;
}

}  // namespace

Result<InputChoice> choose_input(const NodeGraph& graph, const std::vector<const NodeDef*>& needed,
                                 const ModelRequest& request) {
  SLIMC_ASSIGN(const Entry entry, find_entry(graph, needed, request));
  const NodeDef* node = entry.node;
  const auto refuse = [&](std::string message) {
    return fail(graph.about(*node, std::move(message)));
  };
  if (const DataType type = type_of(*node); type != DataType::DT_FLOAT && !entry.is_pipeline) {
    return refuse("the input is of type " + name_of(type) +
                  "; slimc compiles float32 (DT_FLOAT) graphs");
  }
  SLIMC_ASSIGN(std::vector<std::int64_t> dims, declared_dims(graph, entry));

  InputChoice choice{.node = node->name(), .output = entry.tensor.output};
  if (request.batch < 1) {
    return fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                 .blame = Blame::Usage});
  }
  if (dims[0] < 0) {
    dims[0] = request.batch;
  } else if (request.batch != dims[0] && (request.batch != 1 || entry.is_pipeline)) {
    // The batch of a training is not the user's.
    choice.replaced_batch = dims[0];
    dims[0] = request.batch;
  }
  const auto size_known = resolve_image_size(
      dims, request, entry.is_pipeline ? std::optional(kUsualSize) : std::nullopt);
  if (!size_known) return refuse(size_known.error());
  if (entry.is_pipeline) {
    choice.remark = fmt::format(
        "the image enters the network at '{}', which the first convolution "
        "reads; what the graph does in front of it is left out",
        to_string(entry.tensor));
  }
  if (dims[3] < 0) dims[3] = kUsualChannels;

  tensorflow::TensorShapeProto proto;
  for (const std::int64_t dim : dims) proto.add_dim()->set_size(dim);
  auto shape = to_shape(proto);
  if (!shape) return refuse("the input " + shape.error());
  if (shape->elements() == 0) return refuse("the input's shape is " + shape->to_string());
  choice.shape = std::move(*shape);
  return choice;
}

}  // namespace slimc::frontend
