// KernelCompiler with stub generator programs that work, fail, crash and hang.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <sstream>

#include "compiler/build/compile_options.h"
#include "compiler/build/kernel_compiler.h"
#include "compiler/objects/rename_symbols.h"
#include "compiler/plan/plan.h"
#include "compiler/targets/target.h"
#include "support/encode.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {
namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Recorder final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override {
    const std::lock_guard lock(mutex);
    warnings.push_back(diagnostic.to_string());
  }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}
  std::mutex mutex;
  std::vector<std::string> warnings;
};

// The kernels of a plan, one after the other.
Result<std::vector<CompiledKernel>> compile_kernels(const Plan& plan, const CompileOptions& options,
                                                    Reporter& reporter) {
  SLIMC_ASSIGN(const std::unique_ptr<KernelCompiler> compiler,
               make_kernel_compiler(options.tools, reporter));
  std::vector<CompiledKernel> kernels;
  for (std::size_t i = 0; i < plan.kernels.size(); ++i) {
    const std::string name = stage_of(plan, static_cast<int>(i));
    SLIMC_ASSIGN(CompiledKernel kernel,
                 compiler->compile(plan.kernels[i], options.target(), options.scheduler, name));
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

class KernelJobs : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto target = parse_target("x86-64");
    ASSERT_TRUE(target.has_value());
    options.targets = {*target};
    options.tools.cache = folder.path() / "cache";
    options.tools.stages_program = folder.path() / "slimc-stages";
    testing::write_text(
        folder.path() / "object",
        testing::compile_c("int " + kernel_placeholder() + "(void) { return 1; }", target->triple));
    write_stub("");
  }

  // Does as the last do=WHAT argument says, or as auto=WHAT where an autoscheduler is asked for.
  void write_stub(const std::string& extra) {
    testing::write_text(options.tools.stages_program,
                        "#!/bin/sh\n" + extra + "here=$(dirname \"$0\")\n" + R"(
echo "$*" >>"$here/calls"
what=ok; automatic=; auto=ok
while [ $# -gt 0 ]; do
  case "$1" in
    -o) out=$2; shift ;;
    -s) automatic=1; shift ;;
    do=*) what=${1#do=} ;;
    auto=*) auto=${1#auto=} ;;
  esac
  shift
done
[ -n "$automatic" ] && what=$auto
case $what in
  ok) cp "$here/object" "$out/kernel.o" ;;
  obj) cp "$here/object" "$out/kernel.obj" ;;
  fail) echo "first line"; echo "Error: no such schedule" >&2; exit 7 ;;
  crash) kill -SEGV $$ ;;
  hang) sleep 300 ;;
  nothing) ;;
  garbage) echo "not an object" >"$out/kernel.o" ;;
esac
)");
    fs::permissions(options.tools.stages_program, fs::perms::owner_all);
  }

  int calls() const {
    if (!fs::exists(folder.path() / "calls")) return 0;
    const std::string text = testing::read_text(folder.path() / "calls");
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  }

  static Plan plan(const std::vector<std::string>& what) {
    Plan plan;
    for (std::size_t i = 0; i < what.size(); ++i) {
      plan.kernels.push_back(
          {StageKind::Pointwise, {{"index", std::to_string(i)}, {"do", what[i]}}});
      Stage stage;
      stage.name = "block_" + std::to_string(i);
      stage.variants[0].kernel = static_cast<int>(i);
      plan.stages.push_back(stage);
    }
    return plan;
  }

  std::string error_of(const Plan& plan) {
    const auto kernels = compile_kernels(plan, options, recorder);
    if (kernels) return "";
    EXPECT_EQ(kernels.error().blame(), Blame::Tool);
    return kernels.error().to_string();
  }

  TemporaryFolder folder = testing::temporary_folder();
  CompileOptions options;
  Recorder recorder;
};

