// Real weights against probabilities that another program, in another language, computed in double
// precision: the reference evaluator and the passes are right about slim's graph as a whole.
#include <cstring>
#include <filesystem>

#include "frontend/frontend.h"
#include "support/files.h"
#include "tests/passes/pass_testing.h"

namespace slimc::testing {
namespace {

const std::filesystem::path kModels = SLIMC_SOURCE_DIR "/../shared/models";

// The numbers of a .npy file of format 1: 10 bytes, a header of the length said there, the data.
template <typename T>
std::vector<double> load_npy(const std::filesystem::path& path) {
  const std::string bytes = read_file(path).value_or("");
  if (bytes.size() < 10) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t start = 10u + byte(8) + 256u * byte(9);
  std::vector<T> numbers((bytes.size() - start) / sizeof(T));
  std::memcpy(numbers.data(), bytes.data() + start, numbers.size() * sizeof(T));
  return {numbers.begin(), numbers.end()};
}

void expect_probabilities(const Graph& graph, double tolerance) {
  for (const std::string image : {"0", "1"}) {
    const auto pixels = load_npy<float>(kModels / "reference" / ("input_" + image + ".npy"));
    const auto expected =
        load_npy<double>(kModels / "reference" / ("probabilities_" + image + ".npy"));
    const Shape& shape = graph.op(graph.input).shape;
    ASSERT_EQ(static_cast<std::int64_t>(pixels.size()), shape.elements());
    const auto found = reference::evaluate(graph, {shape, pixels}).data;
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_THAT(found, ::testing::Pointwise(::testing::DoubleNear(tolerance), expected));
  }
}

TEST(SharedModel, GivesThePublishedProbabilities) {
  const auto checkpoint = kModels / "mobilenet_v1_0.25_224.ckpt";
  if (!std::filesystem::exists(checkpoint.string() + ".index")) {
    GTEST_SKIP() << "no real weights at " << kModels;
  }
  SilentReporter reporter;
  frontend::ModelRequest request;
  request.model = checkpoint;
  const auto imported = frontend::load_model(request, reporter);
  ASSERT_TRUE(imported) << imported.error().to_string();
  expect_probabilities(*imported, 1e-10);

  const auto optimised = run_pipeline(*imported);
  ASSERT_TRUE(optimised) << optimised.error().to_string();
  expect_probabilities(*optimised, 1e-6);
  std::string blocks;
  for (int i = 0; i < 13; ++i) blocks += " DepthwiseConv2D Conv2D";
  EXPECT_EQ(kinds(*optimised), "Input Conv2D" + blocks + " AvgPool Conv2D Softmax Reshape");
}

}  // namespace
}  // namespace slimc::testing
