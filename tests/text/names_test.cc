// What libraries may be called: their headers, sources and symbols beside the C library's, beside
// each other, and in one program. What may not is in tests/frontend/c_identifier_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "compiler/build/find_clang.h"
#include "compiler/objects/weights_file.h"
#include "compiler/plan/library.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "support/process.h"
#include "support/reserved_words.h"
#include "tests/common/run_tools.h"
#include "tests/runtime/tiny_plan.h"
#include "tests/text/c_library_names.h"

namespace slimc {
namespace {
namespace fs = std::filesystem;

using ::testing::HasSubstr;

constexpr std::chrono::seconds kLimit(300);

// All that a program may have included before.
const std::string& system_headers() {
  static const std::string headers = testing::c_library_names("--includes");
  return headers;
}

Library library_called(const std::string& name, const std::string& target = "host") {
  const auto parsed = parse_target(target);
  EXPECT_TRUE(parsed.has_value());
  Plan plan = testing::tiny_plan();
  plan.name = name;
  return testing::library_of(plan, parsed.value_or(Target()));
}

// Words of the generated header's, source's and kernels', of slimc's runtime and of `slimc
// verify`'s adapter, what C++ uses in some places only, and every length; those of them that are
// allowed.
std::vector<std::string> names() {
  std::vector<std::string> names;
  std::istringstream words(
      "tiny run create verify Worker Code Team Seat Tasks Buffer Dimension Watch WeightsFile cpu "
      "code codes stages kernel network input output stage timing api prediction predictions "
      "status "
      "bytes threads network_api outputs worker instance item user team count top pixels results "
      "id name kind arena arena_at seat_bytes seats choose_code label_text label_at label compute "
      "compute_all compute_conv_0 run_network scratch bias weights image task tasks dims depthwise "
      "conv_0 logits pool softmax target x86_64_v3 of_tiny begin end observer clock_ profiler "
      "report "
      "parallel_for created chosen Element scale_pixels misaligned zero point data host extent "
      "final override version any char16 integer half uint8 net slimc_net slimc_adapter halide "
      "model mobilenet classify infer a b z NETWORK N set get map unmap k a_k NET_V1 x1 stop "
      "destroy set_threads run_u8 preprocess_input decode_predictions memory_bytes thread vector "
      "Network Status Stage Map Argument Base Call Caller Instance Row Rows rows rows_of stage_ of "
      "compute_tasks task_times words_of not_null preprocess chosen_code Pointwise Depthwise call "
      "array list function optional move swap begin_ size float16 detail internal self object");
  for (std::string word; words >> word;) names.push_back(word);
  for (std::size_t length = 2; length <= 63; ++length) {
    names.push_back(std::string(length - 1, 'q') + "7");
  }
  std::set<std::string> seen;  // without case: macros are in capitals
  std::vector<std::string> allowed;
  for (const std::string& name : names) {
    std::string small = name;
    for (char& c : small) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (why_no_library(name).empty() && seen.insert(small).second) allowed.push_back(name);
  }
  return allowed;
}

struct Said {
  bool ok;
  std::string text;
};

Said run(const std::string& program, const std::vector<std::string>& arguments) {
  const auto outcome = run_process(program, arguments, kLimit);
  if (!outcome) return {false, outcome.error().to_string()};
  return {outcome->ok(), outcome->last_lines()};
}

class Names : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto clang = find_clang("");
    ASSERT_TRUE(clang.has_value());
    clang_ = *clang;
  }

  std::string path(const std::string& name) const { return folder_.path() / name; }

  void write(const std::string& name) const {
    const Library library = library_called(name);
    testing::write_text(path(name + ".h"), write_header(library));
    testing::write_text(path(name + ".cc"), write_source(library));
  }

  Said clang(std::vector<std::string> arguments) const {
    for (const std::string& word :
         {std::string("-Wall"), std::string("-Wextra"), std::string("-Werror"),
          "-I" + folder_.path().string(), std::string("-I" SLIMC_SOURCE_DIR "/runtime/include")}) {
      arguments.push_back(word);
    }
    return run(clang_, arguments);
  }

  // Several headers, or sources, in one file.
  Said check(const std::string& language, const std::string& standard,
             const std::vector<std::string>& files, const std::string& before = "") const {
    std::string text = before;
    for (const std::string& file : files) text += "#include \"" + file + "\"\n";
    testing::write_text(path("all"), text + "int main(void) { return 0; }\n");
    return clang({"-x", language, "-std=" + standard, "-pedantic", "-Wmissing-prototypes",
                  "-Wfatal-errors", "-fsyntax-only", path("all")});
  }

 private:
  const TemporaryFolder folder_ = testing::temporary_folder();
  std::string clang_;
};

std::vector<std::string> with(const std::vector<std::string>& names, const std::string& suffix) {
  std::vector<std::string> files;
  for (const std::string& name : names) files.push_back(name + suffix);
  return files;
}

