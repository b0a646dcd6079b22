#include "frontend/mobilenet/keras_mobilenet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "frontend/frontend.h"
#include "frontend/mobilenet/family.h"
#include "frontend/mobilenet/mobilenet.h"
#include "frontend/mobilenet/random_weights.h"

namespace slimc::frontend {
namespace {

constexpr const char* kImageNet = "imagenet";
constexpr std::int64_t kImageNetClasses = 1000;
constexpr std::int64_t kImageNetChannels = 3;
constexpr std::int64_t kDefaultSize = 224;
constexpr std::int64_t kPublishedSizes[] = {128, 160, 192, 224};
constexpr double kPublishedAlphas[] = {0.25, 0.5, 0.75, 1.0};

template <typename T, std::size_t N>
bool contains(const T (&list)[N], T value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

// As Python prints a tuple: "(224, 224, 3)", "(None, None, 3)".
std::string tuple(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> words;
  for (const std::int64_t size : shape) {
    words.push_back(size == kUnknownSize ? "None" : std::to_string(size));
  }
  return fmt::format("({}{})", fmt::join(words, ", "), words.size() == 1 ? "," : "");
}

class Checker {
 public:
  Checker(const KerasMobileNetOptions& options, Reporter& reporter)
      : options_(options), reporter_(reporter) {}

  // Height, width and channels, all known.
  Result<std::vector<std::int64_t>> check();

 private:
  bool imagenet() const { return options_.weights == kImageNet; }
  void warn(std::string message) {
    reporter_.warning({.message = std::move(message), .blame = Blame::Usage});
  }
  void check_weights();
  void check_numbers();
  std::vector<std::int64_t> obtain_input_shape();
  void check_imagenet(const std::vector<std::int64_t>& shape);

  const KerasMobileNetOptions& options_;
  Reporter& reporter_;
  OptionChecks checks_;
};

void Checker::check_weights() {
  if (!options_.weights.empty() && !imagenet()) {
    std::error_code error;
    if (!std::filesystem::exists(options_.weights, error)) {
      checks_.add(fmt::format(
          "weights '{}': expected \"imagenet\", none (random) or a file of weights; there is no "
          "such file",
          options_.weights));
    }
  }
  if (imagenet() && options_.include_top && options_.classes != kImageNetClasses) {
    checks_.add(fmt::format("weights \"imagenet\" with include_top need classes {}, found {}",
                            kImageNetClasses, options_.classes));
  }
}

// What Keras leaves to the layers below it, and slimc's own bounds.
void Checker::check_numbers() {
  const double smallest = 1.0 / static_cast<double>(kStemFilters);
  checks_.expect(options_.alpha >= smallest && options_.alpha <= kMaxAlpha, "alpha",
                 fmt::format("{}", options_.alpha),
                 fmt::format("{} (one filter in the first layer) to {}", smallest, kMaxAlpha));
  checks_.between("depth_multiplier", options_.depth_multiplier, 1, kMaxDepthMultiplier);
  checks_.expect(options_.dropout >= 0 && options_.dropout < 1, "dropout",
                 fmt::format("{}", options_.dropout), "0 or more and less than 1");
  checks_.between("batch", options_.batch, 1, kMaxBatch);
  if (options_.include_top) checks_.between("classes", options_.classes, 1, kMaxClasses);
  if (options_.include_top && options_.pooling != GlobalPooling::None) {
    warn("pooling has no effect on a network with a top");
  }
}

// _obtain_input_shape(): the default size is the input's own where weights of it are published.
std::vector<std::int64_t> Checker::obtain_input_shape() {
  const bool given = options_.input_shape.has_value();
  std::vector<std::int64_t> shape = options_.input_shape.value_or(
      options_.include_top
          ? std::vector<std::int64_t>{kDefaultSize, kDefaultSize, kImageNetChannels}
          : std::vector<std::int64_t>{kUnknownSize, kUnknownSize, kImageNetChannels});
  if (shape.size() != 3) {
    checks_.add(fmt::format("input_shape {}: expected three integers (height, width, channels)",
                            tuple(shape)));
    return {};
  }
  if (given && !imagenet() && shape[2] != 1 && shape[2] != 3) {
    warn(fmt::format("the model usually expects 1 or 3 input channels; input_shape {} has {}",
                     tuple(shape), shape[2]));
  }
  if (imagenet() && options_.include_top) {
    const bool published = shape[0] == shape[1] && contains(kPublishedSizes, shape[0]);
    const std::int64_t size = published ? shape[0] : kDefaultSize;
    std::vector<std::int64_t> expected = {size, size, kImageNetChannels};
    if (shape != expected) {
      checks_.add(fmt::format("weights \"imagenet\" with include_top need input_shape {}, found {}",
                              tuple(expected), tuple(shape)));
    }
    return expected;
  }
  if (imagenet() && shape[2] != kImageNetChannels) {
    checks_.add(fmt::format(
        "weights \"imagenet\" need an input of 3 channels, found input_shape {}", tuple(shape)));
  }
  if (!imagenet()) checks_.between("channels", shape[2], 1, kMaxImageChannels);
  const auto side_is = [&](auto predicate) { return predicate(shape[0]) || predicate(shape[1]); };
  if (side_is([](std::int64_t side) { return side != kUnknownSize && side < kMinSide; })) {
    checks_.add(fmt::format("the input must be at least {0}x{0}, found input_shape {1}", kMinSide,
                            tuple(shape)));
  }
  if (side_is([](std::int64_t side) { return side > kMaxSide; })) {
    checks_.add(fmt::format("the input can be at most {0}x{0}, found input_shape {1}", kMaxSide,
                            tuple(shape)));
  }
  if (options_.include_top && side_is([](std::int64_t side) { return side == kUnknownSize; })) {
    checks_.add(
        fmt::format("include_top needs an input_shape of known sizes, found {}", tuple(shape)));
  }
  return shape;
}

void Checker::check_imagenet(const std::vector<std::int64_t>& shape) {
  if (!imagenet()) return;
  if (options_.depth_multiplier != 1) {
    checks_.add(fmt::format("weights \"imagenet\" need depth_multiplier 1, found {}",
                            options_.depth_multiplier));
  }
  if (!contains(kPublishedAlphas, options_.alpha)) {
    checks_.add(fmt::format("weights \"imagenet\" need alpha 0.25, 0.5, 0.75 or 1.0, found {}",
                            options_.alpha));
  }
  if (shape.size() != 3) return;
  if (shape[0] == kUnknownSize) {
    warn("the input's size is not known; weights for 224x224 are meant");
  } else if (shape[0] != shape[1] || !contains(kPublishedSizes, shape[0])) {
    checks_.add(fmt::format(
        "weights \"imagenet\" need a square input of 128, 160, 192 or 224, found input_shape {}",
        tuple(shape)));
  }
}

Result<std::vector<std::int64_t>> Checker::check() {
  check_weights();
  check_numbers();
  std::vector<std::int64_t> shape = obtain_input_shape();
  check_imagenet(shape);
  if (!checks_.passed()) return Failure(checks_.take());
  // Compiled networks have constant shapes.
  for (std::int64_t& size : shape) {
    if (size == kUnknownSize) size = kDefaultSize;
  }
  return shape;
}

}  // namespace

Result<Architecture> keras_architecture(const KerasMobileNetOptions& options, Reporter& reporter) {
  SLIMC_ASSIGN(const std::vector<std::int64_t> shape, Checker(options, reporter).check());
  Architecture architecture;
  architecture.dialect = Dialect::Keras;
  architecture.input = Shape{options.batch, shape[0], shape[1], shape[2]};
  architecture.padding = options.padding;
  architecture.stem_filters = scaled(kStemFilters, options.alpha);
  for (const BlockDefinition& definition : kBlockDefinitions) {
    architecture.blocks.push_back({.stride = definition.stride,
                                   .depth_multiplier = options.depth_multiplier,
                                   .filters = scaled(definition.filters, options.alpha)});
  }
  architecture.pooling = options.include_top ? GlobalPooling::Average : options.pooling;
  architecture.classes = options.include_top ? options.classes : 0;
  architecture.softmax = options.softmax;
  return architecture;
}

std::string keras_weights_file(double alpha, std::int64_t rows, bool include_top) {
  const auto hundredths = static_cast<int>(std::lround(alpha * 100));
  // "1_0", "7_5", "5_0", "2_5".
  const std::string words =
      hundredths == 100 ? "1_0" : fmt::format("{}_{}", hundredths / 10, hundredths % 10);
  return fmt::format("mobilenet_{}_{}_tf{}.h5", words, rows, include_top ? "" : "_no_top");
}

Result<VariableSource> variables_from(const Graph& graph, const Architecture& architecture,
                                      const std::string& file) {
  auto tensors = std::make_shared<std::unordered_map<std::string, std::shared_ptr<const Tensor>>>();
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Constant) tensors->emplace(op.name, op.constant);
  }
  std::unordered_set<std::string> wanted;
  for (const Variable& variable : variables_of(architecture)) wanted.insert(variable.name);
  std::string unused;
  std::size_t count = 0;
  for (const Op& op : graph.ops()) {
    if (op.kind != OpKind::Constant || wanted.count(op.name) != 0) continue;
    if (count++ == 0) unused = op.name;
  }
  if (count > 0) {
    return fail({.file = file,
                 .message = fmt::format("has {} tensors that the network that was asked for has no "
                                        "place for; the first is '{}'",
                                        count, unused)});
  }
  return VariableSource([tensors, file](const Variable& variable) -> Result<Tensor> {
    const auto about = [&](std::string message) {
      return fail({.file = file,
                   .subject = "tensor '" + variable.name + "'",
                   .message = std::move(message)});
    };
    const auto it = tensors->find(variable.name);
    if (it == tensors->end()) return about("is missing; the network that was asked for needs it");
    if (it->second->shape != variable.shape) {
      return about("has the shape " + it->second->shape.to_string() +
                   "; the network that was asked for needs " + variable.shape.to_string());
    }
    return *it->second;
  });
}

Result<Graph> build_keras_mobilenet(const KerasMobileNetOptions& options, const ModelLoader& load,
                                    Reporter& reporter) {
  SLIMC_ASSIGN(const Architecture architecture, keras_architecture(options, reporter));
  const std::int64_t rows = architecture.input[1];
  if (options.weights == kImageNet) {
    const std::string file = keras_weights_file(options.alpha, rows, options.include_top);
    return fail({.message = fmt::format("weights \"imagenet\" are the file {0}: 'slimc fetch {0}' "
                                        "gets it; give its path as the weights",
                                        file),
                 .blame = Blame::Usage});
  }
  VariableSource source = random_weights(architecture, options.seed);
  if (!options.weights.empty()) {
    SLIMC_ASSIGN(const Graph loaded, load(options.weights));
    SLIMC_ASSIGN(source, variables_from(loaded, architecture, options.weights));
  }
  SLIMC_ASSIGN(Graph graph, build_network(architecture, source));
  // The name of the Keras model.
  graph.name = spelled_in_c(
      fmt::format("mobilenet_{:.2f}_{}", options.alpha, size_words(rows, architecture.input[2])));
  return graph;
}

}  // namespace slimc::frontend
