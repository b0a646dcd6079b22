#include <fmt/format.h>

#include <algorithm>

#include "compiler/plan/plan.h"

namespace slimc {
namespace {

bool live_together(const Buffer& a, const Buffer& b) {
  return a.first_stage <= b.last_stage && b.first_stage <= a.last_stage;
}

class PlanVerifier {
 public:
  explicit PlanVerifier(const Plan& plan) : plan_(plan) {}

  std::vector<std::string> run() {
    check_buffers();
    check_weights();
    writers_.resize(plan_.outputs.size());
    for (std::size_t i = 0; i < plan_.stages.size(); ++i) {
      if (plan_.stages[i].variants.empty()) {
        problem("stage '{}': no variants", plan_.stages[i].name);
        return std::move(problems_);
      }
    }
    for (std::size_t i = 0; i < plan_.stages.size(); ++i) check_stage(static_cast<int>(i));
    for (std::size_t i = 0; i < plan_.outputs.size(); ++i) {
      if (writers_[i] != 1) {
        problem("output '{}' is written by {} stages", plan_.outputs[i].name, writers_[i]);
      }
    }
    return std::move(problems_);
  }

 private:
  template <typename... Args>
  void problem(fmt::format_string<Args...> format, Args&&... args) {
    problems_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  bool is_buffer(int index) const {
    return index >= 0 && index < static_cast<int>(plan_.buffers.size());
  }
  bool is_output(int index) const {
    return index >= 0 && index < static_cast<int>(plan_.outputs.size());
  }
  bool is_kernel(int index) const {
    return index >= 0 && index < static_cast<int>(plan_.kernels.size());
  }
  const Buffer& buffer(int index) const { return plan_.buffers[static_cast<std::size_t>(index)]; }

  void check_buffers() {
    for (std::size_t i = 0; i < plan_.buffers.size(); ++i) {
      const Buffer& a = plan_.buffers[i];
      if (a.channels > a.padded_channels || a.padded_channels > a.channel_stride) {
        problem("buffer '{}': {} channels, {} padded, {} apart", a.name, a.channels,
                a.padded_channels, a.channel_stride);
      }
      if (a.offset < 0 || a.offset % 64 != 0 || a.offset + a.bytes() > plan_.arena_bytes) {
        problem("buffer '{}': bytes {} to {} of an arena of {}", a.name, a.offset,
                a.offset + a.bytes(), plan_.arena_bytes);
      }
      for (std::size_t j = i + 1; j < plan_.buffers.size(); ++j) {
        const Buffer& b = plan_.buffers[j];
        if (live_together(a, b) && a.offset < b.offset + b.bytes() &&
            b.offset < a.offset + a.bytes()) {
          problem("buffers '{}' and '{}' share memory while both live", a.name, b.name);
        }
      }
    }
  }

  void check_weights() {
    std::int64_t end = 0;
    for (const WeightsBlock& block : plan_.weights) {
      if (block.offset < end || block.offset % 64 != 0) {
        problem("a block of weights at byte {}, behind byte {}", block.offset, end);
      }
      end = block.offset + block.bytes();
    }
    if (end != plan_.weights_bytes) {
      problem("blocks of weights up to byte {} of {}", end, plan_.weights_bytes);
    }
  }

  void check_stage(int index) {
    const Stage& stage = plan_.stages[static_cast<std::size_t>(index)];
    check_variants(stage);
    if (stage.tasks < 1) problem("stage '{}': {} tasks", stage.name, stage.tasks);
    for (const int input : stage.inputs) {
      if (input == -1) continue;
      if (!is_buffer(input) || buffer(input).first_stage >= index ||
          buffer(input).last_stage < index) {
        problem("stage '{}': buffer {} does not live here", stage.name, input);
      }
    }
    if (stage.output != -1 &&
        (!is_buffer(stage.output) || buffer(stage.output).first_stage != index)) {
      problem("stage '{}': buffer {} is not written here", stage.name, stage.output);
    }
    if (stage.output == -1 && !is_output(stage.network_output)) {
      problem("stage '{}' writes output {} of {}", stage.name, stage.network_output,
              plan_.outputs.size());
    } else if (stage.output == -1) {
      ++writers_[static_cast<std::size_t>(stage.network_output)];
    }
    check_scratch(stage, index);
  }

  void check_variants(const Stage& stage) {
    const std::size_t wanted = reads_input(stage) ? 2 : 1;
    if (stage.variants.size() != wanted || stage.variants.front().input != ElementType::Float32 ||
        stage.variants.back().input != (wanted == 2 ? ElementType::UInt8 : ElementType::Float32)) {
      problem("stage '{}': {} variants, expected {}", stage.name, stage.variants.size(),
              wanted == 2 ? "one for floats and one for bytes" : "one");
    }
    for (const StageVariant& variant : stage.variants) {
      if (!is_kernel(variant.kernel)) {
        problem("stage '{}': kernel {} of {}", stage.name, variant.kernel, plan_.kernels.size());
      }
      for (const Argument& a : variant.arguments) check_argument(stage, a);
      for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
        if (reads(variant, stage, i)) continue;
        problem("stage '{}': no argument of its kernel is its input {}", stage.name, i);
      }
    }
  }

