// slimc init: a slim checkpoint and graph with random weights.
#include <memory>

#include "compiler/tools/command.h"
#include "compiler/tools/model_options.h"
#include "frontend/tensorflow/write_slim_checkpoint.h"

namespace slimc {
namespace {

struct Options {
  frontend::MobileNetOptions network;
  std::filesystem::path prefix;
};

Result<void> init(const Options& options, Console& console) {
  SLIMC_ASSIGN(const std::vector<std::filesystem::path> files,
               frontend::write_slim_checkpoint(options.network, options.prefix));
  if (console.json()) {
    Json names = Json::array();
    for (const std::filesystem::path& file : files) names.push_back(file.string());
    console.print_json({{"files", names}});
  } else {
    for (const std::filesystem::path& file : files) console.print(file.string() + "\n");
  }
  return {};
}

}  // namespace

void add_init_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "init", "Write a slim checkpoint and graph with random weights",
      "Writes PREFIX.ckpt.index, PREFIX.ckpt.data-00000-of-00001, PREFIX.ckpt.meta and\n"
      "PREFIX_eval.pbtxt, as slim's own tools would, together or not at all. The same\n"
      "seed gives the same bits everywhere. The network classifies nothing: it is for\n"
      "trying things out and for measuring.\n"
      "\n"
      "Examples:\n"
      "  slimc init -o mobilenet_v1_1.0_224\n"
      "  slimc init --alpha 0.5 --resolution 160 --seed 1 -o net\n"
      "  slimc init --alpha 0.25 --resolution 96x128 --classes 10 -o small");
  frontend::MobileNetOptions& network = options->network;
  command->add_option("--alpha", network.alpha, "Width multiplier")
      ->check(positive())
      ->capture_default_str()
      ->type_name("X");
  add_resolution_option(
      *command,
      [&network](auto resolution) { std::tie(network.height, network.width) = resolution; },
      "Size of the image (default 224)");
  command->add_option("--classes", network.classes, "Classes, the background included")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--min-depth", network.min_depth, "Fewest channels of a layer")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--batch", network.batch, "Images a run")
      ->check(at_least(1))
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--seed", network.seed, "Seed of the random weights")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("-o,--output", options->prefix, "What the files' names begin with")
      ->required()
      ->type_name("PREFIX");
  add_output_options(*command, action, "files [path]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return init(*options, console); };
  });
}

}  // namespace slimc
