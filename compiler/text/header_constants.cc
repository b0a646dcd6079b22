// NAME.h: shapes, sizes and memory as macros.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/text/header_parts.h"
#include "compiler/text/pixel_words.h"
#include "compiler/text/source_text.h"
#include "compiler/text/write_header.h"

namespace slimc {
namespace {

std::string product(const Shape& shape) {
  std::string text;
  for (const std::int64_t dim : shape.dims()) {
    if (!text.empty()) text += " * ";
    text += std::to_string(dim);
  }
  return text.empty() ? "1" : text;
}

std::string results(const Plan& plan, std::size_t output) {
  const Stage& stage = computing_stage(plan, output);
  if (stage.shape.kind == StageKind::Softmax) {
    return "probabilities: 0 to 1, each image's sum is 1";
  }
  switch (stage.activation.kind) {
    case Activation::Sigmoid:
      return "0 to 1, each by a sigmoid of its own";
    case Activation::HardSigmoid:
      return "0 to 1, each by a hard sigmoid of its own";
    case Activation::Tanh:
      return "-1 to 1, each by a tanh of its own";
    default:
      break;
  }
  const bool is_pool = stage.shape.kind == StageKind::Pool;
  if (is_pool && plan.outputs.size() > 1) return "pooled features";
  const bool is_last = output == 0 && plan.outputs.size() == 1;
  const bool is_classifier =
      stage.shape.kind == StageKind::Pointwise && plan.outputs[output].shape.rank() <= 2;
  return is_last || is_classifier ? "the network's last layer as it is, without softmax"
                                  : "this layer as it is";
}

// "red, green, blue; "
std::string channel_order(const Plan& plan) {
  if (plan.input_shape[3] == 1) return "grey; ";
  if (plan.input_shape[3] != 3) return "";
  return plan.pixels.order == ChannelOrder::Rgb ? "red, green, blue; " : "blue, green, red; ";
}

// Sizes and names, where there are several outputs.
std::string further_outputs(const Plan& plan) {
  if (plan.outputs.size() == 1) return "";
  const std::string prefix = macro_prefix(plan.name);
  std::string text = fmt::format(
      "\n/* All outputs, for {}_run_outputs. Those above are of the first. */\n"
      "#define {}_OUTPUT_COUNT {}\n",
      plan.name, prefix, plan.outputs.size());
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    const PlanOutput& output = plan.outputs[i];
    const std::string macro = prefix + "_OUTPUT_" + macro_prefix(output.identifier);
    text += fmt::format(
        "\n/* float {}{}: {}. */\n#define {}_SIZE ({}) /* elements, all floats */\n"
        "#define {}_NAME {}\n",
        output.identifier, extents(output.shape), results(plan, i), macro, product(output.shape),
        macro, string_literal(output.name));
  }
  return text;
}

std::size_t most_stages(const Library& library) {
  std::size_t most = 0;
  for (const TargetPlan& code : library.targets) most = std::max(most, code.plan.stages.size());
  return most;
}

std::string input_constants(const Library& library) {
  const Plan& plan = library.plan();
  const Shape& in = plan.input_shape;
  return fmt::format(
      R"(
/* Which compile this header is from. The library is from the same: see {name}_create. */
#define {NAME}_ID 0x{id:016x}u

/* The input: images as height x width x channels, channels innermost, rows from the top, without
   gaps; {channel_order}one image after the other. A float is {range} of a
   pixel's channel x, 0 to 255; {source}. */
#define {NAME}_BATCH {n}
#define {NAME}_INPUT_HEIGHT {h}
#define {NAME}_INPUT_WIDTH {w}
#define {NAME}_INPUT_CHANNELS {c}
#define {NAME}_INPUT_SIZE ({in_product}) /* elements */
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("id", library.id), fmt::arg("n", in[0]), fmt::arg("h", in[1]), fmt::arg("w", in[2]),
      fmt::arg("c", in[3]), fmt::arg("channel_order", channel_order(plan)),
      fmt::arg("range", comment_text(formula(plan.pixels))),
      fmt::arg("source", comment_text(pixel_source(plan))), fmt::arg("in_product", product(in)));
}

std::string output_constants(const Plan& plan) {
  return fmt::format(
      R"(
/* The output: {results}. */
#define {NAME}_CLASSES {classes}
#define {NAME}_OUTPUT_SIZE ({product}) /* elements, all floats */
{further})",
      fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("results", results(plan, 0)),
      fmt::arg("classes", output_channels(plan)),
      fmt::arg("product", product(plan.outputs.front().shape)),
      fmt::arg("further", further_outputs(plan)));
}

std::string memory_constants(const Library& library) {
  const Plan& plan = library.plan();
  const std::int64_t one = memory_bytes(library, 1);
  const std::int64_t each = memory_bytes(library, 2) - one;  // further thread
  return fmt::format(
      R"(
#define {NAME}_MAX_THREADS {max_threads}{no_threads}

/* Bytes of memory that an instance needs, {one_text} with one thread. A constant expression where
   `threads` is one, so static arrays can have this size. The memory must be aligned. */
#define {NAME}_MEMORY_BYTES(threads) ((size_t){fixed} + (size_t)(threads) * {each})
#define {NAME}_MEMORY_ALIGNMENT {alignment}

)",
      fmt::arg("NAME", macro_prefix(plan.name)), fmt::arg("max_threads", plan.max_threads),
      fmt::arg(
          "no_threads",
          has_threads(library)
              ? ""
              : fmt::format(" /* this library starts none: see {}_set_parallel_for */", plan.name)),
      fmt::arg("one_text", bytes_text(one)), fmt::arg("fixed", one - each), fmt::arg("each", each),
      fmt::arg("alignment", kMemoryAlignment));
}

std::string stack_constant(const Library& library) {
  if (library.stack_bytes == 0) return "";
  return fmt::format(
      R"(/* Bytes of stack that any function here needs at most, on each thread that works, without those of
   the C library's functions and of the caller's. */
#define {}_STACK_BYTES {}

)",
      macro_prefix(library.plan().name), library.stack_bytes);
}

std::string stage_constants(const Library& library) {
  const std::string& name = library.plan().name;
  return fmt::format(
      "#define {}_STAGE_COUNT {}{}\n", macro_prefix(name), most_stages(library),
      library.targets.size() > 1 ? fmt::format(" /* at most: {}_stage_count() */", name) : "");
}

}  // namespace

std::int64_t output_channels(const Plan& plan) {
  if (const std::optional<std::int64_t> count = classes(plan)) return *count;
  const Shape& shape = plan.outputs.front().shape;
  return shape.rank() == 0 ? 1 : shape[shape.rank() - 1];
}

std::string extents(const Shape& shape) {
  std::string text;
  for (const std::int64_t dim : shape.dims()) text += fmt::format("[{}]", dim);
  return text;
}

// Each part is the largest of any target, so that the sum is enough for all.
std::int64_t memory_bytes(const Library& library, int threads) {
  std::int64_t first = 0, further = 0;
  for (const TargetPlan& code : library.targets) {
    first = std::max(first, instance_bytes(library.plan()) + code.plan.arena_bytes + kSeatBytes);
    further = std::max(further, code.plan.scratch_bytes + kSeatBytes);
  }
  return first + (threads - 1) * further;
}

std::string header_constants(const Library& library) {
  return input_constants(library) + output_constants(library.plan()) + memory_constants(library) +
         stack_constant(library) + stage_constants(library);
}

}  // namespace slimc
