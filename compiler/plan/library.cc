#include "compiler/plan/library.h"

#include <fmt/format.h>

#include <set>

#include "support/check.h"

namespace slimc {
namespace {

std::string inner_symbol(const TargetPlan& code, const std::string& word) {
  return code.plan.name + "_k_" + (code.suffix.empty() ? "" : code.suffix + "_") + word;
}

bool same_for_callers(const Plan& a, const Plan& b) {
  const auto same_output = [](const PlanOutput& x, const PlanOutput& y) {
    return x.name == y.name && x.identifier == y.identifier && x.shape == y.shape;
  };
  return a.name == b.name && a.input_shape == b.input_shape && classes(a) == classes(b) &&
         std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(),
                    same_output);
}

}  // namespace

std::int64_t Library::weights_bytes() const {
  std::int64_t bytes = 0;
  for (const TargetPlan& code : targets) bytes += code.plan.weights_bytes;
  return bytes;
}

std::vector<std::string> verify(const Library& library) {
  std::vector<std::string> problems;
  if (library.targets.empty()) return {"a library without a target"};
  std::set<std::string> suffixes;
  for (const TargetPlan& code : library.targets) {
    if (!same_for_callers(code.plan, library.plan())) {
      problems.push_back(fmt::format("the plan for {} is another network's", code.target.name));
    }
    if (!suffixes.insert(code.suffix).second || (code.suffix.empty() && suffixes.size() > 1)) {
      problems.push_back(fmt::format("two targets have symbols with '{}'", code.suffix));
    }
  }
  const auto labelled = static_cast<std::int64_t>(library.labels.list.size());
  if (!library.labels.empty() && classes(library.plan()) != labelled) {
    problems.push_back(fmt::format("{} labels are not those of the classes", labelled));
  }
  return problems;
}

std::string kernel_symbol(const TargetPlan& code, int kernel) {
  for (const Stage& stage : code.plan.stages) {
    for (const StageVariant& variant : stage.variants) {
      if (variant.kernel != kernel) continue;
      return inner_symbol(code, stage.name + (variant.input == ElementType::UInt8 ? "_u8" : ""));
    }
  }
  SLIMC_CHECK(false, fmt::format("no stage uses kernel {}", kernel));
  return {};
}

std::string weights_symbol(const TargetPlan& code) { return inner_symbol(code, "weights"); }

}  // namespace slimc
