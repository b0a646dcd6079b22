// Help and error texts, as users see them, against the files in golden/. After a wanted change of
// texts, write the files anew and read the difference before committing it:
//
//   SLIMC_UPDATE_GOLDEN=1 build/tests/tool_golden_test && git diff tests/tool/golden
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"

namespace slimc::testing {
namespace {

struct Case {
  const char* name;  // of the file, without .txt
  std::vector<std::string> arguments;
};

std::ostream& operator<<(std::ostream& stream, const Case& golden) { return stream << golden.name; }

std::string case_name(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

class Golden : public ::testing::TestWithParam<Case> {};

TEST_P(Golden, Text) {
  const TemporaryFolder folder;
  std::ofstream(folder / "broken.pbtxt") << "node {\n  name: \"input\"\n  op \"Placeholder\"\n}\n";
  std::ofstream(folder / "text.npy") << "not an array";
  std::ofstream(folder / "pointer.h5")
      << "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
  std::filesystem::create_directory(folder / "folder");
  const std::string actual = run_slimc(GetParam().arguments, folder.path()).transcript();

  const std::filesystem::path file = std::filesystem::path(SLIMC_SOURCE_DIR "/tests/tool/golden") /
                                     (std::string(GetParam().name) + ".txt");
  if (std::getenv("SLIMC_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << actual;
    GTEST_SKIP() << "written: " << file;
  }
  const Result<std::string> expected = read_file(file);
  ASSERT_TRUE(expected) << expected.error().to_string();
  EXPECT_EQ(actual, *expected) << "see the top of golden_test.cc for how to update " << file;
}

INSTANTIATE_TEST_SUITE_P(Help, Golden,
                         ::testing::Values(Case{"help", {"--help"}}, Case{"version", {"--version"}},
                                           Case{"help_compile", {"compile", "--help"}},
                                           Case{"help_inspect", {"inspect", "--help"}},
                                           Case{"help_run", {"run", "--help"}},
                                           Case{"help_verify", {"verify", "--help"}},
                                           Case{"help_bench", {"bench", "--help"}},
                                           Case{"help_tune", {"tune", "--help"}},
                                           Case{"help_init", {"init", "--help"}},
                                           Case{"help_zoo", {"zoo", "--help"}},
                                           Case{"help_fetch", {"fetch", "--help"}},
                                           Case{"help_targets", {"targets", "--help"}}),
                         case_name);

INSTANTIATE_TEST_SUITE_P(
    Usage, Golden,
    ::testing::Values(
        Case{"usage_nothing", {}}, Case{"usage_unknown_subcommand", {"foo"}},
        Case{"usage_no_model", {"inspect"}},
        Case{"usage_unknown_option", {"inspect", "net.ckpt", "--fast"}},
        Case{"usage_near_option", {"inspect", "net.ckpt", "--output-nodes=a", "--jsn"}},
        Case{"usage_near_subcommand", {"inspekt", "net.ckpt"}},
        Case{"usage_near_schedule", {"compile", "net.ckpt", "-o", "out", "--schedule", "adam2019"}},
        Case{"usage_control_characters", {"inspect", "net.ckpt", "--\x1b[2J"}},
        Case{"usage_argument", {"targets", "arm64"}},
        Case{"usage_no_output", {"compile", "net.ckpt"}},
        Case{"usage_no_number", {"run", "net.ckpt", "photo.jpg", "--top", "many"}},
        Case{"usage_resolution", {"init", "--resolution", "224by224", "-o", "net"}},
        Case{"usage_alpha", {"init", "--alpha", "-0.5", "-o", "net"}},
        Case{"usage_schedule", {"compile", "net.ckpt", "-o", "out", "--schedule", "fastest"}},
        Case{"usage_pass", {"compile", "net.ckpt", "-o", "out", "--dump-after", "everything"}},
        Case{"usage_several", {"compile", "a.ckpt", "b.ckpt", "--name", "net", "-o", "out"}},
        Case{"usage_target", {"compile", "net.ckpt", "-o", "out", "--target", "x68-64"}},
        Case{"usage_weights_type", {"compile", "net.ckpt", "-o", "out", "--weights-type", "f8"}},
        Case{"usage_f16_x86",
             {"verify", "net.ckpt", "--target", "x86-64", "--weights-type", "f16"}},
        Case{"usage_f16_arm",
             {"compile", "net.ckpt", "-o", "out", "--target", "armv7-neon", "--weights-type",
              "f16"}},
        Case{"usage_arithmetic_x86",
             {"compile", "net.ckpt", "-o", "out", "--target", "x86-64-v4", "--arithmetic", "f16"}},
        Case{"usage_arithmetic_schedule",
             {"compile", "net.ckpt", "-o", "out", "--target", "arm64-fp16", "--arithmetic", "f16",
              "--schedule", "adams2019"}},
        Case{"usage_accumulate",
             {"compile", "net.ckpt", "-o", "out", "--target", "arm64-fp16", "--accumulate", "f16"}},
        Case{"usage_nothing_to_run", {"run", "net.ckpt"}},
        Case{"usage_image_and_input",
             {"verify", "net.ckpt", "--image", "a.jpg", "--input", "a.npy"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Tune, Golden,
    ::testing::Values(
        Case{"tune_no_model", {"tune"}}, Case{"tune_budget", {"tune", "a.ckpt", "--budget", "10"}},
        Case{"tune_threads", {"tune", "a.ckpt", "--threads", "1,1"}},
        Case{"tune_target", {"tune", "a.ckpt", "--target", "armv7-neon"}},
        Case{"tune_f16", {"tune", "a.ckpt", "--target", "x86-64-v3", "--weights-type", "f16"}},
        Case{"tune_both", {"tune", "a.ckpt", "--compare", "--replay", "r.textproto"}},
        Case{"tune_merge_model", {"tune", "a.ckpt", "--merge", "r.textproto"}},
        Case{"tune_merge_missing", {"tune", "--merge", "a.textproto", "b.textproto"}},
        Case{"tune_best_broken", {"tune", "--best", "broken.pbtxt"}},
        Case{"records_broken", {"bench", "a.ckpt", "--records", "broken.pbtxt"}},
        Case{"records_none_and_more",
             {"bench", "a.ckpt", "--records", "none", "--records", "missing.textproto"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Family, Golden,
    ::testing::Values(
        Case{"zoo", {"zoo", "--models-dir", "folder"}}, Case{"targets", {"targets"}},
        Case{"init_slim_with_kerass",
             {"init", "--pooling", "avg", "--padding", "bottom-right", "--weights", "imagenet",
              "-o", "net"}},
        Case{"init_keras_with_slims",
             {"init", "--dialect", "keras", "--min-depth", "4", "--output-stride", "8",
              "--global-pool", "--classes", "0", "-o", "net"}},
        Case{"init_contradictions",
             {"init", "--no-top", "--classes", "5", "--no-softmax", "--dropout", "1", "-o", "net"}},
        Case{"init_imagenet", {"init", "--dialect", "keras", "--weights", "imagenet", "-o", "net"}},
        Case{"init_imagenet_odd",
             {"init", "--dialect", "keras", "--weights", "imagenet", "--alpha", "0.33", "--classes",
              "37", "--depth-multiplier", "2", "--resolution", "100", "-o", "net"}},
        Case{"init_small", {"init", "--dialect", "keras", "--resolution", "31", "-o", "net"}},
        Case{"init_no_weights",
             {"init", "--dialect", "keras", "--weights", "missing.h5", "-o", "net"}},
        Case{"fetch_unknown", {"fetch", "mobilenet_v2_1.0_224"}},
        Case{"fetch_near", {"fetch", "mobilenet_v1_0.25_182"}},
        Case{"fetch_sha256", {"fetch", "0.25_128", "--sha256", "beef", "--models-dir", "folder"}},
        Case{"fetch_nobody",
             {"fetch", "0.25_128", "--base-url", "ftp://127.0.0.1/", "--models-dir", "folder"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(Input, Golden,
                         ::testing::Values(Case{"input_missing", {"inspect", "missing.ckpt"}},
                                           Case{"input_folder", {"inspect", "folder"}},
                                           Case{"input_lfs", {"inspect", "pointer.h5"}},
                                           Case{"input_syntax", {"inspect", "broken.pbtxt"}},
                                           Case{"input_missing_json",
                                                {"inspect", "missing.ckpt", "--json"}}),
                         case_name);

}  // namespace
}  // namespace slimc::testing
