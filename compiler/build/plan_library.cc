#include "compiler/build/plan_library.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "compiler/build/compile_libraries.h"
#include "compiler/build/halide_shim.h"
#include "compiler/build/library_id.h"
#include "compiler/objects/stack_bytes.h"
#include "compiler/objects/weights_file.h"
#include "compiler/passes/passes.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "support/check.h"

namespace slimc {
namespace {

// What of a graph's way to its stages is the same for all targets, with the verifier behind each
// step.
Result<RoundedGraph> optimised(const LibraryRequest& request) {
  const auto finish = [&](std::string_view step, const Graph& graph) {
    if (request.after) request.after(step, [&graph] { return print(graph); });
  };
  SLIMC_ASSIGN(Graph graph, run_pipeline(*request.imported, finish));
  if (request.plan.precision.weights != ElementType::Float16) {
    return RoundedGraph{std::move(graph), {}};
  }
  SLIMC_ASSIGN(RoundedGraph rounded, round_weights(graph));
  const std::vector<std::string> broken = verify(rounded.graph);
  SLIMC_CHECK(broken.empty(), fmt::format("round_weights: {}", fmt::join(broken, "; ")));
  finish("round_weights", rounded.graph);
  return rounded;
}

Result<FittedLabels> fit_labels(const ClassLabels& labels, const Plan& plan,
                                const std::string& form) {
  if (labels.empty()) return FittedLabels{labels, {}};
  const std::optional<std::int64_t> count = classes(plan);
  if (!count) {
    return fail({.file = labels.file,
                 .message = fmt::format("labels of classes, but the network gives {} without "
                                        "a classifier",
                                        plan.outputs.front().shape.to_string())});
  }
  return labels_for_classes(labels, *count, form);
}

// Where --input says something else than the model's own arithmetic.
void add_pixel_note(const Graph& imported, const Plan& plan, Diagnostics& notes) {
  const PixelEncoding& pixels = plan.pixels;
  if (pixels.source != PixelEncoding::Source::User || pixels.evidence.empty()) return;
  notes.add({.file = imported.file,
             .message = pixels.evidence +
                        ", and the network computes it all the same: --input makes " +
                        formula(pixels) + " in front of it"});
}

// "x86_64_v3" where the library has several targets. Halide's own names of targets are too long to
// stand in every symbol.
std::string suffix_of(const std::vector<Target>& targets, std::size_t index) {
  constexpr std::size_t kLongest = 24;
  if (targets.size() == 1) return "";
  std::string name = targets[index].name;
  if (name.size() > kLongest) return fmt::format("target_{}", index);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// What is printed of a plan says whose it is, where there are several.
AfterStep after_steps_for(const LibraryRequest& request, std::size_t target) {
  if (!request.after || request.targets.size() == 1) return request.after;
  return [&request, target](std::string_view step, const std::function<std::string()>& print) {
    request.after(step, [&] { return "for " + request.targets[target].name + ":\n" + print(); });
  };
}

}  // namespace

Result<std::shared_ptr<const RoundedGraph>> OptimisedGraphs::of(const LibraryRequest& request) {
  std::shared_ptr<const RoundedGraph>& graph =
      known_[{request.imported.get(), request.plan.precision.weights}];
  if (graph == nullptr) {
    SLIMC_ASSIGN(RoundedGraph made, optimised(request));
    graph = std::make_shared<const RoundedGraph>(std::move(made));
  }
  return graph;
}

LibraryRequest request_for(std::shared_ptr<const Graph> imported, const CompileOptions& options,
                           const AfterStep& after) {
  return {.imported = std::move(imported),
          .targets = options.targets,
          .scheduler = options.scheduler,
          .plan = options.plan,
          .library = options.library,
          .after = after};
}

std::vector<std::string_view> steps_behind_passes() {
  std::vector<std::string_view> steps = {"round_weights"};
  steps.insert(steps.end(), std::begin(kPlanSteps), std::end(kPlanSteps));
  return steps;
}

Result<CompiledLibrary> plan_library(const LibraryRequest& request, OptimisedGraphs& graphs) {
  const bool halves = request.plan.precision.weights == ElementType::Float16;
  SLIMC_ASSIGN(const std::shared_ptr<const RoundedGraph> optimised, graphs.of(request));
  const std::shared_ptr<const Graph> graph(optimised, &optimised->graph);
  CompiledLibrary library;
  library.graph = graph;
  if (halves) library.rounding = optimised->rounding;
  library.external_weights = request.library.external_weights;
  library.no_threads = request.library.no_threads;
  for (std::size_t i = 0; i < request.targets.size(); ++i) {
    const Target& target = request.targets[i];
    SLIMC_CHECK(!halves || target.converts_half, "the target does not convert 16-bit floats");
    SLIMC_ASSIGN(Plan plan, make_plan(*graph, target, request.plan, after_steps_for(request, i)));
    library.targets.push_back({target, suffix_of(request.targets, i), std::move(plan)});
  }
  SLIMC_ASSIGN(FittedLabels fitted,
               fit_labels(request.library.labels, library.plan(), request.imported->form));
  library.labels = std::move(fitted.labels);
  library.notes = std::move(fitted.notes);
  add_pixel_note(*request.imported, library.plan(), library.notes);
  const std::vector<std::string> wrong = verify(library);
  SLIMC_CHECK(wrong.empty(), fmt::format("plan_library: {}", fmt::join(wrong, "; ")));
  return library;
}

void write_texts(Scheduler scheduler, CompiledLibrary& library) {
  if (library.external_weights) {
    WeightsFile file = write_weights_file(library);
    library.weights_file = std::move(file.layout);
    library.weights_content = std::move(file.bytes);
  }
  library.id = library_id(library, scheduler);
  library.header = write_header(library);
  library.source = write_source(library);
}

}  // namespace slimc
