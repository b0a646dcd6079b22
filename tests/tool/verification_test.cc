// `slimc verify` must be able to fail: it is shown wrong references here.
#include "tool/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "frontend/tensorflow/write_slim_checkpoint.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

constexpr double kTolerance = 1e-5;

// A small network with random weights, compiled and loaded.
Result<BuiltNetwork> build_small() {
  const testing::TemporaryFolder folder;
  SLIMC_TRY(frontend::write_slim_checkpoint(
      {.alpha = 0.25, .height = 40, .width = 32, .batch = 2, .classes = 7}, folder / "net"));
  CompilationOptions options;
  options.compile.tools.cache = SLIMC_BINARY_DIR "/test-cache/slimc";
  options.compile.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.compile.tools.runtime_include = SLIMC_BINARY_DIR "/include";
  Console console(/*json=*/false, /*verbose=*/false);
  ModelOptions model;
  model.request.model = folder / "net.ckpt";
  return build_network(model, options, console);
}

VerificationInput input_for(const BuiltNetwork& built) {
  VerificationInput input;
  for (std::int64_t i = 0; i < built.input_elements(); ++i) {
    input.bytes.push_back(static_cast<std::uint8_t>(i * 2654435761));
    input.values.push_back(static_cast<float>(input.bytes.back()) / 127.5f - 1.0f);
  }
  return input;
}

class VerificationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<BuiltNetwork> built = build_small();
    ASSERT_TRUE(built) << built.error().to_string();
    built_.emplace(std::move(*built));
  }

  Verification verify_small() {
    SilentReporter reporter;
    Result<Verification> verification =
        verify_network(*built_, input_for(*built_), /*threads=*/2, reporter);
    if (!verification) ADD_FAILURE() << verification.error().to_string();
    return verification ? *verification : Verification{};
  }

  std::optional<BuiltNetwork> built_;
};

// The same op with its last constant's first element changed.
void change_weight(Graph& graph, Value value) {
  Value& weights = graph.op(value).inputs.back();
  Tensor tensor = graph.constant(weights);
  tensor.data[0] += 0.5f;
  graph.op(weights).constant = std::make_shared<const Tensor>(std::move(tensor));
}

TEST_F(VerificationTest, PassesOnWhatIsRight) {
  const Verification verification = verify_small();
  EXPECT_TRUE(verification.within(kTolerance));
  EXPECT_GT(verification.max_abs_error, 0);  // it is float, after all
  EXPECT_EQ(verification.stages.size(), built_->library.plan().stages.size() + 1);
  EXPECT_EQ(verification.stages[1].name, "conv_0 (8-bit)");
}

TEST_F(VerificationTest, NamesTheOnlyStageThatIsWrong) {
  const std::vector<Stage>& stages = built_->library.plan().stages;
  ASSERT_GT(stages.size(), 5u);
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{3}, stages.size() - 2}) {
    const std::shared_ptr<const Graph> right = built_->library.graph;
    Graph changed = *right;
    change_weight(changed, stages[wrong].value);
    built_->library.graph = std::make_shared<const Graph>(std::move(changed));
    const Verification verification = verify_small();
    EXPECT_FALSE(verification.within(kTolerance));
    EXPECT_LE(verification.max_abs_error, kTolerance);  // of the imported graph, which is right
    for (const StageError& stage : verification.stages) {
      if (stage.name.starts_with(stages[wrong].name)) {
        EXPECT_GT(stage.error.max_rel, kTolerance) << stage.name;
      } else {
        EXPECT_LE(stage.error.max_rel, kTolerance)
            << stage.name << " while " << stages[wrong].name << " is wrong";
      }
    }
    built_->library.graph = right;
  }
}

TEST_F(VerificationTest, ComparesWithTheGraphAsImported) {
  // The last convolution's bias, which no batch norm follows.
  Graph& graph = built_->imported;
  for (int i = static_cast<int>(graph.ops().size()) - 1; i >= 0; --i) {
    if (graph.op(Value{i}).kind != OpKind::BiasAdd) continue;
    change_weight(graph, Value{i});
    const Verification verification = verify_small();
    EXPECT_GT(verification.max_abs_error, 1e-3);
    EXPECT_FALSE(verification.within(kTolerance));
    return;
  }
  FAIL() << "no BiasAdd in\n" << print(graph);
}

TEST_F(VerificationTest, CountsNotANumberAsWrong) {
  VerificationInput input = input_for(*built_);
  input.values[100] = std::numeric_limits<float>::quiet_NaN();
  SilentReporter reporter;
  const Result<Verification> verification = verify_network(*built_, input, 1, reporter);
  ASSERT_TRUE(verification) << verification.error().to_string();
  EXPECT_EQ(verification->max_abs_error, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(verification->within(kTolerance));
}

}  // namespace
}  // namespace slimc
