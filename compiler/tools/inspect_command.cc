// slimc inspect: what a network consists of.
#include <fmt/format.h>

#include <memory>

#include "compiler/tools/command.h"
#include "compiler/tools/model_options.h"
#include "compiler/tools/model_summary.h"
#include "compiler/tools/table.h"

namespace slimc {
namespace {

Json to_json(const ModelSummary& summary) {
  Json layers = Json::array();
  for (const LayerSummary& layer : summary.layers) {
    layers.push_back({{"name", layer.name},
                      {"op", name_of(layer.kind)},
                      {"output", layer.output.dims()},
                      {"parameters", layer.parameters},
                      {"multiply_adds", layer.multiply_adds}});
  }
  return {{"name", summary.name},
          {"alpha", summary.alpha ? Json(*summary.alpha) : Json(nullptr)},
          {"resolution", {summary.height, summary.width}},
          {"classes", summary.classes},
          {"parameters", summary.parameters},
          {"multiply_adds", summary.multiply_adds},
          {"layers", layers}};
}

std::string to_text(const ModelSummary& summary) {
  constexpr auto kRight = Table::Align::Right;
  Table table({{"layer"},
               {"op"},
               {"kernel", kRight},
               {"stride", kRight},
               {"output", kRight},
               {"parameters", kRight},
               {"multiply-adds", kRight}});
  for (const LayerSummary& layer : summary.layers) {
    table.add({layer.name, std::string(name_of(layer.kind)), layer.kernel, layer.stride,
               layer.output.to_string(), grouped(layer.parameters), grouped(layer.multiply_adds)});
  }
  table.add_rule();
  table.add({"total", "", "", "", "", grouped(summary.parameters), grouped(summary.multiply_adds)});
  return fmt::format("{}: width multiplier {}, image {}x{}, {} classes\n\n{}", summary.name,
                     summary.alpha ? fmt::format("{}", *summary.alpha) : "unknown", summary.height,
                     summary.width, summary.classes, table.to_string());
}

Result<void> inspect(const ModelOptions& options, Console& console) {
  SLIMC_ASSIGN(const Graph graph, frontend::load_model(options.request, console));
  SLIMC_ASSIGN(const ModelSummary summary, summarize(graph));
  if (console.json()) {
    console.print_json(to_json(summary));
  } else {
    console.print(to_text(summary));
  }
  return {};
}

}  // namespace

void add_inspect_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<ModelOptions>();
  CLI::App* command = add_subcommand(
      app, "inspect", "List a model's layers, parameters and multiply-adds",
      "Parameters are those that training changes: weights, biases, batch norm's gamma\n"
      "and beta, which count with the convolution in front of them. Moving means and\n"
      "variances do not count. Multiply-adds are those of convolutions, for the graph's\n"
      "batch; padding counts like pixels, as in published figures. The width multiplier\n"
      "(alpha) is deduced from the numbers of channels; null where slim's rule gives\n"
      "no such numbers.\n"
      "\n"
      "Examples:\n"
      "  slimc inspect mobilenet_v1_1.0_224.ckpt\n"
      "  slimc inspect net_frozen.pb --json");
  add_model_options(*command, *options);
  add_output_options(
      *command, action,
      "name, alpha, resolution [h,w], classes, parameters, multiply_adds, layers [{name, op, "
      "output [n,h,w,c], parameters, multiply_adds}]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return inspect(*options, console); };
  });
}

}  // namespace slimc
