// The part of NAME.cc that a plan decides: where outputs of stages lie in the arena, and a table of
// stages (slimc/stages.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "support/check.h"

namespace slimc {
namespace {

using Source = Argument::Source;

int writer_of(const Plan& plan, int buffer) {
  const auto writer = std::find_if(plan.stages.begin(), plan.stages.end(),
                                   [&](const Stage& stage) { return stage.output == buffer; });
  SLIMC_CHECK(writer != plan.stages.end(), fmt::format("nobody writes buffer {}", buffer));
  return static_cast<int>(writer - plan.stages.begin());
}

// The output of a stage as a slimc::Map, one of a list of declarations.
std::string map_of(const Plan& plan, const Stage& stage, const char* end) {
  std::vector<std::string> members;
  const auto add = [&](const char* member, const auto& value) {
    members.push_back(fmt::format(".{} = {}", member, value));
  };
  if (stage.output < 0) {
    const StageShape& shape = stage.shape;
    add("begin", "Map::not_in_arena");
    add("h", shape.out_h), add("w", shape.out_w), add("c", shape.out_c);
    add("stride", shape.out_c);
  } else {
    const Buffer& buffer = plan.buffers[static_cast<std::size_t>(stage.output)];
    add("begin", buffer.offset);
    add("h", buffer.height), add("w", buffer.width), add("c", buffer.channels);
    add("stride", buffer.channel_stride);
    if (buffer.halo_top != 0) add("above", buffer.halo_top);
    if (buffer.halo_bottom != 0) add("below", buffer.halo_bottom);
    if (buffer.type != ElementType::Float32) {
      add("type", fmt::format("\"{}\"", name_of(buffer.type.element)));
      add("element_bytes", buffer.type.element_bytes());
      if (buffer.type.zero() != 0) add("padding", buffer.type.zero() & 0xff);
    }
  }
  return wrap_list(fmt::format("    {} = {{", stage.name), members, ",", std::string("}") + end);
}

// "at::conv_0.pixels()", or where it begins if the argument has rows of its padding.
std::string place_in_arena(const Plan& plan, const Argument& argument) {
  SLIMC_CHECK(argument.buffer >= 0,
              "argument '" + argument.name + "' lies in the arena, but in no buffer");
  const Buffer& buffer = plan.buffers.at(static_cast<std::size_t>(argument.buffer));
  const int writer = writer_of(plan, argument.buffer);
  const std::string map = "at::" + plan.stages[static_cast<std::size_t>(writer)].name;
  const std::int64_t begin = argument.offset - buffer.offset;
  const std::int64_t pixels = buffer.halo_top * buffer.row_bytes();
  if (begin == pixels) return map + ".pixels()";
  if (begin == 0) return map + ".begin";
  return begin < pixels ? fmt::format("{}.begin + {}", map, begin)
                        : fmt::format("{}.pixels() + {}", map, begin - pixels);
}

// An argument by the functions of slimc/kernel.h: "arena(at::conv_0.pixels(), 8192)".
std::string argument_text(const Plan& plan, const Argument& argument) {
  const std::int64_t step = argument.task_step * argument.type.element_bytes();
  const std::string moves = step == 0 ? "" : fmt::format(", {}", step);
  switch (argument.source) {
    case Source::NetworkInput:
      return fmt::format("input({}{})", argument.offset, moves);
    case Source::NetworkOutput:
      return fmt::format("output({}, {}{})", argument.network_output, argument.offset, moves);
    case Source::Arena:
      return fmt::format("arena({}{})", place_in_arena(plan, argument), moves);
    case Source::Scratch:
      return fmt::format("scratch({}{})", argument.offset, moves);
    case Source::Weights:
      return fmt::format("weights({}{})", argument.offset, moves);
    case Source::TaskRow:
      return fmt::format("task_times({})", argument.task_step);
  }
  return "";
}

// A kernel and its arguments, as members of a Call that begin in column `indent`.
std::string call(const TargetPlan& code, const StageVariant& variant, std::size_t indent) {
  std::vector<std::string> arguments;
  for (const Argument& argument : variant.arguments) {
    arguments.push_back(argument_text(code.plan, argument));
  }
  const std::string list = wrap_list(std::string(indent, ' ') + "{", arguments, ",", "}");
  return fmt::format("compute_tasks<{}>,\n{}", kernel_symbol(code, variant.kernel),
                     list.substr(0, list.size() - 1));
}

std::string call_u8_name(const Stage& stage) { return stage.name + "_u8"; }

std::string calls_u8(const TargetPlan& code) {
  std::string text;
  for (const Stage& stage : code.plan.stages) {
    if (stage.variants.size() == 1) continue;
    text += fmt::format(
        "\n// Stage {} from 8-bit channels.\nconstexpr Instance::Stage::Call {} = {{\n    {}}};\n",
        stage.name, call_u8_name(stage), call(code, stage.variants[1], 4));
  }
  return text;
}

std::uint32_t all_outputs(const Plan& plan) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << plan.outputs.size()) - 1);
}

