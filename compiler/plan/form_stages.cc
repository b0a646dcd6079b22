#include "compiler/plan/form_stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "schedules/records/record.h"
#include "stages/first_convolution/image_stage.h"
#include "stages/stage_kind.h"
#include "support/encode.h"

namespace slimc {
namespace {

constexpr int kNotFormed = NetworkStage::kImage - 1;

class Former {
 public:
  explicit Former(const Graph& graph)
      : graph_(graph), uses_(graph.ops().size()), stage_of_op_(graph.ops().size(), kNotFormed) {
    for (const Op& op : graph.ops()) {
      if (op.kind == OpKind::Reshape) continue;  // reads nothing by itself
      for (const Value input : op.inputs) ++uses_[index(forming_.behind_reshapes(input))];
    }
    for (const NetworkOutput& output : graph.outputs) {
      ++uses_[index(forming_.behind_reshapes(output.value))];
    }
    network_.outputs.assign(graph.outputs.size(), kNotFormed);
  }

  Result<NetworkStages> run() {
    form_image(graph_.op(graph_.input), graph_.input);
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (op.kind == OpKind::Input || op.kind == OpKind::Constant) continue;
      const Value value{static_cast<int>(i)};
      // A value that an unsupported op was to make: that op has been reported.
      if (!all_formed(op)) continue;
      // One that is there already is part of the stage in front.
      if (stage_of_op_[i] == kNotFormed) form(op, value);
      if (stage_of_op_[i] >= 0) give_outputs(value);
    }
    if (problems_.empty()) {
      for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
        if (network_.outputs[i] < 0) {
          refuse(graph_.op(graph_.outputs[i].value), "is not the result of a stage");
        }
      }
    }
    if (!problems_.empty()) return Failure(std::move(problems_));
    return std::move(network_);
  }

 private:
  static std::size_t index(Value value) { return static_cast<std::size_t>(value.op); }

  bool all_formed(const Op& op) const {
    return std::all_of(op.inputs.begin(), op.inputs.end(), [&](Value input) {
      return graph_.op(input).kind == OpKind::Constant || stage_of_op_[index(input)] != kNotFormed;
    });
  }

  void form(const Op& op, Value value) {
    if (graph_.op(op.inputs[0]).kind == OpKind::Constant) {
      refuse(op, fmt::format("{} of a constant has no compiled form", name_of(op.kind)));
    } else if (op.kind == OpKind::ScaleImage) {
      form_image(op, value);
    } else if (op.kind == OpKind::Reshape) {
      rename(op, value);
    } else if (op.kind == OpKind::Conv2D) {
      form_stage(op, value);
    } else {
      form_behind_image_stages(op, value);
    }
  }

  // The image has no stage, unless the caller wants it back, scaled.
  void form_image(const Op& op, Value value) {
    if (is_output(value) && find_image_stage(op, value)) give_outputs(value);
    stage_of_op_[index(value)] = NetworkStage::kImage;
  }

  // Only a convolution reads the image itself. For another op the image in a buffer stands in for
  // it, until the op is formed.
  void form_behind_image_stages(const Op& op, Value value) {
    std::vector<Value> images;
    for (const Value input : op.inputs) {
      if (graph_.op(input).kind != OpKind::Constant && forming_.is_image(input)) {
        images.push_back(input);
      }
    }
    const bool found =
        std::all_of(images.begin(), images.end(), [&](Value v) { return find_image_stage(op, v); });
    if (found) form_stage(op, value);
    for (const Value image : images) stage_of_op_[index(image)] = NetworkStage::kImage;
  }

  void rename(const Op& op, Value value) {
    if (forming_.is_image(op.inputs[0])) {
      refuse(op, not_supported_reshape(forming_, value));
      return;
    }
    stage_of_op_[index(value)] = stage_of_op_[index(op.inputs[0])];
  }

  void form_stage(const Op& op, Value value) {
    if (op.type != ElementType::Float32) {
      refuse(op, fmt::format("gives {}; slimc has kernels for float32 alone",
                             name_of(op.type.element)));
      return;
    }
    for (const StageKind kind : kStageKinds) {
      const StageKindRow& row = row_of(kind);
      std::optional<FormedStage> formed =
          row.form == nullptr ? std::nullopt : row.form(forming_, value);
      if (!formed) continue;
      add(op, std::move(*formed));
      return;
    }
    refuse(op,
           fmt::format("{} has no compiled form at this place in the network", name_of(op.kind)));
  }

