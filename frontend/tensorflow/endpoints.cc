#include "frontend/tensorflow/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "frontend/listed.h"
#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/data_type.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::NodeDef;
using Nodes = std::vector<const NodeDef*>;

constexpr const char* kSlimInput = "input";

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

std::string quoted(const NodeDef* node) { return "'" + node->name() + "'"; }

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

// -1: unknown. A placeholder of TensorFlow 1 without a shape has a shape of no dimensions.
int declared_rank(const NodeDef& node) {
  const auto* shape = declared_shape(node);
  if (shape == nullptr || shape->unknown_rank()) return -1;
  if (shape->dim_size() == 0 && node.op() == "Placeholder") return -1;
  return shape->dim_size();
}

// Switches such as is_training and keep_prob are placeholders too: integers, scalars. File names
// and encoded images are strings; labels are integers.
bool may_be_input(const NodeDef& node) {
  const DataType type = type_of(node);
  if (node.op() == "Placeholder") {
    if (type == DataType::DT_STRING || type == DataType::DT_BOOL) return false;
    if (!is_integer(type)) return true;
    return declared_rank(node) == 4 || (type == DataType::DT_UINT8 && declared_rank(node) < 0);
  }
  return node.op() == "PlaceholderWithDefault" && type == DataType::DT_FLOAT &&
         declared_rank(node) != 0;
}

Result<NodeReference> named_tensor(const NodeGraph& graph, const std::string& name,
                                   const std::string& option) {
  NodeReference tensor = NodeReference::parse(name);
  if (graph.find(tensor.node) != nullptr) return tensor;
  return fail({.file = graph.file(),
               .message = "has no node '" + tensor.node + "', which " + option + " names" +
                          graph.proposals(tensor.node)});
}

bool convolves(const NodeDef* node) {
  return node->op() == "Conv2D" || node->op() == "DepthwiseConv2dNative" ||
         node->op() == "_FusedConv2D" || node->op() == "FusedConv2D";
}

// Of several placeholders, those that may hold an image and that a convolution depends on.
Nodes likely_inputs(const NodeGraph& graph, Nodes candidates, const Nodes& needed) {
  if (candidates.size() < 2) return candidates;
  Nodes images;
  std::copy_if(
      candidates.begin(), candidates.end(), std::back_inserter(images),
      [](const NodeDef* node) { return declared_rank(*node) == 4 || declared_rank(*node) < 0; });
  if (!images.empty()) candidates = std::move(images);
  if (candidates.size() < 2) return candidates;
  std::vector<std::string> convolutions;
  for (const NodeDef* node : needed) {
    if (convolves(node)) convolutions.push_back(node->name());
  }
  const Nodes read = graph.reachable_from(convolutions);
  const std::unordered_set<const NodeDef*> in_front(read.begin(), read.end());
  Nodes convolved;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(convolved),
               [&](const NodeDef* node) { return in_front.count(node) != 0; });
  return convolved.empty() ? candidates : convolved;
}

// Those that may hold an image, of nodes in an order in which each stands behind its inputs. A
// default that is computed from an image is no input but an alias of what it is computed from: the
// bottleneck of a retrained network, which its training fed.
Nodes possible_inputs(const Nodes& ordered) {
  Nodes inputs;
  std::unordered_set<std::string> of_image;
  for (const NodeDef* node : ordered) {
    const std::vector<NodeReference> read = data_inputs(*node);
    const bool depends = std::any_of(read.begin(), read.end(), [&](const NodeReference& input) {
      return of_image.count(input.node) != 0;
    });
    const bool is_input = may_be_input(*node) && !depends;
    if (is_input) inputs.push_back(node);
    if (is_input || depends || convolves(node)) of_image.insert(node->name());
  }
  return inputs;
}

bool is_constant(const NodeGraph& graph, const NodeReference& tensor) {
  const NodeDef* node = graph.find(tensor.node);
  // "weights/read", a cast number.
  for (int steps = 0; node != nullptr && steps < 4; ++steps) {
    if (node->op() == "Const" || is_variable(*node)) return true;
    if (node->op() != "Identity" && node->op() != "Cast" && node->op() != "ReadVariableOp") break;
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.size() != 1) break;
    node = graph.find(inputs.front().node);
  }
  return false;
}

// The input that carries the image through what may stand between an image and the first
// convolution: padding, and scaling by constants. None for any other node.
std::optional<NodeReference> image_through(const NodeGraph& graph, const NodeDef& node) {
  const std::string& op = node.op();
  const std::vector<NodeReference> inputs = data_inputs(node);
  if (inputs.empty()) return std::nullopt;
  if (op == "Identity" || op == "StopGradient" || op == "Pad" || op == "PadV2" ||
      op == "EnsureShape" || op == "CheckNumerics") {
    return inputs[0];
  }
  if (inputs.size() != 2) return std::nullopt;
  if (op == "Sub" || op == "Div" || op == "RealDiv") {
    return is_constant(graph, inputs[1]) ? std::optional(inputs[0]) : std::nullopt;
  }
  if (op == "Mul" || op == "Add" || op == "AddV2") {
    if (is_constant(graph, inputs[1])) return inputs[0];
    if (is_constant(graph, inputs[0])) return inputs[1];
  }
  return std::nullopt;
}

