#include "frontend/tensorflow/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

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
constexpr const char* kSlimInput = "input";

// Photographs; used only where a placeholder says nothing about its channels.
constexpr std::int64_t kUsualChannels = 3;

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

// Switches such as is_training and keep_prob are placeholders too: integers, scalars.
bool may_be_input(const NodeDef& node) {
  if (node.op() == "Placeholder") return is_integer(type_of(node)) ? false : true;
  return node.op() == "PlaceholderWithDefault" && type_of(node) == DataType::DT_FLOAT &&
         !is_scalar(node);
}

Result<const NodeDef*> named_node(const NodeGraph& graph, const std::string& name,
                                  const std::string& option) {
  const NodeReference reference = NodeReference::parse(name);
  if (reference.output != 0) {
    return fail({.file = graph.file(),
                 .message = option + " " + name + ": slimc computes first outputs (:0) only"});
  }
  if (const NodeDef* node = graph.find(reference.node)) return node;
  return fail({.file = graph.file(),
               .message = "has no node '" + reference.node + "', which " + option + " names"});
}

}  // namespace

Result<std::string> choose_output(const NodeGraph& graph, const ModelRequest& request) {
  if (!request.output_node.empty()) {
    SLIMC_ASSIGN(const NodeDef* node, named_node(graph, request.output_node, "--output-node"));
    return node->name();
  }
  for (const char* name : kSlimOutputs) {
    if (graph.find(name) != nullptr) return std::string(name);
  }

  std::vector<std::string> origins;
  if (!request.input_node.empty()) {
    SLIMC_ASSIGN(const NodeDef* node, named_node(graph, request.input_node, "--input-node"));
    origins.push_back(node->name());
  } else if (graph.find(kSlimInput) != nullptr) {
    origins.push_back(kSlimInput);
  } else {
    for (const NodeDef& node : graph.def().node()) {
      if (may_be_input(node)) origins.push_back(node.name());
    }
  }
  std::vector<const NodeDef*> sinks;
  for (const std::string& origin : origins) {
    for (const NodeDef* sink : graph.sinks_behind(origin)) {
      if (std::find(sinks.begin(), sinks.end(), sink) == sinks.end()) sinks.push_back(sink);
    }
  }
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

Result<const NodeDef*> input_node(const NodeGraph& graph, const std::vector<const NodeDef*>& needed,
                                  const ModelRequest& request) {
  if (!request.input_node.empty()) return named_node(graph, request.input_node, "--input-node");
  std::vector<const NodeDef*> candidates;
  for (const NodeDef* node : needed) {
    if (!may_be_input(*node)) continue;
    if (node->name() == kSlimInput) return node;
    candidates.push_back(node);
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) {
    return fail({.file = graph.file(),
                 .message = "the network's result depends on no placeholder; --input-node names "
                            "the node that the image enters at"});
  }
  return fail({.file = graph.file(),
               .message = fmt::format("has {} placeholders; --input-node names the one for the "
                                      "image: {}",
                                      candidates.size(), listed(candidates))});
}

}  // namespace

Result<InputChoice> choose_input(const NodeGraph& graph, const std::vector<const NodeDef*>& needed,
                                 const ModelRequest& request) {
  SLIMC_ASSIGN(const NodeDef* node, input_node(graph, needed, request));
  const auto refuse = [&](std::string message) {
    return fail(graph.about(*node, std::move(message)));
  };
  if (const DataType type = type_of(*node); type != DataType::DT_FLOAT) {
    return refuse("the input is of type " + name_of(type) +
                  "; slimc compiles float32 (DT_FLOAT) graphs");
  }

  std::vector<std::int64_t> dims(4, -1);
  const auto* declared = declared_shape(*node);
  // A placeholder of TensorFlow 1 without a shape has a shape of no dimensions.
  if (declared != nullptr && !declared->unknown_rank() && declared->dim_size() != 0) {
    if (declared->dim_size() != 4) {
      return refuse(fmt::format("the input has {} dimensions; expected an image [n,h,w,c]",
                                declared->dim_size()));
    }
    for (int d = 0; d < 4; ++d) dims[static_cast<std::size_t>(d)] = declared->dim(d).size();
  }

  InputChoice choice{.node = node->name()};
  if (request.batch < 1) {
    return fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                 .blame = Blame::Usage});
  }
  if (dims[0] < 0) {
    dims[0] = request.batch;
  } else if (request.batch != 1 && request.batch != dims[0]) {
    choice.replaced_batch = dims[0];
    dims[0] = request.batch;
  }
  if (request.resolution) {
    const std::int64_t wanted[] = {request.resolution->first, request.resolution->second};
    for (std::size_t d = 0; d < 2; ++d) {
      std::int64_t& dim = dims[d + 1];
      if (dim < 0) dim = wanted[d];
      if (dim == wanted[d]) continue;
      return refuse(fmt::format("the graph fixes the input at {}x{}; --resolution asks for {}x{}",
                                dims[1], dims[2], wanted[0], wanted[1]));
    }
  }
  if (dims[1] < 0 || dims[2] < 0) {
    return refuse("the graph leaves the height or width of its input open; --resolution sets it");
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