TEST_F(KernelJobs, CompilesEachOnceThenFindsAllInTheCache) {
  const Plan three = plan({"ok", "obj", "ok"});
  const auto cold = compile_kernels(three, options, recorder);
  ASSERT_TRUE(cold.has_value()) << cold.error().to_string();
  ASSERT_EQ(cold->size(), 3u);
  for (const auto& kernel : *cold) {
    EXPECT_FALSE(kernel.cached);
    EXPECT_EQ(kernel.object, testing::read_text(folder.path() / "object"));
  }
  EXPECT_EQ(calls(), 3);

  const auto warm = compile_kernels(three, options, recorder);
  ASSERT_TRUE(warm.has_value());
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE((*warm)[i].cached);
    EXPECT_EQ((*warm)[i].object, (*cold)[i].object);
  }
  EXPECT_EQ(calls(), 3);
  EXPECT_TRUE(recorder.warnings.empty());
}

TEST_F(KernelJobs, CallsTheProgramAsHalideWantsIt) {
  ASSERT_TRUE(compile_kernels(plan({"ok"}), options, recorder).has_value());
  EXPECT_THAT(testing::read_text(folder.path() / "calls"),
              AllOf(HasSubstr("-g pointwise -f " + kernel_placeholder() + " -n kernel -e object"),
                    HasSubstr(" target=x86-64-linux-sse41-no_runtime-no_asserts-no_bounds_query "),
                    HasSubstr(" index=0 do=ok "), Not(HasSubstr("auto_schedule"))));
}

TEST_F(KernelJobs, ParameterTargetSchedulerAndProgramAreInTheKey) {
  ASSERT_TRUE(compile_kernels(plan({"ok"}), options, recorder).has_value());
  Plan other = plan({"ok"});
  other.kernels[0].parameters[0].second = "9";
  EXPECT_FALSE(compile_kernels(other, options, recorder)->at(0).cached);
  CompileOptions arm = options;
  arm.targets = {*parse_target("arm64")};
  EXPECT_FALSE(compile_kernels(plan({"ok"}), arm, recorder)->at(0).cached);
  CompileOptions automatic = options;
  automatic.scheduler = Scheduler::Li2018;
  EXPECT_FALSE(compile_kernels(plan({"ok"}), automatic, recorder)->at(0).cached);
  write_stub("# another version\n");
  EXPECT_FALSE(compile_kernels(plan({"ok"}), options, recorder)->at(0).cached);
  EXPECT_TRUE(compile_kernels(plan({"ok"}), options, recorder)->at(0).cached);
}

TEST_F(KernelJobs, DamagedEntryIsCompiledAgain) {
  ASSERT_TRUE(compile_kernels(plan({"ok"}), options, recorder).has_value());
  for (const auto& entry : fs::directory_iterator(options.tools.cache)) {
    fs::resize_file(entry.path(), fs::file_size(entry.path()) - 1);
  }
  const auto again = compile_kernels(plan({"ok"}), options, recorder);
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->at(0).cached);
  EXPECT_TRUE(compile_kernels(plan({"ok"}), options, recorder)->at(0).cached);
}

TEST_F(KernelJobs, UnwritableCacheIsOneWarning) {
  testing::write_text(folder.path() / "file", "");
  options.tools.cache = folder.path() / "file" / "cache";
  EXPECT_TRUE(compile_kernels(plan({"ok", "ok"}), options, recorder).has_value());
  EXPECT_EQ(recorder.warnings.size(), 1u);
}

TEST_F(KernelJobs, HidesWhatWouldChangeKernelsBehindTheKeysBack) {
  write_stub("[ -z \"$HL_LLVM_ARGS\" ] || exit 9\n");
  ::setenv("HL_LLVM_ARGS", "-fast-isel", 1);
  EXPECT_EQ(error_of(plan({"ok"})), "");
  ::unsetenv("HL_LLVM_ARGS");
}

TEST_F(KernelJobs, MissingProgramIsTheToolsFault) {
  options.tools.stages_program = folder.path() / "nowhere";
  EXPECT_THAT(error_of(plan({"ok"})),
              AllOf(HasSubstr("nowhere"), HasSubstr("generator program is missing")));
}

TEST_F(KernelJobs, FailureShowsStatusAndTheEndOfTheOutput) {
  EXPECT_THAT(error_of(plan({"ok", "fail"})),
              AllOf(HasSubstr("stage 'block_1'"), HasSubstr("failed with status 7"),
                    HasSubstr("Error: no such schedule")));
}

