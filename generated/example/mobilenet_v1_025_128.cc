// mobilenet_v1_025_128, written by slimc
// for x86-64-v3.
//
// All threads of an instance run run_network(), each with a part of every stage's tasks. A stage
// reads and writes fixed places of the arena. Compile it for the baseline of the architecture:
// create() must be able to run where the kernels are not.
#include "mobilenet_v1_025_128.h"

#if MOBILENET_V1_025_128_ID != 0xfba9c1b0ed799c9eu
#error "the header is not the one that was written with this file"
#endif
#undef mobilenet_v1_025_128_create

#include "slimc/runtime.h"

#pragma GCC visibility push(hidden)
extern "C" {
// 1.89 MB, packed in the order in which the kernels read them.
extern const unsigned char mobilenet_v1_025_128_k_weights[];

// The compiled kernels. A call computes one task of a stage.
int mobilenet_v1_025_128_k_conv_0(slimc::Buffer* image, int32_t first_row, slimc::Buffer* weights,
                                  slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_conv_0_u8(slimc::Buffer* image, int32_t first_row,
                                     slimc::Buffer* weights, slimc::Buffer* bias,
                                     slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_1(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_2(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_3(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_4(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_5(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_6(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_7(slimc::Buffer* in, slimc::Buffer* depthwise_weights,
                                   slimc::Buffer* depthwise_bias, slimc::Buffer* weights,
                                   slimc::Buffer* bias, slimc::Buffer* scratch, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_12_depthwise(slimc::Buffer* in, slimc::Buffer* weights,
                                              slimc::Buffer* bias, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_12_pointwise(slimc::Buffer* in, slimc::Buffer* weights,
                                              slimc::Buffer* bias, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_13_depthwise(slimc::Buffer* in, slimc::Buffer* weights,
                                              slimc::Buffer* bias, slimc::Buffer* out);
int mobilenet_v1_025_128_k_block_13_pointwise(slimc::Buffer* in, slimc::Buffer* weights,
                                              slimc::Buffer* bias, slimc::Buffer* out);
int mobilenet_v1_025_128_k_pool(slimc::Buffer* in, slimc::Buffer* out);
int mobilenet_v1_025_128_k_logits(slimc::Buffer* in, slimc::Buffer* weights, slimc::Buffer* bias,
                                  slimc::Buffer* out);
int mobilenet_v1_025_128_k_softmax(slimc::Buffer* in, slimc::Buffer* scratch, slimc::Buffer* out);
}
#pragma GCC visibility pop

namespace slimc::of_mobilenet_v1_025_128 {
namespace {
struct Code;
}
}  // namespace slimc::of_mobilenet_v1_025_128

struct mobilenet_v1_025_128 {
  slimc::Team team;
  const slimc::of_mobilenet_v1_025_128::Code* code;
  slimc::Watch<mobilenet_v1_025_128_timing> next_watch;  // as set, for the runs to come
  // Of the run that is going on.
  slimc::Watch<mobilenet_v1_025_128_timing> watch;
  const uint8_t* input;
  uint8_t* output;
  bool input_is_u8;
};

// In here nothing can have a name of another library's or of a program's, and what is the header's
// is written with "::".
namespace slimc::of_mobilenet_v1_025_128 {
namespace {

// The caller's memory: the instance, the arena, scratch of the second thread and of those behind it
// (the first has it in the arena), seats.
constexpr size_t arena_at = 640;
constexpr size_t seat_bytes = sizeof(slimc::Seat);

static_assert(sizeof(struct ::mobilenet_v1_025_128) <= arena_at);
static_assert(alignof(struct ::mobilenet_v1_025_128) <= MOBILENET_V1_025_128_MEMORY_ALIGNMENT);

using Worker = slimc::Worker<::mobilenet_v1_025_128_timing>;

// What was made for one target.
struct Code {
  const char* target;
  uint32_t required_cpu;  // slimc::cpu::Feature
  size_t arena_bytes;
  size_t scratch_bytes;  // a thread, without the first
  void (*compute)(const struct ::mobilenet_v1_025_128& network, Worker& worker);
  const ::mobilenet_v1_025_128_stage* stages;
  int stage_count;

  constexpr size_t seats_at(int threads) const {
    return arena_at + arena_bytes + (static_cast<size_t>(threads) - 1) * scratch_bytes;
  }
  constexpr bool fits(int threads) const {
    return seats_at(threads) + static_cast<size_t>(threads) * seat_bytes <=
           MOBILENET_V1_025_128_MEMORY_BYTES(threads);
  }
};

// convolution 3x3 stride 2, 3 -> 8, 64x64
void compute_conv_0(Worker& worker) {
  static constexpr slimc::Dimension image_dims[] = {{0, 384, 1, 0}, {0, 128, 384, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 3, 72, 0}, {0, 1, 216, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 8, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 387, 1, 0}, {0, 9, 387, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 8, 1, 0}, {0, 64, 8, 0}, {0, 4, 512, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 2048);
    slimc::zero(worker.arena + 133120, 2048);
  }
  slimc::Buffer image = slimc::float_buffer(image_dims, worker.input);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 896);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(135168));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(out, worker.arena + 2048 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_conv_0(&image, task * 4, &weights, &bias, &scratch, &out);
  }
}

// convolution 3x3 stride 2, 3 -> 8, 64x64, from 8-bit channels
void compute_conv_0_u8(Worker& worker) {
  static constexpr slimc::Dimension image_dims[] = {{0, 384, 1, 0}, {0, 128, 384, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 3, 72, 0}, {0, 1, 216, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 8, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 387, 1, 0}, {0, 9, 387, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 8, 1, 0}, {0, 64, 8, 0}, {0, 4, 512, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 2048);
    slimc::zero(worker.arena + 133120, 2048);
  }
  slimc::Buffer image = slimc::uint8_buffer(image_dims, worker.input);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 896);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(135168));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(out, worker.arena + 2048 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_conv_0_u8(&image, task * 4, &weights, &bias, &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 8 -> 16, 64x64
void compute_block_1(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 8, 1, 0}, {0, 64, 8, 0}, {0, 6, 512, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 1, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 8, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {{0, 16, 1, 0}, {0, 8, 16, 0}, {0, 1, 128, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 16, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 8, 1, 0}, {0, 256, 8, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 16, 1, 0}, {0, 256, 16, 0}};
  // The output's padding: 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 960);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 1280);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 1344);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 1856);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(135168));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 143360 + task * ptrdiff_t{16384});
    mobilenet_v1_025_128_k_block_1(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 stride 2 + pointwise 16 -> 32, 32x32
void compute_block_2(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 16, 1, 0}, {0, 64, 16, 0}, {0, 5, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 2, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 16, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 16, 16, 0}, {0, 2, 256, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 32, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 16, 1, 0}, {0, 64, 16, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 32, 1, 0}, {0, 64, 32, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 4096);
    slimc::zero(worker.arena + 135168, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 1920);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 2496);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 2560);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 4608);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(139264));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 143360 + task * ptrdiff_t{16384});
    slimc::point(out, worker.arena + 4096 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_2(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 32 -> 32, 32x32
void compute_block_3(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 32, 1, 0}, {0, 32, 32, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 4, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 32, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 32, 16, 0}, {0, 2, 512, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 32, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 32, 1, 0}, {0, 64, 32, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 32, 1, 0}, {0, 64, 32, 0}};
  // The output's padding: 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 4736);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 5888);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 6016);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 10112);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(139264));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 274432 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_3(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 stride 2 + pointwise 32 -> 64, 16x16
void compute_block_4(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 32, 1, 0}, {0, 32, 32, 0}, {0, 5, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 4, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 32, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 32, 16, 0}, {0, 4, 512, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 32, 1, 0}, {0, 32, 32, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 64, 1, 0}, {0, 32, 64, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 4096);
    slimc::zero(worker.arena + 69632, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 10240);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 11392);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 11520);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 19712);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(73728));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(8);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 274432 + task * ptrdiff_t{16384});
    slimc::point(out, worker.arena + 4096 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_4(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 64 -> 64, 16x16
void compute_block_5(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 64, 1, 0}, {0, 16, 64, 0}, {0, 6, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 8, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 64, 16, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 64, 1, 0}, {0, 64, 64, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 64, 1, 0}, {0, 64, 64, 0}};
  // The output's padding: 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 19968);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 22272);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 22528);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 38912);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(73728));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{16384});
    slimc::point(out, worker.arena + 339968 + task * ptrdiff_t{16384});
    mobilenet_v1_025_128_k_block_5(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 stride 2 + pointwise 64 -> 128, 8x8
void compute_block_6(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 64, 1, 0}, {0, 16, 64, 0}, {0, 5, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 8, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 64, 16, 0}, {0, 8, 1024, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 64, 1, 0}, {0, 16, 64, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 4096);
    slimc::zero(worker.arena + 36864, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 39168);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 41472);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 41728);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 74496);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 339968 + task * ptrdiff_t{16384});
    slimc::point(out, worker.arena + 4096 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_6(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 128 -> 128, 8x8
void compute_block_7(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 8, 128, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 16, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 8, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 368640, 4096);
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 75008);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 79616);
  slimc::Buffer weights = slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 80128);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 145664);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 372736 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_7(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 128 -> 128, 8x8
void compute_block_8(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 8, 128, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 16, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 8, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 4096);
    slimc::zero(worker.arena + 36864, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 146176);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 150784);
  slimc::Buffer weights =
      slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 151296);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 216832);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 368640 + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 4096 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_7(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 128 -> 128, 8x8
void compute_block_9(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 8, 128, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 16, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 8, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 368640, 4096);
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 217344);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 221952);
  slimc::Buffer weights =
      slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 222464);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 288000);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 372736 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_7(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 128 -> 128, 8x8
void compute_block_10(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 8, 128, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 16, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 8, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena, 4096);
    slimc::zero(worker.arena + 36864, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 288512);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 293120);
  slimc::Buffer weights =
      slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 293632);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 359168);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 368640 + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 4096 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_7(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 + pointwise 128 -> 128, 8x8
void compute_block_11(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 8, 128, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension depthwise_weights_dims[] = {
      {0, 8, 1, 0}, {0, 9, 8, 0}, {0, 16, 72, 0}};
  static constexpr slimc::Dimension depthwise_bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 8, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 128, 1, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  // The output's padding: 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 405504, 4096);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer depthwise_weights =
      slimc::float_buffer(depthwise_weights_dims, mobilenet_v1_025_128_k_weights + 359680);
  slimc::Buffer depthwise_bias =
      slimc::float_buffer(depthwise_bias_dims, mobilenet_v1_025_128_k_weights + 364288);
  slimc::Buffer weights =
      slimc::float_buffer(weights_dims, mobilenet_v1_025_128_k_weights + 364800);
  slimc::Buffer bias = slimc::float_buffer(bias_dims, mobilenet_v1_025_128_k_weights + 430336);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(40960));
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + task * ptrdiff_t{8192});
    slimc::point(out, worker.arena + 372736 + task * ptrdiff_t{8192});
    mobilenet_v1_025_128_k_block_7(&in, &depthwise_weights, &depthwise_bias, &weights, &bias,
                                   &scratch, &out);
  }
}

