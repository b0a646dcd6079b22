// slimc inspect: what a network consists of.
#include <fmt/format.h>

#include <memory>

#include "support/encode.h"
#include "tool/command.h"
#include "tool/model_options.h"
#include "tool/model_summary.h"
#include "tool/table.h"

namespace slimc {
namespace {

struct Options {
  ModelOptions model;
  bool wide = false;
};

std::string_view word_of(PixelEncoding::Source source) {
  switch (source) {
    case PixelEncoding::Source::Assumed:
      return "assumed";
    case PixelEncoding::Source::Model:
      return "model";
    case PixelEncoding::Source::User:
      return "user";
  }
  return "";
}

Json input_json(const ModelSummary& summary) {
  const PixelEncoding& pixels = summary.pixels;
  const std::int64_t channels = summary.input.dims().back();
  const std::string order = order_name(pixels, channels);
  return {{"shape", summary.input.dims()},
          {"scale", pixels.scale},
          {"offset", pixels.offset},
          {"order", order.empty() ? Json(nullptr) : Json(order)},
          {"source", word_of(pixels.source)},
          {"evidence", pixels.evidence.empty() ? Json(nullptr) : Json(pixels.evidence)}};
}

Json outputs_json(const ModelSummary& summary) {
  Json outputs = Json::array();
  for (const OutputSummary& output : summary.outputs) {
    outputs.push_back({{"name", output.name},
                       {"shape", output.shape.dims()},
                       {"kind", output.kind.empty() ? Json(nullptr) : Json(output.kind)}});
  }
  return outputs;
}

bool is_activation(const LayerSummary& layer) { return layer.activation.kind != Activation::None; }

// What the first output's last dimension counts.
std::string_view last_dimension(const ModelSummary& summary) {
  const std::string_view kind = summary.outputs.front().kind;
  return kind == "features" || kind == "feature map" ? "features" : "classes";
}

Json to_json(const ModelSummary& summary) {
  Json layers = Json::array();
  for (const LayerSummary& layer : summary.layers) {
    layers.push_back(
        {{"name", layer.name},
         {"op", name_of(layer.kind)},
         {"activation", is_activation(layer) ? Json(to_string(layer.activation)) : Json(nullptr)},
         {"output", layer.output.dims()},
         {"parameters", layer.parameters},
         {"multiply_adds", layer.multiply_adds}});
  }
  return {{"name", summary.name},
          {"form", summary.form.empty() ? Json(nullptr) : Json(summary.form)},
          {"input", input_json(summary)},
          {"outputs", outputs_json(summary)},
          {"alpha", summary.alpha ? Json(*summary.alpha) : Json(nullptr)},
          {"resolution", {summary.height, summary.width}},
          {"classes", summary.classes},
          {"parameters", summary.parameters},
          {"multiply_adds", summary.multiply_adds},
          {"layers", layers}};
}

std::string to_text(const ModelSummary& summary, bool wide) {
  constexpr auto kRight = Table::Align::Right;
  Table table({{"layer"},
               {"op"},
               {"kernel", kRight, Table::Narrow::Drop},
               {"stride", kRight, Table::Narrow::Drop},
               {"output", kRight},
               {"parameters", kRight},
               {"multiply-adds", kRight}});
  for (const LayerSummary& layer : summary.layers) {
    const std::string op =
        is_activation(layer) ? to_string(layer.activation) : std::string(name_of(layer.kind));
    table.add({layer.name, op, layer.kernel, layer.stride, layer.output.to_string(),
               grouped(layer.parameters), grouped(layer.multiply_adds)});
  }
  table.add_rule();
  table.add({"total", "", "", "", "", grouped(summary.parameters), grouped(summary.multiply_adds)});
  std::string text =
      fmt::format("{}: {}{}width multiplier {}, image {}x{}, {} {}\n", printable(summary.name),
                  summary.form, summary.form.empty() ? "" : ", ",
                  summary.alpha ? fmt::format("{}", *summary.alpha) : "unknown", summary.height,
                  summary.width, summary.classes, last_dimension(summary));
  text += fmt::format("input {}: {}\n", summary.input.to_string(),
                      printable(describe(summary.pixels, summary.input.dims().back())));
  for (const OutputSummary& output : summary.outputs) {
    text += fmt::format("output {} {}{}\n", printable(output.name), output.shape.to_string(),
                        output.kind.empty() ? "" : ": " + output.kind);
  }
  return text + "\n" + table.to_string(wide ? std::string::npos : output_width());
}

Result<void> inspect(const Options& options, Console& console) {
  SLIMC_ASSIGN(const Graph graph, frontend::load_model(options.model.request, console));
  SLIMC_ASSIGN(const ModelSummary summary, summarize(graph));
  if (console.json()) {
    console.print_json(to_json(summary));
  } else {
    console.print(to_text(summary, options.wide));
  }
  return {};
}

}  // namespace

void add_inspect_command(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = add_subcommand(
      app, "inspect", "List a model's layers, parameters and multiply-adds",
      "Parameters are those that training changes: weights, biases, batch norm's gamma\n"
      "and beta, which count with the convolution in front of them. Moving means and\n"
      "variances do not count. Multiply-adds are those of convolutions, for the graph's\n"
      "batch; padding counts like pixels, as in published figures. The width multiplier\n"
      "(alpha) is deduced from the numbers of channels; null where slim's rule gives\n"
      "no such numbers.\n"
      "\n"
      "The line 'input' says what numbers the image's bytes x become; 'assumed' where the\n"
      "model does not say it. Names are those that --output-node takes. A table wider\n"
      "than the terminal (or $COLUMNS, or 100) is narrowed, unless --wide says otherwise.\n"
      "\n"
      "Examples:\n"
      "  slimc inspect mobilenet_v1_1.0_224.ckpt\n"
      "  slimc inspect net_frozen.pb --json");
  add_model_options(*command, options->model);
  command->add_flag("--wide", options->wide, "All of the table, however wide the terminal is")
      ->group("Output");
  add_output_options(
      *command, action,
      "name, form, input {shape [n,h,w,c], scale, offset, order, source, evidence}, outputs "
      "[{name, "
      "shape, kind}], alpha, resolution [h,w], classes, parameters, multiply_adds, layers [{name, "
      "op, activation, output [n,h,w,c], parameters, multiply_adds}]");
  command->callback([options, &action] {
    action.run = [options](Console& console) { return inspect(*options, console); };
  });
}

}  // namespace slimc
