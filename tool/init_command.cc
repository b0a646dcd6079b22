// slimc init: any network of the family as a checkpoint and graph, with random weights or with a
// file's.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <tuple>

#include "frontend/frontend.h"
#include "frontend/mobilenet/keras_mobilenet.h"
#include "frontend/mobilenet/mobilenet.h"
#include "frontend/tensorflow/write_slim_checkpoint.h"
#include "support/encode.h"
#include "tool/command.h"
#include "tool/model_options.h"

namespace slimc {
namespace {

constexpr const char* kRandom = "random";
constexpr std::int64_t kSlimClasses = 1001;
constexpr std::int64_t kKerasClasses = 1000;

// What was given on the command line; what was not is the dialect's own.
struct Options {
  std::string dialect = "slim";
  double alpha = 1;
  std::int64_t depth_multiplier = 1;
  std::int64_t height = 224, width = 224, channels = 3;
  std::int64_t batch = 1;
  std::optional<std::int64_t> min_depth;      // slim
  std::optional<std::int64_t> output_stride;  // slim
  bool global_pool = false;                   // slim
  std::optional<std::string> padding;
  std::optional<std::int64_t> classes;
  bool no_top = false;
  std::optional<std::string> pooling;  // Keras
  bool no_softmax = false;
  double dropout = 0.001;
  std::string weights = kRandom;
  std::uint64_t seed = 1;
  std::filesystem::path prefix;

