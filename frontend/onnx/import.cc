#include "frontend/onnx/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "frontend/onnx/convert/converters.h"
#include "frontend/onnx/convert/node_context.h"
#include "frontend/onnx/endpoints.h"
#include "frontend/onnx/quantised.h"
#include "frontend/pixels.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {
namespace {

class Importer {
 public:
  Importer(const Model& model, InputChoice input, Reporter& reporter)
      : model_(model), reporter_(reporter), state_(model, std::move(input), reporter) {
    state_.add_input();
  }

  // All nodes that slimc does not know at once: a user who has to change a model wants the whole
  // list.
  Result<void> check_supported(const std::vector<int>& nodes,
                               const std::unordered_set<std::string>& image) const {
    Diagnostics problems;
    const auto is_image = [&](const std::string& value) { return image.count(value) != 0; };
    for (const int index : nodes) {
      const schema::NodeProto& node = model_.node(index);
      const CatalogueEntry* entry = find_converter(node);
      if (entry == nullptr) {
        problems.add(model_.about(node, "is not supported" + remark_on(node)));
      } else if (entry->is_arithmetic_only &&
                 std::any_of(node.input().begin(), node.input().end(), is_image)) {
        problems.add(model_.about(
            node, "is not supported on what the network computes, only on shapes and constants"));
      } else if (node.output_size() == 0 || node.output(0).empty()) {
        problems.add(model_.about(node, "has no first output"));
      }
    }
    if (!problems.empty()) return Failure(std::move(problems));
    return {};
  }

  // Gives the values to those that ask for them.
  Result<void> import(const std::vector<int>& nodes) {
    Diagnostics problems;
    std::unordered_set<std::string> failed;
    for (const int index : nodes) {
      const schema::NodeProto& node = model_.node(index);
      // A node behind a failed one is no news.
      const bool is_behind =
          std::any_of(node.input().begin(), node.input().end(),
                      [&](const std::string& value) { return failed.count(value) != 0; });
      if (!is_behind) {
        NodeContext context(state_, node);
        auto done = context.convert(find_converter(node)->convert);
        if (done) continue;
        problems.add(std::move(done).error());
      }
      failed.insert(node.output().begin(), node.output().end());
    }
    if (!problems.empty()) return Failure(std::move(problems));
    return {};
  }

  Result<std::vector<std::int64_t>> dims(const std::string& value) const {
    const auto it = state_.values.find(value);
    if (it == state_.values.end()) return model_.fail("has no value '" + printable(value) + "'");
    return dims_of(it->second);
  }

  Result<Graph> finish(const std::vector<OutputChoice>& outputs) {
    Diagnostics problems;
    std::unordered_set<std::string> names;
    for (const OutputChoice& output : outputs) {
      auto value = result_of(output);
      if (!value) {
        problems.add(std::move(value).error());
        continue;
      }
      const std::size_t before = state_.graph.outputs.size();
      std::string name = output.name;
      while (!names.insert(name).second) name += '_';
      state_.graph.add_output(name, *value);
      if (state_.graph.outputs.size() == before) {
        reporter_.warning(
            {.file = model_.file(),
             .message = fmt::format("the output '{}' is the same as an earlier one and "
                                    "is left out",
                                    output.name)});
      }
    }
    if (!problems.empty()) return Failure(std::move(problems));
    SLIMC_TRY(check_graph(state_.graph));
    return std::move(state_.graph);
  }

 private:
  // What can be done about operators that are met often.
  std::string remark_on(const schema::NodeProto& node) const {
    const std::string domain = plain_domain(node.domain());
    if (domain == "com.microsoft.nchwc" || domain == "com.ms.internal.nhwc") {
      return ": ONNX Runtime made it for one machine; the file it was made from, or one optimised "
             "at the level 'basic' or 'extended', can be read";
    }
    if (!domain.empty()) {
      const std::int64_t version = model_.opset_of(domain);
      return version == 0 ? "" : fmt::format(" (version {} of {})", version, printable(domain));
    }
    return fmt::format(" (opset {})", model_.opset());
  }

