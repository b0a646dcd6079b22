// Headers and sources of libraries of every shape, as GCC and Clang read them, in all languages
// that they are for: without a warning.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "support/process.h"
#include "tests/common/run_tools.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

struct Reader {
  const char* compiler;
  const char* language;
  const char* standard;
};

void PrintTo(const Reader& reader, std::ostream* stream) {
  *stream << reader.compiler << " " << reader.standard;
}

class Warnings : public ::testing::TestWithParam<Reader> {
 protected:
  void SetUp() override {
    if (find_program(GetParam().compiler).empty()) GTEST_SKIP() << "no " << GetParam().compiler;
    int number = 0;
    for (auto& [shape, library] : testing::libraries_of_all_shapes()) {
      const std::string name = "tiny" + std::to_string(number++);
      for (TargetPlan& code : library.targets) code.plan.name = name;
      testing::write_text(folder_.path() / (name + ".h"), write_header(library));
      headers_ += "#include \"" + name + ".h\"\n";
      (library.no_threads ? sources_without_threads_ : sources_) += write_source(library);
    }
  }

  // What the compiler says; empty if it likes it.
  std::string complaints(const std::string& text) const {
    testing::write_text(folder_.path() / "text", text);
    return testing::output_of(
        GetParam().compiler,
        {"-x", GetParam().language, std::string("-std=") + GetParam().standard, "-fsyntax-only",
         "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror", "-I", folder_.path().string(),
         "-I" SLIMC_SOURCE_DIR "/runtime/include", (folder_.path() / "text").string()});
  }

  std::string headers_, sources_, sources_without_threads_;

 private:
  const TemporaryFolder folder_ = testing::temporary_folder();
};

std::string name_of_reader(const ::testing::TestParamInfo<Reader>& info) {
  std::string name = std::string(info.param.compiler) + "_" + info.param.standard;
  std::replace(name.begin(), name.end(), '+', 'x');
  return name;
}

class OfHeaders : public Warnings {};
INSTANTIATE_TEST_SUITE_P(
    All, OfHeaders,
    ::testing::Values(Reader{"gcc", "c", "c99"}, Reader{"gcc", "c", "c11"},
                      Reader{"gcc", "c", "c17"}, Reader{"gcc", "c", "c2x"},
                      Reader{"g++", "c++", "c++11"}, Reader{"g++", "c++", "c++14"},
                      Reader{"g++", "c++", "c++17"}, Reader{"g++", "c++", "c++20"},
                      Reader{"g++", "c++", "c++2b"}, Reader{"clang", "c", "c99"},
                      Reader{"clang", "c", "c11"}, Reader{"clang", "c", "c17"},
                      Reader{"clang", "c", "c2x"}, Reader{"clang++", "c++", "c++11"},
                      Reader{"clang++", "c++", "c++14"}, Reader{"clang++", "c++", "c++17"},
                      Reader{"clang++", "c++", "c++20"}, Reader{"clang++", "c++", "c++2b"}),
    name_of_reader);

TEST_P(OfHeaders, AreNone) { EXPECT_EQ(complaints(headers_), ""); }

class OfSources : public Warnings {};
INSTANTIATE_TEST_SUITE_P(All, OfSources,
                         ::testing::Values(Reader{"g++", "c++", "c++20"},
                                           Reader{"g++", "c++", "c++2b"},
                                           Reader{"clang++", "c++", "c++20"},
                                           Reader{"clang++", "c++", "c++2b"}),
                         name_of_reader);

TEST_P(OfSources, AreNone) {
  EXPECT_EQ(complaints(sources_), "");
  EXPECT_EQ(complaints(sources_without_threads_), "");
}

}  // namespace
}  // namespace slimc
