// From a small graph to a library, with the real generator program, clang and every scheduler.
#include <dlfcn.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <cmath>
#include <set>
#include <sstream>

#include "compiler/build/compile_libraries.h"
#include "compiler/build/compile_source.h"
#include "compiler/objects/object_symbols.h"
#include "compiler/text/write_header.h"
#include "ir/graph.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// MobileNet in small: 20x20 RGB to 10 classes.
class SmallNetwork {
 public:
  explicit SmallNetwork(const std::string& name, float largest_weight = 0.7f)
      : largest_weight_(largest_weight) {
    graph_.name = name;
    Op input;
    input.kind = OpKind::Input;
    input.name = "input";
    input.shape = {1, 20, 20, 3};
    Value x = graph_.input = graph_.add(std::move(input));
    x = add(OpKind::Relu6, {convolution(OpKind::Conv2D, x, 3, 8, 2)});
    x = add(OpKind::Relu6, {convolution(OpKind::DepthwiseConv2D, x, 3, 1, 1)});
    x = add(OpKind::Relu6, {convolution(OpKind::Conv2D, x, 1, 24, 1)});
    ReduceAttributes keep;
    keep.keep_dims = true;
    x = convolution(OpKind::Conv2D, add(OpKind::Mean, {x}, keep), 1, 10, 1);
    graph_.set_output(add(OpKind::Softmax, {x}));
  }
  const Graph& graph() const { return graph_; }

 private:
  Value add(OpKind kind, std::vector<Value> inputs, Attributes attributes = {}) {
    Op op;
    op.kind = kind;
    op.name = std::string(name_of(kind)) + std::to_string(graph_.ops().size());
    op.inputs = std::move(inputs);
    op.attributes = std::move(attributes);
    return graph_.add(std::move(op));
  }

  Value convolution(OpKind kind, Value x, std::int64_t kernel, std::int64_t channels,
                    std::int64_t stride) {
    const Shape in = graph_.op(x).shape;
    ConvolutionAttributes a;
    a.stride_h = a.stride_w = stride;
    a.padding = same_padding(in[1], in[2], kernel, kernel, stride, stride);
    Tensor weights;
    weights.shape = {kernel, kernel, in[3], channels};
    for (std::int64_t i = 0; i < weights.shape.elements(); ++i) {
      weights.data.push_back(std::sin(static_cast<float>(i + graph_.ops().size())) *
                             largest_weight_);
    }
    const std::string name = "weights" + std::to_string(graph_.ops().size());
    return add(kind, {x, graph_.add_constant(name, std::move(weights))}, a);
  }

  float largest_weight_;
  Graph graph_;
};

class CompileLibrary : public ::testing::Test {
 protected:
  void SetUp() override {
    options.targets = {*parse_target("host")};
    options.tools.cache = folder.path() / "cache";
    options.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
    options.tools.runtime_include = SLIMC_SOURCE_DIR "/runtime/include";
  }

  Result<CompiledLibrary> compile(const std::string& name = "mynet") {
    return compile_library(SmallNetwork(name).graph(), options, reporter, {});
  }

  // What a C program around the library prints: the probabilities of a fixed image.
  std::vector<float> run(const CompiledLibrary& library) {
    testing::write_text(folder.path() / "libmynet.a", library.archive);
    testing::write_text(folder.path() / "mynet.h", library.header);
    testing::write_text(folder.path() / "main.c", R"(
      #include <math.h>
      #include <stdio.h>
      #include "mynet.h"
      static _Alignas(MYNET_MEMORY_ALIGNMENT) char memory[MYNET_MEMORY_BYTES(2)];
      int main(void) {
        static float in[MYNET_INPUT_SIZE], out[MYNET_OUTPUT_SIZE];
        for (int i = 0; i < MYNET_INPUT_SIZE; ++i) in[i] = sinf(i * 0.1f);
        mynet *network;
        mynet_status status = mynet_create(memory, sizeof memory, 2, &network);
        if (status == MYNET_OK) status = mynet_run(network, in, out);
        if (status != MYNET_OK) return puts(mynet_status_string(status)), 1;
        for (int i = 0; i < MYNET_OUTPUT_SIZE; ++i) printf("%.9g\n", out[i]);
        mynet_destroy(network);
      }
    )");
    const std::string program = folder.path() / "program";
    testing::output_of(
        std::string(SLIMC_LLVM_TOOLS) + "/clang",
        {folder.path() / "main.c", folder.path() / "libmynet.a", "-o", program, "-pthread", "-lm"});
    std::istringstream lines(testing::output_of(program, {}));
    std::vector<float> values;
    for (float value; lines >> value;) values.push_back(value);
    return values;
  }