  // An image is given as NHWC, all else with the dimensions of the file.
  Result<Value> result_of(const OutputChoice& output) {
    const auto refuse = [&](std::string message) {
      return slimc::fail({.file = model_.file(),
                          .subject = "output '" + output.name + "'",
                          .message = std::move(message)});
    };
    const auto it = state_.values.find(output.value);
    const auto* view = it == state_.values.end() ? nullptr : std::get_if<View>(&it->second);
    const auto producer = model_.producer(output.value);
    if (view == nullptr || !producer || view->value == state_.graph.input) {
      return refuse(
          fmt::format("is no result of the network: it does not depend on the input '{}', "
                      "or is the input itself",
                      printable(state_.input.value)));
    }
    if (producer->output != 0) {
      return refuse(fmt::format("is output {} of its node; slimc computes first outputs only",
                                producer->output));
    }
    NodeContext context(state_, model_.node(producer->node));
    if (is_plain(*view)) return context.with_shape(view->value, view->shape());
    const auto& d = view->dims;
    if (!is_image(*view)) {
      return refuse(
          fmt::format("is {} in the file, of which slimc has the elements in another order "
                      "(height, width, channels); --output-node may name the value in "
                      "front of the reshape",
                      view->shape().to_string()));
    }
    const Shape nhwc{d[0], d[2], d[3], d[1]};
    reporter_.warning(
        {.file = model_.file(),
         .message = fmt::format("the output '{}' is {} (NCHW) in the file; the compiled "
                                "network gives {} (NHWC)",
                                output.name, view->shape().to_string(), nhwc.to_string())});
    return context.with_shape(view->value, nhwc);
  }

  const Model& model_;
  Reporter& reporter_;
  ImportState state_;
};

// Other inputs than the image would have no value.
Result<void> check_inputs(const Model& model, const std::vector<int>& nodes,
                          const std::string& input) {
  std::unordered_set<std::string> others;
  for (const int index : nodes) {
    for (const std::string& value : model.node(index).input()) {
      if (value != input && model.graph_input(value) != nullptr &&
          model.initializer(value) == nullptr) {
        others.insert(value);
      }
    }
  }
  if (others.empty()) return {};
  return model.fail(fmt::format("the outputs depend on the input '{}' too, not on '{}' alone",
                                printable(*others.begin()), printable(input)));
}

// Nothing that depends on the image goes without a word.
void say_what_is_left_out(const Model& model, const std::vector<int>& needed,
                          const std::unordered_set<std::string>& image, bool is_wanted,
                          Reporter& reporter) {
  constexpr std::size_t kMaxListed = 5;
  const std::unordered_set<int> kept(needed.begin(), needed.end());
  std::vector<std::string> listed;
  std::size_t count = 0;
  for (int i = 0; i < model.graph().node_size(); ++i) {
    const schema::NodeProto& node = model.node(i);
    if (kept.count(i) != 0 || node.op_type() == "Shape" || node.op_type() == "Size") continue;
    if (std::none_of(node.input().begin(), node.input().end(),
                     [&](const std::string& value) { return image.count(value) != 0; })) {
      continue;
    }
    if (++count <= kMaxListed) {
      listed.push_back(fmt::format("'{}' ({})", Model::name_of_node(node), Model::op_of(node)));
    }
  }
  if (count == 0) return;
  std::string line = fmt::format("{} node{} no output needs, and {} left out: {}", count,
                                 count == 1 ? " depends on the image, which"
                                            : "s depend on the "
                                              "image, which",
                                 count == 1 ? "is" : "are", fmt::join(listed, ", "));
  if (count > kMaxListed) line += fmt::format(" and {} more", count - kMaxListed);
  if (is_wanted) {
    reporter.detail(model.file() + ": " + line);
  } else {
    reporter.warning({.file = model.file(), .message = std::move(line)});
  }
}

// Weights that no node reads may be missing somewhere: a name that changed by a character is often
// another's.
void say_what_is_not_read(const Model& model, Reporter& reporter) {
  std::unordered_set<std::string> read;
  for (const schema::NodeProto& node : model.graph().node()) {
    for (const std::string& value : node.input()) {
      if (model.initializer(value) != nullptr) read.insert(value);
    }
  }
  const std::string* first = nullptr;
  int count = 0;
  for (const schema::TensorProto& tensor : model.graph().initializer()) {
    if (read.count(tensor.name()) != 0) continue;
    if (first == nullptr) first = &tensor.name();
    ++count;
  }
  if (first == nullptr) return;
  reporter.warning(
      {.file = model.file(),
       .message = fmt::format("{} of its {} initializers {} read by no node, the first is '{}'",
                              count, model.graph().initializer_size(), count == 1 ? "is" : "are",
                              printable(*first))});
}

// The dimensions of a value in the middle of a network, which not all files say: from the network
// in front of it.
Result<Dims> dims_in_the_middle(const Model& model, const std::string& value,
                                const ModelRequest& request) {
  SilentReporter silent;
  ModelRequest in_front = request;
  in_front.input_node.clear();
  in_front.output_nodes = {value};
  const std::vector<OutputChoice> outputs = {{value, value}};
  SLIMC_ASSIGN(const std::string input, choose_input(model, outputs, in_front));
  const auto declared = model.declared_dims(input);
  if (!declared) return model.fail("does not say the shape of its input");
  SLIMC_ASSIGN(InputChoice choice, shape_input(model, input, *declared, in_front));
  SLIMC_ASSIGN(const std::vector<int> needed, needed_nodes(model, {value}, input));
  SLIMC_TRY(check_inputs(model, needed, input));
  Importer importer(model, std::move(choice), silent);
  SLIMC_TRY(importer.check_supported(needed, image_values(model, input)));
  SLIMC_TRY(importer.import(needed));
  return importer.dims(value);
}

Result<InputChoice> find_input(const Model& model, const std::vector<OutputChoice>& outputs,
                               const ModelRequest& request) {
  SLIMC_ASSIGN(const std::string input, choose_input(model, outputs, request));
  std::optional<Dims> dims = model.declared_dims(input);
  const bool is_in_the_middle = model.producer(input).has_value();
  const bool is_open =
      !dims || std::any_of(dims->begin(), dims->end(), [](std::int64_t dim) { return dim < 0; });
  if (is_in_the_middle && is_open) {
    if (auto computed = dims_in_the_middle(model, input, request)) dims = std::move(*computed);
  }
  if (!dims) {
    return slimc::fail({.file = model.file(),
                        .subject = "value '" + printable(input) + "'",
                        .message = "the file does not say its shape, so it cannot be the input"});
  }
  return shape_input(model, input, *dims, request);
}

void say_layout(const Model& model, const InputChoice& input, Reporter& reporter) {
  if (!input.is_channels_first) return;
  const Shape& s = input.shape;
  reporter.warning(
      {.file = model.file(),
       .message = fmt::format("the input is {} (NCHW) in the file; the compiled network "
                              "takes {} (NHWC)",
                              Shape{s[0], s[3], s[1], s[2]}.to_string(), s.to_string())});
}

}  // namespace