TEST_F(KernelJobs, CrashIsReported) {
  EXPECT_THAT(error_of(plan({"crash"})), HasSubstr("crashed with signal 11"));
}

TEST_F(KernelJobs, HangIsStoppedAtTheLimit) {
  options.tools.time_limit_seconds = 1;
  EXPECT_THAT(error_of(plan({"hang"})), HasSubstr("was stopped after 1 s"));
}

TEST_F(KernelJobs, MissingOrBrokenObjectIsReportedAndNotCached) {
  EXPECT_THAT(error_of(plan({"nothing"})), HasSubstr("left no object"));
  EXPECT_THAT(error_of(plan({"garbage"})), HasSubstr("is no object file"));
  EXPECT_FALSE(fs::exists(options.tools.cache) && !fs::is_empty(options.tools.cache));
}

TEST_F(KernelJobs, AnotherObjectThanTheKernelsIsReportedAndNotCached) {
  const auto with_object = [&](const std::string& code, const std::string& triple) {
    testing::write_text(folder.path() / "object", testing::compile_c(code, triple));
    return error_of(plan({"ok"}));
  };
  const std::string kernel = "int " + kernel_placeholder() + "(void)";
  EXPECT_THAT(
      with_object(kernel + " { return 1; }", "aarch64-unknown-linux-gnu"),
      HasSubstr("is a 64-bit ELF object for aarch64, expected a 64-bit ELF object for x86"));
  EXPECT_THAT(with_object(kernel + " { return 1; }", "x86_64-pc-windows-msvc"),
              HasSubstr("is a 64-bit COFF object for x86, expected a 64-bit ELF object for x86"));
  EXPECT_THAT(with_object("int other(void) { return 1; }", options.target().triple),
              HasSubstr("does not define slimc_kernel_"));
  EXPECT_THAT(with_object("int system(const char*); " + kernel + " { return system(\"\"); }",
                          options.target().triple),
              HasSubstr("needs system"));
  EXPECT_FALSE(fs::exists(options.tools.cache) && !fs::is_empty(options.tools.cache));
}

TEST_F(KernelJobs, AutoschedulerThatBreaksFallsBackWithAWarning) {
  options.scheduler = Scheduler::Adams2019;
  options.tools.time_limit_seconds = 1;
  for (const char* what : {"fail", "crash", "hang", "nothing"}) {
    recorder.warnings.clear();
    Plan one = plan({"ok"});
    one.kernels[0].parameters.emplace_back("auto", what);
    const auto kernels = compile_kernels(one, options, recorder);
    ASSERT_TRUE(kernels.has_value()) << what;
    EXPECT_TRUE(kernels->at(0).fell_back);
    ASSERT_EQ(recorder.warnings.size(), 1u);
    const std::string& warning = recorder.warnings[0];
    EXPECT_THAT(warning, HasSubstr("'block_0': Adams2019 could not schedule it, the tiling model "
                                   "does: the generator program "));
    EXPECT_EQ(printable_message(warning), warning) << "only what is quoted has lines of its own";
  }
}

TEST_F(KernelJobs, AutoschedulerIsAskedForInHalidesWords) {
  options.scheduler = Scheduler::Mullapudi2016;
  const auto kernels = compile_kernels(plan({"fail"}), options, recorder);
  ASSERT_TRUE(kernels.has_value());
  EXPECT_FALSE(kernels->at(0).fell_back);
  EXPECT_THAT(testing::read_text(folder.path() / "calls"),
              AllOf(HasSubstr("libautoschedule_mullapudi2016.so -s Mullapudi2016"),
                    HasSubstr("auto_schedule=true machine_params=1,")));
}

TEST_F(KernelJobs, PlanWithoutKernelsIsFine) {
  const auto kernels = compile_kernels(Plan{}, options, recorder);
  ASSERT_TRUE(kernels.has_value());
  EXPECT_TRUE(kernels->empty());
}

}  // namespace
}  // namespace slimc
