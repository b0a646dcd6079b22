// What a library is before its kernels are compiled, and how it is put together behind that.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "compiler/build/codegen.h"
#include "compiler/build/halide_shim.h"
#include "compiler/build/library_id.h"
#include "compiler/build/library_parts.h"
#include "compiler/objects/rename_symbols.h"
#include "compiler/objects/stack_bytes.h"
#include "compiler/objects/weights_file.h"
#include "compiler/objects/write_archive.h"
#include "compiler/passes/passes.h"
#include "compiler/plan/plan_memory.h"
#include "support/check.h"

namespace slimc {
namespace {

void finish_step(std::string_view step, const Graph& graph, const AfterStep& after) {
  const std::vector<std::string> broken = verify(graph);
  SLIMC_CHECK(broken.empty(), fmt::format("{}: {}", step, fmt::join(broken, "; ")));
  if (after.graph) after.graph(step, graph);
}

// What of a graph's way to its stages is the same for all targets, with the verifier behind each
// step.
Result<RoundedGraph> optimise(const Graph& imported, const CompileOptions& options,
                              const AfterStep& after) {
  SLIMC_ASSIGN(Graph graph, run_pipeline(imported, after.graph));
  if (options.weights_type != ElementType::Float16) return RoundedGraph{std::move(graph), {}};
  SLIMC_ASSIGN(RoundedGraph rounded, round_weights(graph));
  finish_step("round_weights", rounded.graph, after);
  return rounded;
}

Result<Plan> plan_network(const Graph& graph, const CompileOptions& options,
                          const AfterStep& after) {
  SLIMC_ASSIGN(Plan plan, lower_to_stages(graph, options));
  if (after.plan) after.plan("lower_to_stages", plan);
  plan_memory(plan);
  const std::vector<std::string> wrong = verify(plan);
  SLIMC_CHECK(wrong.empty(), fmt::format("plan_memory: {}", fmt::join(wrong, "; ")));
  if (after.plan) after.plan("plan_memory", plan);
  return plan;
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
std::string identifier_of(const std::vector<Target>& targets, std::size_t index) {
  constexpr std::size_t kLongest = 24;
  if (targets.size() == 1) return "";
  std::string name = targets[index].name;
  if (name.size() > kLongest) return fmt::format("target_{}", index);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace

CompileOptions options_for(const CompileOptions& options, const Target& target) {
  CompileOptions alone = options;
  alone.target = target;
  alone.more_targets.clear();
  return alone;
}

Result<Library> plan_library(const LibraryRequest& request) {
  std::vector<Target> targets = {request.options.target};
  for (const Target& target : request.options.more_targets) targets.push_back(target);
  const AfterStep& after = request.after;
  const bool halves = request.options.weights_type == ElementType::Float16;
  SLIMC_ASSIGN(const RoundedGraph optimised, optimise(*request.imported, request.options, after));
  Library library;
  library.no_threads = request.options.no_threads;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const CompileOptions options = options_for(request.options, targets[i]);
    TargetCode& code = library.targets.emplace_back();
    code.target = targets[i];
    SLIMC_CHECK(!halves || targets[i].converts_half, "the target does not convert 16-bit floats");
    if (halves) code.rounding = optimised.rounding;
    SLIMC_ASSIGN(code.graph, select_stages(optimised.graph, options));
    finish_step("select_stages", code.graph, after);
    SLIMC_ASSIGN(code.plan, plan_network(code.graph, options, after));
    SLIMC_ASSIGN(FittedLabels fitted,
                 fit_labels(options.labels, code.plan, request.imported->form));
    code.plan.labels = std::move(fitted.labels);
    library.notes = std::move(fitted.notes);  // the same for all targets
    add_pixel_note(*request.imported, code.plan, library.notes);
    code.plan.target = identifier_of(targets, i);
    code.plan.external_weights = options.external_weights;
  }
  library.id = library_id(library, request.options);
  library.header = write_header(library);
  library.source = write_source(library);
  if (request.options.external_weights) library.weights_file = write_weights_file(library).bytes;
  return library;
}

// Of NAME.o's functions and of the kernel that takes the most; 0: not known, as for kernels that
// call the shim.
std::int64_t stack_bytes(const Library& library, const std::string& code) {
  std::int64_t largest = 0;
  for (const TargetCode& target : library.targets) {
    for (const CompiledKernel& kernel : target.kernels) {
      const auto frames = stack_frames(kernel.object, target.target);
      if (!frames) return 0;
      largest = std::max(largest, kernel_stack(*frames, "_argv"));
    }
  }
  const auto frames = stack_frames(code, library.targets.front().target);
  return frames ? stack_bound(*frames, largest) : 0;
}

// NAME.o first, so that a linker finds what it pulls in behind it.
Result<void> link_library(Library& library, std::string code, std::vector<std::string> weights,
                          const CompileOptions& options) {
  const std::int64_t stack = stack_bytes(library, code);
  std::vector<ArchiveMember> members = {{library.plan().name + ".o", std::move(code)}};
  std::vector<ArchiveMember> shim;
  for (std::size_t t = 0; t < library.targets.size(); ++t) {
    TargetCode& target = library.targets[t];
    if (shim.empty()) {
      SLIMC_ASSIGN(shim, halide_shim(target.kernels, options_for(options, target.target)));
    }
    for (std::size_t i = 0; i < target.kernels.size(); ++i) {
      const std::string symbol = kernel_symbol(target.plan, static_cast<int>(i));
      SLIMC_ASSIGN(std::string object, rename_kernel(target.kernels[i].object, symbol));
      members.push_back({symbol + ".o", std::move(object)});
      target.kernels[i].object.clear();
    }
    if (!target.plan.external_weights) {
      members.push_back({weights_symbol(target.plan) + ".o", std::move(weights[t])});
    }
  }
  // NAME.o was compiled with a header that does not say it yet.
  library.stack_bytes = shim.empty() ? stack : 0;
  library.header = write_header(library);
  for (ArchiveMember& member : shim) members.push_back(std::move(member));
  SLIMC_ASSIGN(library.archive, write_archive(members, options.target));
  return {};
}

std::int64_t Library::weights_bytes() const {
  std::size_t bytes = 0;
  for (const TargetCode& target : targets) bytes += target.plan.weights.size();
  return static_cast<std::int64_t>(bytes);
}

}  // namespace slimc
