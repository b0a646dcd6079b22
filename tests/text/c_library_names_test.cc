// The lists of names that no library can have, held against the headers of this machine, whatever
// C library it has. A name that is missing there was added by a newer one: see the script.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <regex>
#include <set>
#include <sstream>

#include "compiler/objects/weights_file.h"
#include "compiler/plan/library.h"
#include "compiler/text/write_header.h"
#include "support/library_suffixes.h"
#include "support/reserved_words.h"
#include "tests/runtime/tiny_plan.h"
#include "tests/text/c_library_names.h"

namespace slimc {
namespace {

using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

constexpr char kUpdate[] = "scripts/c_library_names.py --update adds these";

bool is_capital(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return std::islower(c) != 0; });
}

std::string in_small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Target target(const std::string& text) {
  auto parsed = parse_target(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return std::move(parsed).value_or(Target());
}

// Headers of libraries "ours" that have together all that one can have.
std::string headers_of_all_kinds() {
  Library plain = testing::library_of(testing::tiny_plan(), target("host"));
  plain.targets.front().plan.name = "ours";
  Library external = plain, no_threads = plain, several_targets = plain, several_outputs = plain;
  external.external_weights = true;
  external.weights_file = write_weights_file(external).layout;
  no_threads.no_threads = true;
  several_targets.targets.push_back(several_targets.targets.front());
  Plan& plan = several_outputs.targets.front().plan;
  Stage pool = plan.stages[2];
  pool.output = -1;
  pool.network_output = 1;
  plan.stages.push_back(pool);
  plan.outputs.push_back({"pool", "pool", {2, 4, 4, 5}});
  std::string text;
  for (const Library* library :
       {&plain, &external, &no_threads, &several_targets, &several_outputs}) {
    text += write_header(*library);
  }
  return text;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST(CLibraryNames, KnowWhatALibrarysOwnEndWith) {
  const std::string text = headers_of_all_kinds();
  const std::regex own("\\b(ours|OURS)(_\\w*\\w)\\b"), of_output("_OUTPUT_.+_(SIZE|NAME)");
  std::set<std::string> suffixes;
  for (std::sregex_iterator at(text.begin(), text.end(), own), end; at != end; ++at) {
    if (!std::regex_match((*at)[2].str(), of_output)) suffixes.insert((*at)[2]);
  }
  EXPECT_GT(suffixes.size(), 60u);
  EXPECT_THAT(words(std::string(kLibrarySuffixes)), IsSupersetOf(suffixes));
}

void expect_refused(const std::set<std::string>& names) {
  EXPECT_THAT(names, IsSupersetOf({"shmget", "printf", "EOF", "memory_order_consume", "tm"}));
  std::vector<std::string> accepted;
  for (const std::string& name : names) {
    if (why_no_library(name).empty()) accepted.push_back(name);
  }
  EXPECT_THAT(accepted, IsEmpty()) << kUpdate;
}

// si for si_status, r for R_OK: macros have the library's name in capitals, whatever it is itself.
void expect_refused_where_a_library_would_declare(const std::set<std::string>& names) {
  std::vector<std::string> accepted;
  for (const std::string& name : names) {
    EXPECT_FALSE(std::regex_match(name, std::regex(".+_OUTPUT_.+_(SIZE|NAME)"))) << name;
    for (const std::string& suffix : words(std::string(kLibrarySuffixes))) {
      if (!name.ends_with(suffix) || name.size() == suffix.size()) continue;
      const std::string library = name.substr(0, name.size() - suffix.size());
      std::vector<std::string> libraries = {library};
      if (is_capital(suffix)) {
        if (!is_capital(library)) continue;
        libraries.push_back(in_small_letters(library));
      }
      for (const std::string& candidate : libraries) {
        if (why_no_library(candidate).empty()) accepted.push_back(candidate + " for " + name);
      }
    }
  }
  EXPECT_THAT(accepted, IsEmpty()) << kUpdate;
}

void expect_hidden_by_none(const std::set<std::string>& headers) {
  EXPECT_GT(headers.size(), 30u);
  const std::regex identifier("[A-Za-z]\\w*");
  for (const std::string& header : headers) {
    if (!std::regex_match(header, identifier)) continue;  // "sys/stat"
    EXPECT_NE(why_no_library(header), "")
        << "add " << header << " to kHeaders in support/reserved_words.cc";
  }
}

// One test, as clang reads all headers for it.
TEST(CLibraryNames, AreAllThatThisMachinesHeadersTake) {
  std::istringstream lines(testing::c_library_names("--print"));
  std::set<std::string> headers, names;
  const std::string include = "#include <", end = ".h>";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(include)) {
      headers.insert(line.substr(include.size(), line.size() - include.size() - end.size()));
    } else {
      names.insert(line);
    }
  }
  expect_refused(names);
  expect_refused_where_a_library_would_declare(names);
  expect_hidden_by_none(headers);
}

}  // namespace
}  // namespace slimc
