#include "tests/runtime/tiny_plan.h"

#include "compiler/objects/pack_weights.h"
#include "compiler/objects/write_weights.h"
#include "ir/graph.h"

namespace slimc::testing {
namespace {

using Source = Argument::Source;

constexpr std::int64_t kRow = kSize * kStride;  // floats

Buffer buffer(const char* name, std::int64_t offset, int first_stage, int last_stage) {
  Buffer b;
  b.name = name;
  b.height = b.width = kSize;
  b.channels = kChannels;
  b.channel_stride = kStride;
  b.halo_top = b.halo_bottom = 1;
  b.offset = offset;
  b.first_stage = first_stage;
  b.last_stage = last_stage;
  return b;
}

Argument argument(const char* name, Source source, std::int64_t offset, std::int64_t task_step,
                  std::vector<ArgumentDim> dims) {
  Argument a;
  a.name = name;
  a.source = source;
  a.offset = offset;
  a.task_step = task_step;
  a.dims = std::move(dims);
  return a;
}

Argument in_buffer(const char* name, int buffer, std::int64_t offset, std::int64_t task_step,
                   std::vector<ArgumentDim> dims) {
  Argument a = argument(name, Source::Arena, offset, task_step, std::move(dims));
  a.buffer = buffer;
  return a;
}

Argument weights(int at, std::int64_t task_step, std::int64_t rows) {
  Argument a =
      argument("weights", Source::Weights, at * 4, task_step, {{kStride, 1}, {rows, kStride}});
  a.weights = 0;
  return a;
}

Stage stage(const char* name, const char* description, StageKind kind, int kernel, int tasks,
            int input, int output) {
  Stage s;
  s.name = name;
  s.description = description;
  s.shape.kind = kind;
  s.shape.out_h = s.shape.out_w = kSize;
  s.shape.out_c = kChannels;
  s.variants[0].kernel = kernel;
  s.tasks = tasks;
  s.inputs = {input};
  s.output = output;
  return s;
}

// Two tasks of two rows.
Stage conv_0() {
  Stage s =
      stage("conv_0", "1x1 convolution 3 -> 5, 4x4", StageKind::FirstConvolution, 0, 2, -1, 0);
  s.multiply_adds = kSize * kSize * kInputChannels * kChannels;
  constexpr std::int64_t pixels = kSize * kInputChannels;
  const Argument output =
      in_buffer("output", 0, kRow * 4, 2 * kRow, {{kStride, 1}, {kSize, kStride}, {2, kRow}});
  Argument image = argument("image", Source::NetworkInput, 0, 2 * pixels,
                            {{kInputChannels, 1}, {kSize, kInputChannels}, {2, pixels}});
  s.variants[0].arguments = {image, weights(kPointwiseAt, 0, kInputChannels), output};
  image.type = ElementType::UInt8;
  s.variants.push_back({.input = ElementType::UInt8,
                        .kernel = 1,
                        .arguments = {image, weights(kPointwiseAt, 0, kInputChannels), output}});
  return s;
}

// Four tasks of a row; the kernel is told which.
Stage block(const char* name, int input, int output, const Buffer& in, const Buffer& out) {
  Stage s =
      stage(name, "three vertical taps, 4x4x5", StageKind::Depthwise, 2, kSize, input, output);
  s.multiply_adds = kSize * kSize * kChannels * 3;
  s.scratch_bytes = kRow * 4;
  s.scratch_offset = in.offset < out.offset ? in.offset + in.bytes() : out.offset + out.bytes();
  s.variants[0].arguments = {
      in_buffer("input", input, in.offset, 0, {{kStride, 1}, {kSize, kStride}, {kSize + 2, kRow}}),
      argument("row", Source::TaskRow, 0, 1, {}),
      weights(kVerticalAt, 0, 3),
      argument("sums", Source::Scratch, 0, 0, {{kStride, 1}, {kSize, kStride}}),
      in_buffer("output", output, out.offset + kRow * 4, kRow, {{kStride, 1}, {kSize, kStride}}),
  };
  return s;
}

// Three tasks of two classes. Reads the halo as well, which must not matter.
Stage logits(const Buffer& in) {
  Stage s =
      stage("logits", "sum of all pixels, classifier 5 -> 6", StageKind::Pointwise, 3, 3, 2, -1);
  s.shape.out_h = s.shape.out_w = 1;
  s.shape.out_c = kClasses;
  s.multiply_adds = kClasses * kChannels;
  s.variants[0].arguments = {
      in_buffer("input", 2, in.offset, 0, {{kStride, 1}, {kSize, kStride}, {kSize + 2, kRow}}),
      weights(kClassifierAt, 2 * kStride, 2),
      argument("output", Source::NetworkOutput, 0, 2, {{2, 1}}),
  };
  return s;
}

}  // namespace

// Powers of two and small numbers, so that sums are exact in float.
float tiny_weight(int index) {
  if (index >= kWeights || index % kStride >= kChannels) return 0.0f;
  const int row = index / kStride;
  if (row == 3 || row == 7) return 0.0f;  // the gaps before 64-byte boundaries
  return static_cast<float>((index * 7) % 11 - 5) * 0.25f;
}

ClassLabels tiny_labels() {
  std::string many;
  for (int i = 0; i < 400; ++i) many += "é";
  return {.file = "/a/folder/tiny*\\\n.txt",
          .list = {{"", "background"},
                   {"n01440764", "tench, Tinca tinca"},
                   {"n00000002", "3D glasses"},  // a digit behind the 0 that ends the id
                   {"n00000003", "\"\\\" */ ?\?/ %s"},
                   {"", "鯉"},
                   {"n00000005", many}}};
}

Plan tiny_plan() {
  Plan plan;
  plan.name = "tiny";
  plan.title = "tiny_4 */ made by hand \\";  // nothing that a comment may not hold gets through
  plan.input_shape = {kBatch, kSize, kSize, kInputChannels};
  plan.outputs = {{"tiny_output", "tiny_output", {kBatch, kClasses}}};
  // c lies where a was, but for 64 bytes: its upper halo covers pixels of a. The gaps before b are
  // the first thread's scratch, a row.
  plan.buffers = {buffer("a", 0, 0, 1), buffer("b", 960, 1, 2), buffer("c", 64, 2, 3)};
  plan.kernels.resize(4);
  plan.stages = {conv_0(), block("block_1", 0, 1, plan.buffers[0], plan.buffers[1]),
                 block("block_2", 1, 2, plan.buffers[1], plan.buffers[2]), logits(plan.buffers[2])};
  plan.weights = {{.value = Value{0}, .layout = {.rows = kWeights}}};
  plan.weights_bytes = kWeights * sizeof(float);
  plan.arena_bytes = 1728;
  plan.scratch_bytes = kRow * 4;
  for (const Stage& s : plan.stages) plan.multiply_adds += kBatch * s.multiply_adds;
  plan.parameters = 60;
  return plan;
}

Graph tiny_graph() {
  Tensor weights{Shape{kWeights}, {}};
  for (int i = 0; i < kWeights; ++i) weights.data.push_back(tiny_weight(i));
  Graph graph;
  graph.add_constant("weights", std::move(weights));
  return graph;
}

Result<std::string> weights_object_of(const Library& library) {
  const TargetPlan& code = library.targets.front();
  return write_weights_object(weights_symbol(code), pack_weights(*library.graph, code.plan),
                              code.target);
}

Library library_of(Plan plan, const Target& target, ClassLabels labels) {
  Library library;
  library.graph = std::make_shared<const Graph>(tiny_graph());
  library.labels = std::move(labels);
  TargetPlan& code = library.targets.emplace_back();
  code.target = target;
  code.plan = std::move(plan);
  return library;
}

}  // namespace slimc::testing
