// mobilenet_v1_025_128, written by slimc
// for x86-64-v3.
//
// The network is a table of stages: kernels, and where in the instance's arena, the weights and so
// on their arguments lie. All threads of an instance go through it together, each with a part of
// every stage's tasks (slimc/stages.h). Compile this for the baseline of the architecture: create()
// must be able to run where the kernels are not.
#include "mobilenet_v1_025_128.h"

#if MOBILENET_V1_025_128_ID != 0xf0950cdb20f0efdbu
#error "the header is not the one that was written with this file"
#endif
#undef mobilenet_v1_025_128_create

#include "slimc/runtime.h"

// In here nothing can have a name of another library's or of a program's, and what is the header's
// is written with "::".
namespace slimc::of_mobilenet_v1_025_128 {
// Outputs, arguments of a kernel and inputs of a stage at most.
using Instance =
    slimc::Instance<::mobilenet_v1_025_128_timing, ::mobilenet_v1_025_128_stage, 1, 7, 1>;
}

struct mobilenet_v1_025_128 {
  slimc::of_mobilenet_v1_025_128::Instance instance;
};

namespace slimc::of_mobilenet_v1_025_128 {

using Network = struct ::mobilenet_v1_025_128;
using Status = ::mobilenet_v1_025_128_status;

#pragma GCC visibility push(hidden)
extern "C" {
// 1.89 MB, packed in the order in which the kernels read them.
extern const unsigned char mobilenet_v1_025_128_k_weights[];

// The compiled kernels. A call computes one task of a stage.
using FirstConvolution = int(Buffer* in, int32_t first_row, Buffer* weights, Buffer* bias,
                             Buffer* scratch, Buffer* out);
FirstConvolution mobilenet_v1_025_128_k_conv_0, mobilenet_v1_025_128_k_conv_0_u8;
using DepthwisePointwise = int(Buffer* in, Buffer* depthwise_weights, Buffer* depthwise_bias,
                               Buffer* weights, Buffer* bias, Buffer* scratch, Buffer* out);
DepthwisePointwise mobilenet_v1_025_128_k_block_1, mobilenet_v1_025_128_k_block_2,
                   mobilenet_v1_025_128_k_block_3, mobilenet_v1_025_128_k_block_4,
                   mobilenet_v1_025_128_k_block_5, mobilenet_v1_025_128_k_block_6,
                   mobilenet_v1_025_128_k_block_7;
using Depthwise = int(Buffer* in, Buffer* weights, Buffer* bias, Buffer* out);
Depthwise mobilenet_v1_025_128_k_block_12_depthwise, mobilenet_v1_025_128_k_block_13_depthwise;
using Pointwise = int(Buffer* in, Buffer* weights, Buffer* bias, Buffer* out);
Pointwise mobilenet_v1_025_128_k_block_12_pointwise, mobilenet_v1_025_128_k_block_13_pointwise,
          mobilenet_v1_025_128_k_logits;
using Pool = int(Buffer* in, Buffer* out);
Pool mobilenet_v1_025_128_k_pool;
using Softmax = int(Buffer* in, Buffer* scratch, Buffer* out);
Softmax mobilenet_v1_025_128_k_softmax;
}
#pragma GCC visibility pop

namespace {

// Outputs of stages: where in the arena they begin, in bytes, and height, width, channels, floats
// from pixel to pixel, and rows of zeros above and below.
namespace at {
constexpr Map
    conv_0 = {.begin = 0, .h = 64, .w = 64, .c = 8, .stride = 8, .above = 1, .below = 1},
    block_1 = {.begin = 143360, .h = 64, .w = 64, .c = 16, .stride = 16, .below = 1},
    block_2 = {.begin = 0, .h = 32, .w = 32, .c = 32, .stride = 32, .above = 1, .below = 1},
    block_3 = {.begin = 274432, .h = 32, .w = 32, .c = 32, .stride = 32, .below = 1},
    block_4 = {.begin = 0, .h = 16, .w = 16, .c = 64, .stride = 64, .above = 1, .below = 1},
    block_5 = {.begin = 339968, .h = 16, .w = 16, .c = 64, .stride = 64, .below = 1},
    block_6 = {.begin = 0, .h = 8, .w = 8, .c = 128, .stride = 128, .above = 1, .below = 1},
    block_7 = {.begin = 368640, .h = 8, .w = 8, .c = 128, .stride = 128, .above = 1, .below = 1},
    block_8 = {.begin = 0, .h = 8, .w = 8, .c = 128, .stride = 128, .above = 1, .below = 1},
    block_9 = {.begin = 368640, .h = 8, .w = 8, .c = 128, .stride = 128, .above = 1, .below = 1},
    block_10 = {.begin = 0, .h = 8, .w = 8, .c = 128, .stride = 128, .above = 1, .below = 1},
    block_11 = {.begin = 372736, .h = 8, .w = 8, .c = 128, .stride = 128, .below = 1},
    block_12_depthwise = {.begin = 0, .h = 4, .w = 4, .c = 128, .stride = 128},
    block_12_pointwise = {.begin = 383488, .h = 4, .w = 4, .c = 256, .stride = 272, .above = 1,
                          .below = 1},
    block_13_depthwise = {.begin = 0, .h = 4, .w = 4, .c = 256, .stride = 256},
    block_13_pointwise = {.begin = 393216, .h = 4, .w = 4, .c = 256, .stride = 256},
    pool = {.begin = 0, .h = 1, .w = 1, .c = 256, .stride = 256},
    logits = {.begin = 405504, .h = 1, .w = 1, .c = 1001, .stride = 1024},
    softmax = {.begin = Map::not_in_arena, .h = 1, .w = 1, .c = 1001, .stride = 1001};
}  // namespace at

// Stage conv_0 from 8-bit channels.
constexpr Instance::Stage::Call conv_0_u8 = {
    compute_tasks<mobilenet_v1_025_128_k_conv_0_u8>,
    {input(0), task_times(4), weights(0), weights(896), scratch(0),
     arena(at::conv_0.pixels(), 8192)}};

// Arguments are in the kernels' order: where they begin for task 0, and, if it is not 0, how many
// bytes each task moves them on.
constexpr Instance::Stage stages[] = {
    {.name = "conv_0", .kind = "first_convolution",
     .description = "convolution 3x3 stride 2, 3 -> 8, 64x64", .inputs = {-1}, .output = at::conv_0,
     .tasks = 16, .multiply_adds = 884736, .gap = 135168,
     .call = {compute_tasks<mobilenet_v1_025_128_k_conv_0>,
              {input(0), task_times(4), weights(0), weights(896), scratch(0),
               arena(at::conv_0.pixels(), 8192)}},
     .call_u8 = &conv_0_u8},
    {.name = "block_1", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 8 -> 16, 64x64", .inputs = {0},
     .output = at::block_1, .tasks = 16, .multiply_adds = 819200, .gap = 135168,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_1>,
              {arena(at::conv_0.begin, 8192), weights(960), weights(1280), weights(1344),
               weights(1856), scratch(0), arena(at::block_1.pixels(), 16384)}}},
    {.name = "block_2", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 16 -> 32, 32x32", .inputs = {1},
     .output = at::block_2, .tasks = 16, .multiply_adds = 671744, .gap = 139264,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_2>,
              {arena(at::block_1.pixels(), 16384), weights(1920), weights(2496), weights(2560),
               weights(4608), scratch(0), arena(at::block_2.pixels(), 8192)}}},
    {.name = "block_3", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 32 -> 32, 32x32", .inputs = {2},
     .output = at::block_3, .tasks = 16, .multiply_adds = 1343488, .gap = 139264,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_3>,
              {arena(at::block_2.begin, 8192), weights(4736), weights(5888), weights(6016),
               weights(10112), scratch(0), arena(at::block_3.pixels(), 8192)}}},
    {.name = "block_4", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 32 -> 64, 16x16", .inputs = {3},
     .output = at::block_4, .tasks = 8, .multiply_adds = 598016, .gap = 73728,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_4>,
              {arena(at::block_3.pixels(), 16384), weights(10240), weights(11392), weights(11520),
               weights(19712), scratch(0), arena(at::block_4.pixels(), 8192)}}},
    {.name = "block_5", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 64 -> 64, 16x16", .inputs = {4},
     .output = at::block_5, .tasks = 4, .multiply_adds = 1196032, .gap = 73728,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_5>,
              {arena(at::block_4.begin, 16384), weights(19968), weights(22272), weights(22528),
               weights(38912), scratch(0), arena(at::block_5.pixels(), 16384)}}},
    {.name = "block_6", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 64 -> 128, 8x8", .inputs = {5},
     .output = at::block_6, .tasks = 4, .multiply_adds = 561152, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_6>,
              {arena(at::block_5.pixels(), 16384), weights(39168), weights(41472), weights(41728),
               weights(74496), scratch(0), arena(at::block_6.pixels(), 8192)}}},
    {.name = "block_7", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8", .inputs = {6},
     .output = at::block_7, .tasks = 4, .multiply_adds = 1122304, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_7>,
              {arena(at::block_6.begin, 8192), weights(75008), weights(79616), weights(80128),
               weights(145664), scratch(0), arena(at::block_7.pixels(), 8192)}}},
    {.name = "block_8", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8", .inputs = {7},
     .output = at::block_8, .tasks = 4, .multiply_adds = 1122304, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_7>,
              {arena(at::block_7.begin, 8192), weights(146176), weights(150784), weights(151296),
               weights(216832), scratch(0), arena(at::block_8.pixels(), 8192)}}},
    {.name = "block_9", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8", .inputs = {8},
     .output = at::block_9, .tasks = 4, .multiply_adds = 1122304, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_7>,
              {arena(at::block_8.begin, 8192), weights(217344), weights(221952), weights(222464),
               weights(288000), scratch(0), arena(at::block_9.pixels(), 8192)}}},
    {.name = "block_10", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8", .inputs = {9},
     .output = at::block_10, .tasks = 4, .multiply_adds = 1122304, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_7>,
              {arena(at::block_9.begin, 8192), weights(288512), weights(293120), weights(293632),
               weights(359168), scratch(0), arena(at::block_10.pixels(), 8192)}}},
    {.name = "block_11", .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8", .inputs = {10},
     .output = at::block_11, .tasks = 4, .multiply_adds = 1122304, .gap = 40960,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_7>,
              {arena(at::block_10.begin, 8192), weights(359680), weights(364288), weights(364800),
               weights(430336), scratch(0), arena(at::block_11.pixels(), 8192)}}},
    {.name = "block_12_depthwise", .kind = "depthwise",
     .description = "depthwise 3x3 stride 2, 128 channels, 4x4", .inputs = {11},
     .output = at::block_12_depthwise, .tasks = 2, .multiply_adds = 18432,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_12_depthwise>,
              {arena(at::block_11.pixels(), 256), weights(430848, 2304), weights(435456, 256),
               arena(at::block_12_depthwise.pixels(), 256)}}},
    {.name = "block_12_pointwise", .kind = "pointwise", .description = "pointwise 128 -> 256, 4x4",
     .inputs = {12}, .output = at::block_12_pointwise, .tasks = 16, .multiply_adds = 524288,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_12_pointwise>,
              {arena(at::block_12_depthwise.pixels()), weights(435968, 8192), weights(567040, 64),
               arena(at::block_12_pointwise.pixels(), 64)}}},
    {.name = "block_13_depthwise", .kind = "depthwise",
     .description = "depthwise 3x3, 256 channels, 4x4", .inputs = {13},
     .output = at::block_13_depthwise, .tasks = 4, .multiply_adds = 36864,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_13_depthwise>,
              {arena(at::block_12_pointwise.begin, 256), weights(568064, 2304),
               weights(577280, 256), arena(at::block_13_depthwise.pixels(), 256)}}},
    {.name = "block_13_pointwise", .kind = "pointwise", .description = "pointwise 256 -> 256, 4x4",
     .inputs = {14}, .output = at::block_13_pointwise, .tasks = 16, .multiply_adds = 1048576,
     .call = {compute_tasks<mobilenet_v1_025_128_k_block_13_pointwise>,
              {arena(at::block_13_depthwise.pixels()), weights(578304, 16384), weights(840448, 64),
               arena(at::block_13_pointwise.pixels(), 64)}}},
    {.name = "pool", .kind = "pool", .description = "average pool 4x4, 256 channels",
     .inputs = {15}, .output = at::pool, .tasks = 4, .multiply_adds = 0,
     .call = {compute_tasks<mobilenet_v1_025_128_k_pool>,
              {arena(at::block_13_pointwise.pixels(), 256), arena(at::pool.pixels(), 256)}}},
    {.name = "logits", .kind = "pointwise", .description = "pointwise 256 -> 1001, 1x1",
     .inputs = {16}, .output = at::logits, .tasks = 32, .multiply_adds = 256256,
     .call = {compute_tasks<mobilenet_v1_025_128_k_logits>,
              {arena(at::pool.pixels()), weights(841472, 32768), weights(1890048, 128),
               arena(at::logits.pixels(), 128)}}},
    {.name = "softmax", .kind = "softmax", .description = "softmax over 1001 classes",
     .inputs = {17}, .output = at::softmax, .output_index = 0, .tasks = 1, .multiply_adds = 0,
     .gap = 0,
     .call = {compute_tasks<mobilenet_v1_025_128_k_softmax>,
              {arena(at::logits.pixels()), scratch(0), output(0, 0)}}},
};
constexpr auto rows = rows_of<::mobilenet_v1_025_128_stage>(stages);