  static std::vector<ObjectSymbol> symbols(const std::string& archive_bytes) {
    std::vector<ObjectSymbol> all;
    for_each_member(archive_bytes, [&](llvm::MemoryBufferRef member) {
      for (ObjectSymbol& symbol : read_symbols(member.getBuffer().str())) {
        if (symbol.global) all.push_back(std::move(symbol));
      }
    });
    return all;
  }

  template <typename Function>
  static void for_each_member(const std::string& bytes, Function function) {
    auto archive =
        llvm::cantFail(llvm::object::Archive::create(llvm::MemoryBufferRef(bytes, "archive")));
    llvm::Error error = llvm::Error::success();
    for (const auto& child : archive->children(error)) {
      function(llvm::cantFail(child.getMemoryBufferRef()));
    }
    EXPECT_FALSE(static_cast<bool>(error));
  }

  static std::vector<std::string> member_names(const std::string& bytes) {
    std::vector<std::string> names;
    for_each_member(bytes, [&](llvm::MemoryBufferRef member) {
      names.push_back(member.getBufferIdentifier().str());
    });
    return names;
  }

  TemporaryFolder folder = testing::temporary_folder();
  CompileOptions options;
  SilentReporter reporter;
};

// Equal networks of different names share their kernels and differ in nothing but the name from
// what each is alone; one that cannot be written does not stop the others.
TEST_F(CompileLibrary, CompilesSeveralAtOnce) {
  const std::vector<Graph> models = {SmallNetwork("mynet").graph(), SmallNetwork("broken").graph(),
                                     SmallNetwork("other").graph()};
  const auto write = [](std::size_t model, CompiledLibrary&) -> Result<void> {
    if (model != 1) return {};
    return fail({.message = "no space"});
  };
  std::vector<LibraryRequest> requests;
  for (const Graph& model : models)
    requests.push_back(request_for(std::make_shared<const Graph>(model), options));
  auto libraries = compile_libraries(requests, options.tools, reporter, write);
  ASSERT_TRUE(libraries) << libraries.error().to_string();
  ASSERT_EQ(libraries->size(), 3u);
  ASSERT_FALSE((*libraries)[1]);
  EXPECT_EQ((*libraries)[1].error().to_string(), "no space");
  const auto alone = compile("mynet");
  const auto other = compile("other");
  ASSERT_TRUE(alone && other);
  ASSERT_TRUE((*libraries)[0] && (*libraries)[2]);
  EXPECT_TRUE((*libraries)[0]->archive == alone->archive);
  EXPECT_TRUE((*libraries)[2]->archive == other->archive);
  for (const CompiledKernel& kernel : (*libraries)[0]->kernels[0]) {
    EXPECT_FALSE(kernel.shared || kernel.cached);
  }
  for (const CompiledKernel& kernel : (*libraries)[2]->kernels[0]) EXPECT_TRUE(kernel.shared);
}

