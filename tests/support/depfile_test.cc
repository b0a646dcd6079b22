// What GNU Make and Ninja read in the rules that depfile() writes: each tool, run on each of many
// names, makes the library again when the file of that name is touched, and does not otherwise.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "support/input_files.h"
#include "support/process.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

// Where each of the characters stands in front, in the middle and behind, and words that are
// Make's.
std::vector<std::string> names() {
  std::vector<std::string> names = {
      "a\\\\b",   "a\\ b",   "a\\\\\\ b", "\\ b",   "a: b",
      "a :b",     "a # b",   "a=b",       "=b",     "a=b=c d",
      "export",   "private", "override",  "define", "include",
      "a  b",     "$(x).y",  "${x}",      "$$",     "$@",
      "C:/x",     "a:b:c",   "#",         "%",      "\u00e9/\u9bc9 \U0001f41f",
      "x.a(b) c", "a{b,c}d", "-lb",       ".PHONY", ".WAIT",
      "q/~root",  "q/ b",    "a /b",      "(b)",    "a]b[c"};
  for (const char c : std::string(" #$%:\\[]~=!()@,{}+-")) {
    names.push_back(std::string(1, c) + "b");
    names.push_back(std::string("a") + c + "b");
    names.push_back(std::string("a") + c);
  }
  return names;
}

void write(const fs::path& file, const std::string& text, hours age) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  fs::last_write_time(file, fs::file_time_type::clock::now() - age);
}

// A project of one library, `target`, with a rule of `target` and one input.
class Project {
 public:
  Project(std::string target, const fs::path& input, const std::string& rule)
      : target_(std::move(target)), input_(folder_ / input) {
    write(input_, "weights", hours(3));
    write(folder_ / "rule", rule, hours(3));
    write(folder_ / target_, "library", hours(2));
    write(folder_ / "Makefile", "%.a: ; @touch ran\ninclude rule\n", hours(3));
    write(folder_ / "build.ninja",
          "rule slimc\n  command = cp rule rule.d && touch $out && touch ran\n  depfile = rule.d\n"
          "build " +
              in_ninja(target_) + ": slimc\n",
          hours(3));
  }

  void make_again_when_touched(const char* tool) {
    SCOPED_TRACE(tool);
    fs::last_write_time(folder_ / target_, fs::file_time_type::clock::now() - hours(2));
    fs::last_write_time(input_, fs::file_time_type::clock::now() - hours(3));
    // Ninja keeps a log of what it has made.
    if (tool == std::string("ninja")) EXPECT_TRUE(runs(tool)) << words_;
    EXPECT_FALSE(runs(tool)) << words_;
    fs::last_write_time(input_, fs::file_time_type::clock::now() + hours(1));
    EXPECT_TRUE(runs(tool)) << words_;
  }

 private:
  static std::string in_ninja(const std::string& name) {
    std::string text;
    for (const char c : name)
      text += (c == ' ' || c == '$' || c == ':' ? "$" : "") + std::string(1, c);
    return text;
  }

  // Whether it made the library.
  bool runs(const std::string& tool) {
    fs::remove(folder_ / "ran");
    const std::vector<std::string> arguments = tool == "make"
                                                   ? std::vector<std::string>{"-rR", "--", target_}
                                                   : std::vector<std::string>{};
    const auto outcome =
        run_process(tool, arguments, std::chrono::seconds(60), {.folder = folder_.path()});
    words_ = outcome ? outcome->output : outcome.error().to_string();
    EXPECT_TRUE(outcome && outcome->ok()) << words_;
    return fs::exists(folder_ / "ran");
  }

  testing::TemporaryFolder folder_;
  std::string target_;
  fs::path input_;
  std::string words_;
};

int count_tried(const std::string& target, const std::string& input) {
  const Result<std::string> rule = depfile({target}, {input});
  if (!rule) return 0;
  SCOPED_TRACE(*rule);
  Project project(target, input, *rule);
  for (const char* tool : {"make", "ninja"}) project.make_again_when_touched(tool);
  return 1;
}

TEST(Depfile, MakeAndNinjaReadEveryInputThatIsAccepted) {
  int tried = 0;
  for (const std::string& name : names()) tried += count_tried("out/libnet.a", name);
  EXPECT_GE(tried, 70);  // the rest is refused, each by a test in encode_test.cc
}

TEST(Depfile, MakeAndNinjaReadEveryTargetThatIsAccepted) {
  int tried = 0;
  for (const std::string& name : names()) {
    if (name[0] == '-') continue;  // the project's own commands would take it for an option
    tried += count_tried(name + "/libnet.a", "net.ckpt");
  }
  EXPECT_GE(tried, 65);
}

}  // namespace
}  // namespace slimc