// The most demanding first.
constexpr Instance::Code codes[] = {
    {.target = "x86-64-v3",
     .required_cpu = slimc::cpu::sse41 | slimc::cpu::avx | slimc::cpu::avx2 | slimc::cpu::f16c |
                     slimc::cpu::fma,
     .arena_at = 640,
     .arena_bytes = 409600,
     .scratch_bytes = 16384,
     .weights = mobilenet_v1_025_128_k_weights,
     .stages = stages,
     .rows = rows.of,
     .stage_count = 19},
};

static_assert(codes[0].memory_bytes(1) <= MOBILENET_V1_025_128_MEMORY_BYTES(1));
static_assert(codes[0].memory_bytes(2) <= MOBILENET_V1_025_128_MEMORY_BYTES(2));
static_assert(sizeof(Network) <= 640 && alignof(Network) <= MOBILENET_V1_025_128_MEMORY_ALIGNMENT);

// What each thread does in a run.
void run_network(void* instance, int index) {
  static constexpr ptrdiff_t output_bytes[] = {4004};  // of an image
  static_cast<Instance*>(instance)->compute(index, MOBILENET_V1_025_128_BATCH, 49152, output_bytes);
}

// The code that this CPU takes, or why there is none.
Status choose_code(const Instance::Code** chosen) {
  *chosen = slimc::cpu::best(codes);
  return *chosen != nullptr ? MOBILENET_V1_025_128_OK : MOBILENET_V1_025_128_ERROR_UNSUPPORTED_CPU;
}

