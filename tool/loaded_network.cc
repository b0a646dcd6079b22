#include "tool/loaded_network.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <utility>

#include "compiler/build/compile_libraries.h"
#include "compiler/build/find_clang.h"
#include "compiler/build/kernel_cache.h"
#include "support/files.h"
#include "support/process.h"
#include "support/temporary_folder.h"

namespace slimc {
namespace {

Diagnostic tool_problem(std::string subject, std::string message) {
  return {.file = "",
          .subject = std::move(subject),
          .message = std::move(message),
          .blame = Blame::Tool};
}

// C99 that turns NAME.h into a NetworkApi. NAME is the network's, PREFIX the same in upper case.
// Compiled freestanding: it needs no headers but the compiler's own. Its own names end in '_', as
// no library's and no public function's do.
constexpr std::string_view kAdapter = R"(#include "NAME.h"
struct stage_ {
  const char *name, *kind;
  int input_stage, input_count;
  const int *input_stages;
  ptrdiff_t output_offset;
  const char *type;
  int64_t height, width, channels, channel_stride, tasks, multiply_adds;
  int output_index;
};
/* Structs and functions of these are equal to those of NAME.h; their names differ. */
struct timing_ {
  int stage, thread, batch_item, tasks;
  uint64_t begin, end;
};
struct prediction_ {
  int class_index;
  const char *wordnet_id, *label;
  float probability;
};
struct api_ {
  size_t memory_alignment;
  int max_threads;
  int (*stage_count)(void);
  size_t (*memory_bytes)(int);
  const char *(*status_string)(int);
  const char *(*target)(void);
  int (*create)(void *, size_t, int, void **);
  int (*run)(void *, const float *, float *);
  int (*run_u8)(void *, const uint8_t *, float *);
  int (*decode_predictions)(const float *, size_t, int, struct prediction_ *);
  void (*destroy)(void *);
  void (*stage)(int, struct stage_ *);
  float *(*arena)(void *);
  int (*set_observer)(void *, void (*)(void *, int, int, int), void *);
  int (*set_profiler)(void *, uint64_t (*)(void *), void (*)(void *, const struct timing_ *), void *);
};
static size_t memory_bytes_(int threads) { return PREFIX_MEMORY_BYTES(threads); }
static const char *status_string_(int status) { return NAME_status_string((NAME_status)status); }
static int create_(void *memory, size_t bytes, int threads, void **network) {
  struct NAME *created = 0;
  NAME_status status = NAME_create(memory, bytes, threads, &created);
  *network = created;
  return status;
}
#if HAS_SEVERAL
static int run_(void *network, const float *input, float *output) {
  const NAME_outputs outputs = {ALL_OUTPUTS};
  return NAME_run_outputs((struct NAME *)network, input, &outputs);
}
static int run_u8_(void *network, const uint8_t *input, float *output) {
  const NAME_outputs outputs = {ALL_OUTPUTS};
  return NAME_run_outputs_u8((struct NAME *)network, input, &outputs);
}
#else
static int run_(void *network, const float *input, float *output) {
  return NAME_run((struct NAME *)network, input, output);
}
static int run_u8_(void *network, const uint8_t *input, float *output) {
  return NAME_run_u8((struct NAME *)network, input, output);
}
#endif
#if CLASSIFIES
static int decode_predictions_(const float *predictions, size_t count, int top,
                              struct prediction_ *results) {
  return NAME_decode_predictions(predictions, count, top, (struct NAME_prediction *)results);
}
#else
#define decode_predictions_ 0
#endif
static void destroy_(void *network) { NAME_destroy((struct NAME *)network); }
static void stage_(int index, struct stage_ *row) {
  const NAME_stage *from = &NAME_stages()[index];
  row->name = from->name;
  row->kind = from->kind;
  row->input_stage = from->input_stage;
  row->input_count = from->input_count;
  row->input_stages = from->input_stages;
  row->output_offset = from->output_offset;
  row->type = from->type;
  row->height = from->height;
  row->width = from->width;
  row->channels = from->channels;
  row->channel_stride = from->channel_stride;
  row->tasks = from->tasks;
  row->multiply_adds = from->multiply_adds;
  row->output_index = from->output_index;
}
static float *arena_(void *network) { return NAME_arena((struct NAME *)network); }
static int set_observer_(void *network, void (*observer)(void *, int, int, int), void *user) {
  return NAME_set_observer((struct NAME *)network, observer, user);
}
static int set_profiler_(void *network, uint64_t (*clock)(void *),
                        void (*report)(void *, const struct timing_ *), void *user) {
  return NAME_set_profiler((struct NAME *)network, clock, (NAME_report)report, user);
}
__attribute__((visibility("default"))) const struct api_ slimc_network_api = {
    PREFIX_MEMORY_ALIGNMENT, PREFIX_MAX_THREADS, NAME_stage_count, memory_bytes_, status_string_,
    NAME_target, create_, run_, run_u8_, decode_predictions_, destroy_, stage_, arena_,
    set_observer_, set_profiler_};
)";

constexpr char kApiSymbol[] = "slimc_network_api";

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// The adapter's text for one network.
std::string adapter_source(const Plan& plan) {
  std::vector<std::string> places;  // of the outputs, one behind the other
  std::int64_t at = 0;
  for (const PlanOutput& output : plan.outputs) {
    places.push_back(fmt::format("output + {}", at));
    at += output.shape.elements();
  }
  const std::pair<std::string_view, std::string> words[] = {
      {"NAME", plan.name},
      {"PREFIX", upper(plan.name)},
      {"HAS_SEVERAL", plan.outputs.size() > 1 ? "1" : "0"},
      {"ALL_OUTPUTS", fmt::format("{}", fmt::join(places, ", "))},
      {"CLASSIFIES", classes(plan) ? "1" : "0"}};
  std::string source;
  for (std::string_view rest = kAdapter; !rest.empty();) {
    std::size_t taken = 0;
    for (const auto& [word, meaning] : words) {
      if (taken > 0 || !rest.starts_with(word)) continue;
      source += meaning;
      taken = word.size();
    }
    if (taken == 0) {
      source += rest.front();
      taken = 1;
    }
    rest.remove_prefix(taken);
  }
  return source;
}

// The bytes of the shared object.
Result<std::string> link_shared_object(const CompiledLibrary& library, const std::string& adapter,
                                       const std::string& clang) {
  SLIMC_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  const std::string archive = folder.path() / ("lib" + library.plan().name + ".a");
  const std::string source = folder.path() / "adapter.c";
  const std::string object = folder.path() / "network.so";
  OutputFiles files;
  files.add(archive, library.archive);
  files.add(folder.path() / (library.plan().name + ".h"), library.header);
  files.add(source, adapter);
  SLIMC_TRY(files.commit());

  std::vector<std::string> arguments = {
      "-shared", "-fPIC", "-O1", "-ffreestanding", "-fvisibility=hidden", "-o", object};
  if (!find_program("ld.lld").empty()) arguments.emplace_back("-fuse-ld=lld");
  arguments.insert(arguments.end(),
                   {"-x", "c", "-std=c99", source, "-x", "none", "-Wl,--whole-archive", archive,
                    "-Wl,--no-whole-archive", "-Wl,--no-undefined", "-lm", "-pthread"});
  constexpr std::chrono::seconds kLimit(120);
  SLIMC_ASSIGN(const ProcessOutcome outcome,
               run_process(clang, arguments, kLimit, {.temporary = folder.path()}));
  if (!outcome.ok()) {
    return fail(
        tool_problem(clang, fmt::format("{} as it linked the network{}",
                                        outcome.what_went_wrong(kLimit), outcome.behind_colon())));
  }
  return read_file(object);
}

}  // namespace

