#include "frontend/tensorflow/variables_only.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace slimc::frontend {
namespace {

constexpr std::string_view kAverage = "/ExponentialMovingAverage";

// Of the depthwise halves, which variables do not show: _CONV_DEFS of slim's mobilenet_v1.py and
// Keras' MobileNet() agree.
constexpr std::array<std::int64_t, 13> kStrides = {1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1};

constexpr std::int64_t kDefaultSide = 224;

// Of the first convolution at alpha 1.
constexpr double kFullStemFilters = 32;

// A dialect's names behind the scope, of variables that say how large the network is.
struct Names {
  Dialect dialect;
  std::string_view own_scope;
  std::string_view stem;
  const char* depthwise;  // with the block's number
  const char* pointwise;
  std::string_view classifier;
};
constexpr Names kSlim = {Dialect::Slim,
                         "MobilenetV1/",
                         "Conv2d_0/weights",
                         "Conv2d_{}_depthwise/depthwise_weights",
                         "Conv2d_{}_pointwise/weights",
                         "Logits/Conv2d_1c_1x1/weights"};
constexpr Names kKeras = {Dialect::Keras,      "",
                          "conv1/kernel",      "conv_dw_{}/depthwise_kernel",
                          "conv_pw_{}/kernel", "conv_preds/kernel"};

const Names& names_of(Dialect dialect) { return dialect == Dialect::Slim ? kSlim : kKeras; }

Diagnostic about(const Checkpoint& checkpoint, const std::string& tensor, std::string message) {
  return {.file = checkpoint.index().string(),
          .subject = "tensor '" + tensor + "'",
          .message = std::move(message)};
}

// Which of a variable's values is read: itself or its average.
std::string stored_name(const Checkpoint& checkpoint, StoredVariables wanted,
                        const std::string& name) {
  const std::string average = name + std::string(kAverage);
  switch (wanted) {
    case StoredVariables::Raw:
      break;
    case StoredVariables::Graph:  // there is none to ask
      if (!checkpoint.contains(name) && checkpoint.contains(average)) return average;
      break;
    case StoredVariables::Ema:
      if (checkpoint.contains(average)) return average;
      break;
  }
  return name;
}

// In front of every variable whose name ends with `stem`.
std::set<std::string> scopes_of(const Checkpoint& checkpoint, std::string_view stem) {
  std::set<std::string> scopes;
  for (const std::string& tensor : checkpoint.tensors()) {
    std::string_view name = tensor;
    if (name.ends_with(kAverage)) name.remove_suffix(kAverage.size());
    if (!name.ends_with(stem)) continue;
    name.remove_suffix(stem.size());
    if (name.empty() || name.ends_with('/')) scopes.insert(std::string(name));
  }
  return scopes;
}

Result<std::pair<const Names*, std::string>> find_network(
    const Checkpoint& checkpoint, const std::vector<std::string>& no_graph) {
  std::vector<std::pair<const Names*, std::string>> found;
  std::vector<std::string> stems;
  for (const Names* names : {&kSlim, &kKeras}) {
    for (const std::string& scope : scopes_of(checkpoint, names->stem)) {
      found.emplace_back(names, scope);
      stems.push_back(fmt::format("'{}{}'", scope, names->stem));
    }
  }
  if (found.size() == 1) return found.front();
  const std::string file = checkpoint.index().string();
  if (found.empty()) {
    return fail({.file = file,
                 .message = fmt::format("has no graph beside it ({}) and no variables of a "
                                        "MobileNet v1: none is called .../{} (slim) or .../{} "
                                        "(Keras)",
                                        fmt::join(no_graph, ", "), kSlim.stem, kKeras.stem)});
  }
  return fail({.file = file,
               .message = fmt::format("has no graph beside it and the variables of {} networks: {}",
                                      found.size(), fmt::join(stems, ", "))});
}

// Reads the numbers of a network off its weights' shapes.
class Reader {
 public:
  Reader(const Checkpoint& checkpoint, StoredVariables wanted, std::string scope)
      : checkpoint_(checkpoint), wanted_(wanted), scope_(std::move(scope)) {}

