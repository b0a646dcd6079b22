#include "tests/benchmarks/peers/onnxruntime.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "ir/shape.h"
#include "tests/benchmarks/peers/export_onnx.h"

namespace slimc::peers {
namespace {

// Version 5 of the interface is the first with AddSessionConfigEntry; every later library gives it.
constexpr std::uint32_t kApiVersion = 5;

struct OrtApiBase {
  const void* (*get_api)(std::uint32_t version);
  const char* (*get_version_string)();
};

// Places in the table. Releases assert in their own source that ReleaseCustomOpDomain, the last of
// version 1, is at 101 and ReleaseAvailableProviders, the last of version 4, at 126.
enum Slot : std::size_t {
  kGetErrorMessage = 2,
  kCreateEnv = 3,
  kCreateSessionFromArray = 8,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetSessionExecutionMode = 13,
  kSetSessionGraphOptimizationLevel = 23,
  kSetIntraOpNumThreads = 24,
  kSetInterOpNumThreads = 25,
  kCreateTensorWithDataAsOrtValue = 49,
  kIsTensor = 50,
  kCreateCpuMemoryInfo = 69,
  kReleaseEnv = 92,
  kReleaseStatus = 93,
  kReleaseMemoryInfo = 94,
  kReleaseSession = 95,
  kReleaseValue = 96,
  kReleaseSessionOptions = 100,
  kAddSessionConfigEntry = 130,
};

// Enumerators of the interface.
constexpr int kLogErrors = 3;          // ORT_LOGGING_LEVEL_ERROR
constexpr int kSequential = 0;         // ORT_SEQUENTIAL
constexpr int kAllOptimisations = 99;  // ORT_ENABLE_ALL
constexpr int kFloat = 1;              // ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
constexpr int kArenaAllocator = 1;     // OrtArenaAllocator
constexpr int kDefaultMemory = 0;      // OrtMemTypeDefault

// A function of the table that reports a status: null where all is well.
template <typename... Arguments>
using Function = void* (*)(Arguments...);

Diagnostic problem_of(const std::string& library, std::string message) {
  return {.file = library, .message = std::move(message), .blame = Blame::Tool};
}

struct CloseLibrary {
  void operator()(void* handle) const { dlclose(handle); }
};

}  // namespace

struct OnnxRuntimeSession::Objects {
  std::string file;
  std::unique_ptr<void, CloseLibrary> library;
  void* const* table = nullptr;
  void *environment = nullptr, *options = nullptr, *session = nullptr, *memory = nullptr;
  void *input = nullptr, *output = nullptr;

  ~Objects() {
    if (table == nullptr) return;
    release(kReleaseValue, output);
    release(kReleaseValue, input);
    release(kReleaseMemoryInfo, memory);
    release(kReleaseSession, session);
    release(kReleaseSessionOptions, options);
    release(kReleaseEnv, environment);
  }

  template <typename... Arguments>
  Result<void> call(Slot slot, const char* name, Arguments... arguments) const {
    void* const status = reinterpret_cast<Function<Arguments...>>(table[slot])(arguments...);
    if (status == nullptr) return {};
    const auto message = reinterpret_cast<const char* (*)(const void*)>(table[kGetErrorMessage]);
    const std::string text = message(status);
    release(kReleaseStatus, status);
    return fail(problem_of(file, fmt::format("{}: {}", name, text)));
  }