const Instance::Code* chosen_code() {
  const Instance::Code* code;
  choose_code(&code);
  return code;
}

// A null output is not wanted.
template <typename Element, int count>
Status run(Network* network, const Element* input, float* const (&outputs)[count]) {
  const uint32_t wanted = slimc::not_null(outputs);
  if (network == nullptr || input == nullptr || wanted == 0) {
    return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  }
  if (slimc::misaligned(input) || slimc::any_misaligned(outputs)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  network->instance.begin_run(input, outputs, wanted);
  return network->instance.team.run(
    ) ? MOBILENET_V1_025_128_OK : MOBILENET_V1_025_128_ERROR_THREAD_START;
}

template <typename Element>
Status preprocess(const Element* pixels, size_t count, float* input) {
  if (pixels == nullptr || input == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(pixels) || slimc::misaligned(input)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  slimc::scale_pixels(pixels, count, [](float x) { return x / 127.5f - 1.0f; }, input);
  return MOBILENET_V1_025_128_OK;
}

}  // namespace

extern "C" {

const char* mobilenet_v1_025_128_status_string(Status status) {
  static constexpr const char* words[] = {
      "success",
      "an argument is NULL",
      "the memory is not aligned to 64 bytes",
      "the memory is smaller than MOBILENET_V1_025_128_MEMORY_BYTES(threads)",
      "the number of threads is not 1 to 64, or more than mobilenet_v1_025_128_create was given",
      "the CPU lacks instructions that the library was compiled for",
      "the system cannot start another thread",
      "an argument is not aligned as its type is",
      "the header is not the one that was written with the library",
      "the number of predictions is not MOBILENET_V1_025_128_CLASSES for each image",
      "the number of classes to name is not 1 to MOBILENET_V1_025_128_CLASSES",
  };
  return slimc::words_of(words, status, "not a status of mobilenet_v1_025_128");
}

Status mobilenet_v1_025_128_create(void* memory, size_t bytes, int threads, Network** network) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  *network = nullptr;
  if (memory == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > MOBILENET_V1_025_128_MAX_THREADS) {
    return MOBILENET_V1_025_128_ERROR_THREADS_OUT_OF_RANGE;
  }
  if (reinterpret_cast<uintptr_t>(memory) % MOBILENET_V1_025_128_MEMORY_ALIGNMENT != 0) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_MEMORY;
  }
  if (bytes < MOBILENET_V1_025_128_MEMORY_BYTES(threads)) {
    return MOBILENET_V1_025_128_ERROR_MEMORY_TOO_SMALL;
  }
  const Instance::Code* code;
  const Status status = choose_code(&code);
  if (status != MOBILENET_V1_025_128_OK) return status;

  Instance& instance = static_cast<Network*>(memory)->instance;
  instance.code = code;
  instance.weights = code->weights;
  instance.next_watch = {};
  void* seats = static_cast<uint8_t*>(memory) + code->seats_at(threads);
  instance.team.init(threads, static_cast<slimc::Seat*>(seats), run_network, &instance);
  *network = static_cast<Network*>(memory);
  return MOBILENET_V1_025_128_OK;
}

