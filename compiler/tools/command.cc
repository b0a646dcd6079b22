#include "compiler/tools/command.h"

namespace slimc {

CLI::App* add_subcommand(CLI::App& app, Action& action, const std::string& name,
                         const std::string& description, const std::string& json_keys,
                         const std::string& footer) {
  CLI::App* command = app.add_subcommand(name, description);
  command->add_flag("--json", action.output.json, "Print the result as JSON: " + json_keys)
      ->group("Output");
  command->add_flag("--verbose", action.output.verbose, "Say on stderr what is being done")
      ->group("Output");
  command->footer(footer);
  return command;
}

}  // namespace slimc
