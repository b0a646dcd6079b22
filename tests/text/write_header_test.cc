// NAME.h: compiled by clang as the languages that it says it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/plan/output_identifier.h"
#include "compiler/text/write_header.h"
#include "tests/common/run_tools.h"
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
  static const uint8_t pixels[TINY_INPUT_SIZE] = {0};
  tiny_prediction best[TINY_BATCH * 5];
  tiny_preprocess_input_u8(pixels, TINY_INPUT_SIZE, input);
  tiny_preprocess_input(input, TINY_INPUT_SIZE, input);
  if (status == TINY_OK) status = tiny_decode_predictions(output, TINY_OUTPUT_SIZE, 5, best);
  if (best[0].label != tiny_label(best[0].class_index)) return 1;
  return status == TINY_OK ? tiny_stages()[TINY_STAGE_COUNT - 1].input_stage : 0;
}
#include "tiny.h"
)";
  EXPECT_EQ(complaints(write_header(testing::library_of(testing::tiny_plan(), target("host"))),
                       user, {"-x", GetParam().first, std::string("-std=") + GetParam().second}),
            "");
}

TEST(WriteHeader, StatesTheShapes) {
  const std::string user = R"(
_Static_assert(TINY_BATCH == 2 && TINY_INPUT_HEIGHT == 4 && TINY_INPUT_WIDTH == 4, "");
_Static_assert(TINY_INPUT_CHANNELS == 3 && TINY_INPUT_SIZE == 96, "");
_Static_assert(TINY_CLASSES == 6 && TINY_OUTPUT_SIZE == 12 && TINY_STAGE_COUNT == 4, "");
_Static_assert(TINY_MEMORY_BYTES(1 + 1) - TINY_MEMORY_BYTES(1) == 128 + 64, "scratch, seat");
_Static_assert(TINY_MEMORY_BYTES(1) == 640 + 1728 + 64, "instance, arena, seat");
)";
  EXPECT_EQ(complaints(write_header(testing::library_of(testing::tiny_plan(), target("host"))),
                       user, {"-x", "c", "-std=c11"}),
            "");
}

TEST(WriteHeader, SaysWhatTheOutputIs) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              HasSubstr("without softmax"));
  plan.stages.back().shape.kind = StageKind::Softmax;
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              AllOf(HasSubstr("probabilities"), Not(HasSubstr("without softmax"))));
}

TEST(WriteHeader, SaysWhereTheLabelsAreFrom) {
  Plan plan = testing::tiny_plan();
  // The file's name, not its folder, and no end of the comment.
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              HasSubstr("/* Whether the library knows what the classes are called: from "
                        "tiny*\\x5c\\x0a.txt. */\n#define TINY_HAS_LABELS 1\n"));
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))), Not(HasSubstr("/a/folder")));
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"), {})),
              AllOf(HasSubstr("(slimc compile --labels). */\n#define TINY_HAS_LABELS 0\n"),
                    HasSubstr("NULL, the library has no labels")));
}

// Features of a network without its classifier: a map of them, or the pool's.
TEST(WriteHeader, SaysWhatFloatsAreAndWhoSaysSo) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              AllOf(HasSubstr("x/127.5 - 1 (-1 to 1)"), HasSubstr("assumed"),
                    HasSubstr("red, green, blue")));
  plan.pixels = {.scale = {1.0 / 255},
                 .offset = {0},
                 .order = ChannelOrder::Bgr,
                 .source = PixelEncoding::Source::Model,
                 .evidence = "'rescaling' */"};
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              AllOf(HasSubstr("x/255 (0 to 1)"), HasSubstr("'rescaling'"), Not(HasSubstr("g' */")),
                    HasSubstr("blue, green, red"), HasSubstr("WRONG_COUNT")));
}

