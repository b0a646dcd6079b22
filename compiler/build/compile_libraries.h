// From imported graphs to the files of libraries: what the tool's `compile` calls.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/build/compile_options.h"
#include "compiler/build/kernel_compiler.h"
#include "compiler/plan/library.h"
#include "compiler/plan/make_plan.h"
#include "support/diagnostics.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc {

// Files are bytes here; the caller writes them with OutputFiles.
struct CompiledLibrary : Library {
  // Like targets and their plans' kernels; linked, without the objects' bytes.
  std::vector<std::vector<CompiledKernel>> kernels;
  std::string archive;          // libNAME.a
  std::string header;           // NAME.h
  std::string source;           // NAME.cc
  std::string weights_content;  // NAME.weights, where weights are external
  Diagnostics notes;            // what the user has to be told of labels and pixels
  double seconds = 0;           // that it took
};

// Called behind each step on the way to a library: the passes, round_weights where weights are
// 16-bit floats, and for each target the steps of make_plan(). `print` makes text of what the step
// made.
using AfterStep = AfterPlanStep;

// The steps behind the passes, in order.
std::vector<std::string_view> steps_behind_passes();

// One library of a call: a model, and what it is compiled for. The tools are those of the call.
struct LibraryRequest {
  std::shared_ptr<const Graph> imported;
  std::vector<Target> targets;
  Scheduler scheduler = Scheduler::Tiling;
  PlanOptions plan;
  LibraryOptions library;
  AfterStep after;
};
LibraryRequest request_for(std::shared_ptr<const Graph> imported, const CompileOptions& options,
                           const AfterStep& after = {});

// Several libraries at once: those of one graph share what the passes make of it, which is then all
// that is kept of the graph; kernels that are equal among them are compiled once, and all jobs of
// all libraries share one pool. `done` is called with
// the number of a request and its library as soon as that is complete, from any thread and for
// several at a time; it may write the library and drop its bytes. The results are like `requests`:
// one that fails does not stop the others. The failure of all is that the generator program is
// missing.
Result<std::vector<Result<CompiledLibrary>>> compile_libraries(
    std::vector<LibraryRequest> requests, const Toolchain& tools, Reporter& reporter,
    const std::function<Result<void>(std::size_t request, CompiledLibrary& library)>& done);

// One.
Result<CompiledLibrary> compile_library(const Graph& imported, const CompileOptions& options,
                                        Reporter& reporter, const AfterStep& after = {});

}  // namespace slimc