Result<Graph> import_model(const Model& model, const ModelRequest& request, Reporter& reporter) {
  SLIMC_TRY(check_float(model));
  if (model.graph().sparse_initializer_size() > 0) {
    return model.fail(fmt::format("has {} sparse initializers, which slimc does not read",
                                  model.graph().sparse_initializer_size()));
  }
  SLIMC_ASSIGN(const std::vector<OutputChoice> outputs, choose_outputs(model, request));
  SLIMC_ASSIGN(InputChoice input, find_input(model, outputs, request));
  std::vector<std::string> values;
  for (const OutputChoice& output : outputs) values.push_back(output.value);
  SLIMC_ASSIGN(const std::vector<int> needed, needed_nodes(model, values, input.value));
  SLIMC_TRY(check_inputs(model, needed, input.value));
  const std::unordered_set<std::string> image = image_values(model, input.value);
  say_layout(model, input, reporter);
  say_what_is_not_read(model, reporter);
  say_what_is_left_out(model, needed, image, !request.output_nodes.empty(), reporter);
  reporter.detail(fmt::format(
      "{}: {} of {} nodes are needed, from '{}' {}; opset {}, written by {}", model.file(),
      needed.size(), model.graph().node_size(), printable(input.value), input.shape.to_string(),
      model.opset(),
      model.message().producer_name().empty() ? "an unknown program"
                                              : printable(model.message().producer_name())));
  const bool is_cut_off = model.producer(input.value).has_value();
  Importer importer(model, std::move(input), reporter);
  SLIMC_TRY(importer.check_supported(needed, image));
  SLIMC_TRY(importer.import(needed));
  SLIMC_ASSIGN(Graph graph, importer.finish(outputs));
  if (is_cut_off) mark_cut_off(graph);
  return graph;
}

}  // namespace slimc::frontend::onnx