Status mobilenet_v1_025_128_create_checked(uint64_t header_id, void* memory, size_t bytes,
                                           int threads, Network** network) {
  if (header_id == MOBILENET_V1_025_128_ID) {
    return mobilenet_v1_025_128_create(memory, bytes, threads, network);
  }
  if (network != nullptr) *network = nullptr;
  return MOBILENET_V1_025_128_ERROR_WRONG_HEADER;
}

Status mobilenet_v1_025_128_run(Network* network, const float* input, float* output) {
  return run(network, input, {output});
}

Status mobilenet_v1_025_128_run_u8(Network* network, const uint8_t* input, float* output) {
  return run(network, input, {output});
}

Status mobilenet_v1_025_128_set_threads(Network* network, int threads) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > network->instance.team.most()) {
    return MOBILENET_V1_025_128_ERROR_THREADS_OUT_OF_RANGE;
  }
  network->instance.team.set_size(threads);
  return MOBILENET_V1_025_128_OK;
}

void mobilenet_v1_025_128_stop_threads(Network* network) {
  if (network != nullptr) network->instance.team.stop();
}

Status mobilenet_v1_025_128_set_parallel_for(Network* network,
                                             ::mobilenet_v1_025_128_parallel_for parallel_for,
                                             void* user) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  network->instance.team.set_parallel_for(parallel_for, user);
  return MOBILENET_V1_025_128_OK;
}