// depthwise 3x3 stride 2, 128 channels, 4x4
void compute_block_12_depthwise(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 64, 1, 0}, {0, 8, 128, 0}, {0, 9, 1024, 0}};
  static constexpr slimc::Dimension weights_dims[] = {{0, 8, 1, 0}, {0, 9, 8, 0}, {0, 8, 72, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 64, 1, 0}, {0, 16, 128, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer weights = slimc::float_buffer(weights_dims);
  slimc::Buffer bias = slimc::float_buffer(bias_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(2);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 372736 + task * ptrdiff_t{256});
    slimc::point(weights, mobilenet_v1_025_128_k_weights + 430848 + task * ptrdiff_t{2304});
    slimc::point(bias, mobilenet_v1_025_128_k_weights + 435456 + task * ptrdiff_t{256});
    slimc::point(out, worker.arena + task * ptrdiff_t{256});
    mobilenet_v1_025_128_k_block_12_depthwise(&in, &weights, &bias, &out);
  }
}

// pointwise 128 -> 256, 4x4
void compute_block_12_pointwise(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 128, 1, 0}, {0, 16, 128, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 128, 16, 0}, {0, 1, 2048, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 16, 1, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 16, 1, 0}, {0, 16, 272, 0}};
  // The output's padding: 1 row above and 1 row below the image. Other stages have used the memory.
  if (worker.index == 0) {
    slimc::zero(worker.arena + 383488, 4352);
    slimc::zero(worker.arena + 405248, 4352);
  }
  slimc::Buffer in = slimc::float_buffer(in_dims, worker.arena);
  slimc::Buffer weights = slimc::float_buffer(weights_dims);
  slimc::Buffer bias = slimc::float_buffer(bias_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(weights, mobilenet_v1_025_128_k_weights + 435968 + task * ptrdiff_t{8192});
    slimc::point(bias, mobilenet_v1_025_128_k_weights + 567040 + task * ptrdiff_t{64});
    slimc::point(out, worker.arena + 387840 + task * ptrdiff_t{64});
    mobilenet_v1_025_128_k_block_12_pointwise(&in, &weights, &bias, &out);
  }
}

