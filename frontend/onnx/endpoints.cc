#include "frontend/onnx/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "frontend/image_size.h"
#include "frontend/listed.h"
#include "frontend/onnx/tensor_data.h"
#include "frontend/tensor_checks.h"
#include "support/suggestions.h"

namespace slimc::frontend::onnx {
namespace {

// Photographs; used only where a model leaves its channels open.
constexpr std::int64_t kUsualChannels = 3;

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

std::string quoted(const std::string& name) { return "'" + printable(name) + "'"; }

Result<std::string> named_value(const Model& model, const std::string& word, const char* option) {
  std::string value = model.find_value(word);
  if (!value.empty()) return value;
  return model.fail(fmt::format("has no value and no node '{}', which {} names{}", printable(word),
                                option, did_you_mean(word, model.known_names())));
}

using Readers = std::unordered_map<std::string, std::vector<int>>;

Readers readers_of(const Model& model) {
  Readers readers;
  for (int i = 0; i < model.graph().node_size(); ++i) {
    for (const std::string& input : model.node(i).input()) {
      if (!input.empty()) readers[input].push_back(i);
    }
  }
  return readers;
}

// Height and width are what is reduced.
std::optional<bool> channels_first_by_axes(const schema::NodeProto& node) {
  for (const schema::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() != "axes") continue;
    const std::vector<std::int64_t> axes(attribute.ints().begin(), attribute.ints().end());
    if (axes == std::vector<std::int64_t>{1, 2}) return false;
    if (axes == std::vector<std::int64_t>{2, 3}) return true;
  }
  return std::nullopt;
}

// The order of dimensions that the first nodes show which have an opinion on it.
std::optional<bool> channels_first_by_readers(const Model& model, const std::string& input) {
  static const std::unordered_set<std::string> image_ops = {
      "Conv",      "BatchNormalization", "AveragePool",   "MaxPool",
      "FusedConv", "GlobalAveragePool",  "GlobalMaxPool",
  };
  static const std::unordered_set<std::string> elementwise = {
      "Add", "Sub", "Mul", "Div",  "Cast", "Identity", "Clip", "Relu",
      "Pad", "Min", "Max", "Sqrt", "Pow",  "Neg",      "Sum",  "Dropout",
  };
  const Readers readers = readers_of(model);
  std::deque<std::string> queue = {input};
  std::unordered_set<std::string> seen = {input};
  while (!queue.empty()) {
    const std::string value = std::move(queue.front());
    queue.pop_front();
    const auto it = readers.find(value);
    if (it == readers.end()) continue;
    for (const int index : it->second) {
      const schema::NodeProto& node = model.node(index);
      if (image_ops.count(node.op_type()) != 0) return true;
      if (node.op_type().starts_with("Reduce")) {
        if (const auto shown = channels_first_by_axes(node)) return shown;
      }
      if (node.op_type() == "Transpose") {
        for (const schema::AttributeProto& attribute : node.attribute()) {
          const std::vector<std::int64_t> perm(attribute.ints().begin(), attribute.ints().end());
          if (perm == std::vector<std::int64_t>{0, 3, 1, 2}) return false;
          if (perm == std::vector<std::int64_t>{0, 2, 3, 1}) return true;
        }
      }
      if (elementwise.count(node.op_type()) == 0) continue;
      for (const std::string& output : node.output()) {
        if (!output.empty() && seen.insert(output).second) queue.push_back(output);
      }
    }
  }
  return std::nullopt;
}

bool is_channels_first(const Model& model, const std::string& input, const Dims& dims) {
  if (const auto shown = channels_first_by_readers(model, input)) return *shown;
  const auto is_color = [](std::int64_t dim) { return dim == 1 || dim == 3; };
  return is_color(dims[1]) || !is_color(dims[3]);
}

}  // namespace