  bool keras() const { return dialect == "keras"; }
};

const std::map<std::string, frontend::PaddingStyle>& paddings() {
  static const std::map<std::string, frontend::PaddingStyle> names = {
      {"same", frontend::PaddingStyle::Same},
      {"symmetric", frontend::PaddingStyle::Symmetric},
      {"bottom-right", frontend::PaddingStyle::BottomRight},
  };
  return names;
}

const std::map<std::string, frontend::GlobalPooling>& poolings() {
  static const std::map<std::string, frontend::GlobalPooling> names = {
      {"none", frontend::GlobalPooling::None},
      {"avg", frontend::GlobalPooling::Average},
      {"max", frontend::GlobalPooling::Max},
  };
  return names;
}

// Options of the other dialect, and those that contradict each other.
Result<void> check(const Options& options) {
  Diagnostics problems;
  const auto refuse = [&](bool wrong, const char* message) {
    if (wrong) problems.add({.message = message, .blame = Blame::Usage});
  };
  if (options.keras()) {
    refuse(options.min_depth.has_value(), "--min-depth is slim's; Keras has no least width");
    refuse(options.output_stride.has_value(),
           "--output-stride is slim's; Keras' networks are not dilated");
    refuse(options.global_pool, "--global-pool is slim's; Keras always pools all of the features");
    refuse(options.classes == 0, "--classes 0 is slim's; --no-top leaves Keras' classifier out");
  } else {
    refuse(options.pooling.has_value(), "--pooling is Keras'; slim has --global-pool");
    refuse(options.padding == "bottom-right",
           "--padding bottom-right is Keras'; slim pads same or symmetric");
    refuse(
        options.weights == "imagenet",
        "--weights imagenet is Keras'; 'slimc fetch' gets slim's checkpoints, which are complete "
        "models");
  }
  refuse(options.no_top && options.classes.value_or(0) != 0,
         "--no-top leaves the classifier out; it does not go with --classes");
  refuse(options.no_top && options.no_softmax,
         "--no-top leaves the softmax out; it does not go with --no-softmax");
  refuse(!options.no_top && options.pooling.has_value(),
         "--pooling needs --no-top; with a top, the pooling is the average");
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    problems.add({.message = fmt::format("--dropout {}: expected 0 or more and less than 1",
                                         options.dropout),
                  .blame = Blame::Usage});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return {};
}

Result<Graph> load(const std::string& file, Console& console) {
  return frontend::load_model({.model = file}, console);
}

Result<Graph> build_slim(const Options& options, Console& console) {
  frontend::MobileNetOptions network;
  network.alpha = options.alpha;
  network.min_depth = options.min_depth.value_or(network.min_depth);
  network.height = options.height;
  network.width = options.width;
  network.channels = options.channels;
  network.batch = options.batch;
  network.classes = options.no_top ? 0 : options.classes.value_or(kSlimClasses);
  network.seed = options.seed;
  network.depth_multiplier = options.depth_multiplier;
  network.output_stride = options.output_stride.value_or(network.output_stride);
  network.explicit_padding = options.padding == "symmetric";
  network.global_pool = options.global_pool;
  network.softmax = !options.no_softmax;
  if (options.weights == kRandom) return frontend::build_mobilenet(network);
  SLIMC_ASSIGN(const frontend::Architecture architecture, frontend::slim_architecture(network));
  SLIMC_ASSIGN(const Graph loaded, load(options.weights, console));
  SLIMC_ASSIGN(const frontend::VariableSource source,
               frontend::variables_from(loaded, architecture, options.weights));
  return frontend::build_network(architecture, source);
}

Result<Graph> build_keras(const Options& options, Console& console) {
  frontend::KerasMobileNetOptions network;
  network.input_shape = {options.height, options.width, options.channels};
  network.alpha = options.alpha;
  network.depth_multiplier = options.depth_multiplier;
  network.dropout = options.dropout;
  network.include_top = !options.no_top;
  network.weights = options.weights == kRandom ? "" : options.weights;
  if (options.pooling) network.pooling = poolings().at(*options.pooling);
  network.classes = options.classes.value_or(kKerasClasses);
  if (options.padding) network.padding = paddings().at(*options.padding);
  network.softmax = !options.no_softmax;
  network.batch = options.batch;
  network.seed = options.seed;
  return frontend::build_keras_mobilenet(
      network, [&console](const std::string& file) { return load(file, console); }, console);
}

Result<void> init(const Options& options, Console& console) {
  SLIMC_TRY(check(options));
  SLIMC_ASSIGN(const Graph graph,
               options.keras() ? build_keras(options, console) : build_slim(options, console));
  SLIMC_ASSIGN(const std::vector<std::filesystem::path> files,
               frontend::write_slim_checkpoint(graph, options.prefix));
  if (console.json()) {
    Json names = Json::array();
    for (const std::filesystem::path& file : files) names.push_back(file.string());
    console.print_json({{"files", names}});
  } else {
    for (const std::filesystem::path& file : files) console.print(printable(file.string()) + "\n");
  }
  return {};
}

void add_network_options(CLI::App& command, Options& options) {
  command.add_option("--dialect", options.dialect, "Whose definition of the family: slim or keras")
      ->check(one_of({"slim", "keras"}))
      ->capture_default_str()
      ->type_name("NAME");
  command.add_option("--alpha", options.alpha, "Width multiplier")
      ->check(positive())
      ->capture_default_str()
      ->type_name("X");
  command
      .add_option("--depth-multiplier", options.depth_multiplier,
                  "Depthwise channels for one of the input")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--min-depth", options.min_depth, "slim: fewest channels of a layer (default 8)")
      ->check(at_least(1))
      ->type_name("N");
  add_resolution_option(
      command,
      [&options](auto resolution) { std::tie(options.height, options.width) = resolution; },
      "Size of the image (default 224)");
  command.add_option("--channels", options.channels, "Channels of the image")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command.add_option("--batch", options.batch, "Images a run")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command
      .add_option("--output-stride", options.output_stride,
                  "slim: 8, 16 or 32 (default); layers that would go beyond it dilate")
      ->check(one_of({"8", "16", "32"}))
      ->type_name("N");
  command
      .add_option("--padding", options.padding,
                  "Zeros in front of a 3x3 convolution: same (slim's default), symmetric (slim's "
                  "use_explicit_padding; default of Keras, as in TensorFlow r1.9) or bottom-right "
                  "(Keras since)")
      ->check(one_of({"same", "symmetric", "bottom-right"}))
      ->type_name("STYLE");
}

void add_head_options(CLI::App& command, Options& options) {
  const std::string group = "Head";
  command
      .add_option("--classes", options.classes,
                  "Classes (default 1001, the background included; Keras 1000). 0, slim: as "
                  "--no-top")
      ->check(at_least(0))
      ->type_name("N")
      ->group(group);
  command
      .add_flag("--no-top", options.no_top,
                "Without classifier and softmax: slim ends in the pooled features, Keras in what "
                "--pooling gives")
      ->group(group);
  command
      .add_option("--pooling", options.pooling,
                  "Keras without a top: none (default), avg or max over height and width")
      ->check(one_of({"none", "avg", "max"}))
      ->type_name("KIND")
      ->group(group);
  command
      .add_flag("--global-pool", options.global_pool,
                "slim: pool all of the features by a Mean; without it by a window of up to 7x7, "
                "where that covers them")
      ->group(group);
  command.add_flag("--no-softmax", options.no_softmax, "The logits are the result")->group(group);
  command
      .add_option("--dropout", options.dropout,
                  "Rate of the dropout in front of the classifier; without effect at inference")
      ->capture_default_str()
      ->type_name("X")
      ->group(group);
}

}  // namespace

void add_init_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "init", "Write a network of the family as a checkpoint and graph",
      "Builds what slim's mobilenet_v1() and Keras' MobileNet() of TensorFlow r1.9 build of\n"
      "these arguments, and writes PREFIX.ckpt.index, PREFIX.ckpt.data-00000-of-00001,\n"
      "PREFIX.ckpt.meta and PREFIX_eval.pbtxt, as slim's own tools would, together or not\n"
      "at all. With random weights the network classifies nothing: it is for trying things\n"
      "out and for measuring. The same seed gives the same bits everywhere.\n"
      "\n"
      "Widths are max(int(f*alpha), min-depth) in slim and int(f*alpha) in Keras, where f is\n"
      "32 to 1024. 'slimc zoo' lists the published networks.\n"
      "\n"
      "Examples:\n"
      "  slimc init -o mobilenet_v1_1.0_224\n"
      "  slimc init --alpha 0.5 --resolution 160 --seed 1 -o net\n"
      "  slimc init --alpha 0.25 --resolution 96x128 --classes 10 -o small\n"
      "  slimc init --resolution 320 --output-stride 8 --no-top -o features\n"
      "  slimc init --dialect keras --alpha 0.33 --no-top --pooling avg -o embedding\n"
      "  slimc init --dialect keras --alpha 0.25 --weights mobilenet_2_5_224_tf.h5 -o net");
  add_network_options(*command, *options);
  add_head_options(*command, *options);
  const std::string group = "Weights";
  command
      ->add_option(
          "--weights", options->weights,
          "random, imagenet (Keras: says which file to fetch) or a model file that has the "
          "network's variables")
      ->capture_default_str()
      ->type_name("FILE")
      ->group(group);
  command->add_option("--seed", options->seed, "Seed of the random weights")
      ->capture_default_str()
      ->type_name("N")
      ->group(group);
  command->add_option("-o,--output", options->prefix, "What the files' names begin with")
      ->required()
      ->type_name("PREFIX");
  add_output_options(*command, action, "files [path]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return init(*options, console); };
  });
}

}  // namespace slimc
