// slimc zoo: the published networks of the family.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "frontend/mobilenet/architecture.h"
#include "frontend/zoo/models_folder.h"
#include "frontend/zoo/published.h"
#include "tool/command.h"
#include "tool/table.h"

namespace slimc {
namespace {

struct Options {
  std::filesystem::path folder;
};

// Of one image; trainable parameters, as the published tables count.
struct Cost {
  std::int64_t multiply_adds = 0;
  std::int64_t parameters = 0;
};

// From the graph that the builder makes, whose weights do not matter here.
Result<Cost> cost_of(const frontend::Architecture& architecture) {
  Cost cost;
  const auto zeros = [&cost](const frontend::Variable& variable) -> Result<Tensor> {
    const bool moving = variable.role == frontend::VariableRole::MovingMean ||
                        variable.role == frontend::VariableRole::MovingVariance;
    if (!moving) cost.parameters += variable.shape.elements();
    return Tensor{variable.shape,
                  std::vector<float>(static_cast<std::size_t>(variable.shape.elements()))};
  };
  SLIMC_ASSIGN(const Graph graph, frontend::build_network(architecture, zeros));
  for (const Op& op : graph.ops()) cost.multiply_adds += multiply_adds(graph, op);
  return cost;
}

// What of a published model lies in the folder.
std::vector<std::string> on_disk(const std::filesystem::path& folder,
                                 const frontend::PublishedModel& model) {
  std::vector<std::string> found;
  for (const frontend::Publication& publication : frontend::publications_of(model)) {
    if (frontend::is_on_disk(folder, publication)) {
      found.push_back((folder / publication.model_on_disk()).string());
    }
  }
  return found;
}

std::string percent(double value) { return fmt::format("{:.1f}", value); }

constexpr double kMillion = 1e6;

Result<void> zoo(const Options& options, Console& console) {
  std::filesystem::path folder = options.folder;
  if (folder.empty()) {
    SLIMC_ASSIGN(folder, frontend::default_models_folder());
  }
  Table table({{"model", Table::Align::Left, Table::Narrow::Never},
               {"M multiply-adds", Table::Align::Right},
               {"M parameters", Table::Align::Right},
               {"top 1", Table::Align::Right},
               {"top 5", Table::Align::Right},
               {"Keras top 1", Table::Align::Right},
               {"on disk"}});
  Json models = Json::array();
  for (const frontend::PublishedModel& model : frontend::published_models()) {
    SLIMC_ASSIGN(const Cost cost, cost_of(model.slim()));
    const std::vector<std::string> paths = on_disk(folder, model);
    std::vector<std::string> kinds;
    for (const std::string& path : paths) {
      kinds.push_back(path.ends_with("_no_top.h5") ? "no-top.h5"
                      : path.ends_with(".h5")      ? "h5"
                                                   : "ckpt");
    }
    table.add({model.name,
               fmt::format("{:.1f}", static_cast<double>(cost.multiply_adds) / kMillion),
               fmt::format("{:.2f}", static_cast<double>(cost.parameters) / kMillion),
               percent(model.slim_top1), percent(model.slim_top5),
               model.keras_top1 ? percent(*model.keras_top1) : "",
               kinds.empty() ? "-" : fmt::format("{}", fmt::join(kinds, " "))});
    models.push_back({{"name", model.name},
                      {"alpha", model.alpha},
                      {"resolution", model.resolution},
                      {"multiply_adds", cost.multiply_adds},
                      {"parameters", cost.parameters},
                      {"slim_top1", model.slim_top1},
                      {"slim_top5", model.slim_top5},
                      {"keras_top1", model.keras_top1 ? Json(*model.keras_top1) : Json()},
                      {"on_disk", paths}});
  }
  if (console.json()) {
    console.print_json({{"models", models},
                        {"models_dir", folder.string()},
                        {"slim_accuracy_from", frontend::kSlimTable},
                        {"keras_accuracy_from", frontend::kKerasTable}});
    return {};
  }
  console.print(table.to_string());
  console.print(fmt::format(
      "\nMultiply-adds and trainable parameters are counted in slim's networks (1001 classes).\n"
      "Accuracies, percent of ImageNet's validation images, are published:\n"
      "  top 1, top 5  {}\n"
      "  Keras top 1   {}\n"
      "On disk: {}\n",
      frontend::kSlimTable, frontend::kKerasTable, folder.string()));
  return {};
}

}  // namespace

void add_zoo_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(app, "zoo", "List the 16 published networks of the family",
                     "What each costs is computed from the network that slimc builds; how well it\n"
                     "classifies is what was published. 'slimc fetch NAME' gets one.\n"
                     "\n"
                     "Examples:\n"
                     "  slimc zoo\n"
                     "  slimc zoo --json --models-dir models");
  command
      ->add_option("--models-dir", options->folder,
                   "Where fetched models lie, instead of ~/.cache/slimc/models")
      ->type_name("DIR");
  add_output_options(*command, action,
                     "models [name, alpha, resolution, multiply_adds, parameters, slim_top1, "
                     "slim_top5, keras_top1, on_disk], models_dir, slim_accuracy_from, "
                     "keras_accuracy_from");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return zoo(*options, console); };
  });
}

}  // namespace slimc
