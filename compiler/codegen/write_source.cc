// NAME.cc: the network as straight-line code with constant shapes and offsets; runtime/ has what it
// is written with. It is compiled for the baseline of the architecture: only the kernels use what
// the CPU is first asked for.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/label_tables.h"
#include "compiler/codegen/source_text.h"
#include "compiler/support/check.h"

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
  }
  return "";
}

// `head` and the list behind it, in lines of 100 columns that begin where the list did.
std::string wrap(const std::string& head, const std::vector<std::string>& list,
                 const std::string& separator, const std::string& end) {
  std::string text = head;
  std::size_t column = head.size();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string piece = list[i] + (i + 1 < list.size() ? separator : end);
    if (i > 0 && column + 1 + piece.size() > 100) {
      text += '\n' + std::string(head.size(), ' ');
      column = head.size();
    } else if (i > 0) {
      text += ' ';
      ++column;
    }
    text += piece;
    column += piece.size();
  }
  return text + '\n';
}

std::string cpu_features(const Target& target) {
  std::vector<std::string> names;
  for (const std::string& feature : target.required_features) {
    names.push_back("slimc::cpu::" + feature);
  }
  if (names.empty()) names.push_back("0");
  return wrap("constexpr uint32_t required_cpu = ", names, " |", ";");
}