TEST(WriteHeader, HasAStructOfSeveralOutputs) {
  Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              AllOf(Not(HasSubstr("tiny_outputs")), Not(HasSubstr("OUTPUT_COUNT"))));
  Stage pool = plan.stages[2];
  pool.output = -1;
  pool.network_output = 1;
  plan.stages.push_back(pool);
  plan.outputs.push_back({"a/\"*/ pool", "a_pool", {2, 4, 4, 5}});
  EXPECT_THAT(write_header(testing::library_of(plan, target("host"))),
              AllOf(HasSubstr("#define TINY_OUTPUT_COUNT 2\n"),
                    HasSubstr("#define TINY_OUTPUT_A_POOL_SIZE (2 * 4 * 4 * 5)"),
                    HasSubstr("  float *tiny_output;"), HasSubstr("  float *a_pool;"),
                    HasSubstr("tiny_run_outputs_u8("), Not(HasSubstr("\"*/ pool:"))));
}

TEST(OutputIdentifier, IsOneInC) {
  std::vector<PlanOutput> others;
  const auto add = [&](const std::string& name) {
    others.push_back({name, output_identifier(name, others), {1}});
    return others.back().identifier;
  };
  EXPECT_EQ(add("MobilenetV1/Logits:0"), "mobilenetv1_logits_0");
  EXPECT_EQ(add("mobilenetv1.logits-0"), "mobilenetv1_logits_0_2");
  EXPECT_EQ(add("float"), "float_");
  EXPECT_EQ(add("224"), "output_224");
  EXPECT_EQ(add("鯉"), "output");
  EXPECT_EQ(add(""), "output_2");
  EXPECT_LE(add(std::string(300, 'a')).size(), 63u);
  EXPECT_LE(add(std::string(300, 'a')).size(), 63u);
}

TEST(WriteHeader, DecodesNothingWhereThereAreNoClasses) {
  Plan map = testing::tiny_plan();
  map.outputs[0].shape = {2, 2, 2, 6};
  Plan pooled = testing::tiny_plan();
  pooled.stages.back().shape.kind = StageKind::Pool;
  for (const Plan& plan : {map, pooled}) {
    const std::string header = write_header(testing::library_of(plan, target("host"), {}));
    EXPECT_THAT(header, AllOf(HasSubstr("There is no tiny_decode_predictions"),
                              HasSubstr("tiny_preprocess_input("), Not(HasSubstr("_prediction {")),
                              Not(HasSubstr("WRONG_COUNT")), Not(HasSubstr("LABELS"))));
    EXPECT_EQ(complaints(header, "", {"-x", "c", "-std=c99"}), "");
  }
}

TEST(Classes, AreWhatASoftmaxOrAMatrixIsOf) {
  Plan plan = testing::tiny_plan();
  EXPECT_EQ(classes(plan), 6);
  plan.outputs[0].shape = {2, 1, 1, 6};  // slim without its squeeze
  EXPECT_EQ(classes(plan), std::nullopt);
  plan.stages.back().shape.kind = StageKind::Softmax;
  EXPECT_EQ(classes(plan), 6);
  plan.stages.push_back(plan.stages.back());  // what drops padded channels
  plan.stages.back().shape.kind = StageKind::Copy;
  EXPECT_EQ(classes(plan), 6);
  plan.outputs[0].shape = {2, 2, 2, 6};  // a softmax at each pixel
  EXPECT_EQ(classes(plan), std::nullopt);
  plan.outputs[0].shape = {6};
  EXPECT_EQ(classes(plan), std::nullopt);
}

TEST(WriteHeader, HasOneThreadWhereThereAreNoPthreads) {
  const Plan plan = testing::tiny_plan();
  EXPECT_THAT(write_header(testing::library_of(plan, target("arm64"))),
              HasSubstr("#define TINY_MAX_THREADS 64\n"));
  EXPECT_THAT(write_header(testing::library_of(plan, target("arm64-noos"))),
              HasSubstr("#define TINY_MAX_THREADS 64 /*"));
}

}  // namespace
}  // namespace slimc
