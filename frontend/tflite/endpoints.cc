#include "frontend/tflite/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "frontend/image_size.h"
#include "frontend/tensor_checks.h"
#include "support/suggestions.h"

namespace slimc::frontend::tflite {
namespace {

// Photographs; used only where a model leaves its channels open.
constexpr std::int64_t kUsualChannels = 3;

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

// Detectors have a dozen.
constexpr std::size_t kMaxOutputs = 64;

// The first of `total` names.
std::string listed(const std::vector<std::string>& names, std::size_t total) {
  const std::size_t count = std::min(names.size(), kMaxListed);
  std::string words = fmt::format(
      "'{}'", fmt::join(names.begin(), names.begin() + static_cast<long>(count), "', '"));
  if (total > count) words += fmt::format(" and {} more", total - count);
  return words;
}

std::vector<std::int64_t> numbers(const flatbuffers::Vector<std::int32_t>* stored) {
  if (stored == nullptr) return {};
  return {stored->begin(), stored->end()};
}

using Names = std::vector<std::pair<std::string, std::int64_t>>;

void add_names(const flatbuffers::Vector<flatbuffers::Offset<schema::TensorMap>>* stored,
               Names& names) {
  for (std::uint32_t i = 0; i < size_of(stored); ++i) {
    names.emplace_back(printable(stored->Get(i)->name()), stored->Get(i)->tensor_index());
  }
}

std::vector<std::int64_t> tensors_of(const Names& names) {
  std::vector<std::int64_t> result;
  for (const auto& [name, tensor] : names) result.push_back(tensor);
  return result;
}

bool is_tensor(const Tensors& tensors, std::int64_t number) {
  return number >= 0 && number < tensors.count();
}

// "name:0", as TensorFlow's tools write, without its end.
std::string without_port(const std::string& name) {
  return name.ends_with(":0") ? name.substr(0, name.size() - 2) : name;
}

// The tensor that a name or a signature's name is; -1 where there is none.
int find_tensor(const Tensors& tensors, const Names& names, const std::string& named) {
  for (const std::string& name : {named, without_port(named)}) {
    if (const int tensor = tensors.find(name); tensor >= 0) return tensor;
    for (const auto& [key, tensor] : names) {
      if (key == name && is_tensor(tensors, tensor)) return static_cast<int>(tensor);
    }
  }
  return -1;
}

Failure no_such_tensor(const Model& model, const Tensors& tensors, const Names& names,
                       const std::string& named, const char* option) {
  std::vector<std::string> candidates;
  for (int i = 0; i < tensors.count(); ++i) {
    if (!tensors.is_constant(i)) candidates.push_back(tensors.name(i));
  }
  for (const auto& [key, tensor] : names) {
    if (is_tensor(tensors, tensor)) candidates.push_back(key);
  }
  return model.fail(fmt::format("has no tensor '{}', which {} names{}", named, option,
                                did_you_mean(without_port(named), candidates)));
}

Result<void> check_declared(const Model& model, const Tensors& tensors,
                            const std::vector<std::int64_t>& declared, const char* what) {
  for (const std::int64_t tensor : declared) {
    if (is_tensor(tensors, tensor)) continue;
    return model.fail(
        fmt::format("gives tensor {} as its {}; it has {} tensors", tensor, what, tensors.count()));
  }
  return {};
}

// An op of the import is called like the tensor that its TFLite op gives, with its kind behind.
int tensor_of_op(const Tensors& tensors, std::string op) {
  while (op.ends_with('_')) op.pop_back();
  const auto slash = op.rfind('/');
  return slash == std::string::npos ? -1 : tensors.find(op.substr(0, slash));
}

Result<OutputChoice> named_output(const Model& model, const Tensors& tensors, const Names& names,
                                  const std::string& named) {
  if (const int tensor = find_tensor(tensors, names, named); tensor >= 0) {
    return OutputChoice{without_port(named), tensor};
  }
  if (const int tensor = tensor_of_op(tensors, named);
      tensor >= 0 && !tensors.is_constant(tensor)) {
    return OutputChoice{named, tensor, named};
  }
  return no_such_tensor(model, tensors, names, named, "--output-node");
}

}  // namespace

Result<SubgraphChoice> choose_subgraph(const Model& model, const ModelRequest& request,
                                       Reporter& reporter) {
  const auto* subgraphs = model.root().subgraphs();
  const auto* signatures = model.root().signature_defs();
  const std::size_t count = size_of(subgraphs);
  if (count == 0) return model.fail("has no subgraph, so no network");

  const auto not_there = [&](const schema::SignatureDef& signature) {
    return model.fail(fmt::format("its signature '{}' is of subgraph {}; it has {}",
                                  printable(signature.signature_key()), signature.subgraph_index(),
                                  count));
  };
  std::vector<std::string> keys;
  const schema::SignatureDef* chosen = nullptr;
  const std::string wanted = request.signature.empty() ? "serving_default" : request.signature;
  for (std::uint32_t i = 0; i < size_of(signatures); ++i) {
    keys.push_back(printable(signatures->Get(i)->signature_key()));
    if (keys.back() == wanted) chosen = signatures->Get(i);
  }
  if (chosen == nullptr && !request.signature.empty()) {
    return model.fail(
        fmt::format("has no signature '{}', which --signature names{}; {}", request.signature,
                    did_you_mean(request.signature, keys),
                    keys.empty() ? "it has none" : "it has " + listed(keys, keys.size())));
  }
  if (chosen == nullptr && keys.size() == 1) chosen = signatures->Get(0);
  if (chosen == nullptr && keys.size() > 1 && count > 1) {
    return model.fail(fmt::format("has {} subgraphs; --signature names the network's: {}", count,
                                  listed(keys, keys.size())));
  }
  if (chosen != nullptr && chosen->subgraph_index() >= count) return not_there(*chosen);

  const std::uint32_t index = chosen == nullptr ? 0 : chosen->subgraph_index();
  SubgraphChoice choice{.subgraph = subgraphs->Get(index), .number = index};
  choice.inputs = numbers(choice.subgraph->inputs());
  choice.outputs = numbers(choice.subgraph->outputs());
  const auto add = [&](const schema::SignatureDef& signature) {
    add_names(signature.inputs(), choice.input_names);
    add_names(signature.outputs(), choice.output_names);
  };
  if (!request.signature.empty()) {
    add(*chosen);
    choice.inputs = tensors_of(choice.input_names);
    choice.outputs = tensors_of(choice.output_names);
    return choice;
  }
  for (std::uint32_t i = 0; i < size_of(signatures); ++i) {
    if (signatures->Get(i)->subgraph_index() == index) add(*signatures->Get(i));
  }
  if (count > 1) {
    reporter.warning(
        {.file = model.file(),
         .message = chosen == nullptr
                        ? fmt::format("has {} subgraphs and no signatures: the first one is taken, "
                                      "which is the one that TFLite runs",
                                      count)
                        : fmt::format("has {} subgraphs: that of signature '{}' is taken; "
                                      "--signature names another one ({})",
                                      count, printable(chosen->signature_key()),
                                      listed(keys, keys.size()))});
  }
  return choice;
}

Result<int> choose_input(const Model& model, const Tensors& tensors, const SubgraphChoice& subgraph,
                         const ModelRequest& request) {
  constexpr const char* kOption = "--input-node";
  if (!request.input_node.empty()) {
    const int tensor = find_tensor(tensors, subgraph.input_names, request.input_node);
    if (tensor >= 0) return tensor;
    return no_such_tensor(model, tensors, subgraph.input_names, request.input_node, kOption);
  }
  const std::vector<std::int64_t>& declared = subgraph.inputs;
  if (declared.empty()) return model.fail("has no input; --input-node names the tensor");
  SLIMC_TRY(check_declared(model, tensors, declared, "input"));
  if (declared.size() == 1) return static_cast<int>(declared.front());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(declared.size(), kMaxListed); ++i) {
    names.push_back(tensors.name(static_cast<int>(declared[i])));
  }
  return model.fail(fmt::format("has {} inputs; {} names the network's: {}", declared.size(),
                                kOption, listed(names, declared.size())));
}

