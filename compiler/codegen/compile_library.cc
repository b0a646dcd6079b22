#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <future>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/halide_shim.h"
#include "compiler/codegen/library_parts.h"
#include "compiler/codegen/plan_memory.h"
#include "compiler/passes/passes.h"
#include "compiler/support/check.h"

namespace slimc {
namespace {

void finish_step(std::string_view step, const Graph& graph, const AfterStep& after) {
  const std::vector<std::string> broken = verify(graph);
  SLIMC_CHECK(broken.empty(), fmt::format("{}: {}", step, fmt::join(broken, "; ")));
  if (after.graph) after.graph(step, graph);
}

// The graph's way to its stages, with the verifier behind each step.
Result<Graph> optimise(const Graph& imported, const CompileOptions& options, const AfterStep& after,
                       std::optional<WeightRounding>& rounding) {
  SLIMC_ASSIGN(Graph graph, run_pipeline(imported, after.graph));
  if (options.weights_type == ElementType::Float16) {
    SLIMC_CHECK(options.target.converts_half, "the target does not convert 16-bit floats");
    SLIMC_ASSIGN(RoundedGraph rounded, round_weights(graph));
    graph = std::move(rounded.graph);
    rounding = rounded.rounding;
    finish_step("round_weights", graph, after);
  }
  SLIMC_ASSIGN(graph, select_stages(graph, options));
  finish_step("select_stages", graph, after);
  return graph;
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

Result<ClassLabels> fit_labels(const ClassLabels& labels, const Plan& plan) {
  if (labels.empty()) return labels;
  const std::optional<std::int64_t> count = classes(plan);
  if (!count) {
    return fail({.file = labels.file,
                 .message = fmt::format("labels of classes, but the network gives {} without "
                                        "a classifier",
                                        plan.output_shape.to_string())});
  }
  return labels_for_classes(labels, *count);
}

}  // namespace

Result<Library> plan_library(const Graph& imported, const CompileOptions& options,
                             const AfterStep& after) {
  Library library;
  SLIMC_ASSIGN(library.graph, optimise(imported, options, after, library.rounding));
  SLIMC_ASSIGN(library.plan, plan_network(library.graph, options, after));
  SLIMC_ASSIGN(library.plan.labels, fit_labels(options.labels, library.plan));
  library.header = write_header(library.plan, options.target);
  library.source = write_source(library.plan, options.target);
  return library;
}

// NAME.o first, so that a linker finds what it pulls in behind it.
Result<void> link_library(Library& library, std::string code, std::string weights,
                          const CompileOptions& options) {
  SLIMC_ASSIGN(std::vector<ArchiveMember> shim, halide_shim(library.kernels, options));
  std::vector<ArchiveMember> members = {{library.plan.name + ".o", std::move(code)}};
  for (std::size_t i = 0; i < library.kernels.size(); ++i) {
    const std::string symbol = kernel_symbol(library.plan, static_cast<int>(i));
    members.push_back({symbol + ".o", rename_kernel(library.kernels[i].object, symbol)});
  }
  members.push_back({library.plan.name + "_weights.o", std::move(weights)});
  for (ArchiveMember& member : shim) members.push_back(std::move(member));
  SLIMC_ASSIGN(library.archive, write_archive(members, options.target));
  for (CompiledKernel& kernel : library.kernels) kernel.object.clear();
  return {};
}

Result<Library> compile_library(const Graph& imported, const CompileOptions& options,
                                Reporter& reporter, const AfterStep& after) {
  const auto start = std::chrono::steady_clock::now();
  SLIMC_ASSIGN(Library library, plan_library(imported, options, after));

  // Beside the kernels: clang and LLVM take longer than finding all kernels in the cache.
  auto code = std::async(std::launch::async, [&] {
    return compile_source(library.header, library.source, library.plan, options);
  });
  auto weights = std::async(std::launch::async,
                            [&] { return write_weights_object(library.plan, options.target); });
  auto kernels = compile_kernels(library.plan, options, reporter);
  auto code_object = code.get();
  auto weights_object = weights.get();

  Diagnostics problems;
  if (!kernels) problems.add(kernels.error());
  if (!code_object) problems.add(code_object.error());
  if (!weights_object) problems.add(weights_object.error());
  if (!problems.empty()) return Failure(std::move(problems));

  library.kernels = std::move(*kernels);
  SLIMC_TRY(link_library(library, std::move(*code_object), std::move(*weights_object), options));
  library.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return library;
}

}  // namespace slimc
