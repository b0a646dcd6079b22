// NAME.h: compiled by clang as the languages that it says it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/codegen/codegen.h"
#include "tests/codegen/tools.h"
#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Target target(const std::string& text) {
  auto parsed = parse_target(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return std::move(parsed).value_or(Target{});
}

// What clang says about `code` behind the header; empty if it likes it.
std::string complaints(const std::string& header, const std::string& code,
                       const std::vector<std::string>& language) {
  const TemporaryFolder folder = testing::temporary_folder();
  testing::write_text(folder.path() / "tiny.h", header);
  testing::write_text(folder.path() / "user", "#include \"tiny.h\"\n" + code);
  std::vector<std::string> arguments = {"-fsyntax-only", "-Wall",   "-Wextra",
                                        "-Wconversion",  "-Werror", "-pedantic"};
  arguments.insert(arguments.end(), language.begin(), language.end());
  arguments.push_back((folder.path() / "user").string());
  return testing::output_of("clang", arguments);
}

class HeaderLanguage : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(Languages, HeaderLanguage,
                         ::testing::Values(std::pair("c", "c99"), std::pair("c", "c17"),
                                           std::pair("c++", "c++11"), std::pair("c++", "c++20")),
                         [](const auto& info) {
                           std::string name = info.param.second;
                           std::replace(name.begin(), name.end(), '+', 'x');
                           return name;
                         });

TEST_P(HeaderLanguage, IsClean) {
  const std::string user = R"(
static unsigned char memory[TINY_MEMORY_BYTES(3)];
static float input[TINY_INPUT_SIZE], output[TINY_OUTPUT_SIZE];
int use(void);
int use(void) {
  tiny *network;
  tiny_status status = tiny_create(memory, sizeof memory, 3, &network);
  if (status == TINY_OK) status = tiny_run(network, input, output);
  tiny_destroy(network);
  return status == TINY_OK ? tiny_stages()[TINY_STAGE_COUNT - 1].input_stage : 0;
}
#include "tiny.h"
)";
  EXPECT_EQ(complaints(write_header(testing::tiny_plan(), target("host")), user,
                       {"-x", GetParam().first, std::string("-std=") + GetParam().second}),
            "");
}

TEST(WriteHeader, StatesTheShapes) {
  const std::string user = R"(
_Static_assert(TINY_BATCH == 2 && TINY_INPUT_HEIGHT == 4 && TINY_INPUT_WIDTH == 4, "");
_Static_assert(TINY_INPUT_CHANNELS == 3 && TINY_INPUT_SIZE == 96, "");
_Static_assert(TINY_CLASSES == 6 && TINY_OUTPUT_SIZE == 12 && TINY_STAGE_COUNT == 4, "");
_Static_assert(TINY_MEMORY_BYTES(1 + 1) - TINY_MEMORY_BYTES(1) == 128 + 64, "scratch, seat");
_Static_assert(TINY_MEMORY_BYTES(0) == 512 + 1664, "instance, arena");
)";
  EXPECT_EQ(
      complaints(write_header(testing::tiny_plan(), target("host")), user, {"-x", "c", "-std=c11"}),
      "");
}

TEST(WriteHeader, OffersBytesOnlyWhereTheNetworkTakesThem) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(plan, target("host")), HasSubstr("tiny_run_u8"));
  plan.takes_u8 = false;
  EXPECT_THAT(write_header(plan, target("host")), Not(HasSubstr("u8")));
}

TEST(WriteHeader, SaysWhatTheOutputIs) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(plan, target("host")), HasSubstr("without softmax"));
  plan.stages.back().shape.kind = StageKind::Softmax;
  EXPECT_THAT(write_header(plan, target("host")),
              AllOf(HasSubstr("probabilities"), Not(HasSubstr("without softmax"))));
}

TEST(WriteHeader, HasOneThreadWhereThereAreNoPthreads) {
  const Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(plan, target("arm64")), HasSubstr("#define TINY_MAX_THREADS 64\n"));
  EXPECT_THAT(write_header(plan, target("arm64-noos")), HasSubstr("#define TINY_MAX_THREADS 1 "));
}

}  // namespace
}  // namespace slimc
