// The same files, computed by ONNX Runtime.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "compiler/reference/evaluate.h"
#include "tests/benchmarks/peers/onnxruntime.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/onnx/onnx_files.h"

namespace slimc::frontend {
namespace {

using testing::Loader;
using testing::ScriptedFolder;

// [n,h,w,c] to [n,c,h,w].
std::vector<float> as_nchw(const std::vector<float>& nhwc, const Shape& s) {
  std::vector<float> result;
  for (std::int64_t n = 0; n < s[0]; ++n) {
    for (std::int64_t c = 0; c < s[3]; ++c) {
      for (std::int64_t p = 0; p < s[1] * s[2]; ++p) {
        result.push_back(nhwc[static_cast<std::size_t>((n * s[1] * s[2] + p) * s[3] + c)]);
      }
    }
  }
  return result;
}

void compare(Loader loader, const std::vector<float>& image) {
  const auto graph = loader.load();
  ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
  if (graph->outputs.size() != 1) return;
  std::ifstream stream(loader.request.model, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  testing::schema::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(bytes));

  const Shape& taken = graph->op(graph->input).shape;
  const auto& declared = model.graph().input(0).type().tensor_type().shape();
  const bool is_nhwc =
      declared.dim(1).dim_value() == taken[1] && declared.dim(3).dim_value() == taken[3];
  const Shape& given = graph->op(graph->output()).shape;
  const bool gives_image =
      std::any_of(loader.warnings.begin(), loader.warnings.end(), [](const std::string& warning) {
        return warning.find("the compiled network gives") != std::string::npos;
      });
  const Shape result = gives_image ? Shape{given[0], given[3], given[1], given[2]} : given;
  auto session = peers::OnnxRuntimeSession::create(
      SLIMC_ONNXRUNTIME, bytes, 1,
      is_nhwc ? taken.dims() : std::vector<std::int64_t>{taken[0], taken[3], taken[1], taken[2]},
      result.dims());
  ASSERT_TRUE(session.has_value()) << loader.request.model << session.error().to_string();
  const std::vector<float> input = is_nhwc ? image : as_nchw(image, taken);
  std::copy(input.begin(), input.end(), (*session)->input());
  const auto run = (*session)->run();
  ASSERT_TRUE(run.has_value()) << run.error().to_string();

  const auto found = reference::evaluate(*graph, {taken, {image.begin(), image.end()}});
  std::vector<float> narrow(found.data.begin(), found.data.end());
  if (gives_image) narrow = as_nchw(narrow, given);
  const std::vector<float>& expected = (*session)->output();
  ASSERT_EQ(narrow.size(), expected.size());
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    ASSERT_NEAR(narrow[i], expected[i], 1e-5 * std::max(1.0f, std::abs(expected[i])))
        << loader.request.model << " " << i;
  }
}

class OnnxRuntime : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(SLIMC_ONNXRUNTIME)) {
      GTEST_SKIP() << "needs " << SLIMC_ONNXRUNTIME
                   << ", libonnxruntime.so.1 of the npm package onnxruntime-node";
    }
  }
};

TEST_F(OnnxRuntime, AgreesOnSmallNetworks) {
  const ScriptedFolder files("make_networks.py");
  if (!files.skipped().empty()) GTEST_SKIP() << files.skipped();
  ASSERT_EQ(files.failed(), "");
  for (const std::string& name : files.lines("networks")) {
    compare(Loader(files / (name + ".onnx")),
            slimc::testing::read_npy<float>(files / (name + ".in.npy")));
  }
}

TEST_F(OnnxRuntime, AgreesOnTheRealWeights) {
  const auto weights = testing::shared_models() / "mobilenet_0.25_224_keras.h5";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "needs " << weights;
  const ScriptedFolder files("make_networks.py", {weights.string()});
  if (!files.skipped().empty()) GTEST_SKIP() << files.skipped();
  ASSERT_EQ(files.failed(), "");
  const auto image =
      slimc::testing::read_npy<float>(testing::shared_models() / "reference" / "input_0.npy");
  for (const std::string style : {"torch", "torch9", "dynamo", "tf2onnx", "keras"}) {
    compare(Loader(files / (style + ".onnx")), image);
  }
}

}  // namespace
}  // namespace slimc::frontend
