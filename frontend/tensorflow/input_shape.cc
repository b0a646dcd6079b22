// The shape of the image that a network takes, from all that may say something of it.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "frontend/image_size.h"
#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/endpoints.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::NodeDef;
using tensorflow::TensorShapeProto;

// Photographs; used only where nothing says anything about channels.
constexpr std::int64_t kUsualChannels = 3;

// Of the published networks; used only where a training graph does not say what its queue gives.
constexpr std::int64_t kUsualSize = 224;

const TensorShapeProto* shape_in_list(const NodeDef& node, const char* attribute, int index) {
  const auto it = node.attr().find(attribute);
  if (it == node.attr().end() || it->second.list().shape_size() <= index) return nullptr;
  return &it->second.list().shape(index);
}

// What a node of an input pipeline gives is said by TensorFlow's own shape inference, or by the
// iterator.
const TensorShapeProto* declaration(const Entry& entry) {
  const NodeDef& node = *entry.node;
  const int index = entry.tensor.output;
  const TensorShapeProto* declared = nullptr;
  if (index == 0 && (node.op() == "Placeholder" || node.op() == "PlaceholderWithDefault")) {
    const auto it = node.attr().find("shape");
    if (it != node.attr().end()) declared = &it->second.shape();
  }
  if (declared == nullptr) declared = shape_in_list(node, "_output_shapes", index);
  if (declared == nullptr) declared = shape_in_list(node, "output_shapes", index);
  return declared;
}

bool says_nothing(const TensorShapeProto* declared) {
  // A placeholder of TensorFlow 1 without a shape has a shape of no dimensions.
  return declared == nullptr || declared->unknown_rank() || declared->dim_size() == 0;
}

// The size that a Resize* gives, where it is a constant; the shape of a single image in front of an
// ExpandDims.
void add_what_inputs_say(const NodeGraph& graph, const NodeDef& node,
                         std::vector<std::int64_t>& dims) {
  const std::vector<NodeReference> inputs = data_inputs(node);
  if (inputs.size() < 2) return;
  if (node.op() == "ExpandDims") {
    const NodeDef* image = graph.find(inputs[0].node);
    if (image == nullptr) return;
    const TensorShapeProto* shape =
        declaration(Entry{.tensor = inputs[0], .node = image, .is_pipeline = true});
    if (shape == nullptr || shape->dim_size() != 3) return;
    for (int d = 0; d < 3; ++d) dims[static_cast<std::size_t>(d) + 1] = shape->dim(d).size();
  } else if (node.op().starts_with("Resize")) {
    const NodeDef* size = graph.find(inputs[1].node);
    if (size == nullptr || size->op() != "Const") return;
    const auto value = size->attr().find("value");
    if (value == size->attr().end() || !is_integer(value->second.tensor().dtype())) return;
    const auto shape = to_shape(value->second.tensor().tensor_shape());
    if (!shape || shape->elements() != 2) return;
    const auto numbers = to_integers(value->second.tensor());
    if (!numbers) return;
    dims[1] = numbers->data[0];
    dims[2] = numbers->data[1];
  }
}

// [n,h,w,c], -1 for what is open.
Result<std::vector<std::int64_t>> declared_dims(const NodeGraph& graph, const Entry& entry) {
  const NodeDef& node = *entry.node;
  const TensorShapeProto* declared = declaration(entry);
  std::vector<std::int64_t> dims(4, -1);
  if (declared == nullptr && node.op().starts_with("QueueDequeue")) {
    const std::vector<NodeReference> inputs = data_inputs(node);
    const NodeDef* queue = inputs.empty() ? nullptr : graph.find(inputs.front().node);
    if (queue != nullptr) declared = shape_in_list(*queue, "shapes", entry.tensor.output);
    // Elements of a queue of single images; the batch comes in front of them.
    if (declared != nullptr && declared->dim_size() == 3) {
      for (int d = 0; d < 3; ++d) dims[static_cast<std::size_t>(d) + 1] = declared->dim(d).size();
      return dims;
    }
  }
  if (says_nothing(declared)) {
    add_what_inputs_say(graph, node, dims);
    return dims;
  }
  if (declared->dim_size() != 4) {
    return fail(graph.about(node, fmt::format("the input has {} dimensions; expected an image "
                                              "[n,h,w,c]",
                                              declared->dim_size())));
  }
  for (int d = 0; d < 4; ++d) dims[static_cast<std::size_t>(d)] = declared->dim(d).size();
  return dims;
}

// Whether a tensor holds a photograph's bytes, 0 to 255, perhaps as floats and resized: what
// decodes photographs, and casts of integers, give that.
bool holds_bytes(const NodeGraph& graph, const Entry& entry) {
  const NodeDef* node = entry.node;
  for (int steps = 0; node != nullptr && steps < 8; ++steps) {
    const std::string& op = node->op();
    if (op.starts_with("Decode")) return true;
    if (op == "Placeholder") {
      const auto type = node->attr().find("dtype");
      return type != node->attr().end() && is_integer(type->second.type()) &&
             type->second.type() != DataType::DT_BOOL;
    }
    if (op == "Cast") {
      const auto source = node->attr().find("SrcT");
      if (source != node->attr().end() && source->second.type() == DataType::DT_UINT8) return true;
    } else if (op != "ExpandDims" && op != "Squeeze" && op != "Identity" &&
               !op.starts_with("Resize")) {
      return false;
    }
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.empty()) return false;
    node = graph.find(inputs.front().node);
  }
  return false;
}