// What one library asks for is not another's.
TEST_F(CompileLibrary, EachIsScheduledAsItAsks) {
  const auto graph = std::make_shared<const Graph>(SmallNetwork("mynet").graph());
  std::vector<LibraryRequest> requests(2, request_for(graph, options));
  requests[1].scheduler = Scheduler::Mullapudi2016;
  const auto keep = [](std::size_t, CompiledLibrary&) -> Result<void> { return {}; };
  const auto together = compile_libraries(requests, options.tools, reporter, keep);
  ASSERT_TRUE(together && (*together)[0] && (*together)[1]);
  EXPECT_TRUE((*together)[0]->archive == compile()->archive);
  options.scheduler = Scheduler::Mullapudi2016;
  EXPECT_TRUE((*together)[1]->archive == compile()->archive);
  EXPECT_TRUE((*together)[0]->archive != (*together)[1]->archive);
}

// Several targets in one library: their kernels and weights side by side, and progress of one pool.
TEST_F(CompileLibrary, HasKernelsForEachOfItsTargets) {
  const auto targets = parse_targets("x86-64-v3,x86-64");
  ASSERT_TRUE(targets) << targets.error().to_string();
  options.targets = *targets;
  const auto library = compile();
  ASSERT_TRUE(library.has_value()) << library.error().to_string();
  ASSERT_EQ(library->targets.size(), 2u);
  EXPECT_THAT(member_names(library->archive), Contains("mynet_k_x86_64_v3_weights.o"));
  EXPECT_THAT(member_names(library->archive), Contains("mynet_k_x86_64_weights.o"));
  EXPECT_EQ(library->weights_bytes(),
            library->targets[0].plan.weights_bytes + library->targets[1].plan.weights_bytes);
  for (const int threads : {1, 5}) {
    for (const TargetPlan& code : library->targets) {
      Library alone;
      alone.targets.push_back(code);
      EXPECT_GE(memory_bytes(*library, threads), memory_bytes(alone, threads));
    }
  }
  // The kernels are those that each target alone has.
  options.targets = {targets->at(1)};
  const auto baseline = compile();
  ASSERT_TRUE(baseline.has_value());
  for (const CompiledKernel& kernel : baseline->kernels[0]) EXPECT_TRUE(kernel.cached);

  const std::vector<float> expected = run(*baseline);
  for (const char* target : {"x86-64-v3", "x86-64", static_cast<const char*>(nullptr)}) {
    if (target != nullptr) {
      setenv("SLIMC_TARGET", target, 1);
    } else {
      unsetenv("SLIMC_TARGET");
    }
    const std::vector<float> values = run(*library);
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-5);
    if (target != nullptr && std::string(target) == "x86-64") EXPECT_EQ(values, expected);
  }
}

TEST_F(CompileLibrary, DefinesItsOwnNamesAndNeedsTheSystemsLibrariesOnly) {
  const auto library = compile();
  ASSERT_TRUE(library.has_value()) << library.error().to_string();
  EXPECT_THAT(member_names(library->archive), Contains("mynet.o"));
  EXPECT_THAT(member_names(library->archive), Contains("mynet_k_weights.o"));
  EXPECT_THAT(member_names(library->archive), Not(Contains("halide_shim.o")));
  std::set<std::string> defined, undefined;
  for (const ObjectSymbol& symbol : symbols(library->archive)) {
    (symbol.defined ? defined : undefined).insert(symbol.name);
  }
  for (const std::string& name : defined) {
    EXPECT_EQ(name.rfind("mynet", 0), 0u) << name;
    undefined.erase(name);
  }
  // Since glibc 2.34 pthreads are in libc.
  void* const libc = dlopen("libc.so.6", RTLD_LAZY);
  void* const libm = dlopen("libm.so.6", RTLD_LAZY);
  ASSERT_TRUE(libc && libm);
  for (const std::string& name : undefined) {
    if (name == "_GLOBAL_OFFSET_TABLE_") continue;
    EXPECT_TRUE(dlsym(libc, name.c_str()) || dlsym(libm, name.c_str())) << name;
  }
}

