#include <fmt/format.h>

#include "compiler/plan/plan.h"
#include "support/encode.h"

namespace slimc {

std::string print(const Plan& plan) {
  std::string text =
      fmt::format("plan of '{}': arena {} bytes, {} more a further thread, weights {} bytes\n",
                  plan.name, plan.arena_bytes, plan.scratch_bytes, plan.weights_bytes);
  for (const Stage& stage : plan.stages) {
    std::string from;
    for (const int input : stage.inputs) {
      from += from.empty() ? "" : ", ";
      from += input < 0 ? "input" : plan.buffers[static_cast<std::size_t>(input)].name;
    }
    text += fmt::format(
        "stage {}: {}; kernel {}, {} task{}, {} -> {}\n", stage.name, printable(stage.description),
        stage.variants[0].kernel, stage.tasks, stage.tasks == 1 ? "" : "s", from,
        stage.output >= 0 ? stage.name
        : plan.outputs.size() == 1
            ? "output"
            : plan.outputs[static_cast<std::size_t>(stage.network_output)].identifier);
    std::string knobs;
    for (const auto& [name, value] :
         plan.kernels[static_cast<std::size_t>(stage.variants[0].kernel)].parameters) {
      knobs += fmt::format(" {}={}", name, value);
    }
    text += fmt::format("  {}{}\n", name_of(stage.shape.kind), knobs);
    if (stage.scratch_bytes > 0) {
      text += fmt::format("  scratch: bytes {}..{}\n", stage.scratch_offset,
                          stage.scratch_offset + stage.scratch_bytes);
    }
  }
  for (const Buffer& b : plan.buffers) {
    text += fmt::format(
        "buffer {}: bytes {}..{}, stages {}..{}, {}x{}x{} {}, pixels {} apart, halo {} + {} "
        "rows\n",
        b.name, b.offset, b.offset + b.bytes(), b.first_stage, b.last_stage, b.height, b.width,
        b.channels, name_of(b.type.element), b.channel_stride, b.halo_top, b.halo_bottom);
  }
  return text;
}

}  // namespace slimc
