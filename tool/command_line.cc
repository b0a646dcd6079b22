#include "tool/command_line.h"

#include "tool/help_format.h"

namespace slimc {

std::unique_ptr<CLI::App> make_command_line(Action& action) {
  auto app = std::make_unique<CLI::App>(
      "Ahead-of-time compiler for MobileNet v1: from a TensorFlow, Keras, TFLite or ONNX model to "
      "a static library",
      "slimc");
  app->set_version_flag("--version", "slimc " SLIMC_VERSION);
  app->formatter(std::make_shared<HelpFormat>());
  app->footer(
      "Exit status: 0 fine; 1 bad input or failed check; 2 wrong usage; 3 a tool that slimc\n"
      "needs is missing or broke. Results go to stdout, all else to stderr.\n"
      "\n"
      "Examples:\n"
      "  slimc compile mobilenet_v1_1.0_224.ckpt -o out\n"
      "  slimc run mobilenet_v1_1.0_224.ckpt photo.jpg --labels labels.txt\n"
      "  slimc compile --help");
  add_compile_command(*app, action);
  add_inspect_command(*app, action);
  add_run_command(*app, action);
  add_verify_command(*app, action);
  add_bench_command(*app, action);
  add_tune_command(*app, action);
  add_init_command(*app, action);
  add_zoo_command(*app, action);
  add_fetch_command(*app, action);
  add_targets_command(*app, action);
  return app;
}

void check_no_value_is_empty(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& value : option->results()) {
        if (value.empty()) throw CLI::ValidationError(option->get_name(), "is empty");
      }
    }
  }
}

}  // namespace slimc