  void release(Slot slot, void* object) const {
    if (object != nullptr) reinterpret_cast<void (*)(void*)>(table[slot])(object);
  }
};

namespace {

// Calls the function that `Slot` kName stands for.
#define ORT_CALL(objects, name, ...) SLIMC_TRY((objects).call(k##name, #name, __VA_ARGS__))

}  // namespace

OnnxRuntimeSession::OnnxRuntimeSession() : objects_(std::make_unique<Objects>()) {}
OnnxRuntimeSession::~OnnxRuntimeSession() = default;

Result<std::unique_ptr<OnnxRuntimeSession>> OnnxRuntimeSession::create(
    const std::string& library, const std::string& model_bytes, int threads,
    const std::vector<std::int64_t>& input_shape, const std::vector<std::int64_t>& output_shape) {
  std::unique_ptr<OnnxRuntimeSession> self(new OnnxRuntimeSession);
  Objects& ort = *self->objects_;
  ort.file = library;
  ort.library.reset(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!ort.library) return fail(problem_of(library, dlerror()));
  const auto get_base =
      reinterpret_cast<const OrtApiBase* (*)()>(dlsym(ort.library.get(), "OrtGetApiBase"));
  if (get_base == nullptr) return fail(problem_of(library, "has no OrtGetApiBase"));
  self->version_ = get_base()->get_version_string();
  // The order of the table is promised within the releases "1.x".
  if (!self->version_.starts_with("1.")) {
    return fail(problem_of(library, "is version " + self->version_ + ", expected 1.x"));
  }
  ort.table = static_cast<void* const*>(get_base()->get_api(kApiVersion));
  if (ort.table == nullptr) {
    return fail(problem_of(library,
                           fmt::format("does not offer version {} of its interface", kApiVersion)));
  }

  ORT_CALL(ort, CreateEnv, kLogErrors, "slimc", &ort.environment);
  ORT_CALL(ort, CreateSessionOptions, &ort.options);
  ORT_CALL(ort, SetSessionExecutionMode, ort.options, kSequential);
  ORT_CALL(ort, SetSessionGraphOptimizationLevel, ort.options, kAllOptimisations);
  ORT_CALL(ort, SetIntraOpNumThreads, ort.options, threads);
  ORT_CALL(ort, SetInterOpNumThreads, ort.options, 1);
  // Workers wait for the next op with their eyes open: the default, and the fastest.
  ORT_CALL(ort, AddSessionConfigEntry, ort.options,
           static_cast<const char*>("session.intra_op.allow_spinning"),
           static_cast<const char*>("1"));
  // A function at the far end of what we use, called so that it must fail: the place holds what we
  // think.
  if (ort.call(kAddSessionConfigEntry, "AddSessionConfigEntry", ort.options,
               static_cast<const char*>(""), static_cast<const char*>("1"))) {
    return fail(problem_of(library,
                           "took a session option without a name: the table of functions "
                           "is not in the order that was expected"));
  }
  ORT_CALL(ort, CreateSessionFromArray, ort.environment,
           static_cast<const void*>(model_bytes.data()), model_bytes.size(), ort.options,
           &ort.session);

  ORT_CALL(ort, CreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &ort.memory);
  const auto make_tensor = [&](std::vector<float>& data, const std::vector<std::int64_t>& shape,
                               void** value) -> Result<void> {
    data.resize(static_cast<std::size_t>(Shape(shape).elements()));
    ORT_CALL(ort, CreateTensorWithDataAsOrtValue, ort.memory, static_cast<void*>(data.data()),
             data.size() * sizeof(float), shape.data(), shape.size(), kFloat, value);
    int is_tensor = 0;
    ORT_CALL(ort, IsTensor, static_cast<const void*>(*value), &is_tensor);
    if (is_tensor != 1) return fail(problem_of(library, "its tensors are none"));
    return {};
  };
  SLIMC_TRY(make_tensor(self->input_, input_shape, &ort.input));
  SLIMC_TRY(make_tensor(self->output_, output_shape, &ort.output));
  return self;
}

Result<void> OnnxRuntimeSession::run() {
  Objects& ort = *objects_;
  const char* const input_name = kOnnxInput;
  const char* const output_name = kOnnxOutput;
  const void* const inputs[] = {ort.input};
  void* outputs[] = {ort.output};
  ORT_CALL(ort, Run, ort.session, static_cast<const void*>(nullptr), &input_name, inputs + 0,
           std::size_t{1}, &output_name, std::size_t{1}, outputs + 0);
  return {};
}

}  // namespace slimc::peers
