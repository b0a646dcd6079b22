#include "compiler/plan/lay_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/plan/output_identifier.h"
#include "stages/kernel_parts.h"
#include "stages/stage_kind.h"
#include "support/check.h"

namespace slimc {
namespace {

constexpr std::int64_t kLine = 64;  // bytes of a cache line, and of the widest vector

// A depthwise walks the pixels of one vector of channels. Where pixels are a multiple of 1 kB apart
// their lines fall into a few sets of the L1 cache and evict each other; a cache line more between
// pixels spreads them. Measured, GMAC/s without and with the gap: 7x14x512 37 and 61, 7x14x256 from
// stride 2 28 and 50, 7x28x256 36 and 65. Narrower images gain less and are the largest buffers.
std::int64_t gap_behind(std::int64_t padded, const TensorType& type) {
  constexpr std::int64_t kConflict = 1024;
  return padded * type.element_bytes() % kConflict == 0 ? kLine / type.element_bytes() : 0;
}

Argument::Source source_of(KernelArgument::Role role) {
  switch (role) {
    case KernelArgument::Role::Image:
      return Argument::Source::NetworkInput;
    case KernelArgument::Role::Scratch:
      return Argument::Source::Scratch;
    case KernelArgument::Role::Weights:
      return Argument::Source::Weights;
    case KernelArgument::Role::TaskRow:
      return Argument::Source::TaskRow;
    case KernelArgument::Role::Input:
    case KernelArgument::Role::Output:
      break;
  }
  return Argument::Source::Arena;
}

// "64:1,14:72": what the generator takes for an argument (schedules/stage_common.h).
std::string dims_text(const std::vector<ArgumentDim>& dims) {
  std::string text;
  for (const ArgumentDim& dim : dims) {
    if (!text.empty()) text += ",";
    text += fmt::format("{}:{}", dim.extent, dim.stride);
  }
  return text;
}

class Layout {
 public:
  Layout(const Graph& graph, const NetworkStages& network, const Schedule& schedule,
         const Precision& precision, Plan& plan)
      : graph_(graph), network_(network), schedule_(schedule), precision_(precision), plan_(plan) {}

  void run() {
    SLIMC_CHECK(!schedule_.stages.empty(), "a plan without stages");
    for (const ScheduledStage& scheduled : schedule_.stages) stages_.push_back(stage_of(scheduled));
    find_writers();
    for (std::size_t i = 0; i < stages_.size(); ++i) add_image(i);
    for (std::size_t i = 0; i < stages_.size(); ++i) add_stage(i);
    mark_needs();
  }

 private:
  const NetworkStage& at(int stage) const {
    return network_.stages[static_cast<std::size_t>(stage)];
  }

  NetworkStage stage_of(const ScheduledStage& scheduled) const {
    if (scheduled.fused_with == ScheduledStage::kAlone) return at(scheduled.stage);
    const auto both =
        row_of(scheduled.shape.kind).fuse(graph_, at(scheduled.fused_with), at(scheduled.stage));
    SLIMC_CHECK(both.has_value(), "a schedule of other stages");
    return *both;
  }

  // The stages that write to the caller: copies that give an output, or where they are not needed
  // what stands in front of them.
  void find_writers() {
    std::map<int, std::size_t> scheduled;  // by stage of the network
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      scheduled[schedule_.stages[i].stage] = i;
    }
    for (std::size_t output = 0; output < network_.outputs.size(); ++output) {
      auto writer = scheduled.find(network_.outputs[output]);
      if (writer == scheduled.end()) {
        writer = scheduled.find(at(network_.outputs[output]).inputs.front());
      }
      SLIMC_CHECK(writer != scheduled.end(), "an output that no stage writes");
      outputs_[writer->second] = static_cast<int>(output);
    }
    for (const auto& [stage, at] : scheduled) writer_of_[stage] = at;
  }

  // Whether some reader is faster with gaps between pixels, and none takes all pixels for a row.
  bool suits_a_gap(std::size_t writer) const {
    bool walked = false;
    for (const NetworkStage& reader : stages_) {
      for (const int input : reader.inputs) {
        if (input == NetworkStage::kImage || writer_of_.at(input) != writer) continue;
        if (reader.joins_pixels) return false;
        walked = walked || row_of(reader.kind).walks_pixels;
      }
    }
    return walked;
  }