  // Of a value that a stage reads twice, one argument is enough only where one is all there is.
  static bool reads(const StageVariant& variant, const Stage& stage, std::size_t input) {
    const int buffer = stage.inputs[input];
    const auto is_input = [buffer](const Argument& a) {
      return buffer == -1 ? a.source == Argument::Source::NetworkInput
                          : a.source == Argument::Source::Arena && a.buffer == buffer;
    };
    return std::count_if(variant.arguments.begin(), variant.arguments.end(), is_input) >=
           std::count(stage.inputs.begin(), stage.inputs.end(), buffer);
  }

  // The first thread's lies in the arena, and not on what lives while the stage runs.
  void check_scratch(const Stage& stage, int index) {
    const std::int64_t begin = stage.scratch_offset, end = begin + stage.scratch_bytes;
    if (begin < 0 || begin % 64 != 0 || stage.scratch_bytes < 0 || stage.scratch_bytes % 64 != 0 ||
        end > plan_.arena_bytes) {
      problem("stage '{}': scratch in bytes {} to {} of an arena of {}", stage.name, begin, end,
              plan_.arena_bytes);
    }
    if (stage.scratch_bytes > plan_.scratch_bytes) {
      problem("stage '{}': {} bytes of scratch, and each further thread has {}", stage.name,
              stage.scratch_bytes, plan_.scratch_bytes);
    }
    for (const Buffer& b : plan_.buffers) {
      if (b.lives_during(index) && begin < b.offset + b.bytes() && b.offset < end) {
        problem("stage '{}': its scratch and buffer '{}' share memory", stage.name, b.name);
      }
    }
  }

  // Whether an argument's elements are channels of pixels where the buffer has them: what does not
  // step from pixel to pixel stays within one. Only what is read as one row crosses pixels, and
  // then there are no gaps between them.
  static bool keeps_to_pixels(const Buffer& buffer, const Argument& a, int tasks) {
    const std::int64_t stride = buffer.channel_stride, size = a.type.element_bytes();
    if (stride < 1) return false;
    std::int64_t within = (a.offset - buffer.offset) / size % stride;
    for (const ArgumentDim& dim : a.dims) {
      if (dim.stride % stride != 0) within += (dim.extent - 1) * dim.stride;
    }
    if (a.task_step % stride != 0) within += (tasks - 1) * a.task_step;
    if (within < buffer.padded_channels) return true;
    return stride == buffer.padded_channels && !a.dims.empty() && a.dims.front().stride == 1 &&
           a.dims.front().extent == within + 1 && a.dims.front().extent % stride == 0;
  }

  // What all tasks of a stage touch, against what there is.
  void check_argument(const Stage& stage, const Argument& a) {
    if (a.source == Argument::Source::TaskRow) return;
    const std::int64_t size = a.type.element_bytes();
    const std::int64_t first = a.offset;
    std::int64_t elements = 1 + a.task_step * (stage.tasks - 1);
    for (const ArgumentDim& d : a.dims) elements += (d.extent - 1) * d.stride;
    std::int64_t begin = 0, end = 0;
    switch (a.source) {
      case Argument::Source::Arena:
        if (!is_buffer(a.buffer)) {
          problem("stage '{}', argument '{}': no buffer {}", stage.name, a.name, a.buffer);
          return;
        }
        begin = buffer(a.buffer).offset;
        end = begin + buffer(a.buffer).bytes();
        if (!keeps_to_pixels(buffer(a.buffer), a, stage.tasks)) {
          problem("stage '{}', argument '{}': its pixels are not {} elements apart, as in '{}'",
                  stage.name, a.name, buffer(a.buffer).channel_stride, buffer(a.buffer).name);
        }
        break;
      case Argument::Source::Weights:
        if (a.weights < 0 || a.weights >= static_cast<int>(plan_.weights.size())) {
          problem("stage '{}', argument '{}': no block {} of weights", stage.name, a.name,
                  a.weights);
          return;
        }
        begin = plan_.weights[static_cast<std::size_t>(a.weights)].offset;
        end = begin + plan_.weights[static_cast<std::size_t>(a.weights)].bytes();
        break;
      case Argument::Source::Scratch:
        end = stage.scratch_bytes;
        break;
      case Argument::Source::NetworkInput:
        end = plan_.input_shape.elements() / plan_.input_shape[0] * size;
        break;
      case Argument::Source::NetworkOutput:
        if (!is_output(a.network_output)) {
          problem("stage '{}', argument '{}': no output {}", stage.name, a.name, a.network_output);
          return;
        }
        end = plan_.outputs[static_cast<std::size_t>(a.network_output)].shape.elements() /
              plan_.input_shape[0] * size;
        break;
      case Argument::Source::TaskRow:
        break;
    }
    if (first < begin || first + elements * size > end) {
      problem("stage '{}', argument '{}': bytes {} to {}, and there are {} to {}", stage.name,
              a.name, first, first + elements * size, begin, end);
    }
  }

  const Plan& plan_;
  std::vector<std::string> problems_;
  std::vector<int> writers_;  // stages, of each output
};

}  // namespace

std::vector<std::string> verify(const Plan& plan) { return PlanVerifier(plan).run(); }

}  // namespace slimc
