// The one way from an optimised graph to a plan.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "compiler/plan/choose_schedule.h"
#include "compiler/plan/plan.h"

namespace slimc {

class Graph;

// Called behind each step with what it made: `print` makes it text, for who wants that.
using AfterPlanStep =
    std::function<void(std::string_view step, const std::function<std::string()>& print)>;

// The steps, in order.
inline constexpr std::string_view kPlanSteps[] = {"form_stages", "choose_schedule", "lay_out",
                                                  "plan_memory"};

// `graph` is what the passes leave. The plan has passed its verifier. Packs no weights, and
// compiles nothing.
Result<Plan> make_plan(const Graph& graph, const Target& target, const PlanOptions& options,
                       const AfterPlanStep& after = {});

}  // namespace slimc
