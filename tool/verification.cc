#include "tool/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/reference/evaluate.h"

namespace slimc {
namespace {

using reference::DoubleTensor;

// The largest difference of so far two parts of a tensor, and the reference's magnitude.
class ErrorMeter {
 public:
  void compare(float compiled, double expected) {
    const double difference = std::abs(static_cast<double>(compiled) - expected);
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    max_abs_ = std::max(max_abs_, std::isnan(difference) ? kInfinity : difference);
    magnitude_ = std::max(magnitude_, std::abs(expected));
  }

  TensorError error() const {
    return {.max_abs = max_abs_, .max_rel = magnitude_ > 0 ? max_abs_ / magnitude_ : max_abs_};
  }
  double magnitude() const { return magnitude_; }

 private:
  double max_abs_ = 0;
  double magnitude_ = 0;
};

// One image's part of a stage's reference: [height][width][channels].
const double* item_of(const DoubleTensor& tensor, int batch_item, const LoadedStage& row) {
  return &tensor.data[static_cast<std::size_t>(batch_item * row.height * row.width * row.channels)];
}

// Watches a run: feeds every stage with the reference's values and measures what it makes of them.
class StageChecker {
 public:
  StageChecker(const std::vector<LoadedStage>& rows, const std::vector<DoubleTensor>& expected,
               std::byte* arena, const float* output, const Plan& plan)
      : rows_(rows),
        expected_(expected),
        arena_(arena),
        output_(output),
        plan_(plan),
        meters_(rows.size()) {}

  static void observe(void* checker, int stage, int phase, int batch_item) {
    auto& self = *static_cast<StageChecker*>(checker);
    if (phase == 0) {
      self.feed(stage, batch_item);
    } else {
      self.measure(stage, batch_item);
    }
  }

  TensorError error(std::size_t stage) const { return meters_[stage].error(); }

 private:
  const LoadedStage& row(int stage) const { return rows_[static_cast<std::size_t>(stage)]; }
  const DoubleTensor& expected(int stage) const {
    return expected_[static_cast<std::size_t>(stage)];
  }
  // The outputs lie one behind the other, each of the whole batch.
  const float* output_at(std::size_t index, int batch_item) const {
    const float* at = output_;
    for (std::size_t i = 0; i < index; ++i) at += plan_.outputs[i].shape.elements();
    return at + batch_item * (plan_.outputs[index].shape.elements() / plan_.input_shape[0]);
  }
  float* arena_at(std::ptrdiff_t offset) { return reinterpret_cast<float*>(arena_ + offset); }

  void feed(int stage, int batch_item) {
    const LoadedStage& reader = row(stage);
    for (int i = 0; i < reader.input_count; ++i) feed_from(reader.input_stages[i], batch_item);
  }

  void feed_from(int from, int batch_item) {
    if (from < 0) return;  // the image itself
    const LoadedStage& source = row(from);
    const double* value = item_of(expected(from), batch_item, source);
    float* to = arena_at(source.output_offset);
    for (std::int64_t pixel = 0; pixel < source.height * source.width; ++pixel) {
      for (std::int64_t c = 0; c < source.channel_stride; ++c) {
        *to++ = c < source.channels ? static_cast<float>(*value++) : 0.0f;
      }
    }
  }

  void measure(int stage, int batch_item) {
    const LoadedStage& made = row(stage);
    const bool in_arena = made.output_offset >= 0;
    const float* value = in_arena
                             ? arena_at(made.output_offset)
                             : output_at(static_cast<std::size_t>(made.output_index), batch_item);
    const std::int64_t stride = in_arena ? made.channel_stride : made.channels;
    const double* wanted = item_of(expected(stage), batch_item, made);
    ErrorMeter& meter = meters_[static_cast<std::size_t>(stage)];
    for (std::int64_t pixel = 0; pixel < made.height * made.width; ++pixel, value += stride) {
      for (std::int64_t c = 0; c < made.channels; ++c) meter.compare(value[c], *wanted++);
    }
  }

