#include "tests/targets/link_with_lld.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <llvm/ADT/Triple.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "support/files.h"
#include "support/process.h"
#include "tests/common/temporary_folder.h"

namespace slimc::testing {
namespace {

using Words = std::vector<std::string>;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  EXPECT_TRUE(file) << path;
}

class Linking {
 public:
  explicit Linking(const ListedTarget& target) : target_(target), triple_(target.target.triple) {}

  Result<std::string> link(const std::string& archive, const std::string& header) {
    write(folder_ / "libnet.a", archive);
    write(folder_ / "net.h", header);
    SLIMC_TRY(clang(SLIMC_SOURCE_DIR "/tests/targets/user.c", "user.o"));
    if (triple_.isOSDarwin()) {
      SLIMC_TRY(link_mach_o());
    } else if (triple_.isOSWindows()) {
      SLIMC_TRY(link_coff());
    } else {
      SLIMC_TRY(link_elf());
    }
    return read_file(folder_ / "program");
  }

 private:
  static Result<void> run(const std::string& program, const Words& words) {
    SLIMC_ASSIGN(const ProcessOutcome outcome,
                 run_process(program, words, std::chrono::minutes(1)));
    if (outcome.ok()) return {};
    return fail({.subject = program, .message = outcome.last_lines()});
  }

  std::string file(const std::string& name) const { return folder_ / name; }

  Result<void> clang(const std::string& source, const std::string& object) const {
    Words words = {"--target=" + target_.target.triple,
                   "-O1",
                   "-ffreestanding",
                   "-I",
                   folder_.path(),
                   "-c",
                   source,
                   "-o",
                   file(object)};
    if (!triple_.isOSWindows()) words.emplace_back("-fPIC");  // Windows' code always is
    return run(SLIMC_LLD_FOLDER "/clang", words);
  }

  // As Android wants its programs: position independent, with the system's functions in a shared
  // library.
  Result<void> link_elf() const {
    std::string functions;
    for (const std::string& name : functions_of(target_)) {
      functions += fmt::format("void {}(void) {{}}\n", name);
    }
    write(folder_ / "system.c", functions);
    const std::string lld = SLIMC_LLD_FOLDER "/ld.lld";
    SLIMC_TRY(run(SLIMC_LLD_FOLDER "/clang",
                  {"--target=" + target_.target.triple, "-fno-builtin", "-ffreestanding", "-fPIC",
                   "-c", file("system.c"), "-o", file("system.o")}));
    SLIMC_TRY(run(lld, {"-shared", file("system.o"), "-o", file("libc.so")}));
    return run(lld, {"-pie", "-z", "text", "--fatal-warnings", "-e", "main", file("user.o"),
                     file("libnet.a"), file("libc.so"), "-o", file("program")});
  }

  // https://github.com/apple-oss-distributions/tapi describes .tbd files: the text form of a shared
  // library's exports.
  Result<void> link_mach_o() const {
    const bool arm = triple_.isAArch64();
    const std::string arch = arm ? "arm64" : "x86_64";
    const std::string system = triple_.isiOS() ? "ios" : "macos";
    Words exported = {"dyld_stub_binder"};
    for (const std::string& name : functions_of(target_)) exported.push_back("_" + name);
    const std::string on = fmt::format("{}-{}", arch, system);
    write(folder_ / "libSystem.tbd",
          fmt::format("--- !tapi-tbd\ntbd-version: 4\ntargets: [ {} ]\n"
                      "install-name: '/usr/lib/libSystem.B.dylib'\n"
                      "exports:\n  - targets: [ {} ]\n    symbols: [ {} ]\n...\n",
                      on, on, fmt::join(exported, ", ")));
    const std::string version = triple_.isiOS() ? "12.0" : arm ? "11.0" : "10.15";
    return run(SLIMC_LLD_FOLDER "/ld64.lld",
               {"-arch", arch, "-platform_version", system, version, version, "-fatal_warnings",
                file("user.o"), file("libnet.a"), file("libSystem.tbd"), "-o", file("program")});
  }

  Result<void> link_coff() const {
    const bool arm = triple_.isAArch64();
    write(folder_ / "crt.def", fmt::format("LIBRARY ucrtbase.dll\nEXPORTS\n{}\n",
                                           fmt::join(functions_of(target_), "\n")));
    SLIMC_TRY(run(SLIMC_LLD_FOLDER "/llvm-dlltool", {"-m", arm ? "arm64" : "i386:x86-64", "-d",
                                                     file("crt.def"), "-l", file("crt.lib")}));
    return run(SLIMC_LLD_FOLDER "/lld-link",
               {"/nologo", "/WX", arm ? "/machine:arm64" : "/machine:x64", "/entry:main",
                "/subsystem:console", "/nodefaultlib", "/out:" + file("program"), file("user.o"),
                file("libnet.a"), file("crt.lib")});
  }

  const ListedTarget& target_;
  const llvm::Triple triple_;
  TemporaryFolder folder_;
};

}  // namespace

std::vector<std::string> functions_of(const ListedTarget& target) {
  Words names = {"memcpy", "memset"};
  if (target.system == "macos" || target.system == "ios") {
    // What clang makes of memset with zeros there.
    names.insert(names.end(), {"bzero", "__bzero"});
  }
  if (target.family == "armv7-neon") {
    // libgcc's or compiler-rt's; ARMv7-A need not divide integers, and its NEON does not round.
    names.insert(names.end(), {"__aeabi_idiv", "__aeabi_idivmod", "__aeabi_memclr",
                               "__aeabi_memclr4", "__aeabi_memclr8", "__aeabi_memset", "floorf"});
  }
  if (target.system == "windows" || target.system == "baremetal") return names;
  for (const char* posix :
       {"pthread_create", "pthread_join", "pthread_mutex_init", "pthread_mutex_destroy",
        "pthread_mutex_lock", "pthread_mutex_unlock", "pthread_cond_init", "pthread_cond_destroy",
        "pthread_cond_wait", "pthread_cond_broadcast", "pthread_sigmask", "sigfillset", "getpid"}) {
    names.emplace_back(posix);
  }
  // Android has no cancellation, Apple's systems no namespaces of processes.
  if (target.system != "android") names.emplace_back("pthread_setcancelstate");
  if (target.system == "linux" || target.system == "android") names.emplace_back("syscall");
  // Who is asked about the CPU.
  if (llvm::Triple(target.target.triple).isAArch64() && !target.target.required_features.empty()) {
    names.emplace_back(target.system == "android" ? "getauxval" : "sysctlbyname");
  }
  return names;
}

Result<std::string> link_with_lld(const std::string& archive, const std::string& header,
                                  const ListedTarget& target) {
  return Linking(target).link(archive, header);
}

}  // namespace slimc::testing
