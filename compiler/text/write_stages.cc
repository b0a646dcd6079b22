// The part of NAME.cc that a plan decides: each stage as straight-line code with constant shapes
// and offsets.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/build/codegen.h"
#include "compiler/text/source_parts.h"
#include "compiler/text/source_text.h"
#include "support/check.h"

namespace slimc {
namespace {

using Source = Argument::Source;

// The runtime's function that describes such a buffer (slimc/kernel.h).
const char* buffer_function(ElementType type) {
  switch (type) {
    case ElementType::Float32:
      return "float_buffer";
    case ElementType::Float16:
      return "half_buffer";
    case ElementType::UInt8:
      return "uint8_buffer";
    case ElementType::Int8:
    case ElementType::Int32:
      break;
  }
  return "";
}

std::string plus(const std::string& base, std::int64_t offset) {
  return offset == 0 ? base : fmt::format("{} + {}", base, offset);
}

// Of one image.
std::int64_t output_bytes(const Plan& plan, int output) {
  const Shape& shape = plan.outputs[static_cast<std::size_t>(output)].shape;
  return shape.elements() / plan.input_shape[0] * std::int64_t{sizeof(float)};
}

// Where an argument's data begins: "worker.arena + 4096".
std::string base_of(const Plan& plan, const Stage& stage, const Argument& argument) {
  std::string base;
  switch (argument.source) {
    case Source::NetworkInput:
      base = "worker.input";
      break;
    case Source::NetworkOutput:
      base =
          plan.outputs.size() == 1
              ? "worker.output"
              : fmt::format("worker.outputs[{}] + worker.item * ptrdiff_t{{{}}}",
                            argument.network_output, output_bytes(plan, argument.network_output));
      break;
    case Source::Arena:
      base = "worker.arena";
      break;
    case Source::Scratch:
      base = fmt::format("worker.scratch({})", stage.scratch_offset);
      break;
    case Source::Weights:
      base = plan.external_weights ? "worker.weights" : weights_symbol(plan);
      break;
    case Source::TaskRow:
      SLIMC_CHECK(false, "a scalar has no data");
  }
  return plus(base, argument.offset);
}

std::string dims_table(const Argument& argument) {
  SLIMC_CHECK(!argument.dims.empty(), "argument '" + argument.name + "' has no dimensions");
  std::vector<std::string> rows;
  for (const ArgumentDim& dim : argument.dims) {
    rows.push_back(fmt::format("{{{}, {}, {}, 0}}", dim.min, dim.extent, dim.stride));
  }
  const std::string head =
      fmt::format("  static constexpr slimc::Dimension {}_dims[] = {{", argument.name);
  std::string line = fmt::format("{}{}}};\n", head, fmt::join(rows, ", "));
  if (line.size() <= 101) return line;
  return fmt::format("{}\n      {}}};\n", head, fmt::join(rows, ", "));
}

// "1 row above and 2 rows below the image"
std::string halo_text(const Buffer& buffer) {
  const auto rows = [](std::int64_t n, const char* where) {
    return fmt::format("{} row{} {}", n, n == 1 ? "" : "s", where);
  };
  if (buffer.halo_bottom == 0) return rows(buffer.halo_top, "above the image");
  const std::string below = rows(buffer.halo_bottom, "below the image");
  return buffer.halo_top == 0 ? below : rows(buffer.halo_top, "above and ") + below;
}

// The padding of the depthwise that reads what the stage writes.
std::string fill_halo(const Plan& plan, const Stage& stage) {
  if (stage.output < 0) return "";
  const Buffer& buffer = plan.buffers[static_cast<std::size_t>(stage.output)];
  if (buffer.halo_top == 0 && buffer.halo_bottom == 0) return "";
  const std::int64_t row = buffer.row_floats() * 4;
  std::string text = fmt::format(
      "  // The output's padding: {}. Other stages have used the memory.\n"
      "  if (worker.index == 0) {{\n",
      halo_text(buffer));
  const auto zero = [&](std::int64_t offset, std::int64_t rows) {
    if (rows == 0) return;
    text += fmt::format("    slimc::zero({}, {});\n", plus("worker.arena", offset), rows * row);
  };
  zero(buffer.offset, buffer.halo_top);
  zero(buffer.offset + (buffer.halo_top + buffer.height) * row, buffer.halo_bottom);
  return text + "  }\n";
}

std::string function_name(const Stage& stage, const StageVariant& variant) {
  return "compute_" + stage.name + (variant.input == ElementType::UInt8 ? "_u8" : "");
}

std::string stage_function(const Plan& plan, const Stage& stage, const StageVariant& variant) {
  const std::vector<Argument>& arguments = variant.arguments;
  std::string text =
      fmt::format("\n// {}{}\n", comment_text(stage.description),
                  variant.input == ElementType::UInt8 ? ", from 8-bit channels" : "");
  text += fmt::format("void {}(Worker& worker) {{\n", function_name(stage, variant));
  for (const Argument& argument : arguments) {
    if (argument.source != Source::TaskRow) text += dims_table(argument);
  }
  text += fill_halo(plan, stage);
  for (const Argument& argument : arguments) {
    if (argument.source == Source::TaskRow) continue;
    const bool moves = argument.task_step != 0 && stage.tasks > 1;
    const std::string made =
        fmt::format("slimc::{}({}_dims{});\n", buffer_function(argument.type), argument.name,
                    moves ? "" : ", " + base_of(plan, stage, argument));
    const std::string head = fmt::format("  slimc::Buffer {} =", argument.name);
    text += head + (head.size() + made.size() > 100 ? "\n      " : " ") + made;
  }
  std::vector<std::string> actual;
  std::string moves;
  for (const Argument& argument : arguments) {
    if (argument.source == Source::TaskRow) {
      actual.push_back(argument.task_step == 1 ? "task"
                                               : fmt::format("task * {}", argument.task_step));
      continue;
    }
    actual.push_back("&" + argument.name);
    if (argument.task_step != 0 && stage.tasks > 1) {
      moves +=
          fmt::format("    slimc::point({}, {} + task * ptrdiff_t{{{}}});\n", argument.name,
                      base_of(plan, stage, argument), argument.task_step * bytes_of(argument.type));
    }
  }
  const std::string symbol = kernel_symbol(plan, variant.kernel);
  text += fmt::format("  slimc::Tasks tasks = worker.tasks({});\n", stage.tasks);
  text += "  for (int task; (task = tasks.next()) >= 0;) {\n" + moves;
  return text + wrap_list("    " + symbol + "(", actual, ",", ");") + "  }\n}\n";
}

}  // namespace

std::string kernel_declarations(const Plan& plan) {
  std::string text;
  if (!plan.external_weights) {
    text = fmt::format(
        "// {}, packed in the order in which the kernels read them.\n"
        "extern const unsigned char {}[];\n\n",
        bytes_text(static_cast<std::int64_t>(plan.weights.size())), weights_symbol(plan));
  }
  text += "// The compiled kernels. A call computes one task of a stage.\n";
  std::vector<bool> declared(plan.kernels.size());
  const auto declare = [&](int kernel, const std::vector<Argument>& arguments) {
    if (kernel < 0 || declared[static_cast<std::size_t>(kernel)]) return;
    declared[static_cast<std::size_t>(kernel)] = true;
    std::vector<std::string> parameters;
    for (const Argument& argument : arguments) {
      const char* type = argument.source == Source::TaskRow ? "int32_t " : "slimc::Buffer* ";
      parameters.push_back(type + argument.name);
    }
    text += wrap_list(fmt::format("int {}(", kernel_symbol(plan, kernel)), parameters, ",", ");");
  };
  for (const Stage& stage : plan.stages) {
    for (const StageVariant& variant : stage.variants) declare(variant.kernel, variant.arguments);
  }
  return text;
}

std::string stage_functions(const Plan& plan) {
  std::string text;
  for (const Stage& stage : plan.stages) {
    for (const StageVariant& variant : stage.variants) text += stage_function(plan, stage, variant);
  }
  return text;
}

std::string compute_function(const Plan& plan) {
  std::string text = fmt::format(
      "\n// All stages, for one image.\nvoid compute_all(const struct ::{}& network, Worker& "
      "worker) {{\n",
      plan.name);
  const std::uint32_t all =
      static_cast<std::uint32_t>((std::uint64_t{1} << plan.outputs.size()) - 1);
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage& stage = plan.stages[i];
    const std::string compute =
        stage.variants.size() == 1
            ? function_name(stage, stage.variants[0])
            : fmt::format("network.input_is_u8 ? {} : {}", function_name(stage, stage.variants[1]),
                          function_name(stage, stage.variants[0]));
    const std::string run = fmt::format("worker.run({}, {});\n", i, compute);
    text += stage.needed_by == all
                ? "  " + run
                : fmt::format("  if ((worker.wanted & {:#x}u) != 0) {{\n    {}  }}\n",
                              stage.needed_by, run);
  }
  return text + "}\n";
}