  // How the stage's result lies in memory, in a buffer or at the caller.
  void add_image(std::size_t i) {
    const ScheduledStage& scheduled = schedule_.stages[i];
    const StageShape& s = scheduled.shape;
    Buffer buffer;
    buffer.name = stages_[i].name;
    buffer.height = s.out_h, buffer.width = s.out_w, buffer.channels = s.out_c;
    buffer.padded_channels =
        row_of(s.kind).padded_channels(s, scheduled.in_padded_c, scheduled.tiling);
    buffer.channel_stride = buffer.padded_channels +
                            (suits_a_gap(i) ? gap_behind(buffer.padded_channels, buffer.type) : 0);
    buffer.first_stage = buffer.last_stage = static_cast<int>(i);
    images_.push_back(buffer);
    buffer_of_.push_back(-1);
    if (outputs_.count(i) != 0) return;
    buffer_of_.back() = static_cast<int>(plan_.buffers.size());
    plan_.buffers.push_back(std::move(buffer));
  }

  std::vector<ImageLayout> inputs_of(const NetworkStage& stage) const {
    std::vector<ImageLayout> inputs;
    for (const int input : stage.inputs) {
      if (input != NetworkStage::kImage) {
        inputs.push_back(images_[writer_of_.at(input)]);
        continue;
      }
      const Shape& image = graph_.op(graph_.input).shape;
      inputs.push_back({.height = image[1],
                        .width = image[2],
                        .channels = image[3],
                        .padded_channels = image[3],
                        .channel_stride = image[3]});
    }
    return inputs;
  }

  void add_stage(std::size_t i) {
    const ScheduledStage& scheduled = schedule_.stages[i];
    const NetworkStage& stage = stages_[i];
    const std::vector<ImageLayout> inputs = inputs_of(stage);
    const StageKernel kernel = row_of(stage.kind)
                                   .kernel({.graph = graph_,
                                            .stage = stage,
                                            .tiling = scheduled.tiling,
                                            .inputs = inputs,
                                            .output = images_[i],
                                            .precision = precision_});
    Stage s;
    s.name = stage.name;
    s.description = kernel.description;
    s.shape = stage.shape;
    s.in_padded_c = scheduled.in_padded_c;
    s.tiling = scheduled.tiling;
    s.tasks = static_cast<int>(kernel.tasks);
    s.scratch_bytes = kernel.scratch_bytes;
    s.output = buffer_of_[i];
    if (s.output < 0) s.network_output = outputs_.at(i);
    s.activation = kernel.activation;
    s.multiply_adds = kernel.multiply_adds;
    s.parameters = kernel.parameters;
    s.parameter_bytes = kernel.parameter_bytes;
    s.value = stage.value;
    for (const int input : stage.inputs) s.inputs.push_back(read(input, i, kernel));
    s.variants.clear();
    for (const KernelVariant& variant : kernel.variants) {
      s.variants.push_back(variant_of(variant, stage, s));
    }
    plan_.scratch_bytes = std::max(plan_.scratch_bytes, s.scratch_bytes);
    plan_.multiply_adds += s.multiply_adds;
    plan_.parameters += s.parameters;
    plan_.stages.push_back(std::move(s));
  }

  // The buffer of a stage's input, which lives until that stage; or -1 for the image.
  int read(int input, std::size_t reader, const StageKernel& kernel) {
    if (input == NetworkStage::kImage) return -1;
    const int index = buffer_of_[writer_of_.at(input)];
    SLIMC_CHECK(index >= 0, "a result that is at the caller is read");
    Buffer& buffer = plan_.buffers[static_cast<std::size_t>(index)];
    buffer.last_stage = std::max(buffer.last_stage, static_cast<int>(reader));
    buffer.halo_top = std::max(buffer.halo_top, kernel.rows_above);
    buffer.halo_bottom = std::max(buffer.halo_bottom, kernel.rows_below);
    return index;
  }

  StageVariant variant_of(const KernelVariant& from, const NetworkStage& stage, const Stage& s) {
    StageVariant variant;
    variant.input = from.input;
    KernelParameters parameters = from.parameters;
    for (const KernelArgument& argument : from.arguments) {
      variant.arguments.push_back(argument_of(argument, s));
      if (argument.role == KernelArgument::Role::TaskRow) continue;
      parameters.emplace_back(argument.name + "_dims", dims_text(argument.dims));
    }
    variant.kernel = kernel_index({stage.kind, std::move(parameters)});
    return variant;
  }