// The shape of a constant or a variable, through what hands it on.
const TensorShapeProto* shape_of_weights(const NodeGraph& graph, const NodeReference& tensor) {
  const NodeDef* node = graph.find(tensor.node);
  for (int steps = 0; node != nullptr && steps < 6; ++steps) {
    if (node->op() == "Const") {
      const auto it = node->attr().find("value");
      return it == node->attr().end() ? nullptr : &it->second.tensor().tensor_shape();
    }
    if (is_variable(*node)) {
      const auto it = node->attr().find("shape");
      return it == node->attr().end() ? nullptr : &it->second.shape();
    }
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (inputs.empty()) return nullptr;
    node = graph.find(inputs.front().node);
  }
  return nullptr;
}

// How many channels the convolution that the image meets first has weights for; -1 if there is
// none. Only ops that leave the number of channels alone may stand between.
std::int64_t channels_of_weights(const NodeGraph& graph, const NodeReference& image) {
  static const std::unordered_set<std::string> keep_channels = {
      "Identity", "Pad",   "PadV2",        "Mul",  "Add",     "AddV2",   "Sub",    "Div",
      "Relu",     "Relu6", "StopGradient", "Cast", "RealDiv", "MaxPool", "AvgPool"};
  std::unordered_set<std::string> reached = {to_string(image)};
  // The nodes of most files stand behind those that they read; others say nothing here.
  for (const NodeDef& node : graph.def().node()) {
    const std::vector<NodeReference> inputs = data_inputs(node);
    const bool reads = std::any_of(inputs.begin(), inputs.end(), [&](const NodeReference& input) {
      return reached.count(to_string(input)) != 0;
    });
    if (!reads) continue;
    if (keep_channels.count(node.op()) != 0) reached.insert(node.name());
    const bool convolves = node.op() == "Conv2D" || node.op() == "DepthwiseConv2dNative" ||
                           node.op() == "_FusedConv2D";
    if (!convolves || inputs.size() < 2 || reached.count(to_string(inputs[0])) == 0) continue;
    const TensorShapeProto* weights = shape_of_weights(graph, inputs[1]);
    if (weights != nullptr && weights->dim_size() == 4) return weights->dim(2).size();
  }
  return -1;
}

}  // namespace

bool declares_shape(const NodeGraph& graph, const Entry& entry) {
  const auto dims = declared_dims(graph, entry);
  return !dims ||
         std::any_of(dims->begin() + 1, dims->end(), [](std::int64_t d) { return d >= 0; });
}

Result<InputChoice> choose_input(const NodeGraph& graph, const Entry& entry, const Shape& known,
                                 const ModelRequest& request) {
  const NodeDef* node = entry.node;
  const auto refuse = [&](std::string message) {
    return fail(graph.about(*node, std::move(message)));
  };
  const auto type = node->attr().find("dtype");
  const DataType dtype = type == node->attr().end() ? DataType::DT_FLOAT : type->second.type();
  const bool is_placeholder = node->op().starts_with("Placeholder");
  InputChoice choice{.node = node->name(), .output = entry.tensor.output};
  choice.is_raw = holds_bytes(graph, entry);
  if (dtype != DataType::DT_FLOAT && is_placeholder && !choice.is_raw) {
    return refuse("the input is of type " + name_of(dtype) +
                  "; slimc compiles float32 (DT_FLOAT) graphs");
  }
  SLIMC_ASSIGN(std::vector<std::int64_t> dims, declared_dims(graph, entry));
  if (known.rank() > 0 && known.rank() != 4) {
    return refuse(
        fmt::format("the input has the shape {}; expected an image [n,h,w,c]", known.to_string()));
  }
  for (int d = 1; d < known.rank(); ++d) {
    std::int64_t& dim = dims[static_cast<std::size_t>(d)];
    if (dim < 0) dim = known[d];
  }

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
  const bool is_size_open = (dims[1] < 0 || dims[2] < 0) && !request.resolution;
  const auto size_known = resolve_image_size(
      dims, request, entry.is_pipeline ? std::optional(kUsualSize) : std::nullopt);
  if (!size_known) return refuse(size_known.error());
  if (entry.is_pipeline) {
    choice.remark = fmt::format(
        "the image enters the network at '{}', in front of the first convolution; what the graph "
        "does in front of it is left out",
        to_string(entry.tensor));
    if (is_size_open) {
      choice.remark +=
          fmt::format("; its size is assumed to be {}x{} (--resolution sets it)", dims[1], dims[2]);
    }
  }
  if (dims[3] < 0) dims[3] = channels_of_weights(graph, entry.tensor);
  if (dims[3] < 0) dims[3] = kUsualChannels;

  TensorShapeProto proto;
  for (const std::int64_t dim : dims) proto.add_dim()->set_size(dim);
  auto shape = to_shape(proto);
  if (!shape) return refuse("the input " + shape.error());
  if (shape->elements() == 0) return refuse("the input's shape is " + shape->to_string());
  choice.shape = std::move(*shape);
  return choice;
}

}  // namespace slimc::frontend