std::string stage_table(const Plan& plan) {
  std::string text = fmt::format("\nconstexpr ::{}_stage stages[] = {{\n", plan.name);
  for (const Stage& stage : plan.stages) {
    int input_stage = -1;
    if (!stage.inputs.empty() && stage.inputs[0] >= 0) {
      const auto writer = std::find_if(plan.stages.begin(), plan.stages.end(),
                                       [&](const Stage& s) { return s.output == stage.inputs[0]; });
      SLIMC_CHECK(writer != plan.stages.end(), "nobody writes the input of " + stage.name);
      input_stage = static_cast<int>(writer - plan.stages.begin());
    }
    std::int64_t offset = -1;
    std::int64_t h = stage.shape.out_h, w = stage.shape.out_w, c = stage.shape.out_c, stride = c;
    if (stage.output >= 0) {
      const Buffer& buffer = plan.buffers[static_cast<std::size_t>(stage.output)];
      offset = buffer.offset + buffer.halo_top * buffer.row_floats() * 4;
      h = buffer.height, w = buffer.width, c = buffer.channels, stride = buffer.channel_stride;
    }
    text += fmt::format(
        "    {{.name = {},\n"
        "     .kind = {},\n"
        "     .description = {},\n"
        "     .input_stage = {},\n"
        "     .output_offset = {},\n"
        "     .height = {},\n"
        "     .width = {},\n"
        "     .channels = {},\n"
        "     .channel_stride = {},\n"
        "     .tasks = {},\n"
        "     .multiply_adds = {},\n"
        "     .output_index = {}}},\n",
        string_literal(stage.name), string_literal(name_of(stage.shape.kind)),
        string_literal(stage.description), input_stage, offset, h, w, c, stride, stage.tasks,
        stage.multiply_adds, stage.output < 0 ? stage.network_output : -1);
  }
  return text + "};\n";
}

}  // namespace slimc