TEST_F(CompileLibrary, AgainIsCachedAndTheSameToTheBit) {
  const auto cold = compile();
  ASSERT_TRUE(cold.has_value()) << cold.error().to_string();
  const auto warm = compile();
  ASSERT_TRUE(warm.has_value());
  EXPECT_TRUE(warm->archive == cold->archive);
  EXPECT_EQ(warm->header, cold->header);
  EXPECT_EQ(warm->source, cold->source);
  ASSERT_EQ(warm->kernels[0].size(), cold->kernels[0].size());
  for (std::size_t i = 0; i < warm->kernels[0].size(); ++i) {
    EXPECT_FALSE(cold->kernels[0][i].cached);
    EXPECT_TRUE(warm->kernels[0][i].cached);
  }
}

// "#define MYNET_ID 0x0123456789abcdefu"
std::string id_in(const std::string& header) {
  const std::size_t at = header.find("#define MYNET_ID 0x");
  return at == std::string::npos ? "" : header.substr(at, header.find('\n', at) - at);
}

// NAME.o is compiled with a header that has no STACK_BYTES yet: the number is the same.
TEST_F(CompileLibrary, FilesOfOneCompileHaveOneId) {
  const auto library = compile();
  ASSERT_TRUE(library) << library.error().to_string();
  EXPECT_THAT(library->header, HasSubstr("MYNET_STACK_BYTES"));
  EXPECT_EQ(library->stack_unknown, "");
  EXPECT_THAT(library->header, HasSubstr(fmt::format("MYNET_ID 0x{:016x}u", library->id)));
  EXPECT_THAT(library->source, HasSubstr(fmt::format("MYNET_ID != 0x{:016x}u", library->id)));
  EXPECT_TRUE(
      compile_source(library->header, library->source, "mynet", options.target(), options.tools));
}

// What a kill between two renames, or two compiles to one folder, may leave.
TEST_F(CompileLibrary, AMixedSetIsNoticed) {
  const auto library = compile();
  const Graph retrained = SmallNetwork("mynet", 0.6f).graph();
  const auto other = compile_library(retrained, options, reporter, {});
  ASSERT_TRUE(library && other);
  EXPECT_NE(id_in(library->header), id_in(other->header));
  const auto mixed =
      compile_source(other->header, library->source, "mynet", options.target(), options.tools);
  ASSERT_FALSE(mixed);
  EXPECT_THAT(mixed.error().to_string(), HasSubstr("not the one that was written with this file"));

  testing::write_text(folder.path() / "main.c", R"(
      #include <stdio.h>
      #include "mynet.h"
      static _Alignas(MYNET_MEMORY_ALIGNMENT) char memory[MYNET_MEMORY_BYTES(1)];
      int main(void) {
        mynet *network = (mynet *)memory;
        mynet_status status = mynet_create(memory, sizeof memory, 1, &network);
        if (status != MYNET_OK && network != NULL) return 1;
        if ((status == MYNET_ERROR_WRONG_HEADER) != (network == NULL)) return 2;
        /* As who has no header, and may have other parameters in mind. */
        mynet_status (*create)(void *, size_t, int, mynet **) = mynet_create;
        if (create(memory, sizeof memory, 1, &network) != MYNET_OK) return 3;
        puts(mynet_status_string(status));
      }
)");
  const auto outcome_of = [&](const CompiledLibrary& header, const CompiledLibrary& archive) {
    testing::write_text(folder.path() / "libmynet.a", archive.archive);
    testing::write_text(folder.path() / "mynet.h", header.header);
    const std::string program = folder.path() / "program";
    testing::output_of(
        std::string(SLIMC_LLVM_TOOLS) + "/clang",
        {"-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", folder.path() / "main.c",
         folder.path() / "libmynet.a", "-o", program, "-pthread", "-lm"});
    return testing::output_of(program, {});
  };
  const std::string wrong = "the header is not the one that was written with the library\n";
  EXPECT_EQ(outcome_of(*library, *library), "success\n");
  EXPECT_EQ(outcome_of(*library, *other), wrong);
  EXPECT_EQ(outcome_of(*other, *library), wrong);
  EXPECT_EQ(outcome_of(*other, *other), "success\n");
}