  bool contains(const std::string& name) const {
    return checkpoint_.contains(stored_name(checkpoint_, wanted_, scope_ + name));
  }

  // The last dimensions of weights: [.., .., inputs, outputs]. Complains, and gives nothing, where
  // they are not there or not of four dimensions.
  std::optional<std::pair<std::int64_t, std::int64_t>> channels(const std::string& name) {
    const std::string stored = stored_name(checkpoint_, wanted_, scope_ + name);
    if (!checkpoint_.contains(stored)) {
      problems.add(about(checkpoint_, stored, "is missing; the network needs it"));
      return std::nullopt;
    }
    auto shape = checkpoint_.shape(stored);
    if (!shape) {
      problems.add(std::move(shape).error());
      return std::nullopt;
    }
    if (shape->rank() != 4) {
      problems.add(
          about(checkpoint_, stored,
                "has the shape " + shape->to_string() + "; expected weights of 4 dimensions"));
      return std::nullopt;
    }
    return std::pair{(*shape)[2], (*shape)[3]};
  }

  Diagnostics problems;

 private:
  const Checkpoint& checkpoint_;
  StoredVariables wanted_;
  std::string scope_;
};

// The last block of which there is anything, up to `limit`.
std::int64_t last_block(const Reader& reader, const Names& names, std::int64_t limit) {
  for (std::int64_t i = limit; i > 0; --i) {
    if (reader.contains(fmt::format(fmt::runtime(names.depthwise), i)) ||
        reader.contains(fmt::format(fmt::runtime(names.pointwise), i))) {
      return i;
    }
  }
  return 0;
}

// The dialect's name of a variable, in this checkpoint's scope.
std::string scoped_name(const StoredNetwork& network, const std::string& name) {
  return network.scope + name.substr(names_of(network.architecture.dialect).own_scope.size());
}

std::string description(const StoredNetwork& network) {
  const Architecture& a = network.architecture;
  std::string words = fmt::format(
      "has no graph beside it; its variables are {}'s MobileNet v1 with {} blocks, alpha {:g}",
      a.dialect == Dialect::Slim ? "slim" : "Keras", a.blocks.size(),
      static_cast<double>(a.stem_filters) / kFullStemFilters);
  if (!a.blocks.empty() && a.blocks.front().depth_multiplier != 1) {
    words += fmt::format(", depth multiplier {}", a.blocks.front().depth_multiplier);
  }
  words += a.classes > 0 ? fmt::format(", {} classes", a.classes) : ", no classifier";
  if (!network.has_gamma) words += ", no gamma";
  words +=
      fmt::format("; assumed are an input of {}x{}, the usual strides, {}", a.input[1], a.input[2],
                  a.padding == PaddingStyle::Same ? "SAME padding" : "Keras' padding");
  if (a.classes > 0) {
    words += ", a softmax";
  } else {
    words += a.pooling == GlobalPooling::None ? ", no pooling" : ", average pooling";
  }
  return words;
}

}  // namespace