// depthwise 3x3, 256 channels, 4x4
void compute_block_13_depthwise(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 64, 1, 0}, {0, 4, 272, 0}, {0, 6, 1088, 0}};
  static constexpr slimc::Dimension weights_dims[] = {{0, 8, 1, 0}, {0, 9, 8, 0}, {0, 8, 72, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 64, 1, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 64, 1, 0}, {0, 16, 256, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer weights = slimc::float_buffer(weights_dims);
  slimc::Buffer bias = slimc::float_buffer(bias_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 383488 + task * ptrdiff_t{256});
    slimc::point(weights, mobilenet_v1_025_128_k_weights + 568064 + task * ptrdiff_t{2304});
    slimc::point(bias, mobilenet_v1_025_128_k_weights + 577280 + task * ptrdiff_t{256});
    slimc::point(out, worker.arena + task * ptrdiff_t{256});
    mobilenet_v1_025_128_k_block_13_depthwise(&in, &weights, &bias, &out);
  }
}

// pointwise 256 -> 256, 4x4
void compute_block_13_pointwise(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 256, 1, 0}, {0, 16, 256, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 16, 1, 0}, {0, 256, 16, 0}, {0, 1, 4096, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 16, 1, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 16, 1, 0}, {0, 16, 256, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims, worker.arena);
  slimc::Buffer weights = slimc::float_buffer(weights_dims);
  slimc::Buffer bias = slimc::float_buffer(bias_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(16);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(weights, mobilenet_v1_025_128_k_weights + 578304 + task * ptrdiff_t{16384});
    slimc::point(bias, mobilenet_v1_025_128_k_weights + 840448 + task * ptrdiff_t{64});
    slimc::point(out, worker.arena + 393216 + task * ptrdiff_t{64});
    mobilenet_v1_025_128_k_block_13_pointwise(&in, &weights, &bias, &out);
  }
}