TEST_F(CompileLibrary, NetworksOfAnotherNameShareKernels) {
  ASSERT_TRUE(compile().has_value());
  const auto other = compile("a_longer_name_of_another_network");
  ASSERT_TRUE(other.has_value()) << other.error().to_string();
  for (const CompiledKernel& kernel : other->kernels[0]) EXPECT_TRUE(kernel.cached);
  for (const ObjectSymbol& symbol : symbols(other->archive)) {
    EXPECT_THAT(symbol.name, Not(HasSubstr("mynet")));
  }
}

TEST_F(CompileLibrary, EverySchedulerGivesTheSameProbabilities) {
  const auto tiled = compile();
  ASSERT_TRUE(tiled.has_value()) << tiled.error().to_string();
  const std::vector<float> expected = run(*tiled);
  ASSERT_EQ(expected.size(), 10u);
  float sum = 0;
  for (const float value : expected) sum += value;
  EXPECT_NEAR(sum, 1, 1e-5);
  for (const Scheduler scheduler :
       {Scheduler::Adams2019, Scheduler::Mullapudi2016, Scheduler::Li2018}) {
    options.scheduler = scheduler;
    const auto library = compile();
    ASSERT_TRUE(library.has_value()) << library.error().to_string();
    const std::vector<float> values = run(*library);
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-5);
    for (const CompiledKernel& kernel : library->kernels[0]) EXPECT_FALSE(kernel.fell_back);
  }
}

TEST_F(CompileLibrary, AutoscheduledKernelsBringTheirShimOnlyIfTheyNeedIt) {
  options.scheduler = Scheduler::Li2018;  // makes parallel loops of everything
  const auto library = compile();
  ASSERT_TRUE(library.has_value()) << library.error().to_string();
  EXPECT_THAT(member_names(library->archive), Contains("halide_shim.o"));
  std::set<std::string> wanted;
  for (const ObjectSymbol& symbol : symbols(library->archive)) {
    if (!symbol.defined && symbol.name.rfind("halide_", 0) == 0) wanted.insert(symbol.name);
  }
  EXPECT_THAT(wanted, Contains("halide_do_par_for"));
  EXPECT_EQ(library->stack_bytes, 0);
  EXPECT_NE(library->stack_unknown, "") << "nobody is told why";
}

TEST_F(CompileLibrary, MissingToolsAreReported) {
  options.tools.stages_program = "/nowhere/slimc-stages";
  const auto without_program = compile();
  ASSERT_FALSE(without_program.has_value());
  EXPECT_EQ(without_program.error().blame(), Blame::Tool);
  EXPECT_THAT(without_program.error().to_string(), HasSubstr("/nowhere/slimc-stages"));
  options.tools.stages_program = SLIMC_BINARY_DIR "/bin/slimc-stages";
  options.tools.clang = "/nowhere/clang++";
  const auto without_clang = compile();
  ASSERT_FALSE(without_clang.has_value());
  EXPECT_EQ(without_clang.error().blame(), Blame::Tool);
  EXPECT_THAT(without_clang.error().to_string(), HasSubstr("/nowhere/clang++"));
}