Result<StoredNetwork> read_architecture(const Checkpoint& checkpoint,
                                        const std::vector<std::string>& no_graph,
                                        const ModelRequest& request) {
  SLIMC_ASSIGN(const auto found, find_network(checkpoint, no_graph));
  const Names& names = *found.first;
  StoredNetwork network;
  network.scope = found.second;
  Reader reader(checkpoint, request.variables, network.scope);

  Architecture& a = network.architecture;
  a.dialect = names.dialect;
  const auto stem = reader.channels(std::string(names.stem));
  if (stem) {
    const auto side = request.resolution.value_or(std::pair{kDefaultSide, kDefaultSide});
    a.input = Shape{request.batch, side.first, side.second, stem->first};
    a.stem_filters = stem->second;
  }
  const std::int64_t blocks = last_block(reader, names, 10 * std::ssize(kStrides));
  if (blocks > std::ssize(kStrides)) {
    return fail({.file = checkpoint.index().string(),
                 .message = fmt::format("has no graph beside it and the variables of {} blocks; "
                                        "MobileNet v1 has {}",
                                        blocks, kStrides.size())});
  }
  for (std::int64_t i = 1; i <= blocks; ++i) {
    const auto depthwise = reader.channels(fmt::format(fmt::runtime(names.depthwise), i));
    const auto pointwise = reader.channels(fmt::format(fmt::runtime(names.pointwise), i));
    if (!depthwise || !pointwise) continue;
    a.blocks.push_back({.stride = kStrides[static_cast<std::size_t>(i - 1)],
                        .depth_multiplier = depthwise->second,
                        .filters = pointwise->second});
  }
  a.classes = 0;
  if (const std::string classifier(names.classifier); reader.contains(classifier)) {
    if (const auto channels = reader.channels(classifier)) a.classes = channels->second;
  }
  if (names.dialect == Dialect::Keras) {
    // Object-based checkpoints and Keras' own names in a checkpoint are TensorFlow 2's.
    a.padding = PaddingStyle::BottomRight;
    if (a.classes == 0) a.pooling = GlobalPooling::None;  // Keras' default without top
  }
  if (!reader.problems.empty()) return Failure(std::move(reader.problems));

  network.has_gamma = false;
  for (const Variable& variable : variables_of(a)) {
    const std::string name = scoped_name(network, variable.name);
    const std::string stored = stored_name(checkpoint, request.variables, name);
    if (variable.role == VariableRole::Gamma && checkpoint.contains(stored)) {
      network.has_gamma = true;
    }
    if (checkpoint.contains(name + std::string(kAverage))) network.has_averages = true;
  }
  return network;
}

Result<Graph> load_variables(const Checkpoint& checkpoint, const std::vector<std::string>& no_graph,
                             const ModelRequest& request, Reporter& reporter) {
  const std::string file = checkpoint.index().string();
  for (const auto& [option, given] : {std::pair{"--input-node", !request.input_node.empty()},
                                      std::pair{"--output-node", !request.output_nodes.empty()}}) {
    if (!given) continue;
    return fail({.file = file,
                 .message = fmt::format("has no graph beside it whose node {} could name", option),
                 .blame = Blame::Usage});
  }
  SLIMC_ASSIGN(const StoredNetwork network, read_architecture(checkpoint, no_graph, request));
  if (request.variables == StoredVariables::Ema && !network.has_averages) {
    return fail({.file = file,
                 .message = fmt::format("has no moving averages (NAME{}), which --variables ema "
                                        "asks for",
                                        kAverage)});
  }
  const auto source = [&](const Variable& variable) -> Result<Tensor> {
    const std::string name =
        stored_name(checkpoint, request.variables, scoped_name(network, variable.name));
    if (variable.role == VariableRole::Gamma && !network.has_gamma) {
      return Tensor{variable.shape,
                    std::vector<float>(static_cast<std::size_t>(variable.shape.elements()), 1.0f)};
    }
    if (!checkpoint.contains(name)) {
      return fail(about(checkpoint, name,
                        "is missing; the network of the other variables needs it, of shape " +
                            variable.shape.to_string()));
    }
    SLIMC_ASSIGN(const Shape shape, checkpoint.shape(name));
    if (shape != variable.shape) {
      return fail(about(checkpoint, name,
                        "has the shape " + shape.to_string() +
                            "; the network of the other variables expects " +
                            variable.shape.to_string()));
    }
    return checkpoint.read(name);
  };
  SLIMC_ASSIGN(Graph graph, build_network(network.architecture, source));
  graph.file = file;

  std::string words = description(network);
  if (!request.resolution) words += " (--resolution sets the input's size)";
  reporter.warning({.file = file, .message = std::move(words)});
  if (network.has_averages && request.variables == StoredVariables::Graph) {
    reporter.warning({.file = file,
                      .message = "has moving averages of its variables too; --variables ema reads "
                                 "them"});
  }
  return graph;
}

}  // namespace slimc::frontend