// average pool 4x4, 256 channels
void compute_pool(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 64, 1, 0}, {0, 4, 256, 0}, {0, 4, 1024, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 64, 1, 0}, {0, 1, 256, 0}, {0, 1, 256, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(4);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(in, worker.arena + 393216 + task * ptrdiff_t{256});
    slimc::point(out, worker.arena + task * ptrdiff_t{256});
    mobilenet_v1_025_128_k_pool(&in, &out);
  }
}

// pointwise 256 -> 1001, 1x1
void compute_logits(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 256, 1, 0}, {0, 1, 256, 0}};
  static constexpr slimc::Dimension weights_dims[] = {
      {0, 32, 1, 0}, {0, 256, 32, 0}, {0, 1, 8192, 0}};
  static constexpr slimc::Dimension bias_dims[] = {{0, 32, 1, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 32, 1, 0}, {0, 1, 1024, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims, worker.arena);
  slimc::Buffer weights = slimc::float_buffer(weights_dims);
  slimc::Buffer bias = slimc::float_buffer(bias_dims);
  slimc::Buffer out = slimc::float_buffer(out_dims);
  slimc::Tasks tasks = worker.tasks(32);
  for (int task; (task = tasks.next()) >= 0;) {
    slimc::point(weights, mobilenet_v1_025_128_k_weights + 841472 + task * ptrdiff_t{32768});
    slimc::point(bias, mobilenet_v1_025_128_k_weights + 1890048 + task * ptrdiff_t{128});
    slimc::point(out, worker.arena + 405504 + task * ptrdiff_t{128});
    mobilenet_v1_025_128_k_logits(&in, &weights, &bias, &out);
  }
}

