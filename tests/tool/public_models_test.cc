// Files that people published, compiled: against the reference that slimc's other tests hold to
// OpenCV (frozen graphs), TFLite's own runtime and NumPy (PublicGraphs, PublicFile,
// RealMlperfModel).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tool/tool.h"

namespace slimc::testing {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

struct PublicModel {
  const char* file;
  int classes;
  std::vector<std::string> options = {};
};

std::string public_file(const std::string& name) {
  return shared_folder() / "models" / "public" / name;
}

class PublicModels : public ::testing::TestWithParam<PublicModel> {
 protected:
  void SetUp() override {
    if (shared_folder().empty()) GTEST_SKIP() << "no ../shared";
  }
};

TEST_P(PublicModels, CompileAndAgree) {
  std::vector<std::string> arguments = {"verify", public_file(GetParam().file), "--json"};
  arguments.insert(arguments.end(), GetParam().options.begin(), GetParam().options.end());
  const ToolOutcome verified = run_slimc(arguments);
  ASSERT_EQ(verified.status, 0) << verified.transcript();
  EXPECT_LE(Json::parse(verified.out)["max_abs_error"], 1e-5);

  arguments[0] = "inspect";
  const ToolOutcome inspected = run_slimc(arguments);
  ASSERT_EQ(inspected.status, 0) << inspected.transcript();
  EXPECT_EQ(Json::parse(inspected.out)["classes"], GetParam().classes);
}

std::string name_of(const ::testing::TestParamInfo<PublicModel>& info) {
  std::string name = info.param.file;
  for (char& c : name) {
    if (c == '.') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Float, PublicModels,
    ::testing::Values(PublicModel{"poets_mobilenet_v1_0.25_128_frozen.pb", 1001},
                      PublicModel{"poets_mobilenet_v1_0.25_128_quantized.pb", 1001},
                      PublicModel{"poets_retrained_0.25_128.pb", 6},
                      PublicModel{"poets_optimized_0.25_128.pb", 6, {"--resolution", "128"}},
                      PublicModel{"mlperf_vww_96.h5", 2},
                      PublicModel{"mlperf_vww_96_float.tflite", 2},
                      PublicModel{"mbnet128_0.25_f.tflite", 1000},
                      PublicModel{"food101_0.50_224.tflite", 101}),
    name_of);

class QuantisedModels : public ::testing::TestWithParam<const char*> {};

// In one line, before anything else that could be said of them.
TEST_P(QuantisedModels, AreCalledThat) {
  if (shared_folder().empty()) GTEST_SKIP() << "no ../shared";
  const ToolOutcome refused = run_slimc({"inspect", public_file(GetParam())});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("is quantised"));
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
}

INSTANTIATE_TEST_SUITE_P(Public, QuantisedModels,
                         ::testing::Values("edge_impulse_96_gray_int8.tflite",
                                           "mbnet128_0.25_q.tflite", "mlperf_vww_96_int8.tflite",
                                           "mobilenet_v1_0.25_128_quant.tflite",
                                           "mobilenet_v1_0.5_160_quant.tflite",
                                           "person_detect_int8.tflite"));

}  // namespace
}  // namespace slimc::testing