  const std::vector<LoadedStage>& rows_;
  const std::vector<DoubleTensor>& expected_;
  std::byte* const arena_;
  const float* const output_;
  const Plan& plan_;
  std::vector<ErrorMeter> meters_;
};

// The result of an op of the graph that was planned, from the results of all ops.
std::vector<const DoubleTensor*> inputs_of(const Op& op, const std::vector<DoubleTensor>& values) {
  std::vector<const DoubleTensor*> inputs;
  for (const Value from : op.inputs) inputs.push_back(&values[static_cast<std::size_t>(from.op)]);
  return inputs;
}

// What each stage should write, by the graph that was planned.
std::vector<DoubleTensor> stage_references(const BuiltNetwork& built, const DoubleTensor& image) {
  const std::vector<DoubleTensor> values = reference::evaluate_all(*built.library.graph, image);
  std::vector<DoubleTensor> references;
  for (const Stage& stage : built.code().plan.stages) {
    references.push_back(values[static_cast<std::size_t>(stage.value.op)]);
  }
  return references;
}

// What the network takes of 8-bit channels, given as red, green, blue.
std::vector<double> encode_pixels(const PixelEncoding& pixels,
                                  const std::vector<std::uint8_t>& bytes, std::int64_t channels) {
  const auto count = static_cast<std::size_t>(channels);
  std::vector<double> encoded(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t c = i % count;
    const std::size_t from = pixels.order == ChannelOrder::Bgr ? i - c + (count - 1 - c) : i;
    encoded[i] = bytes[from] * pixels.scale_of(c) + pixels.offset_of(c);
  }
  return encoded;
}

// The result of `last` alone, for another image.
DoubleTensor evaluate_until(const Graph& graph, Value last, const DoubleTensor& input) {
  std::vector<DoubleTensor> values;
  for (int i = 0; i <= last.op; ++i) {
    const Op& op = graph.op(Value{i});
    if (i == graph.input.op) {
      values.push_back(input);
    } else if (op.kind == OpKind::Constant) {
      values.push_back(reference::widen(*op.constant));
    } else {
      values.push_back(reference::evaluate_op(op, inputs_of(op, values)));
    }
  }
  return std::move(values.back());
}

void compare(const std::vector<float>& compiled, const std::vector<DoubleTensor>& expected,
             ErrorMeter& meter) {
  const float* value = compiled.data();
  for (const DoubleTensor& tensor : expected) {
    for (const double wanted : tensor.data) meter.compare(*value++, wanted);
  }
}

// Compares the network's results with what they should be.
class ResultChecker {
 public:
  explicit ResultChecker(const BuiltNetwork& built) : built_(built) {}

  void compare(const std::vector<float>& results, const DoubleTensor& image) {
    const auto imported = reference::evaluate_outputs(built_.imported, image);
    if (built_.library.rounding) {
      slimc::compare(results, imported, rounding_);
      slimc::compare(results, reference::evaluate_outputs(*built_.library.graph, image), errors_);
    } else {
      slimc::compare(results, imported, errors_);
    }
  }

  void report(Verification& verification) const {
    verification.max_abs_error = errors_.error().max_abs;
    verification.magnitude = errors_.magnitude();
    if (built_.library.rounding) verification.max_abs_rounding = rounding_.error().max_abs;
  }

 private:
  const BuiltNetwork& built_;
  ErrorMeter errors_, rounding_;
};

// The steps, for the progress bar.
class Progress {
 public:
  Progress(Reporter& reporter, int total) : reporter_(reporter), total_(total) {}
  void step(const std::string& what) { reporter_.progress(what, done_++, total_); }
  void finish() { reporter_.progress("verified", total_, total_); }

 private:
  Reporter& reporter_;
  const int total_;
  int done_ = 0;
};

}  // namespace

bool Verification::result_within(double tolerance) const {
  return max_abs_error <= tolerance * std::max(1.0, magnitude);
}

bool Verification::within(double tolerance) const {
  return result_within(tolerance) &&
         std::all_of(stages.begin(), stages.end(), [tolerance](const StageError& stage) {
           return stage.error.max_rel <= tolerance;
         });
}

Result<Verification> verify_network(const BuiltNetwork& built, const VerificationInput& input,
                                    int threads, Reporter& reporter) {
  const Plan& plan = built.code().plan;
  const std::vector<LoadedStage>& rows = built.network.stages();
  std::vector<float> output(static_cast<std::size_t>(built.output_elements()));
  Progress progress(reporter, input.bytes.empty() ? 3 : 4);
  Verification verification;

  progress.step("stages in double precision");
  DoubleTensor image{plan.input_shape, {input.values.begin(), input.values.end()}};
  std::vector<DoubleTensor> expected = stage_references(built, image);

  progress.step("compiled stages, each alone");
  SLIMC_ASSIGN(NetworkInstance instance, built.network.create(threads));
  auto* const arena = reinterpret_cast<std::byte*>(instance.arena());
  StageChecker checker(rows, expected, arena, output.data(), plan);
  instance.set_observer(StageChecker::observe, &checker);
  SLIMC_TRY(instance.run(input.values.data(), output.data()));
  instance.set_observer(nullptr, nullptr);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    verification.stages.push_back({rows[i].name, checker.error(i)});
  }

  progress.step("the imported graph in double precision");
  SLIMC_TRY(instance.run(input.values.data(), output.data()));
  ResultChecker results(built);
  results.compare(output, image);

  if (!input.bytes.empty()) {
    progress.step("the imported graph on 8-bit input");
    image.data = encode_pixels(plan.pixels, input.bytes, plan.input_shape[3]);
    // Only the stage that reads the image differs.
    const auto first = static_cast<std::size_t>(
        std::find_if(plan.stages.begin(), plan.stages.end(), reads_input) - plan.stages.begin());
    expected[first] = evaluate_until(*built.library.graph, plan.stages[first].value, image);
    StageChecker checker_u8(rows, expected, arena, output.data(), plan);
    instance.set_observer(StageChecker::observe, &checker_u8);
    SLIMC_TRY(instance.run(input.bytes.data(), output.data()));
    instance.set_observer(nullptr, nullptr);
    verification.stages.insert(
        verification.stages.begin() + static_cast<std::ptrdiff_t>(first) + 1,
        {fmt::format("{} (8-bit)", rows[first].name), checker_u8.error(first)});

    SLIMC_TRY(instance.run(input.bytes.data(), output.data()));
    results.compare(output, image);
  }
  results.report(verification);
  progress.finish();
  return verification;
}

}  // namespace slimc