Result<std::vector<OutputChoice>> choose_outputs(const Model& model, const ModelRequest& request) {
  std::vector<OutputChoice> outputs;
  for (const std::string& word : request.output_nodes) {
    SLIMC_ASSIGN(std::string value, named_value(model, word, "--output-node"));
    outputs.push_back({printable(word), std::move(value)});
  }
  if (!outputs.empty()) return outputs;
  Diagnostics problems;
  for (const schema::ValueInfoProto& output : model.graph().output()) {
    if (!model.exists(output.name())) {
      problems.add({.file = model.file(),
                    .message = fmt::format("its output '{}' is given by no node",
                                           printable(output.name()))});
    }
    outputs.push_back({printable(output.name()), output.name()});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  if (outputs.empty()) {
    return model.fail("declares no output; --output-node names the network's result");
  }
  return outputs;
}

Result<std::vector<int>> needed_nodes(const Model& model, const std::vector<std::string>& values,
                                      const std::string& input) {
  // Depth first, without recursion: a node is finished when all that it reads is.
  enum class State : std::uint8_t { New, Open, Done };
  std::vector<State> states(static_cast<std::size_t>(model.graph().node_size()), State::New);
  std::vector<int> order;
  struct Step {
    int node;
    int next = 0;  // of its inputs
  };
  std::vector<Step> stack;
  const auto enter = [&](const std::string& value) -> Result<void> {
    if (value.empty() || value == input) return {};
    const auto producer = model.producer(value);
    if (!producer) return {};
    State& state = states[static_cast<std::size_t>(producer->node)];
    if (state == State::Open) {
      return slimc::fail(model.about(model.node(producer->node), "depends on its own result"));
    }
    if (state == State::New) {
      state = State::Open;
      stack.push_back({producer->node});
    }
    return {};
  };
  for (const std::string& value : values) {
    SLIMC_TRY(enter(value));
    while (!stack.empty()) {
      const int node = stack.back().node;
      if (stack.back().next == model.node(node).input_size()) {
        states[static_cast<std::size_t>(node)] = State::Done;
        order.push_back(node);
        stack.pop_back();
        continue;
      }
      SLIMC_TRY(enter(model.node(node).input(stack.back().next++)));
    }
  }
  return order;
}

Result<std::string> choose_input(const Model& model, const std::vector<OutputChoice>& outputs,
                                 const ModelRequest& request) {
  std::vector<std::string> candidates;
  if (!request.input_node.empty()) {
    SLIMC_ASSIGN(std::string value, named_value(model, request.input_node, "--input-node"));
    if (model.initializer(value) != nullptr) {
      return model.fail(
          fmt::format("--input-node {}: is a constant of the file", printable(request.input_node)));
    }
    return value;
  }
  std::vector<std::string> values;
  for (const OutputChoice& output : outputs) values.push_back(output.value);
  SLIMC_ASSIGN(const std::vector<int> needed, needed_nodes(model, values, ""));
  std::unordered_set<std::string> read;
  const auto note = [&](const std::string& value) {
    if (model.graph_input(value) != nullptr) read.insert(value);
  };
  std::for_each(values.begin(), values.end(), note);
  for (const int node : needed) {
    for (const std::string& value : model.node(node).input()) note(value);
  }
  int total = 0;
  // Before IR version 4 weights were inputs too.
  for (const schema::ValueInfoProto& input : model.graph().input()) {
    if (model.initializer(input.name()) != nullptr) continue;
    ++total;
    if (read.count(input.name()) != 0) candidates.push_back(input.name());
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) {
    return model.fail(total == 0 ? "has no input; --input-node names the value that the image is"
                                 : "its outputs depend on none of its inputs");
  }
  return model.fail(
      fmt::format("has {} inputs; slimc compiles networks of one image; --input-node "
                  "names it: {}",
                  candidates.size(), listed(candidates, kMaxListed, quoted)));
}

Result<InputChoice> shape_input(const Model& model, const std::string& input, const Dims& dims,
                                const ModelRequest& request) {
  const auto refuse = [&](std::string message) {
    return slimc::fail({.file = model.file(),
                        .subject = "value '" + printable(input) + "'",
                        .message = std::move(message)});
  };
  if (const schema::ValueInfoProto* info = model.graph_input(input)) {
    const int type = info->type().tensor_type().elem_type();
    if (!is_float(type)) {
      return refuse("the input is " + name_of(type) +
                    "; slimc compiles float32 models; --input-node may name the value behind the "
                    "cast to floats");
    }
  }
  if (dims.size() != 4) {
    return refuse(fmt::format("the input has the shape {}; expected an image of 4 dimensions",
                              Shape(dims).to_string()));
  }
  InputChoice choice{.value = input};
  choice.is_channels_first = is_channels_first(model, input, dims);
  std::vector<std::int64_t> nhwc = dims;
  if (choice.is_channels_first) nhwc = {dims[0], dims[2], dims[3], dims[1]};
  if (request.batch < 1) {
    return slimc::fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                        .blame = Blame::Usage});
  }
  if (nhwc[0] < 0) {
    nhwc[0] = request.batch;
  } else if (request.batch != 1 && nhwc[0] != request.batch) {
    choice.replaced_batch = nhwc[0];
    nhwc[0] = request.batch;
  }
  choice.resized = nhwc[1] < 0 || nhwc[2] < 0;
  if (const auto size = resolve_image_size(nhwc, request); !size) return refuse(size.error());
  if (nhwc[3] < 0) nhwc[3] = kUsualChannels;
  if (std::any_of(nhwc.begin(), nhwc.end(), [](std::int64_t dim) { return dim < 1; }) ||
      bounded_product(nhwc) > kMaxElements) {
    return refuse(fmt::format("the input's shape is {}; expected 1 to {} elements",
                              Shape(nhwc).to_string(), kMaxElements));
  }
  choice.shape = Shape(std::move(nhwc));
  return choice;
}

std::unordered_set<std::string> image_values(const Model& model, const std::string& input) {
  const Readers readers = readers_of(model);
  std::unordered_set<std::string> found = {input};
  std::vector<std::string> queue = {input};
  while (!queue.empty()) {
    const std::string value = std::move(queue.back());
    queue.pop_back();
    const auto it = readers.find(value);
    if (it == readers.end()) continue;
    for (const int index : it->second) {
      const schema::NodeProto& node = model.node(index);
      if (node.op_type() == "Shape" || node.op_type() == "Size") continue;
      for (const std::string& output : node.output()) {
        if (!output.empty() && found.insert(output).second) queue.push_back(output);
      }
    }
  }
  return found;
}

}  // namespace slimc::frontend::onnx
