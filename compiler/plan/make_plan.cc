#include "compiler/plan/make_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/plan/form_stages.h"
#include "compiler/plan/lay_out.h"
#include "compiler/plan/plan_memory.h"
#include "ir/graph.h"
#include "support/check.h"

namespace slimc {

Result<Plan> make_plan(const Graph& graph, const Target& target, const PlanOptions& options,
                       const AfterPlanStep& after) {
  const auto finish = [&](std::string_view step, const auto& made) {
    if (after) after(step, [&made] { return print(made); });
  };
  SLIMC_ASSIGN(const NetworkStages network, form_stages(graph));
  finish("form_stages", network);
  Schedule schedule;
  if (options.schedule) {
    schedule = *options.schedule;
  } else {
    SLIMC_ASSIGN(schedule, choose_schedule(graph, network, target, options));
  }
  finish("choose_schedule", schedule);
  SLIMC_ASSIGN(Plan plan, lay_out(graph, network, schedule, options.precision));
  finish("lay_out", plan);
  plan_memory(plan);
  const std::vector<std::string> wrong = verify(plan);
  SLIMC_CHECK(wrong.empty(), fmt::format("plan_memory: {}", fmt::join(wrong, "; ")));
  finish("plan_memory", plan);
  return plan;
}

}  // namespace slimc