// "input" has the type input_stage, so it and "input_stage" stand in different files.
std::vector<std::vector<std::string>> groups_without_prefixes(
    const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> groups;
  for (const std::string& name : names) {
    const auto fits = [&](const std::vector<std::string>& group) {
      for (const std::string& other : group) {
        if (name.starts_with(other + "_") || other.starts_with(name + "_")) return false;
      }
      return true;
    };
    auto group = groups.begin();
    while (group != groups.end() && !fits(*group)) ++group;
    (group == groups.end() ? groups.emplace_back() : *group).push_back(name);
  }
  return groups;
}

TEST_F(Names, AreAllowedInAnyNumber) {
  EXPECT_GT(names().size(), 150u);
  for (std::size_t length = 2; length <= 63; ++length) {
    EXPECT_EQ(why_no_library(std::string(length - 1, 'q') + "7"), "");
  }
}

TEST_F(Names, GiveHeadersForCAndCxx) {
  for (const auto& group : groups_without_prefixes(names())) {
    for (const std::string& name : group) write(name);
    const std::vector<std::string> headers = with(group, ".h");
    for (const std::string& before : {std::string(), system_headers()}) {
      const std::string c = before.empty() ? "c99" : "gnu17";
      const Said in_c = check("c", c, headers, before);
      EXPECT_TRUE(in_c.ok) << in_c.text;
      for (const std::string standard : {"c++11", "gnu++20"}) {
        const Said in_cxx = check("c++", standard, headers, before);
        EXPECT_TRUE(in_cxx.ok) << standard << ": " << in_cxx.text;
      }
    }
  }
}

// All libraries in one program, each with kernels and weights of its own, statically linked: every
// name that one of them shares with another, or with the C library, is an error there. Each
// computes what the first does.
TEST_F(Names, LinkAndRunInOneProgram) {
  const std::vector<std::string> all = names();
  std::string kernels = "#include \"" SLIMC_SOURCE_DIR "/tests/runtime/tiny_kernels.cc\"\n";
  std::string calls = "static int call(float *output);\n", bodies, list;
  std::vector<std::string> objects;
  std::size_t number = 0;
  for (const auto& group : groups_without_prefixes(all)) {
    std::string source;
    for (const std::string& name : group) {
      write(name);
      source += "#include \"" + name + ".cc\"\n";
      const Library library = library_called(name);
      const auto weights = testing::weights_object_of(library);
      ASSERT_TRUE(weights.has_value());
      objects.push_back(path(name + ".weights.o"));
      testing::write_text(objects.back(), *weights);
      for (const char* kernel : {"conv_0", "conv_0_u8", "block_1", "logits"}) {
        if (name == "tiny") break;
        kernels += fmt::format(
            "extern \"C\" __attribute__((alias(\"tiny_k_{1}\"))) "
            "decltype(tiny_k_{1}) {0}_k_{1};\n",
            name, kernel);
      }
    }
    // A call of each, in a file of the group's.
    std::string caller = system_headers();
    for (const std::string& name : group) caller += "#include \"" + name + ".h\"\n";
    caller += "static union { double alignment; unsigned char bytes[1 << 16]; } place;\n";
    std::string array;
    for (const std::string& name : group) {
      std::string capitals = name;
      for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      caller += fmt::format(
          R"(
static int call_{2}_{0}(const float *in, float *out) {{
  unsigned char *start = place.bytes;
  struct {0} *created = 0;
  while ((uintptr_t)start % {1}_MEMORY_ALIGNMENT != 0) ++start;
  if ({0}_create(start, {1}_MEMORY_BYTES(1), 1, &created) != {1}_OK) return 1;
  if ({0}_run(created, in, out) != {1}_OK) return 2;
  {0}_destroy(created);
  return strcmp({0}_status_string({1}_OK), "success");
}}
)",
          name, capitals, number);
      array += fmt::format("  call_{}_{},\n", number, name);
    }
    caller += fmt::format(
        "typedef int (*call_{0})(const float *, float *);\n"
        "call_{0} const group_{0}_calls[] = {{\n{1}  0}};\n"
        "call_{0} const *const group_{0}_ = group_{0}_calls;\n",
        number, array);
    testing::write_text(path(fmt::format("group_{}", number)), source);
    testing::write_text(path(fmt::format("caller_{}", number)), caller);
    const std::string object = path(fmt::format("group_{}.o", number));
    const Said compiled = clang({"-x", "c++", "-std=c++20", "-fno-exceptions", "-fno-rtti", "-c",
                                 path(fmt::format("group_{}", number)), "-o", object});
    ASSERT_TRUE(compiled.ok) << compiled.text;
    objects.push_back(object);
    list += fmt::format("  group_{}_", number) + ",\n";
    bodies += fmt::format("extern call const *const group_{}_;\n", number);
    ++number;
  }
  testing::write_text(path("kernels"), kernels);
  ASSERT_TRUE(clang({"-x", "c++", "-std=c++20", "-isystem", SLIMC_HALIDE_INCLUDE,
                     "-I" SLIMC_SOURCE_DIR, "-c", path("kernels"), "-o", path("kernels.o")})
                  .ok);
  testing::write_text(path("main"), fmt::format(R"(#include <stdio.h>
#include <string.h>
typedef int (*call)(const float *, float *);
{}
int main(void) {{
  call const *const groups[] = {{
{}  0}};
  float in[2 * 4 * 4 * 3], first[12], out[12];
  int g, i, calls = 0;
  for (i = 0; i < 2 * 4 * 4 * 3; ++i) in[i] = (float)(i % 11) - 5;
  for (g = 0; groups[g] != 0; ++g) {{
    for (i = 0; groups[g][i] != 0; ++i, ++calls) {{
      float *to = calls == 0 ? first : out;
      if (groups[g][i](in, to) != 0) return 1;
      if (memcmp(first, to, sizeof first) != 0) return 2;
    }}
  }}
  return calls == {} ? 0 : 3;
}}
)",
                                                bodies, list, all.size()));
  for (const std::string language : {"c", "c++"}) {
    std::vector<std::string> arguments = {"-x", language, path("main")};
    // Its arrays have external linkage in C alone.
    for (std::size_t i = 0; i < number; ++i) {
      arguments.insert(arguments.end(), {"-x", "c", path(fmt::format("caller_{}", i))});
    }
    arguments.insert(arguments.end(), {"-x", "none", path("kernels.o")});
    arguments.insert(arguments.end(), objects.begin(), objects.end());
    for (const char* word : {"-static", "-pthread", "-lm", "-o"}) arguments.emplace_back(word);
    arguments.push_back(path("program"));
    if (language == "c++") {
      // C++ gives those symbols names of its own unless it is told.
      testing::write_text(path("main"),
                          "extern \"C\" {\n" + testing::read_text(path("main")) + "}\n");
    }
    const Said linked = clang(arguments);
    ASSERT_TRUE(linked.ok) << linked.text;
    const Said ran = run(path("program"), {});
    EXPECT_TRUE(ran.ok) << ran.text;
  }
}