// Kernels and weights are symbols of the library's, but nobody's business outside of it.
std::string declarations(const Plan& plan) {
  std::string text =
      fmt::format(R"(
#pragma GCC visibility push(hidden)
extern "C" {{
// {}, packed in the order in which the kernels read them.
extern const unsigned char {}_weights[];

// The compiled kernels. A call computes one task of a stage.
)",
                  bytes_text(static_cast<std::int64_t>(plan.weights.size())), plan.name);
  std::vector<bool> declared(plan.kernels.size());
  const auto declare = [&](int kernel, const std::vector<Argument>& arguments) {
    if (kernel < 0 || declared[static_cast<std::size_t>(kernel)]) return;
    declared[static_cast<std::size_t>(kernel)] = true;
    std::vector<std::string> parameters;
    for (const Argument& argument : arguments) {
      const char* type = argument.source == Source::TaskRow ? "int32_t " : "slimc::Buffer* ";
      parameters.push_back(type + argument.name);
    }
    text += wrap(fmt::format("int {}(", kernel_symbol(plan, kernel)), parameters, ",", ");");
  };
  for (const Stage& stage : plan.stages) {
    declare(stage.kernel, stage.arguments);
    declare(stage.kernel_u8, stage.arguments_u8);
  }
  return text + "}\n#pragma GCC visibility pop\n";
}

// The instance, and what the functions of the stages are given.
std::string types(const Plan& plan, const Target& target) {
  return fmt::format(
      R"(
struct {name} {{
  slimc::Team team;
  {name}_observer next_observer;  // as set, for the runs to come
  void* next_observer_user;
  // Of the run that is going on.
  const uint8_t* input;
  uint8_t* output;
{u8_member}  {name}_observer observer;
  void* observer_user;
}};

namespace {{

// The caller's memory, in bytes.
constexpr size_t arena_at = {arena_at};  // behind the instance
constexpr size_t arena_bytes = {arena_bytes};
constexpr size_t scratch_at = arena_at + arena_bytes;
constexpr size_t scratch_bytes = {scratch_bytes};  // a thread, but the first has it in the arena
constexpr size_t seat_bytes = sizeof(slimc::Seat);

static_assert(sizeof(struct {name}) <= arena_at);
static_assert(alignof(struct {name}) <= {NAME}_MEMORY_ALIGNMENT);
static_assert({NAME}_MEMORY_BYTES(1) == scratch_at + seat_bytes);
static_assert({NAME}_MEMORY_BYTES(2) == scratch_at + scratch_bytes + 2 * seat_bytes);

{cpu}
// One thread at work on one image.
struct Worker {{
  struct {name}* network;
  int index;
  int item;  // of the batch
  const uint8_t* input;
  uint8_t* output;
  uint8_t* arena;

  slimc::Tasks tasks(int count) const {{ return {{network->team, index, count}}; }}
  // `gap` is where nothing lives in the arena while the stage runs.
  uint8_t* scratch(size_t gap) const {{
    if (index == 0) return arena + gap;
    return arena + arena_bytes + (static_cast<size_t>(index) - 1) * scratch_bytes;
  }}
}};
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("u8_member", plan.takes_u8 ? "  bool input_is_u8;\n" : ""),
      fmt::arg("arena_at", kInstanceBytes), fmt::arg("arena_bytes", plan.arena_bytes),
      fmt::arg("scratch_bytes", plan.scratch_bytes), fmt::arg("cpu", cpu_features(target)));
}

std::string plus(const std::string& base, std::int64_t offset) {
  return offset == 0 ? base : fmt::format("{} + {}", base, offset);
}

// Where an argument's data begins: "worker.arena + 4096".
std::string base_of(const Plan& plan, const Stage& stage, const Argument& argument) {
  std::string base;
  switch (argument.source) {
    case Source::NetworkInput:
      base = "worker.input";
      break;
    case Source::NetworkOutput:
      base = "worker.output";
      break;
    case Source::Arena:
      base = "worker.arena";
      break;
    case Source::Scratch:
      base = fmt::format("worker.scratch({})", stage.scratch_offset);
      break;
    case Source::Weights:
      base = plan.name + "_weights";
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

std::string function_name(const Stage& stage, bool u8) {
  return "compute_" + stage.name + (u8 ? "_u8" : "");
}

std::string stage_function(const Plan& plan, const Stage& stage, bool u8) {
  const std::vector<Argument>& arguments = u8 ? stage.arguments_u8 : stage.arguments;
  std::string text = fmt::format("\n// {}{}\n", comment_text(stage.description),
                                 u8 ? ", from 8-bit channels" : "");
  text += fmt::format("void {}(const Worker& worker) {{\n", function_name(stage, u8));
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
  const std::string symbol = kernel_symbol(plan, u8 ? stage.kernel_u8 : stage.kernel);
  text += fmt::format("  slimc::Tasks tasks = worker.tasks({});\n", stage.tasks);
  text += "  for (int task; (task = tasks.next()) >= 0;) {\n" + moves;
  return text + wrap("    " + symbol + "(", actual, ",", ");") + "  }\n}\n";
}

// A batch runs one image after the other, so that activations stay in the cache.
std::string network_function(const Plan& plan) {
  const Shape& in = plan.input_shape;
  const std::int64_t image = in[1] * in[2] * in[3];
  const std::int64_t result = plan.output_shape.elements() / in[0];
  std::string text = fmt::format(
      R"(
// One stage, and the barrier that ends it. With an observer another barrier keeps the others away
// until it has been told.
void run_stage(const Worker& worker, int stage, void (*compute)(const Worker&)) {{
  struct {name}& network = *worker.network;
  const {name}_observer observer = network.observer;
  if (observer != nullptr) {{
    if (worker.index == 0) observer(network.observer_user, stage, 0, worker.item);
    network.team.barrier(worker.index);
  }}
  compute(worker);
  network.team.barrier(worker.index);
  if (observer != nullptr && worker.index == 0) {{
    observer(network.observer_user, stage, 1, worker.item);
  }}
}}

// What each thread does in a run.
void run_network(void* instance, int index) {{
  struct {name}* network = static_cast<struct {name}*>(instance);
  uint8_t* memory = static_cast<uint8_t*>(instance);
  for (int item = 0; item < {NAME}_BATCH; ++item) {{
    const Worker worker = {{
        .network = network,
        .index = index,
        .item = item,
        .input = network->input + item * {image_bytes},
        .output = network->output + item * ptrdiff_t{{{result_bytes}}},
        .arena = memory + arena_at,
    }};
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("image_bytes",
               plan.takes_u8
                   ? fmt::format("(network->input_is_u8 ? ptrdiff_t{{{}}} : {})", image, image * 4)
                   : fmt::format("ptrdiff_t{{{}}}", image * 4)),
      fmt::arg("result_bytes", result * 4));
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage& stage = plan.stages[i];
    const std::string compute =
        stage.kernel_u8 < 0 ? function_name(stage, false)
                            : fmt::format("network->input_is_u8 ? {} : {}",
                                          function_name(stage, true), function_name(stage, false));
    text += fmt::format("    run_stage(worker, {}, {});\n", i, compute);
  }
  return text + "  }\n}\n";
}

std::string run_function(const Plan& plan) {
  return fmt::format(
      R"(
{name}_status run(struct {name}* network, const void* input, {flag}float* output) {{
  if (network == nullptr || input == nullptr || output == nullptr) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  network->input = static_cast<const uint8_t*>(input);
  network->output = reinterpret_cast<uint8_t*>(output);
{set_flag}  network->observer = network->next_observer;
  network->observer_user = network->next_observer_user;
  network->team.run();
  return {NAME}_OK;
}}
)",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("flag", plan.takes_u8 ? "bool input_is_u8, " : ""),
      fmt::arg("set_flag", plan.takes_u8 ? "  network->input_is_u8 = input_is_u8;\n" : ""));
}

std::string stage_table(const Plan& plan) {
  std::string text = fmt::format("\nconstexpr {0}_stage stages[{1}_STAGE_COUNT] = {{\n", plan.name,
                                 macro_prefix(plan.name));
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
        "     .multiply_adds = {}}},\n",
        string_literal(stage.name), string_literal(name_of(stage.shape.kind)),
        string_literal(stage.description), input_stage, offset, h, w, c, stride, stage.tasks,
        stage.multiply_adds);
  }
  return text + "};\n";
}

std::string decode_statuses(const Plan& plan) {
  if (!classes(plan)) return "";
  return fmt::format(
      R"code(    case {0}_ERROR_WRONG_COUNT:
      return "the number of predictions is not {0}_CLASSES for each image";
    case {0}_ERROR_TOP_OUT_OF_RANGE:
      return "the number of classes to name is not 1 to {0}_CLASSES";
)code",
      macro_prefix(plan.name));
}

std::string preprocessing(const Plan& plan) {
  std::string text;
  for (const auto& [suffix, type] : {std::pair("", "float"), std::pair("_u8", "uint8_t")}) {
    text += fmt::format(
        R"code(
{name}_status {name}_preprocess_input{suffix}(const {type}* pixels, size_t count, float* input) {{
  if (pixels == nullptr || input == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  slimc::scale_pixels(pixels, count, input);
  return {NAME}_OK;
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
        fmt::arg("suffix", suffix), fmt::arg("type", type));
  }
  return text;
}

std::string decoding(const Plan& plan) {
  if (!classes(plan)) return "";
  const bool labelled = !plan.labels.empty();
  return fmt::format(
      R"code(
const char* {name}_label(int class_index) {{
{label}}}

{name}_status {name}_decode_predictions(const float* predictions, size_t count, int top, {name}_prediction* results) {{
  if (predictions == nullptr || results == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (count == 0 || count % {NAME}_CLASSES != 0) {{
    return {NAME}_ERROR_WRONG_COUNT;
  }}
  if (top < 1 || top > {NAME}_CLASSES) {{
    return {NAME}_ERROR_TOP_OUT_OF_RANGE;
  }}
  for (; count > 0; count -= {NAME}_CLASSES) {{
    slimc::most_probable(predictions, {NAME}_CLASSES, top, results);
    for (int i = 0; i < top; ++i) {{
{names}    }}
    predictions += {NAME}_CLASSES;
    results += top;
  }}
  return {NAME}_OK;
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("label", labelled
                            ? fmt::format("  if (class_index < 0 || class_index >= {}_CLASSES) "
                                          "{{\n    return nullptr;\n  }}\n"
                                          "  return slimc::label_behind(label_text + "
                                          "label_at[class_index]);\n",
                                          macro_prefix(plan.name))
                            : "  static_cast<void>(class_index);\n  return nullptr;  // compiled "
                              "without labels\n"),
      fmt::arg("names",
               labelled ? R"(      const char* id = label_text + label_at[results[i].class_index];
      results[i].wordnet_id = *id != 0 ? id : nullptr;
      results[i].label = slimc::label_behind(id);
)"
                        : R"(      results[i].wordnet_id = nullptr;
      results[i].label = nullptr;
)"));
}

std::string public_functions(const Plan& plan, const Target& target) {
  std::string text = fmt::format(
      R"code(
extern "C" {{

const char {name}_target[] = {target};

const char* {name}_status_string({name}_status status) {{
  switch (status) {{
    case {NAME}_OK:
      return "success";
    case {NAME}_ERROR_NULL_ARGUMENT:
      return "an argument is NULL";
    case {NAME}_ERROR_MISALIGNED_MEMORY:
      return "the memory is not aligned to {alignment} bytes";
    case {NAME}_ERROR_MEMORY_TOO_SMALL:
      return "the memory is smaller than {NAME}_MEMORY_BYTES(threads)";
    case {NAME}_ERROR_THREADS_OUT_OF_RANGE:
      return "the number of threads is not {threads_range}";
    case {NAME}_ERROR_UNSUPPORTED_CPU:
      return "the CPU lacks instructions that the library was compiled for";
    case {NAME}_ERROR_THREAD_START:
      return "the system cannot start another thread";
{decode_statuses}  }}
  return "not a status of {name}";
}}

{name}_status {name}_create(void* memory, size_t bytes, int threads, struct {name}** network) {{
  if (network == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  *network = nullptr;
  if (memory == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > {NAME}_MAX_THREADS) {{
    return {NAME}_ERROR_THREADS_OUT_OF_RANGE;
  }}
  if (reinterpret_cast<uintptr_t>(memory) % {NAME}_MEMORY_ALIGNMENT != 0) {{
    return {NAME}_ERROR_MISALIGNED_MEMORY;
  }}
  if (bytes < {NAME}_MEMORY_BYTES(threads)) {{
    return {NAME}_ERROR_MEMORY_TOO_SMALL;
  }}
  if (!slimc::cpu::has(required_cpu)) return {NAME}_ERROR_UNSUPPORTED_CPU;

  struct {name}* created = static_cast<struct {name}*>(memory);
  created->next_observer = nullptr;
  created->next_observer_user = nullptr;
  const size_t seats_at = scratch_at + (static_cast<size_t>(threads) - 1) * scratch_bytes;
  void* seats = static_cast<uint8_t*>(memory) + seats_at;
  if (!created->team.start(threads, static_cast<slimc::Seat*>(seats), run_network, created)) {{
    return {NAME}_ERROR_THREAD_START;
  }}
  *network = created;
  return {NAME}_OK;
}}

{name}_status {name}_run(struct {name}* network, const float* input, float* output) {{
  return run(network, input, {float_flag}output);
}}
)code",
      fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)),
      fmt::arg("target", string_literal(target.halide)), fmt::arg("alignment", kMemoryAlignment),
      fmt::arg("threads_range", threads_range(plan, target)),
      fmt::arg("decode_statuses", decode_statuses(plan)),
      fmt::arg("float_flag", plan.takes_u8 ? "false, " : ""));
  if (plan.takes_u8) {
    text += fmt::format(
        R"code(
{name}_status {name}_run_u8(struct {name}* network, const uint8_t* input, float* output) {{
  return run(network, input, true, output);
}}
)code",
        fmt::arg("name", plan.name), fmt::arg("NAME", macro_prefix(plan.name)));
  }
  text += preprocessing(plan) + decoding(plan);
  text += fmt::format(
      R"code(
void {name}_destroy(struct {name}* network) {{
  if (network != nullptr) network->team.stop();
}}

const {name}_stage* {name}_stages(void) {{ return stages; }}

float* {name}_arena(struct {name}* network) {{
  return reinterpret_cast<float*>(reinterpret_cast<uint8_t*>(network) + arena_at);
}}

void {name}_set_observer(struct {name}* network, {name}_observer observer, void* user) {{
  network->next_observer = observer;
  network->next_observer_user = user;
}}
}}
)code",
      fmt::arg("name", plan.name));
  return text;
}

void check_plan(const Plan& plan) {
  SLIMC_CHECK(
      plan.labels.empty() || classes(plan) == static_cast<std::int64_t>(plan.labels.list.size()),
      "the labels are not those of the classes");
  for (const Stage& stage : plan.stages) {
    const bool reads_image =
        std::any_of(stage.arguments.begin(), stage.arguments.end(),
                    [](const Argument& a) { return a.source == Source::NetworkInput; });
    SLIMC_CHECK(reads_image == (stage.kernel_u8 >= 0) || !plan.takes_u8,
                "stage '" + stage.name + "' and the 8-bit image do not fit together");
    SLIMC_CHECK(plan.takes_u8 || stage.kernel_u8 < 0, "8-bit kernel without 8-bit input");
  }
}

}  // namespace

std::string write_source(const Plan& plan, const Target& target) {
  check_plan(plan);
  std::string text = fmt::format(
      R"(// {title}, written by slimc
// for {halide}.
//
// All threads of an instance run run_network(), each with a part of every stage's tasks. A stage
// reads and writes fixed places of the arena. Compile it for the baseline of the architecture:
// create() must be able to run where the kernels are not.
#include "{name}.h"

{no_threads}#include "slimc/runtime.h"
)",
      fmt::arg("title", comment_text(plan.title)), fmt::arg("halide", comment_text(target.halide)),
      fmt::arg("name", plan.name),
      fmt::arg("no_threads", has_threads(target) ? "" : "#define SLIMC_NO_THREADS\n"));
  text += declarations(plan);
  text += types(plan, target);
  for (const Stage& stage : plan.stages) {
    text += stage_function(plan, stage, false);
    if (stage.kernel_u8 >= 0) text += stage_function(plan, stage, true);
  }
  text += network_function(plan);
  text += fit_columns(run_function(plan));
  text += stage_table(plan);
  if (!plan.labels.empty()) text += label_tables(plan.labels);
  text += "\n}  // namespace\n";
  text += fit_columns(public_functions(plan, target));
  return text;
}

}  // namespace slimc