NetworkInstance::NetworkInstance(NetworkInstance&& other) noexcept
    : api_(other.api_),
      memory_(std::move(other.memory_)),
      network_(std::exchange(other.network_, nullptr)) {}

NetworkInstance::~NetworkInstance() { api_->destroy(network_); }

void NetworkInstance::Free::operator()(void* memory) const { std::free(memory); }

Result<void> NetworkInstance::check(int status) const {
  if (status == 0) return {};
  return fail(
      {.message = fmt::format("the compiled network says: {}", api_->status_string(status))});
}

Result<void> NetworkInstance::run(const float* input, float* output) {
  return check(api_->run(network_, input, output));
}

Result<void> NetworkInstance::run(const std::uint8_t* input, float* output) {
  return check(api_->run_u8(network_, input, output));
}

void NetworkInstance::set_observer(StageObserver observer, void* user) {
  api_->set_observer(network_, observer, user);
}

void NetworkInstance::set_profiler(ProfilerClock clock, ProfilerReport report, void* user) {
  api_->set_profiler(network_, clock, report, user);
}

float* NetworkInstance::arena() { return api_->arena(network_); }

void LoadedNetwork::Close::operator()(void* handle) const { dlclose(handle); }

LoadedNetwork::LoadedNetwork(std::unique_ptr<void, Close> handle, const NetworkApi& api)
    : handle_(std::move(handle)), api_(&api) {
  const int count = api.stage_count();
  stages_.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) api.stage(i, &stages_[static_cast<std::size_t>(i)]);
}

