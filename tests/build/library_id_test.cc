#include "compiler/build/library_id.h"

#include <gtest/gtest.h>

#include "ir/graph.h"
#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {

std::uint64_t id_of(const Library& library, Scheduler scheduler = Scheduler::Tiling) {
  return library_id(library, scheduler);
}

Library tiny() { return testing::library_of(testing::tiny_plan(), *parse_target("x86-64")); }

TEST(LibraryId, IsTheSameForTheSame) { EXPECT_EQ(id_of(tiny()), id_of(tiny())); }

TEST(LibraryId, DiffersWithAllThatDecidesTheBytes) {
  const std::uint64_t id = id_of(tiny());
  EXPECT_NE(id_of(tiny(), Scheduler::Li2018), id);
  const auto expect_other = [&](const char* what, const auto& change) {
    Library library = tiny();
    change(library);
    EXPECT_NE(id_of(library), id) << what;
  };
  expect_other("a number of the weights", [](Library& library) {
    Graph graph = testing::tiny_graph();
    Op& weights = graph.op(Value{0});
    Tensor changed = *weights.constant;
    changed.data[1] += 1;
    weights.constant = std::make_shared<const Tensor>(std::move(changed));
    library.graph = std::make_shared<const Graph>(std::move(graph));
  });
  expect_other("how weights are packed",
               [](Library& l) { l.targets[0].plan.weights[0].layout.panel_channels = 2; });
  expect_other("a kernel's parameter", [](Library& l) {
    l.targets[0].plan.kernels[0].parameters.emplace_back("lanes", "4");
  });
  expect_other("a target", [](Library& l) { l.targets[0].target.halide += "-avx"; });
  expect_other("a label", [](Library& l) { l.labels.list[1].label = "other"; });
  expect_other("a buffer", [](Library& l) { l.targets[0].plan.arena_bytes += 64; });
}

}  // namespace
}  // namespace slimc