// A clang that says nothing and leaves what is not NAME.o.
TEST_F(CompileLibrary, WhatABrokenClangLeavesIsLookedAt) {
  const TemporaryFolder folder = std::move(*TemporaryFolder::create());
  const std::filesystem::path object = folder.path() / "object";
  options.tools.clang = folder.path() / "clang++";
  testing::write_text(options.tools.clang,
                      "#!/bin/sh\nfor last; do :; done\ncp '" + object.string() + "' \"$last\"\n");
  std::filesystem::permissions(options.tools.clang, std::filesystem::perms(0700));
  const auto problem_with = [&](const std::string& bytes) {
    testing::write_text(object, bytes);
    const auto library = compile();
    if (library.has_value()) return std::string("none");
    EXPECT_EQ(library.error().blame(), Blame::Tool);
    EXPECT_THAT(library.error().to_string(), HasSubstr(options.tools.clang));
    return library.error().to_string();
  };
  const std::string& triple = options.target().triple;
  EXPECT_THAT(problem_with("not an object"), HasSubstr("is no object file"));
  EXPECT_THAT(problem_with(""), HasSubstr("is no object file"));
  EXPECT_THAT(problem_with(testing::compile_c("int x;", "aarch64-unknown-linux-gnu")),
              HasSubstr("object for aarch64, expected"));
  EXPECT_THAT(problem_with(testing::compile_c("int x;", triple)),
              HasSubstr("does not define mynet_create"));
  EXPECT_THAT(
      problem_with(testing::compile_c("int nobodys_function(void);"
                                      "int mynet_create(void) { return nobodys_function(); }"
                                      "int mynet_run, mynet_destroy;",
                                      triple)),
      HasSubstr("needs nobodys_function"));
}

// Variables by which clang, LLVM and Halide would make something else.
TEST_F(CompileLibrary, TheEnvironmentChangesNoByte) {
  const auto plain = compile();
  ASSERT_TRUE(plain.has_value()) << plain.error().to_string();
  const std::pair<const char*, const char*> hostile[] = {
      {"CCC_OVERRIDE_OPTIONS", "#+-O0 +-DHOSTILE +-g"},
      {"CPATH", "/nowhere"},
      {"COMPILER_PATH", "/nowhere"},
      {"CLANG_CONFIG_FILE_USER_DIR", "/nowhere"},
      {"GCC_EXEC_PREFIX", "/nowhere/"},
      {"CC_PRINT_OPTIONS", "1"},
      {"SOURCE_DATE_EPOCH", "1"},
      {"HL_TARGET", "x86-64-linux-profile"},
      {"HL_DEBUG_CODEGEN", "1"},
      {"HL_LLVM_ARGS", "-O0"},
      {"HL_PERMIT_FAILED_UNROLL", "1"},
      {"LANG", "tr_TR.UTF-8"},
  };
  for (const auto& [name, value] : hostile) ::setenv(name, value, 1);
  const TemporaryFolder fresh = std::move(*TemporaryFolder::create());
  options.tools.cache = fresh.path() / "cache";
  const auto attacked = compile();
  for (const auto& [name, value] : hostile) ::unsetenv(name);
  ASSERT_TRUE(attacked.has_value()) << attacked.error().to_string();
  EXPECT_TRUE(attacked->archive == plain->archive);
}

class CompileFor : public CompileLibrary, public ::testing::WithParamInterface<const char*> {};

TEST_P(CompileFor, GivesAnArchiveOfThatArchitectureOnly) {
  options.targets = {*parse_target(GetParam())};
  const auto library = compile();
  ASSERT_TRUE(library.has_value()) << library.error().to_string();
  const llvm::Triple expected(options.target().triple);
  for_each_member(library->archive, [&](llvm::MemoryBufferRef member) {
    auto object = llvm::object::ObjectFile::createObjectFile(member);
    ASSERT_TRUE(static_cast<bool>(object)) << member.getBufferIdentifier().str();
    EXPECT_EQ(llvm::Triple::getArchTypePrefix((*object)->getArch()),
              llvm::Triple::getArchTypePrefix(expected.getArch()))
        << member.getBufferIdentifier().str();
    EXPECT_EQ((*object)->isMachO(), expected.isOSDarwin());
    EXPECT_EQ((*object)->isCOFF(), expected.isOSWindows());
  });
}

INSTANTIATE_TEST_SUITE_P(Targets, CompileFor,
                         ::testing::Values("x86-64", "x86-64-v3", "x86-64-v4", "x86-64-macos",
                                           "x86-64-v3-windows", "arm64", "arm64-android",
                                           "arm64-macos", "arm64-ios", "arm64-baremetal",
                                           "armv7-neon", "armv7-neon-android",
                                           "armv7-neon-baremetal"));

}  // namespace
}  // namespace slimc