// The tensor in front of the first convolution, where no placeholder is: what reads, decodes and
// distorts photographs ends there. Padding and scaling are the network's own.
std::optional<Entry> entry_of_first_convolution(const NodeGraph& graph, const Nodes& needed) {
  const auto convolution = std::find_if(needed.begin(), needed.end(), convolves);
  if (convolution == needed.end()) return std::nullopt;
  const NodeDef* node = *convolution;
  std::optional<NodeReference> tensor;
  const std::vector<NodeReference> inputs = data_inputs(*node);
  if (inputs.empty()) return std::nullopt;
  tensor = inputs.front();
  for (std::size_t steps = 0; steps <= needed.size(); ++steps) {
    node = graph.find(tensor->node);
    if (node == nullptr) return std::nullopt;
    const std::optional<NodeReference> next = image_through(graph, *node);
    if (!next) break;
    tensor = next;
  }
  if (node->op() == "Const" || is_variable(*node)) return std::nullopt;
  return Entry{*tensor, node, true};
}

}  // namespace

Result<std::vector<OutputChoice>> named_outputs(const NodeGraph& graph,
                                                const std::vector<std::string>& names,
                                                const std::string& who,
                                                const Redirections& redirections) {
  std::vector<OutputChoice> outputs;
  Diagnostics problems;
  for (const std::string& name : names) {
    const NodeReference named = NodeReference::parse(name);
    const NodeReference tensor = redirections.resolve(named);
    const std::string word = named.output == 0 ? named.node : name;
    if (graph.find(tensor.node) != nullptr) {
      if (tensor.output == 0) {
        outputs.push_back({word, tensor.node, {}});
      } else {
        problems.add({.file = graph.file(),
                      .message = who + " " + name + ": slimc computes first outputs (:0) only"});
      }
      continue;
    }
    // An op that a node became several of: the longest name in front that is a node's.
    std::string node = named.node;
    while (!node.empty() && graph.find(node) == nullptr) {
      const std::size_t slash = node.rfind('/');
      node = slash == std::string::npos ? "" : node.substr(0, slash);
    }
    if (!node.empty() && find_converter(graph.find(node)->op()) != nullptr) {
      outputs.push_back({word, node, named.node});
    } else {
      problems.add(std::move(named_tensor(graph, name, who)).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return outputs;
}

Result<Entry> find_entry(const NodeGraph& graph, const std::vector<OutputChoice>& outputs,
                         const ModelRequest& request) {
  if (!request.input_node.empty()) {
    SLIMC_ASSIGN(const NodeReference named,
                 named_tensor(graph, request.input_node, "--input-node"));
    return Entry{named, graph.find(named.node)};
  }
  std::vector<std::string> names;
  for (const OutputChoice& output : outputs) names.push_back(output.node);
  if (outputs.empty()) {
    for (const NodeDef& node : graph.def().node()) names.push_back(node.name());
  }
  const Nodes needed = graph.reachable_from(names);
  Nodes candidates = possible_inputs(needed);
  for (const NodeDef* node : candidates) {
    if (node->name() == kSlimInput) return Entry{{.node = node->name()}, node};
  }
  candidates = likely_inputs(graph, std::move(candidates), needed);
  // Labels alone are no image, where images come out of a queue.
  const bool is_flat = candidates.size() == 1 && declared_rank(*candidates.front()) >= 0 &&
                       declared_rank(*candidates.front()) != 4;
  if (candidates.empty() || is_flat) {
    if (const auto entry = entry_of_first_convolution(graph, needed)) {
      if (candidates.empty() || entry->node != candidates.front()) return *entry;
    }
  }
  if (candidates.size() == 1) {
    return Entry{{.node = candidates.front()->name()}, candidates.front()};
  }
  if (!candidates.empty()) {
    return fail(
        {.file = graph.file(),
         .message = fmt::format("has {} placeholders; --input-node names the one for the "
                                "image: {}",
                                candidates.size(), listed(candidates, kMaxListed, quoted))});
  }
  return fail(
      {.file = graph.file(),
       .message = outputs.empty()
                      ? "has no result that depends on a placeholder; --output-node names "
                        "the network's result"
                      : "the network's result depends on no placeholder; --input-node names "
                        "the node that the image enters at"});
}

}  // namespace slimc::frontend