Result<LoadedNetwork> LoadedNetwork::load(const CompiledLibrary& library,
                                          const CompileOptions& options, Reporter& reporter,
                                          bool keep) {
  SLIMC_ASSIGN(const std::string clang, find_clang(options.tools.clang));
  const std::string adapter = adapter_source(library.plan());
  KernelCache cache(keep ? cache_folder(options.tools.cache, reporter) : std::filesystem::path(),
                    reporter);
  const std::string key =
      cache_key({"shared object", clang, adapter, library.header, library.archive});
  std::optional<std::string> bytes = cache.find(key);
  if (!bytes) {
    SLIMC_ASSIGN(bytes, link_shared_object(library, adapter, clang));
    cache.store(key, *bytes);
  }

  // The loader keeps what it has mapped, so the file may go as soon as it is loaded.
  SLIMC_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
  const std::filesystem::path path = folder.path() / "network.so";
  OutputFiles files;
  files.add(path, std::move(*bytes));
  SLIMC_TRY(files.commit());
  std::unique_ptr<void, Close> handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!handle) return fail(tool_problem("dlopen", dlerror()));
  const void* api = dlsym(handle.get(), kApiSymbol);
  if (api == nullptr) return fail(tool_problem("dlsym", dlerror()));
  const auto& network = *static_cast<const NetworkApi*>(api);
  if (network.target() == nullptr) {
    const char* forced = std::getenv("SLIMC_TARGET");
    return fail({.subject = fmt::format("network '{}'", library.plan().name),
                 .message = fmt::format("this machine takes none of its targets (SLIMC_TARGET is "
                                        "'{}')",
                                        forced != nullptr ? forced : ""),
                 .blame = Blame::Usage});
  }
  return LoadedNetwork(std::move(handle), network);
}

Result<std::vector<LoadedPrediction>> LoadedNetwork::decode(const std::vector<float>& predictions,
                                                            int top, std::int64_t classes) const {
  const std::size_t images = predictions.size() / static_cast<std::size_t>(classes);
  std::vector<LoadedPrediction> results(images * static_cast<std::size_t>(top));
  const int status =
      api_->decode_predictions(predictions.data(), predictions.size(), top, results.data());
  if (status != 0) {
    return fail(
        {.message = fmt::format("the compiled network says: {}", api_->status_string(status))});
  }
  return results;
}

Result<NetworkInstance> LoadedNetwork::create(int threads) const {
  if (threads < 1 || threads > api_->max_threads) {
    return fail({.message = fmt::format("{} threads, expected 1 to {}", threads, api_->max_threads),
                 .blame = Blame::Usage});
  }
  // aligned_alloc wants a multiple of the alignment.
  const std::size_t alignment = api_->memory_alignment;
  const std::size_t bytes = (api_->memory_bytes(threads) + alignment - 1) / alignment * alignment;
  std::unique_ptr<void, NetworkInstance::Free> memory(std::aligned_alloc(alignment, bytes));
  if (!memory) return fail({.message = fmt::format("no memory for an instance: {} bytes", bytes)});
  void* network = nullptr;
  const int status = api_->create(memory.get(), bytes, threads, &network);
  NetworkInstance instance(*api_, std::move(memory), network);
  SLIMC_TRY(instance.check(status));
  return instance;
}

}  // namespace slimc
