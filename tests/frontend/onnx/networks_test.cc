// Models that something else than slimc wrote, against numbers that something else computed: ONNX's
// own operator tests, small networks of every operator in NumPy, and the real weights in ../shared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <sstream>

#include "compiler/reference/evaluate.h"
#include "tests/common/read_npy.h"
#include "tests/frontend/onnx/onnx_files.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;
using testing::Loader;
using testing::ScriptedFolder;

reference::DoubleTensor image_of(const Graph& graph, const std::vector<float>& values) {
  return {graph.op(graph.input).shape, {values.begin(), values.end()}};
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected,
                 double tolerance, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i])))
        << what << " " << i;
  }
}

TEST(OnnxNetworks, GiveWhatNumpyComputes) {
  const ScriptedFolder files("make_networks.py");
  if (!files.skipped().empty()) GTEST_SKIP() << files.skipped();
  ASSERT_EQ(files.failed(), "");
  const std::vector<std::string> names = files.lines("networks");
  EXPECT_GT(names.size(), 70u);
  for (const std::string& name : names) {
    Loader loader(files / (name + ".onnx"));
    const auto graph = loader.load();
    if (!graph) {
      ADD_FAILURE() << graph.error().to_string();
      continue;
    }
    EXPECT_EQ(graph->form, "ONNX");
    const auto image = slimc::testing::read_npy<float>(files / (name + ".in.npy"));
    const auto found = reference::evaluate_outputs(*graph, image_of(*graph, image));
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto expected =
          slimc::testing::read_npy<double>(files / (name + "." + std::to_string(i) + ".npy"));
      expect_near(found[i].data, expected, 2e-6, name);
    }
  }
}

// NCHW to the order of the IR, for shapes of four dimensions.
std::vector<double> as_nhwc(const std::vector<float>& nchw, const std::vector<std::int64_t>& d) {
  std::vector<double> result;
  for (std::int64_t n = 0; n < d[0]; ++n) {
    for (std::int64_t p = 0; p < d[2] * d[3]; ++p) {
      for (std::int64_t c = 0; c < d[1]; ++c) {
        result.push_back(nchw[static_cast<std::size_t>((n * d[1] + c) * d[2] * d[3] + p)]);
      }
    }
  }
  return result;
}

// The refusals are listed, so that none is by mistake.
TEST(OnnxOperators, PassTheirOwnTests) {
  const ScriptedFolder files("make_cases.py");
  if (!files.skipped().empty()) GTEST_SKIP() << files.skipped();
  ASSERT_EQ(files.failed(), "");
  int passed = 0;
  for (const std::string& line : files.lines("cases")) {
    std::istringstream words(line);
    std::string name, op, shape;
    words >> name >> op >> shape;
    Loader loader(files / (name + ".onnx"));
    const auto graph = loader.load();
    if (!graph) {
      EXPECT_THAT(graph.error().to_string(),
                  ::testing::AnyOf(HasSubstr("(ceil_mode), with windows that reach beyond"),
                                   HasSubstr("training mode"), HasSubstr("has dilations"),
                                   HasSubstr("pads with 1.2; slimc pads with zeros"),
                                   // Nothing but a new shape is no network.
                                   HasSubstr("or is the input itself")))
          << name;
      continue;
    }
    std::vector<std::int64_t> dims;
    std::istringstream numbers(shape.substr(1));
    for (std::int64_t dim = 0; numbers >> dim;) {
      dims.push_back(dim);
      numbers.ignore(1);
    }
    const auto stored = slimc::testing::read_npy<float>(files / (name + ".in.npy"));
    const Shape& s = graph->op(graph->input).shape;
    const std::vector<double> image = as_nhwc(stored, {s[0], s[3], s[1], s[2]});
    const auto found = reference::evaluate(*graph, {s, image});
    const auto expected = slimc::testing::read_npy<float>(files / (name + ".out.npy"));
    expect_near(found.data,
                dims.size() == 4 ? as_nhwc(expected, dims)
                                 : std::vector<double>(expected.begin(), expected.end()),
                1e-5, name);
    ++passed;
  }
  EXPECT_GT(passed, 30);
}

// The reference was computed in double precision by a program in another language.
TEST(OnnxRealWeights, GiveThePublishedProbabilities) {
  const auto weights = testing::shared_models() / "mobilenet_0.25_224_keras.h5";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "needs " << weights;
  const ScriptedFolder files("make_networks.py", {weights.string()});
  if (!files.skipped().empty()) GTEST_SKIP() << files.skipped();
  ASSERT_EQ(files.failed(), "");
  for (const std::string style : {"torch", "torch9", "dynamo", "tf2onnx", "keras"}) {
    Loader loader(files / (style + ".onnx"));
    const auto graph = loader.load();
    ASSERT_TRUE(graph.has_value()) << graph.error().to_string();
    for (const std::string number : {"0", "1"}) {
      const auto folder = testing::shared_models() / "reference";
      const auto image = slimc::testing::read_npy<float>(folder / ("input_" + number + ".npy"));
      const auto expected =
          slimc::testing::read_npy<double>(folder / ("probabilities_" + number + ".npy"));
      const auto found = reference::evaluate(*graph, image_of(*graph, image));
      ASSERT_EQ(found.data.size(), expected.size());
      for (std::size_t c = 0; c < expected.size(); ++c) {
        ASSERT_NEAR(found.data[c], expected[c], 1e-6) << style << " class " << c;
      }
    }
  }
}

}  // namespace
}  // namespace slimc::frontend
