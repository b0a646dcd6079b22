// slimc targets: what --target takes.
#include <fmt/format.h>

#include <string>

#include "compiler/targets/target_list.h"
#include "tool/command.h"
#include "tool/table.h"

namespace slimc {
namespace {

Result<void> targets(Console& console) {
  Table table({{"target", Table::Align::Left, Table::Narrow::Never},
               {"the CPU has"},
               {"floats a vector", Table::Align::Right},
               {"objects"},
               {"triple"},
               {"tested"}});
  Json list = Json::array();
  std::string_view family;
  for (const ListedTarget& listed : listed_targets()) {
    const Target& target = listed.target;
    if (!family.empty() && listed.family != family) table.add_rule();
    family = listed.family;
    table.add({listed.name(), std::string(listed.needs), std::to_string(target.traits.lanes()),
               std::string(listed.object_format()), target.triple,
               std::string(word_of(listed.tested))});
    list.push_back({{"name", listed.name()},
                    {"family", listed.family},
                    {"system", listed.system},
                    {"needs", listed.needs},
                    {"required_features", target.required_features},
                    {"vector_floats", target.traits.lanes()},
                    {"converts_half", target.converts_half},
                    {"halide", target.halide},
                    {"triple", target.triple},
                    {"object_format", listed.object_format()},
                    {"tested", word_of(listed.tested)}});
  }
  if (console.json()) {
    console.print_json({{"targets", list}});
    return {};
  }
  console.print(table.to_string());
  console.print(
      "\nA name without a system means Linux; 'host' is this machine. Tested, by slimc's own "
      "tests:\n");
  for (const Tested tested : kTested) {
    console.print(fmt::format("  {:<8}  {}\n", word_of(tested), explanation_of(tested)));
  }
  return {};
}

}  // namespace

void add_targets_command(CLI::App& app, Action& action) {
  CLI::App* command = add_subcommand(
      app, "targets", "List what --target takes, and how each is tested",
      "Libraries for all of them are made on one machine: no other compiler, headers or\n"
      "libraries are needed. Halide's own target strings are understood too.\n"
      "\n"
      "Examples:\n"
      "  slimc targets\n"
      "  slimc targets --json\n"
      "  slimc compile net.ckpt --target arm64-android -o out");
  add_output_options(*command, action,
                     "targets [name, family, system, needs, required_features [name], "
                     "vector_floats, converts_half, halide, triple, object_format, tested]");
  command->callback([&action] { action.run = targets; });
}

}  // namespace slimc