  // Whether the op's stage can be formed.
  bool add(const Op& op, FormedStage formed) {
    const NetworkStage& stage = formed.stage;
    std::string problem = std::move(formed.problem);
    if (problem.empty()) problem = reshape_problem(op, stage);
    if (!problem.empty()) {
      refuse(op, problem);
      return false;
    }
    const int at = static_cast<int>(network_.stages.size());
    for (const Value part : stage.ops) {
      if (graph_.op(part).kind != OpKind::ScaleImage) stage_of_op_[index(part)] = at;
    }
    formed.stage.name = unique(stage.name);
    if (!stage.block_name.empty()) formed.stage.block_name = unique(stage.block_name);
    network_.stages.push_back(std::move(formed.stage));
    return true;
  }

  // A layout is pixels x channels: only a stage that takes all of it for one row reads it
  // otherwise.
  std::string reshape_problem(const Op& op, const NetworkStage& stage) const {
    if (stage.joins_pixels) return "";
    for (const Value input : op.inputs) {
      if (graph_.op(input).kind == OpKind::Constant || forming_.is_image(input) ||
          !forming_.is_flattened(input)) {
        continue;
      }
      return not_supported_reshape(forming_, input);
    }
    return "";
  }

  bool find_image_stage(const Op& op, Value image) {
    const auto known = image_stages_.find(image.op);
    if (known == image_stages_.end()) {
      if (!add(op, form_image_stage(forming_, image))) return false;
      image_stages_[image.op] = static_cast<int>(network_.stages.size()) - 1;
    }
    stage_of_op_[index(image)] = image_stages_.at(image.op);
    return true;
  }

  bool is_output(Value value) const {
    return std::any_of(graph_.outputs.begin(), graph_.outputs.end(),
                       [&](const NetworkOutput& output) { return output.value == value; });
  }

  // A result that nothing else reads is written to the caller by its stage, if it has no padding.
  void give_outputs(Value value) {
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      if (graph_.outputs[i].value != value) continue;
      const int source = stage_of_op_[index(value)];
      NetworkStage give = {.kind = StageKind::Copy, .name = unique("output")};
      give.inputs = {source};
      give.value = value;
      const NetworkStage& given = network_.stages[static_cast<std::size_t>(source)];
      give.shape = shape_behind(give.kind, given, given.shape.out_c);
      give.only_drops_padding = uses_[index(forming_.behind_reshapes(value))] == 1;
      network_.outputs[i] = static_cast<int>(network_.stages.size());
      network_.stages.push_back(std::move(give));
    }
  }

  // Names of stages are identifiers of the generated code.
  std::string unique(const std::string& name) {
    const int count = ++names_[name];
    return count == 1 ? name : fmt::format("{}_{}", name, count);
  }

  void refuse(const Op& op, const std::string& problem) {
    problems_.add({graph_.file, fmt::format("node '{}'", op.name), problem});
  }

  const Graph& graph_;
  NetworkStages network_;
  Diagnostics problems_;
  // By op, of values behind no Reshape: ops that read them, and outputs.
  std::vector<int> uses_;
  std::vector<int> stage_of_op_;
  std::map<int, int> image_stages_;  // by op: of the image in front of other than convolutions
  std::map<std::string, int> names_;
  const Forming forming_{graph_, network_, stage_of_op_, uses_};
};

}  // namespace

Result<NetworkStages> form_stages(const Graph& graph) { return Former(graph).run(); }

std::string print(const NetworkStages& network) {
  std::string text;
  for (std::size_t i = 0; i < network.stages.size(); ++i) {
    const NetworkStage& stage = network.stages[i];
    text += fmt::format("stage {}: {}; reads", stage.name, stage_key(stage.shape));
    for (const int input : stage.inputs) {
      text += input < 0 ? " the image" : " " + network.stages[static_cast<std::size_t>(input)].name;
    }
    if (stage.only_drops_padding) text += "; where there is padding";
    text += "\n";
  }
  return text;
}

}  // namespace slimc