  Argument argument_of(const KernelArgument& from, const Stage& s) {
    Argument a;
    a.name = from.name;
    a.source = source_of(from.role);
    a.type = from.type;
    a.offset = from.offset * from.type.element_bytes();
    a.task_step = from.task_step;
    a.dims = from.dims;
    switch (from.role) {
      case KernelArgument::Role::Input:
        a.buffer = s.inputs[static_cast<std::size_t>(from.input)];
        break;
      case KernelArgument::Role::Output:
        a.buffer = s.output;
        if (s.output < 0) {
          a.source = Argument::Source::NetworkOutput;
          a.network_output = s.network_output;
        }
        break;
      case KernelArgument::Role::Weights:
        a.weights = weights_index(from.weights);
        a.offset += plan_.weights[static_cast<std::size_t>(a.weights)].offset;
        break;
      default:
        break;
    }
    return a;
  }

  int kernel_index(Kernel kernel) {
    const auto found = std::find(plan_.kernels.begin(), plan_.kernels.end(), kernel);
    if (found != plan_.kernels.end()) return static_cast<int>(found - plan_.kernels.begin());
    plan_.kernels.push_back(std::move(kernel));
    return static_cast<int>(plan_.kernels.size()) - 1;
  }

  // Variants of a stage read the same blocks, where they are laid out alike.
  int weights_index(WeightsBlock block) {
    const auto found =
        std::find_if(plan_.weights.begin(), plan_.weights.end(), [&](const WeightsBlock& known) {
          return known.value == block.value && known.layout == block.layout &&
                 known.type == block.type;
        });
    if (found != plan_.weights.end()) return static_cast<int>(found - plan_.weights.begin());
    block.offset = round_up(plan_.weights_bytes, kLine);
    plan_.weights_bytes = block.offset + block.bytes();
    plan_.weights.push_back(std::move(block));
    return static_cast<int>(plan_.weights.size()) - 1;
  }

  // What of the plan is needed for which of its outputs.
  void mark_needs() {
    for (Stage& stage : plan_.stages) {
      stage.needed_by = stage.output < 0 ? std::uint32_t{1} << stage.network_output : 0;
    }
    for (std::size_t i = plan_.stages.size(); i-- > 0;) {
      const Stage& reader = plan_.stages[i];
      for (Stage& writer : plan_.stages) {
        if (writer.output < 0) continue;
        if (std::count(reader.inputs.begin(), reader.inputs.end(), writer.output) == 0) continue;
        writer.needed_by |= reader.needed_by;
      }
    }
  }

  const Graph& graph_;
  const NetworkStages& network_;
  const Schedule& schedule_;
  const Precision& precision_;
  Plan& plan_;
  // Like the schedule's stages:
  std::vector<NetworkStage> stages_;      // blocks are one
  std::vector<Buffer> images_;            // how each result lies in memory
  std::vector<int> buffer_of_;            // into plan_.buffers; -1: at the caller
  std::map<std::size_t, int> outputs_;    // the output that a stage writes to the caller
  std::map<int, std::size_t> writer_of_;  // by stage of the network: who computes it
};

Result<void> add_outputs(const Graph& graph, Plan& plan) {
  if (graph.outputs.size() > kMaxOutputs) {
    return fail({.file = graph.file,
                 .message = fmt::format("has {} outputs, slimc compiles up to {}; --output-node "
                                        "names some",
                                        graph.outputs.size(), kMaxOutputs)});
  }
  for (const NetworkOutput& output : graph.outputs) {
    plan.outputs.push_back({.name = output.name,
                            .identifier = output_identifier(output.name, plan.outputs),
                            .shape = graph.op(output.value).shape});
  }
  return {};
}

}  // namespace

Result<Plan> lay_out(const Graph& graph, const NetworkStages& network, const Schedule& schedule,
                     const Precision& precision) {
  Plan plan;
  plan.name = graph.name;
  plan.title = graph.name;
  plan.input_shape = graph.op(graph.input).shape;
  plan.pixels = graph.pixels;
  plan.precision = precision;
  SLIMC_TRY(add_outputs(graph, plan));
  Layout(graph, network, schedule, precision, plan).run();
  return plan;
}

}  // namespace slimc