std::string described(const Tensors& tensors, const std::vector<SubgraphOp>& ops, int tensor) {
  std::string words = "'" + tensors.name(tensor) + "'";
  if (const auto shape = tensors.shape(tensor)) words += " " + shape->to_string();
  if (const SubgraphOp* op = producer_of(ops, tensor)) words += " (" + name_of(op->code) + ")";
  return words;
}

Result<std::vector<OutputChoice>> choose_outputs(const Model& model, const Tensors& tensors,
                                                 const SubgraphChoice& subgraph,
                                                 const std::vector<SubgraphOp>& ops,
                                                 const std::vector<bool>& depends,
                                                 const ModelRequest& request) {
  std::vector<OutputChoice> choices;
  Diagnostics problems;
  for (const std::string& named : request.output_nodes) {
    auto choice = named_output(model, tensors, subgraph.output_names, named);
    if (choice) {
      choices.push_back(std::move(*choice));
    } else {
      problems.add(std::move(choice).error());
    }
  }
  if (!problems.empty()) return Failure(std::move(problems));
  if (!choices.empty()) return choices;

  SLIMC_TRY(check_declared(model, tensors, subgraph.outputs, "output"));
  if (subgraph.outputs.size() > kMaxOutputs) {
    return model.fail(
        fmt::format("has {} outputs; slimc takes up to {}: --output-node names those "
                    "that are wanted",
                    subgraph.outputs.size(), kMaxOutputs));
  }
  for (const std::int64_t output : subgraph.outputs) {
    const int tensor = static_cast<int>(output);
    choices.push_back({tensors.name(tensor), tensor});
  }
  if (!choices.empty()) return choices;

  const std::vector<int> sinks = sinks_of(ops, depends);
  if (sinks.size() == 1) {
    return std::vector<OutputChoice>{{tensors.name(sinks.front()), sinks.front()}};
  }
  if (sinks.empty()) return model.fail("has no output; --output-node names the tensor");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < std::min(sinks.size(), kMaxListed); ++i) {
    words.push_back(described(tensors, ops, sinks[i]));
  }
  return model.fail(fmt::format(
      "declares no output, and nothing reads {} of its results; --output-node names those that "
      "are wanted, once for each: {}{}",
      sinks.size(), fmt::join(words, ", "),
      sinks.size() > words.size() ? fmt::format(" and {} more", sinks.size() - words.size()) : ""));
}

