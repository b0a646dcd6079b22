// What the fuzz targets share. A target is one file with one function, which libFuzzer calls with
// bytes; it must return for all of them, whatever they are, and it checks what a caller of the
// parser relies on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ir/graph.h"
#include "support/check.h"
#include "support/diagnostics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace slimc::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A failure has words for the user, and they can be shown.
inline void check_words(const Diagnostics& problems) {
  SLIMC_CHECK(!problems.empty(), "a failure without a diagnostic");
  for (const Diagnostic& problem : problems.list()) {
    SLIMC_CHECK(!problem.message.empty(), "a diagnostic without a message");
    SLIMC_CHECK(problem.blame == Blame::Input,
                "hostile input is the input's fault: " + problem.to_string());
  }
  SLIMC_CHECK(!problems.to_string().empty(), "diagnostics that print as nothing");
}

// What load_model() promises of a graph.
inline void check_graph(const Graph& graph) {
  const std::vector<std::string> problems = verify(graph);
  SLIMC_CHECK(problems.empty(), "a graph that does not verify: " + problems.front());
  SLIMC_CHECK(!print(graph).empty(), "a graph that prints as nothing");
}

}  // namespace slimc::fuzz