void mobilenet_v1_025_128_destroy(Network* network) { mobilenet_v1_025_128_stop_threads(network); }

const char* mobilenet_v1_025_128_target(void) {
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->target : nullptr;
}

const ::mobilenet_v1_025_128_stage* mobilenet_v1_025_128_stages(void) {
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->rows : nullptr;
}

int mobilenet_v1_025_128_stage_count(void) {
  const Instance::Code* code = chosen_code();
  return code != nullptr ? code->stage_count : 0;
}

float* mobilenet_v1_025_128_arena(Network* network) {
  return network != nullptr ? reinterpret_cast<float*>(network->instance.arena()) : nullptr;
}

Status mobilenet_v1_025_128_set_observer(Network* network, ::mobilenet_v1_025_128_observer observer,
                                         void* user) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  network->instance.next_watch.observer = observer;
  network->instance.next_watch.observer_user = user;
  return MOBILENET_V1_025_128_OK;
}

Status mobilenet_v1_025_128_set_profiler(Network* network, ::mobilenet_v1_025_128_clock clock,
                                         ::mobilenet_v1_025_128_report report, void* user) {
  if (network == nullptr || (clock == nullptr) != (report == nullptr)) {
    return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  }
  network->instance.next_watch.clock = clock;
  network->instance.next_watch.report = report;
  network->instance.next_watch.profiler_user = user;
  return MOBILENET_V1_025_128_OK;
}

Status mobilenet_v1_025_128_preprocess_input(const float* pixels, size_t count, float* input) {
  return preprocess(pixels, count, input);
}

Status mobilenet_v1_025_128_preprocess_input_u8(const uint8_t* pixels, size_t count, float* input) {
  return preprocess(pixels, count, input);
}

const char* mobilenet_v1_025_128_label(int) { return nullptr; }  // compiled without labels

Status mobilenet_v1_025_128_decode_predictions(const float* predictions, size_t count, int top,
                                               ::mobilenet_v1_025_128_prediction* results) {
  if (predictions == nullptr || results == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(predictions) || slimc::misaligned(results)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  if (count == 0 || count % MOBILENET_V1_025_128_CLASSES != 0) {
    return MOBILENET_V1_025_128_ERROR_WRONG_COUNT;
  }
  if (top < 1 || top > MOBILENET_V1_025_128_CLASSES) {
    return MOBILENET_V1_025_128_ERROR_TOP_OUT_OF_RANGE;
  }
  for (; count > 0; count -= MOBILENET_V1_025_128_CLASSES) {
    slimc::most_probable(predictions, MOBILENET_V1_025_128_CLASSES, top, results);
    for (int i = 0; i < top; ++i) {
      results[i].wordnet_id = nullptr;
      results[i].label = nullptr;
    }
    predictions += MOBILENET_V1_025_128_CLASSES;
    results += top;
  }
  return MOBILENET_V1_025_128_OK;
}

}  // extern "C"

}  // namespace slimc::of_mobilenet_v1_025_128