Result<InputChoice> shape_input(const Tensors& tensors, int input, bool is_raw,
                                const ModelRequest& request) {
  InputChoice choice{.tensor = input};
  const schema::Tensor& tensor = tensors.at(choice.tensor);
  const auto refuse = [&](std::string message) {
    return tensors.fail(choice.tensor, std::move(message));
  };
  const bool is_integers = is_integer(tensor.type()) || is_quantised(tensor.type());
  if (tensor.type() != schema::TensorType::FLOAT32 && !(is_integers && is_raw)) {
    return refuse("the input is " + name_of(tensor.type()) + "; slimc compiles float32 models");
  }
  SLIMC_ASSIGN(const Shape stored, tensors.shape(choice.tensor));
  if (stored.rank() != 4) {
    return refuse(
        fmt::format("the input has the shape {}; expected an image [n,h,w,c]", stored.to_string()));
  }
  std::vector<std::int64_t> dims = stored.dims();
  const auto* signature = tensor.shape_signature();
  const auto is_open = [&](std::uint32_t d) {
    return size_of(signature) == 4 && signature->Get(d) < 0;
  };

  if (request.batch < 1) {
    return slimc::fail({.message = fmt::format("--batch {}: expected 1 or more", request.batch),
                        .blame = Blame::Usage});
  }
  if (dims[0] != request.batch && (is_open(0) || request.batch != 1)) {
    choice.replaced_batch = dims[0];
    dims[0] = request.batch;
  }
  for (const std::uint32_t d : {1u, 2u}) {
    if (!is_open(d)) continue;
    choice.resized = true;
    dims[d] = -1;
  }
  if (const auto size = resolve_image_size(dims, request); !size) return refuse(size.error());
  if (is_open(3)) dims[3] = kUsualChannels;

  choice.shape = Shape(std::move(dims));
  const auto& all = choice.shape.dims();
  if (std::any_of(all.begin(), all.end(), [](std::int64_t dim) { return dim < 1; }) ||
      choice.shape.elements() > kMaxElements) {
    return refuse(fmt::format("the input's shape is {}; expected 1 to {} elements",
                              choice.shape.to_string(), kMaxElements));
  }
  return choice;
}

}  // namespace slimc::frontend::tflite
