#include "frontend/tflite/endpoints.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "frontend/image_size.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::tflite {
namespace {

// Photographs; used only where a model leaves its channels open.
constexpr std::int64_t kUsualChannels = 3;

// Enough names to choose from, few enough to read.
constexpr std::size_t kMaxListed = 12;

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

std::vector<std::int64_t> numbers(
    const flatbuffers::Vector<flatbuffers::Offset<schema::TensorMap>>* stored) {
  std::vector<std::int64_t> result;
  for (std::uint32_t i = 0; i < size_of(stored); ++i) {
    result.push_back(stored->Get(i)->tensor_index());
  }
  return result;
}

// The tensor among `candidates`, which the subgraph names as its inputs or outputs.
Result<int> choose(const Model& model, const Tensors& tensors,
                   const std::vector<std::int64_t>& candidates, const std::string& named,
                   const char* what, const char* option) {
  if (!named.empty()) {
    // TensorFlow's tools write "name:0".
    std::string name = named;
    int tensor = tensors.find(name);
    if (tensor < 0 && name.ends_with(":0")) tensor = tensors.find(name.substr(0, name.size() - 2));
    if (tensor >= 0) return tensor;
    return model.fail(fmt::format("has no tensor '{}', which {} names", named, option));
  }
  if (candidates.empty()) {
    return model.fail(fmt::format("has no {}; {} names the tensor", what, option));
  }
  std::vector<std::string> names;
  for (const std::int64_t tensor : candidates) {
    if (tensor < 0 || tensor >= tensors.count()) {
      return model.fail(fmt::format("gives tensor {} as its {}; it has {} tensors", tensor, what,
                                    tensors.count()));
    }
    if (names.size() < kMaxListed) names.push_back(tensors.name(static_cast<int>(tensor)));
  }
  if (candidates.size() == 1) return static_cast<int>(candidates.front());
  return model.fail(fmt::format("has {} {}s; {} names the network's: {}", candidates.size(), what,
                                option, listed(names, candidates.size())));
}

}  // namespace

Result<SubgraphChoice> choose_subgraph(const Model& model, const ModelRequest& request) {
  const auto* subgraphs = model.root().subgraphs();
  const auto* signatures = model.root().signature_defs();
  const std::size_t count = size_of(subgraphs);
  if (count == 0) return model.fail("has no subgraph, so no network");

  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < size_of(signatures); ++i) {
    const schema::SignatureDef& signature = *signatures->Get(i);
    std::string key = printable(signature.signature_key());
    if (request.signature.empty() || key != request.signature) {
      keys.push_back(std::move(key));
      continue;
    }
    if (signature.subgraph_index() >= count) {
      return model.fail(fmt::format("its signature '{}' is of subgraph {}; it has {}", key,
                                    signature.subgraph_index(), count));
    }
    return SubgraphChoice{subgraphs->Get(signature.subgraph_index()), numbers(signature.inputs()),
                          numbers(signature.outputs())};
  }
  const std::string choices = keys.empty() ? "it has none" : "it has " + listed(keys, keys.size());
  if (!request.signature.empty()) {
    return model.fail(fmt::format("has no signature '{}', which --signature names; {}",
                                  request.signature, choices));
  }
  if (count > 1) {
    return model.fail(
        fmt::format("has {} subgraphs; --signature names the network's; {}", count, choices));
  }
  const schema::SubGraph* only = subgraphs->Get(0);
  return SubgraphChoice{only, numbers(only->inputs()), numbers(only->outputs())};
}

Result<int> choose_output(const Model& model, const Tensors& tensors,
                          const SubgraphChoice& subgraph, const ModelRequest& request) {
  return choose(model, tensors, subgraph.outputs,
                request.output_nodes.empty() ? std::string() : request.output_nodes.front(),
                "output", "--output-node");
}

Result<int> choose_input(const Model& model, const Tensors& tensors, const SubgraphChoice& subgraph,
                         const ModelRequest& request) {
  return choose(model, tensors, subgraph.inputs, request.input_node, "input", "--input-node");
}

Result<InputChoice> shape_input(const Tensors& tensors, int input, const ModelRequest& request) {
  InputChoice choice{.tensor = input};
  const schema::Tensor& tensor = tensors.at(choice.tensor);
  const auto refuse = [&](std::string message) {
    return tensors.fail(choice.tensor, std::move(message));
  };
  if (tensor.type() != schema::TensorType::FLOAT32) {
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