// softmax over 1001 classes
void compute_softmax(Worker& worker) {
  static constexpr slimc::Dimension in_dims[] = {{0, 1001, 1, 0}, {0, 1, 1024, 0}};
  static constexpr slimc::Dimension scratch_dims[] = {{0, 1001, 1, 0}, {0, 1, 1001, 0}};
  static constexpr slimc::Dimension out_dims[] = {{0, 1001, 1, 0}, {0, 1, 1001, 0}};
  slimc::Buffer in = slimc::float_buffer(in_dims, worker.arena + 405504);
  slimc::Buffer scratch = slimc::float_buffer(scratch_dims, worker.scratch(0));
  slimc::Buffer out = slimc::float_buffer(out_dims, worker.output);
  slimc::Tasks tasks = worker.tasks(1);
  for (int task; (task = tasks.next()) >= 0;) {
    mobilenet_v1_025_128_k_softmax(&in, &scratch, &out);
  }
}

// All stages, for one image.
void compute_all(const struct ::mobilenet_v1_025_128& network, Worker& worker) {
  worker.run(0, network.input_is_u8 ? compute_conv_0_u8 : compute_conv_0);
  worker.run(1, compute_block_1);
  worker.run(2, compute_block_2);
  worker.run(3, compute_block_3);
  worker.run(4, compute_block_4);
  worker.run(5, compute_block_5);
  worker.run(6, compute_block_6);
  worker.run(7, compute_block_7);
  worker.run(8, compute_block_8);
  worker.run(9, compute_block_9);
  worker.run(10, compute_block_10);
  worker.run(11, compute_block_11);
  worker.run(12, compute_block_12_depthwise);
  worker.run(13, compute_block_12_pointwise);
  worker.run(14, compute_block_13_depthwise);
  worker.run(15, compute_block_13_pointwise);
  worker.run(16, compute_pool);
  worker.run(17, compute_logits);
  worker.run(18, compute_softmax);
}

