#include "compiler/build/plan_library.h"

#include <gmock/gmock.h>

#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::GraphBuilder;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::shared_ptr<const Graph> network() {
  GraphBuilder b({1, 8, 8, 3});
  Value x = b.relu6(b.conv(b.input(), 3, 8));
  x = b.add(OpKind::Mean, {x}, ReduceAttributes{.keep_dims = true});
  return std::make_shared<const Graph>(b.finish(b.add(OpKind::Softmax, {b.conv(x, 1, 10)})));
}

LibraryRequest request(const std::shared_ptr<const Graph>& graph, const std::string& targets) {
  return {.imported = graph, .targets = *parse_targets(targets)};
}

TEST(PlanLibrary, HasAPlanForEachTargetOfOneGraph) {
  OptimisedGraphs graphs;
  auto library = plan_library(request(network(), "x86-64-v3,x86-64"), graphs);
  ASSERT_TRUE(library) << library.error().to_string();
  ASSERT_EQ(library->targets.size(), 2u);
  EXPECT_EQ(library->targets[0].suffix, "x86_64_v3");
  EXPECT_EQ(library->targets[1].suffix, "x86_64");
  EXPECT_EQ(library->id, 0u);
  write_texts(Scheduler::Tiling, *library);
  EXPECT_NE(library->id, 0u);
  EXPECT_THAT(library->header, HasSubstr("TEST_CLASSES 10"));
  EXPECT_TRUE(library->weights_content.empty());
}

TEST(PlanLibrary, RunsThePassesOnceForAGraph) {
  OptimisedGraphs graphs;
  const auto graph = network();
  std::vector<std::string> steps;
  const auto planned = [&](const std::string& target) {
    LibraryRequest one = request(graph, target);
    one.after = [&](std::string_view step, const auto&) { steps.emplace_back(step); };
    auto library = plan_library(one, graphs);
    EXPECT_TRUE(library) << library.error().to_string();
    return library->graph;
  };
  const auto first = planned("x86-64-v3");
  EXPECT_THAT(steps, Contains("prune"));
  steps.clear();
  EXPECT_EQ(planned("arm64"), first);
  EXPECT_THAT(steps, ElementsAre("form_stages", "choose_schedule", "lay_out", "plan_memory"));
}

TEST(WriteTexts, PacksExternalWeightsForTheTextsThatDescribeThem) {
  OptimisedGraphs graphs;
  LibraryRequest external = request(network(), "x86-64-v3");
  external.library.external_weights = true;
  auto library = plan_library(external, graphs);
  ASSERT_TRUE(library) << library.error().to_string();
  EXPECT_TRUE(library->weights_content.empty()) << "those of sixteen libraries are much memory";
  write_texts(Scheduler::Tiling, *library);
  EXPECT_GT(library->weights_content.size(), 1000u);
  EXPECT_EQ(library->weights_file.bytes, library->weights_content.size());
  EXPECT_THAT(library->header, HasSubstr("TEST_WEIGHTS_BYTES"));
}

TEST(PlanLibrary, SaysWhosePlanItPrintsWhereThereAreSeveral) {
  OptimisedGraphs graphs;
  LibraryRequest several = request(network(), "x86-64-v3,x86-64");
  std::vector<std::string> plans;
  several.after = [&](std::string_view step, const std::function<std::string()>& print) {
    if (step == "plan_memory") plans.push_back(print());
  };
  ASSERT_TRUE(plan_library(several, graphs));
  EXPECT_THAT(plans, ElementsAre(StartsWith("for x86-64-v3:\n"), StartsWith("for x86-64:\n")));
}

TEST(PlanLibrary, RefusesLabelsOfOtherClasses) {
  OptimisedGraphs graphs;
  LibraryRequest labelled = request(network(), "x86-64-v3");
  labelled.library.labels = {.file = "labels.txt", .list = {{"", "one"}, {"", "two"}}};
  const auto library = plan_library(labelled, graphs);
  ASSERT_FALSE(library);
  EXPECT_THAT(library.error().to_string(), HasSubstr("labels.txt"));
}

}  // namespace
}  // namespace slimc