// What docs/linking.md says of two libraries in one program.
TEST_F(Names, OfTwoLibraries) {
  for (const char* name : {"a", "a_run", "net", "Net"}) write(name);
  EXPECT_TRUE(check("c", "c99", {"a.h", "net.h"}).ok);
  EXPECT_TRUE(check("c", "c99", {"a_run.h", "Net.h"}).ok);
  EXPECT_TRUE(check("c", "c99", {"a.h", "a.h"}).ok);
  EXPECT_THAT(check("c", "c99", {"net.h", "Net.h"}).text,
              HasSubstr("NET_BATCH is taken already: by a name that differs in case alone?"));
  EXPECT_THAT(check("c", "c99", {"a.h", "a_run.h"}).text, HasSubstr("redefinition of 'a_run'"));
}

// No symbol of a library is another's public function, and no two have one in common.
TEST_F(Names, KeepKernelsAndWeightsApart) {
  const auto inner = [](const std::string& name, const std::string& target) {
    TargetPlan code = library_called(name).targets.front();
    code.suffix = target;
    return std::set<std::string>{weights_symbol(code), kernel_symbol(code, 0),
                                 kernel_symbol(code, 2), kernel_symbol(code, 3)};
  };
  std::set<std::string> all;
  std::size_t count = 0;
  for (const char* name : {"a", "a_x86_64", "a_k", "a_map", "a_k_x86_64", "a_k_k"}) {
    for (const char* target : {"", "x86_64", "x86_64_v3"}) {
      const std::set<std::string> symbols = inner(name, target);
      all.insert(symbols.begin(), symbols.end());
      count += symbols.size();
    }
  }
  EXPECT_EQ(all.size(), count);
  EXPECT_EQ(all.count("a_map_weights"), 0u);  // a function of "a" with external weights
}

// The list of what the C library has is held against the one that is here.
TEST_F(Names, AreNoneThatMakeTheCLibrarysSymbols) {
  const std::string header = write_header(library_called("tiny"));
  std::set<std::string> suffixes;
  for (std::size_t at = 0; (at = header.find("tiny_", at)) != std::string::npos; at += 5) {
    const std::size_t end =
        header.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at + 5);
    suffixes.insert(header.substr(at + 4, end - at - 4));
  }
  EXPECT_GT(suffixes.size(), 20u);
  for (const std::string file : {"libc.so.6", "libm.so.6"}) {
    const auto where = run_process(*find_clang(""), {"-print-file-name=" + file}, kLimit);
    ASSERT_TRUE(where.has_value());
    const std::string library = where->output.substr(0, where->output.find('\n'));
    std::istringstream symbols(testing::output_of(
        "llvm-nm", {"--dynamic", "--defined-only", "--format=just-symbols", library}));
    for (std::string symbol; symbols >> symbol;) {
      symbol.resize(std::min(symbol.find('@'), symbol.size()));
      for (const std::string& suffix : suffixes) {
        if (!symbol.ends_with(suffix) || symbol.size() == suffix.size()) continue;
        const std::string name = symbol.substr(0, symbol.size() - suffix.size());
        EXPECT_NE(why_no_library(name), "") << name << " makes " << symbol;
      }
    }
  }
}

}  // namespace
}  // namespace slimc