constexpr ::mobilenet_v1_025_128_stage stages[] = {
    {.name = "conv_0",
     .kind = "first_convolution",
     .description = "convolution 3x3 stride 2, 3 -> 8, 64x64",
     .input_stage = -1,
     .output_offset = 2048,
     .height = 64,
     .width = 64,
     .channels = 8,
     .channel_stride = 8,
     .tasks = 16,
     .multiply_adds = 884736,
     .output_index = -1},
    {.name = "block_1",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 8 -> 16, 64x64",
     .input_stage = 0,
     .output_offset = 143360,
     .height = 64,
     .width = 64,
     .channels = 16,
     .channel_stride = 16,
     .tasks = 16,
     .multiply_adds = 819200,
     .output_index = -1},
    {.name = "block_2",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 16 -> 32, 32x32",
     .input_stage = 1,
     .output_offset = 4096,
     .height = 32,
     .width = 32,
     .channels = 32,
     .channel_stride = 32,
     .tasks = 16,
     .multiply_adds = 671744,
     .output_index = -1},
    {.name = "block_3",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 32 -> 32, 32x32",
     .input_stage = 2,
     .output_offset = 274432,
     .height = 32,
     .width = 32,
     .channels = 32,
     .channel_stride = 32,
     .tasks = 16,
     .multiply_adds = 1343488,
     .output_index = -1},
    {.name = "block_4",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 32 -> 64, 16x16",
     .input_stage = 3,
     .output_offset = 4096,
     .height = 16,
     .width = 16,
     .channels = 64,
     .channel_stride = 64,
     .tasks = 8,
     .multiply_adds = 598016,
     .output_index = -1},
    {.name = "block_5",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 64 -> 64, 16x16",
     .input_stage = 4,
     .output_offset = 339968,
     .height = 16,
     .width = 16,
     .channels = 64,
     .channel_stride = 64,
     .tasks = 4,
     .multiply_adds = 1196032,
     .output_index = -1},
    {.name = "block_6",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 stride 2 + pointwise 64 -> 128, 8x8",
     .input_stage = 5,
     .output_offset = 4096,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 561152,
     .output_index = -1},
    {.name = "block_7",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8",
     .input_stage = 6,
     .output_offset = 372736,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 1122304,
     .output_index = -1},
    {.name = "block_8",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8",
     .input_stage = 7,
     .output_offset = 4096,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 1122304,
     .output_index = -1},
    {.name = "block_9",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8",
     .input_stage = 8,
     .output_offset = 372736,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 1122304,
     .output_index = -1},
    {.name = "block_10",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8",
     .input_stage = 9,
     .output_offset = 4096,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 1122304,
     .output_index = -1},
    {.name = "block_11",
     .kind = "depthwise_pointwise",
     .description = "depthwise 3x3 + pointwise 128 -> 128, 8x8",
     .input_stage = 10,
     .output_offset = 372736,
     .height = 8,
     .width = 8,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 4,
     .multiply_adds = 1122304,
     .output_index = -1},
    {.name = "block_12_depthwise",
     .kind = "depthwise",
     .description = "depthwise 3x3 stride 2, 128 channels, 4x4",
     .input_stage = 11,
     .output_offset = 0,
     .height = 4,
     .width = 4,
     .channels = 128,
     .channel_stride = 128,
     .tasks = 2,
     .multiply_adds = 18432,
     .output_index = -1},
    {.name = "block_12_pointwise",
     .kind = "pointwise",
     .description = "pointwise 128 -> 256, 4x4",
     .input_stage = 12,
     .output_offset = 387840,
     .height = 4,
     .width = 4,
     .channels = 256,
     .channel_stride = 272,
     .tasks = 16,
     .multiply_adds = 524288,
     .output_index = -1},
    {.name = "block_13_depthwise",
     .kind = "depthwise",
     .description = "depthwise 3x3, 256 channels, 4x4",
     .input_stage = 13,
     .output_offset = 0,
     .height = 4,
     .width = 4,
     .channels = 256,
     .channel_stride = 256,
     .tasks = 4,
     .multiply_adds = 36864,
     .output_index = -1},
    {.name = "block_13_pointwise",
     .kind = "pointwise",
     .description = "pointwise 256 -> 256, 4x4",
     .input_stage = 14,
     .output_offset = 393216,
     .height = 4,
     .width = 4,
     .channels = 256,
     .channel_stride = 256,
     .tasks = 16,
     .multiply_adds = 1048576,
     .output_index = -1},
    {.name = "pool",
     .kind = "pool",
     .description = "average pool 4x4, 256 channels",
     .input_stage = 15,
     .output_offset = 0,
     .height = 1,
     .width = 1,
     .channels = 256,
     .channel_stride = 256,
     .tasks = 4,
     .multiply_adds = 0,
     .output_index = -1},
    {.name = "logits",
     .kind = "pointwise",
     .description = "pointwise 256 -> 1001, 1x1",
     .input_stage = 16,
     .output_offset = 405504,
     .height = 1,
     .width = 1,
     .channels = 1001,
     .channel_stride = 1024,
     .tasks = 32,
     .multiply_adds = 256256,
     .output_index = -1},
    {.name = "softmax",
     .kind = "softmax",
     .description = "softmax over 1001 classes",
     .input_stage = 17,
     .output_offset = -1,
     .height = 1,
     .width = 1,
     .channels = 1001,
     .channel_stride = 1001,
     .tasks = 1,
     .multiply_adds = 0,
     .output_index = 0},
};

// The most demanding first.
constexpr Code codes[] = {
    {.target = "x86-64-v3",
     .required_cpu = slimc::cpu::sse41 | slimc::cpu::avx | slimc::cpu::avx2 | slimc::cpu::f16c |
                     slimc::cpu::fma,
     .arena_bytes = 409600,
     .scratch_bytes = 16384,
     .compute = compute_all,
     .stages = stages,
     .stage_count = 19},
};

static_assert(codes[0].fits(1) && codes[0].fits(2));

