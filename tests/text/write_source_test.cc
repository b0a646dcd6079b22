// NAME.cc and the object that clang++ makes of it. What it computes is tested in tests/runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "compiler/build/compile_options.h"
#include "compiler/build/compile_source.h"
#include "compiler/plan/library.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/common/run_tools.h"
#include "tests/runtime/tiny_plan.h"

namespace slimc {
namespace {
namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

CompileOptions options_for(const std::string& target) {
  CompileOptions options;
  auto parsed = parse_target(target);
  EXPECT_TRUE(parsed.has_value()) << target;
  if (parsed) options.targets = {*parsed};
  return options;
}

Result<std::string> compile(const Plan& plan, const CompileOptions& options,
                            const ClassLabels& labels = testing::tiny_labels()) {
  const Library library = testing::library_of(plan, options.target(), labels);
  return compile_source(write_header(library), write_source(library), plan.name, options.target(),
                        options.tools);
}

std::string object_for(const Plan& plan, const std::string& target,
                       const ClassLabels& labels = testing::tiny_labels()) {
  const auto object = compile(plan, options_for(target), labels);
  EXPECT_TRUE(object.has_value()) << (object ? "" : object.error().to_string());
  return object.value_or("");
}

TEST(WriteSource, StaysWithinAHundredColumns) {
  for (const char* target : {"host", "x86-64-linux-avx512_sapphirerapids", "arm64"}) {
    const CompileOptions options = options_for(target);
    Plan plan = testing::tiny_plan();
    plan.name = "mobilenet_v1_100_224";
    const Library library = testing::library_of(plan, options.target());
    std::istringstream lines(write_header(library) + write_source(library));
    for (std::string line; std::getline(lines, line);) {
      // A target's name cannot be broken.
      if (line.find(options.target().name) == std::string::npos) {
        EXPECT_LE(line.size(), 100u) << line;
      }
    }
  }
}

// Words that the header and the source use themselves.
TEST(WriteSource, CompilesWhateverTheNetworkIsCalled) {
  for (const char* name :
       {"network", "memory",  "threads",     "bytes",   "input", "worker",    "instance",
        "status",  "created", "item",        "user",    "stage", "team",      "count",
        "top",     "pixels",  "predictions", "results", "id",    "prediction"}) {
    Plan plan = testing::tiny_plan();
    plan.name = name;
    const auto object = compile(plan, options_for("x86-64"));
    EXPECT_TRUE(object.has_value()) << object.error().to_string();
  }
}

TEST(WriteSource, KeepsItsSymbolsToItself) {
  const std::string object = object_for(testing::tiny_plan(), "x86-64");
  for (const std::string& symbol : testing::nm(object)) {
    // Capitals are visible to the linker.
    if (symbol[0] != 'U' && std::isupper(static_cast<unsigned char>(symbol[0]))) {
      EXPECT_THAT(symbol, MatchesRegex(". tiny_.*"));
    }
  }
  EXPECT_THAT(testing::nm(object), AllOf(Contains("T tiny_run"), Contains("T tiny_run_u8"),
                                         Contains("T tiny_target"), Contains("U pthread_create")));
}

// The compiler's own library has division for ARM cores without it.
TEST(WriteSource, UsesTheCLibraryAlone) {
  for (const char* target : {"x86-64", "x86-32-linux", "arm64", "armv7-neon"}) {
    for (const std::string& symbol : testing::nm(object_for(testing::tiny_plan(), target))) {
      if (symbol[0] != 'U' && symbol[0] != 'w') continue;
      EXPECT_THAT(symbol, MatchesRegex("[Uw] (tiny_k_.*|memset|pthread_.*|sigfillset|getpid|"
                                       "syscall|getauxval|_GLOBAL_OFFSET_TABLE_|__aeabi_idiv)"))
          << target;
    }
  }
}

// Labels are one block of text and numbers: nothing of them has to be relocated.
TEST(WriteSource, KeepsPointersOutOfTheLabels) {
  const TemporaryFolder folder = testing::temporary_folder();
  Plan plan = testing::tiny_plan();
  const auto relocations = [&](const ClassLabels& labels) {
    testing::write_text(folder.path() / "tiny.o", object_for(plan, "x86-64", labels));
    const std::string list =
        testing::output_of("llvm-readelf", {"-r", (folder.path() / "tiny.o").string()});
    // Addresses in data; code reaches its constants relative to itself.
    int count = 0;
    for (std::size_t at = 0; (at = list.find("R_X86_64_64 ", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  };
  const int with_labels = relocations(testing::tiny_labels());
  EXPECT_GE(with_labels, 3 * static_cast<int>(plan.stages.size())) << "the names of the stages";
  EXPECT_EQ(with_labels, relocations({}));
}

TEST(WriteSource, DecodesNothingWhereThereAreNoClasses) {
  Plan plan = testing::tiny_plan();
  plan.stages.back().shape.kind = StageKind::Pool;
  EXPECT_THAT(testing::nm(object_for(plan, "x86-64", {})),
              AllOf(Contains("T tiny_preprocess_input_u8"), Each(Not(HasSubstr("decode"))),
                    Each(Not(HasSubstr("label")))));
}

TEST(WriteSource, NeedsNoThreadsWhereThereAreNone) {
  const auto symbols = testing::nm(object_for(testing::tiny_plan(), "x86-64-noos"));
  EXPECT_THAT(symbols, Contains("T tiny_run"));
  EXPECT_THAT(symbols, Each(Not(HasSubstr("pthread"))));
}

// None of these has its C library here.
class SourceTarget : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Targets, SourceTarget,
                         ::testing::Values("host", "x86-64", "x86-64-v3", "x86-64-v4",
                                           "x86-64-linux-avx512_sapphirerapids", "x86-32-linux",
                                           "arm64", "armv7-neon",
                                           "arm-64-linux-arm_dot_prod-arm_fp16",
                                           "arm-32-linux-arm_fp16-arm_dot_prod", "arm64-android",
                                           "arm64-macos", "arm64-ios", "arm64-noos",
                                           "armv7-neon-noos", "x86-64-macos", "x86-64-windows"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(SourceTarget, CompilesWithoutASysroot) {
  const auto symbols = testing::nm(object_for(testing::tiny_plan(), GetParam()));
  // Mach-O puts an underscore before C names.
  EXPECT_THAT(symbols, Contains(MatchesRegex("T _?tiny_create")));
  EXPECT_THAT(symbols, Contains(MatchesRegex("T _?tiny_run")));
  EXPECT_THAT(symbols, Contains(MatchesRegex("U _?tiny_k_block_1")));
}

}  // namespace
}  // namespace slimc
