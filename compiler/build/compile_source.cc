// NAME.cc through clang++: freestanding, so that any target works without its sysroot.
#include "compiler/build/compile_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <functional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "compiler/build/compile_options.h"
#include "compiler/build/find_clang.h"
#include "compiler/objects/check_object.h"
#include "compiler/targets/target.h"
#include "support/files.h"
#include "support/process.h"
#include "support/temporary_folder.h"
#include "support/unique_fd.h"

namespace slimc {
namespace {

namespace fs = std::filesystem;

Failure broken_tool(std::string message) {
  return fail({.message = std::move(message), .blame = Blame::Tool});
}

Result<fs::path> find_runtime(const Toolchain& tools) {
  const fs::path folder = tools.runtime_include.empty() ? executable_folder() / ".." / "include"
                                                        : tools.runtime_include;
  std::error_code ignored;
  if (fs::is_regular_file(folder / "slimc" / "runtime.h", ignored)) return folder;
  return broken_tool(fmt::format("'{}' holds no slimc/runtime.h; slimc is not installed completely",
                                 folder.lexically_normal().string()));
}

Result<void> write_text(const fs::path& path, const std::string& text) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  int error = file.valid() ? write_all(file.get(), text) : errno;
  if (error == 0 && file.close() == 0) return {};
  if (error == 0) error = errno;
  return fail({.file = path.string(),
               .message = "cannot be written: " + std::generic_category().message(error),
               .blame = Blame::Tool});
}

std::vector<std::string> clang_arguments(const Target& target, const fs::path& runtime,
                                         const std::string& source, const std::string& object) {
  std::vector<std::string> arguments = {
      "--target=" + target.triple,
      "-std=c++20",
      "-O2",
      "-ffreestanding",
      "-nostdinc++",
      "-fno-exceptions",
      "-fno-rtti",
      "-fno-threadsafe-statics",
      "-fno-stack-protector",
      "-fvisibility=default",
      // So that a linker with --gc-sections can drop what a program does not call, and the labels.
      "-ffunction-sections",
      "-fdata-sections",
      // Equal texts give equal bytes, whatever clang was built by.
      "-fno-ident",
  };
  for (const std::string_view flag : target.platform->clang_flags) arguments.emplace_back(flag);
  for (const std::string_view flag : target.architecture->clang_flags) arguments.emplace_back(flag);
  for (const std::string& word : {std::string("-I"), runtime.string(), std::string("-c"), source,
                                  std::string("-o"), object}) {
    arguments.push_back(word);
  }
  return arguments;
}

// Whatever the texts that NAME.o is made of name. Comments do, too, but nothing in them is foreign.
Result<std::set<std::string, std::less<>>> words_of(const std::string& source,
                                                    const fs::path& runtime) {
  std::string text = source;
  std::error_code error;
  for (const auto& header : fs::directory_iterator(runtime / "slimc", error)) {
    SLIMC_ASSIGN(const std::string bytes, read_file(header.path()));
    text += bytes + '\n';
  }
  std::set<std::string, std::less<>> words;
  std::string word;
  for (const char c : text + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

// A clang that is broken, or is none, may say nothing and leave anything.
Result<void> check(const std::string& object, const std::string& clang, const std::string& name,
                   const Target& target, const std::string& source, const fs::path& runtime,
                   bool is_network) {
  SLIMC_ASSIGN(const auto words, words_of(source, runtime));
  ExpectedObject expected = {
      .target = target, .defines = {}, .may_need = [&](std::string_view name) {
        return words.contains(name);
      }};
  if (is_network) {
    for (const char* function : {"_create", "_run", "_destroy"}) {
      expected.defines.push_back(name + function);
    }
  }
  const std::string problem = object_problem(object, expected);
  if (problem.empty()) return {};
  return broken_tool(
      fmt::format("{} says nothing, but the {}.o that it left {}; another clang++ "
                  "can be named in $SLIMC_CLANG",
                  clang, name, problem));
}

}  // namespace

Result<std::string> compile_source(const std::string& header, const std::string& source,
                                   const std::string& name, const Target& target,
                                   const Toolchain& tools) {
  SLIMC_ASSIGN(const std::string clang, find_clang(tools.clang));
  SLIMC_ASSIGN(const fs::path runtime, find_runtime(tools));
  SLIMC_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  const std::string source_name = name + ".cc", object_name = name + ".o";
  SLIMC_TRY(write_text(folder.path() / (name + ".h"), header));
  SLIMC_TRY(write_text(folder.path() / source_name, source));

  // In the folder, because the names of Windows' symbols depend on the path of the source.
  const std::vector<std::string> arguments =
      clang_arguments(target, fs::absolute(runtime), source_name, object_name);
  const std::chrono::seconds limit(tools.time_limit_seconds);
  SLIMC_ASSIGN(
      const ProcessOutcome outcome,
      run_process(clang, arguments, limit, {.folder = folder.path(), .temporary = folder.path()}));
  if (outcome.ok()) {
    Result<std::string> object = read_file(folder.path() / object_name);
    if (!object) return broken_tool(clang + " says nothing, but " + object.error().to_string());
    SLIMC_TRY(check(*object, clang, name, target, source, runtime, !header.empty()));
    return object;
  }
  return broken_tool(fmt::format("{} did not compile {}.cc for {}: it {}{}", clang, name,
                                 target.triple, outcome.what_went_wrong(limit),
                                 outcome.behind_colon()));
}

}  // namespace slimc