// What each thread does in a run.
void run_network(void* instance, int index) {
  struct ::mobilenet_v1_025_128* network = static_cast<struct ::mobilenet_v1_025_128*>(instance);
  const Code& code = *network->code;
  uint8_t* arena = static_cast<uint8_t*>(instance) + arena_at;
  for (int item = 0; item < MOBILENET_V1_025_128_BATCH; ++item) {
    Worker worker = {
        .team = &network->team,
        .watch = &network->watch,
        .index = index,
        .item = item,
        .input = network->input + item * (network->input_is_u8 ? ptrdiff_t{49152} : 196608),
        .output = network->output + item * ptrdiff_t{4004},
        .arena = arena,
        .scratches = arena + code.arena_bytes,
        .scratch_bytes = code.scratch_bytes,
        .computed = 0,
    };
    code.compute(*network, worker);
  }
}

// The code that this CPU takes, or why there is none.
::mobilenet_v1_025_128_status choose_code(const Code** chosen) {
  *chosen = slimc::cpu::best(codes);
  return *chosen != nullptr ? MOBILENET_V1_025_128_OK : MOBILENET_V1_025_128_ERROR_UNSUPPORTED_CPU;
}

template <typename Element>
::mobilenet_v1_025_128_status run(struct ::mobilenet_v1_025_128* network, const Element* input,
                                  float* output) {
  if (network == nullptr || input == nullptr || output == nullptr) {
    return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  }
  if (slimc::misaligned(input) || slimc::misaligned(output)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  network->watch = network->next_watch;
  network->input = reinterpret_cast<const uint8_t*>(input);
  network->output = reinterpret_cast<uint8_t*>(output);
  network->input_is_u8 = sizeof(Element) == 1;
  return network->team.run() ? MOBILENET_V1_025_128_OK : MOBILENET_V1_025_128_ERROR_THREAD_START;
}

}  // namespace

