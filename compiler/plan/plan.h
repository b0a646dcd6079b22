// The network as the code generator sees it: stages with constant shapes, weights described as
// their kernels read them, buffers at constant offsets. Everything that the writers print is in
// here.
//
// A stage is one compiled kernel, called once a task; tasks of a stage are independent and the same
// for any number of threads, so results have the same bits. Between stages there is a barrier. A
// kernel's shape is constant: task t works on its arguments shifted by t * step, so the kernel
// itself knows nothing of tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/activation.h"
#include "ir/pixel_encoding.h"
#include "ir/shape.h"
#include "ir/tensor_type.h"
#include "ir/value.h"
#include "schedules/tiling/tiling.h"
#include "stages/kernel.h"

namespace slimc {

// An activation tensor in the arena: [halo_top | height | halo_bottom] rows, as ImageLayout has
// them. The halo rows hold what stands for zero whenever the buffer is read: they are the vertical
// padding of the depthwise stage that reads it. Batches run one image at a time, so there is no n.
struct Buffer : ImageLayout {
  std::string name;
  TensorType type;
  std::int64_t halo_top = 0, halo_bottom = 0;
  std::int64_t offset = 0;  // of the first halo row, bytes from the arena's start; 64-byte aligned
  int first_stage = 0;      // the stage that writes it
  int last_stage = 0;       // the last stage that reads it

  bool lives_during(int stage) const { return first_stage <= stage && stage <= last_stage; }
  std::int64_t row_bytes() const { return row_elements() * type.element_bytes(); }
  std::int64_t bytes() const { return (halo_top + height + halo_bottom) * row_bytes(); }
  std::int64_t image_offset() const { return offset + halo_top * row_bytes(); }
};

// One argument of a kernel.
struct Argument {
  enum class Source {
    NetworkInput,   // the caller's image of this batch item; `float` or `uint8_t`
    NetworkOutput,  // the caller's result of this batch item
    Arena,          // `offset` bytes into the arena
    Scratch,        // the running thread's scratch; `offset` bytes into it
    Weights,        // `offset` bytes into the weights object
    TaskRow,        // not a buffer: an int32 scalar, task index * task_step
  };
  std::string name;  // "input", "weights", "bias", "output", ...: for the generated C++
  Source source = Source::Arena;
  int buffer = -1;         // Arena: the buffer that `offset` points into, into Plan::buffers
  int weights = -1;        // Weights: the block, into Plan::weights
  int network_output = 0;  // NetworkOutput: which one, into Plan::outputs
  TensorType type;
  // Bytes to the first element that task 0 uses. Arena: counted from the buffer's first image row
  // until plan_memory makes it an offset into the arena.
  std::int64_t offset = 0;
  std::int64_t task_step = 0;  // elements (TaskRow: units) that task t moves on by
  std::vector<ArgumentDim> dims;
};

// What to compile: the generator program's arguments without output folder, function name and
// target. Equal kernels of one network, or of several, are compiled once.
struct Kernel {
  StageKind kind = StageKind::Pointwise;
  KernelParameters parameters;
  friend bool operator==(const Kernel&, const Kernel&) = default;
};

// A kernel and what it is called with.
struct StageVariant {
  ElementType input = ElementType::Float32;  // of the network; UInt8: preprocessing is fused in
  int kernel = -1;                           // into Plan::kernels
  std::vector<Argument> arguments;
};

struct Stage {
  std::string name;         // C identifier, unique in the network: "conv_0", "block_3", "logits"
  std::string description;  // "depthwise 3x3 stride 2 + pointwise 64 -> 128, 56x56"
  StageShape shape;
  std::int64_t in_padded_c = 1;  // channels of its input, with those that pad it
  Tiling tiling;
  // By what the network's input is given in, floats first; a stage that does not read it has one.
  std::vector<StageVariant> variants = std::vector<StageVariant>(1);
  int tasks = 1;
  // What a thread needs while it works on the stage, a 64-byte multiple. The first thread has it in
  // the arena, where nothing lives during the stage; the others have theirs behind the arena.
  std::int64_t scratch_bytes = 0;
  std::int64_t scratch_offset = 0;  // the first thread's, bytes from the arena's start
  std::vector<int> inputs;          // into Plan::buffers; -1 is the network's input
  int output = -1;                  // into Plan::buffers; -1 is an output of the network's,
  int network_output = 0;           //   this one, into Plan::outputs
  std::uint32_t needed_by = 1;      // the network's outputs that need this stage, a bit each
  ActivationFunction activation;    // that is applied to its result
  std::int64_t multiply_adds = 0;
  std::int64_t parameters = 0;
  std::int64_t parameter_bytes = 0;  // as they are stored, without what pads panels
  Value value;  // the op of the graph that was planned whose result this stage writes
};

// What the caller gets.
struct PlanOutput {
  std::string name;        // what the user knows it by: a node, layer or tensor
  std::string identifier;  // the same as a C identifier, unique among the outputs
  Shape shape;             // [n,classes] or what the graph says
};

// A bit each in Stage::needed_by.
inline constexpr std::size_t kMaxOutputs = 32;

struct Plan {
  std::string name;                 // C identifier: prefix of every public symbol
  std::string title;                // the model's own name: "mobilenet_v1_0.25_224"
  Shape input_shape;                // [n,h,w,c]
  PixelEncoding pixels;             // what the input's numbers mean
  std::vector<PlanOutput> outputs;  // one or more; the first is what one-output functions give
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  std::vector<Stage> stages;          // in the order in which they run
  std::vector<WeightsBlock> weights;  // of the weights object, by offset
  std::int64_t weights_bytes = 0;
  std::int64_t arena_bytes = 0;    // activations and the first thread's scratch; 64-byte multiple
  std::int64_t scratch_bytes = 0;  // of each further thread: the largest stage's
  std::int64_t multiply_adds = 0;  // one batch item
  std::int64_t parameters = 0;     // weights and biases after folding
  int max_threads = 64;
  Precision precision;  // of 1x1 convolutions
};

// Whether a stage reads the network's input.
bool reads_input(const Stage& stage);

// Of all outputs, for the whole batch.
std::int64_t output_elements(const Plan& plan);

// The stage that computes an output, in front of a copy that drops padding. The output exists.
const Stage& computing_stage(const Plan& plan, std::size_t output);

// How many classes an image's first output says the probabilities of. Nothing where it is something
// else, as in a network without its classifier.
std::optional<std::int64_t> classes(const Plan& plan);

// Checks what the writers rely on: kernels and buffers exist, a stage reads what an earlier one
// wrote, and all of what it says that it reads, no task of any stage leaves its buffer, its weights
// or its scratch or walks a buffer's pixels otherwise than they lie, and neither two buffers that
// live at the same time nor a buffer and a scratch share memory. Returns the problems; empty when
// all is well.
std::vector<std::string> verify(const Plan& plan);

// Stages and buffers as a table, for --dump-after.
std::string print(const Plan& plan);

}  // namespace slimc