bool has_scratch(const Stage& stage) {
  return std::any_of(stage.variants.begin(), stage.variants.end(), [](const StageVariant& variant) {
    return std::any_of(variant.arguments.begin(), variant.arguments.end(),
                       [](const Argument& a) { return a.source == Source::Scratch; });
  });
}

std::string row(const TargetPlan& code, const Stage& stage) {
  const Plan& plan = code.plan;
  std::vector<int> inputs;
  for (const int buffer : stage.inputs) {
    inputs.push_back(buffer < 0 ? -1 : writer_of(plan, buffer));
  }
  std::vector<std::string> members = {
      ".name = " + string_literal(stage.name),
      ".kind = " + string_literal(std::string(name_of(stage.shape.kind))),
      ".description = " + string_literal(stage.description)};
  const auto add = [&](const char* member, const auto& value) {
    members.push_back(fmt::format(".{} = {}", member, value));
  };
  if (inputs.size() != 1) add("input_count", inputs.size());
  add("inputs", fmt::format("{{{}}}", fmt::join(inputs, ", ")));
  add("output", "at::" + stage.name);
  if (stage.output < 0) add("output_index", stage.network_output);
  add("tasks", stage.tasks);
  add("multiply_adds", stage.multiply_adds);
  if (has_scratch(stage)) add("gap", stage.scratch_offset);
  if (plan.outputs.size() > 1) {
    add("needed_by", fmt::format("{:#x}u", stage.needed_by & all_outputs(plan)));
  }
  const std::string from_bytes =
      stage.variants.size() > 1 ? fmt::format(",\n     .call_u8 = &{}", call_u8_name(stage)) : "";
  constexpr std::string_view kHead = "     .call = {";
  return wrap_list("    {", members, ",", ",") +
         fmt::format("{}{}}}{}}},\n", kHead, call(code, stage.variants[0], kHead.size()),
                     from_bytes);
}

template <typename Count>
std::size_t most(const Library& library, const Count& count) {
  std::size_t most = 1;
  for (const TargetPlan& code : library.targets) {
    for (const Stage& stage : code.plan.stages) most = std::max(most, count(stage));
  }
  return most;
}

}  // namespace

std::size_t most_arguments(const Library& library) {
  return most(library, [](const Stage& stage) {
    std::size_t arguments = 0;
    for (const StageVariant& variant : stage.variants) {
      arguments = std::max(arguments, variant.arguments.size());
    }
    return arguments;
  });
}

std::size_t most_inputs(const Library& library) {
  return most(library, [](const Stage& stage) { return stage.inputs.size(); });
}

std::string stage_tables(const TargetPlan& code) {
  const Plan& plan = code.plan;
  std::string text =
      "\n// Outputs of stages: where in the arena they begin, in bytes, and height, width, "
      "channels, floats\n"
      "// from pixel to pixel, and rows of zeros above and below.\n"
      "namespace at {\n"
      "constexpr Map\n";
  for (const Stage& stage : plan.stages) {
    text += map_of(plan, stage, &stage == &plan.stages.back() ? ";" : ",");
  }
  text += "}  // namespace at\n" + calls_u8(code);
  text +=
      "\n// Arguments are in the kernels' order: where they begin for task 0, and, if it is not 0, "
      "how many\n"
      "// bytes each task moves them on.\n"
      "constexpr Instance::Stage stages[] = {\n";
  for (const Stage& stage : plan.stages) text += row(code, stage);
  return text + fmt::format("}};\nconstexpr auto rows = rows_of<::{}_stage>(stages);\n", plan.name);
}

}  // namespace slimc