extern "C" {

const char* mobilenet_v1_025_128_target(void) {
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->target : nullptr;
}

const char* mobilenet_v1_025_128_status_string(::mobilenet_v1_025_128_status status) {
  switch (status) {
    case MOBILENET_V1_025_128_OK:
      return "success";
    case MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT:
      return "an argument is NULL";
    case MOBILENET_V1_025_128_ERROR_MISALIGNED_MEMORY:
      return "the memory is not aligned to 64 bytes";
    case MOBILENET_V1_025_128_ERROR_MEMORY_TOO_SMALL:
      return "the memory is smaller than MOBILENET_V1_025_128_MEMORY_BYTES(threads)";
    case MOBILENET_V1_025_128_ERROR_THREADS_OUT_OF_RANGE:
      return "the number of threads is not 1 to 64, or more than mobilenet_v1_025_128_create was "
             "given";
    case MOBILENET_V1_025_128_ERROR_UNSUPPORTED_CPU:
      return "the CPU lacks instructions that the library was compiled for";
    case MOBILENET_V1_025_128_ERROR_THREAD_START:
      return "the system cannot start another thread";
    case MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT:
      return "an argument is not aligned as its type is";
    case MOBILENET_V1_025_128_ERROR_WRONG_HEADER:
      return "the header is not the one that was written with the library";
    case MOBILENET_V1_025_128_ERROR_WRONG_COUNT:
      return "the number of predictions is not MOBILENET_V1_025_128_CLASSES for each image";
    case MOBILENET_V1_025_128_ERROR_TOP_OUT_OF_RANGE:
      return "the number of classes to name is not 1 to MOBILENET_V1_025_128_CLASSES";
  }
  return "not a status of mobilenet_v1_025_128";
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_create(
    void* memory, size_t bytes, int threads, struct ::mobilenet_v1_025_128** network) {
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
  const Code* code;
  const ::mobilenet_v1_025_128_status status = choose_code(&code);
  if (status != MOBILENET_V1_025_128_OK) return status;

  struct ::mobilenet_v1_025_128* created = static_cast<struct ::mobilenet_v1_025_128*>(memory);
  created->code = code;
  created->next_watch = {};
  void* seats = static_cast<uint8_t*>(memory) + code->seats_at(threads);
  created->team.init(threads, static_cast<slimc::Seat*>(seats), run_network, created);
  *network = created;
  return MOBILENET_V1_025_128_OK;
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_create_checked(
    uint64_t header_id, void* memory, size_t bytes, int threads,
    struct ::mobilenet_v1_025_128** network) {
  if (header_id == MOBILENET_V1_025_128_ID) {
    return mobilenet_v1_025_128_create(memory, bytes, threads, network);
  }
  if (network != nullptr) *network = nullptr;
  return MOBILENET_V1_025_128_ERROR_WRONG_HEADER;
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_run(struct ::mobilenet_v1_025_128* network,
                                                       const float* input, float* output) {
  return run(network, input, output);
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_run_u8(struct ::mobilenet_v1_025_128* network,
                                                          const uint8_t* input, float* output) {
  return run(network, input, output);
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_preprocess_input(const float* pixels,
                                                                    size_t count, float* input) {
  if (pixels == nullptr || input == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(pixels) || slimc::misaligned(input)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  slimc::scale_pixels(pixels, count, [](float x) { return x / 127.5f - 1.0f; }, input);
  return MOBILENET_V1_025_128_OK;
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_preprocess_input_u8(const uint8_t* pixels,
                                                                       size_t count, float* input) {
  if (pixels == nullptr || input == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (slimc::misaligned(pixels) || slimc::misaligned(input)) {
    return MOBILENET_V1_025_128_ERROR_MISALIGNED_ARGUMENT;
  }
  slimc::scale_pixels(pixels, count, [](float x) { return x / 127.5f - 1.0f; }, input);
  return MOBILENET_V1_025_128_OK;
}

const char* mobilenet_v1_025_128_label(int class_index) {
  static_cast<void>(class_index);
  return nullptr;  // compiled without labels
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_decode_predictions(
    const float* predictions, size_t count, int top, ::mobilenet_v1_025_128_prediction* results) {
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

::mobilenet_v1_025_128_status mobilenet_v1_025_128_set_threads(
    struct ::mobilenet_v1_025_128* network, int threads) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  if (threads < 1 || threads > network->team.most()) {
    return MOBILENET_V1_025_128_ERROR_THREADS_OUT_OF_RANGE;
  }
  network->team.set_size(threads);
  return MOBILENET_V1_025_128_OK;
}

void mobilenet_v1_025_128_stop_threads(struct ::mobilenet_v1_025_128* network) {
  if (network != nullptr) network->team.stop();
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_set_parallel_for(
    struct ::mobilenet_v1_025_128* network, ::mobilenet_v1_025_128_parallel_for parallel_for,
    void* user) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  network->team.set_parallel_for(parallel_for, user);
  return MOBILENET_V1_025_128_OK;
}

void mobilenet_v1_025_128_destroy(
    struct ::mobilenet_v1_025_128* network) { mobilenet_v1_025_128_stop_threads(network); }

const ::mobilenet_v1_025_128_stage* mobilenet_v1_025_128_stages(void) {
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->stages : nullptr;
}

int mobilenet_v1_025_128_stage_count(void) {
  const Code* code;
  choose_code(&code);
  return code != nullptr ? code->stage_count : 0;
}

float* mobilenet_v1_025_128_arena(struct ::mobilenet_v1_025_128* network) {
  if (network == nullptr) return nullptr;
  return reinterpret_cast<float*>(reinterpret_cast<uint8_t*>(network) + arena_at);
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_set_observer(
    struct ::mobilenet_v1_025_128* network, ::mobilenet_v1_025_128_observer observer, void* user) {
  if (network == nullptr) return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  network->next_watch.observer = observer;
  network->next_watch.observer_user = user;
  return MOBILENET_V1_025_128_OK;
}

::mobilenet_v1_025_128_status mobilenet_v1_025_128_set_profiler(
    struct ::mobilenet_v1_025_128* network, ::mobilenet_v1_025_128_clock clock,
    ::mobilenet_v1_025_128_report report, void* user) {
  if (network == nullptr || (clock == nullptr) != (report == nullptr)) {
    return MOBILENET_V1_025_128_ERROR_NULL_ARGUMENT;
  }
  network->next_watch.clock = clock;
  network->next_watch.report = report;
  network->next_watch.profiler_user = user;
  return MOBILENET_V1_025_128_OK;
}
}

}  // namespace slimc::of_mobilenet_v1_025_128
