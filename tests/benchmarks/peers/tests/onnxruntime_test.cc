// ONNX Runtime as a judge: of the exporter, op by op against the double-precision reference, and of
// slimc's whole road, from the checkpoint to the compiled library.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/process.h"
#include "tests/benchmarks/peers/export_onnx.h"
#include "tests/benchmarks/peers/measure.h"
#include "tests/benchmarks/peers/onnxruntime.h"
#include "tests/common/graph_builder.h"
#include "tests/common/temporary_folder.h"

#define SKIP_WITHOUT_ONNXRUNTIME()                 \
  if (!std::filesystem::exists(SLIMC_ONNXRUNTIME)) \
  GTEST_SKIP() << SLIMC_ONNXRUNTIME " is not there; tests/benchmarks/peers/run fetches it"

namespace slimc::peers {
namespace {

using slimc::testing::GraphBuilder;
using slimc::testing::random_tensor;

// Values of an image between n h w c and n c h w.
template <typename From>
std::vector<double> nhwc_of(const From& nchw, const Shape& s) {
  std::vector<double> nhwc(nchw.begin(), nchw.end());
  if (s.rank() != 4) return nhwc;
  const std::int64_t pixels = s[1] * s[2], channels = s[3];
  for (std::int64_t i = 0; i < s.elements(); ++i) {
    const std::int64_t n = i / (pixels * channels), pixel = i / channels % pixels, c = i % channels;
    nhwc[static_cast<std::size_t>(i)] =
        nchw[static_cast<std::size_t>((n * channels + c) * pixels + pixel)];
  }
  return nhwc;
}

// Runs the graph here and there on the same random image.
void expect_same(const Graph& graph, std::uint64_t seed = 1) {
  const Result<OnnxModel> model = export_onnx(graph);
  ASSERT_TRUE(model) << model.error().to_string();
  const auto session = OnnxRuntimeSession::create(SLIMC_ONNXRUNTIME, model->bytes, 1,
                                                  model->input_shape, model->output_shape);
  ASSERT_TRUE(session) << session.error().to_string();
  const Shape& shape = graph.op(graph.input).shape;
  const reference::DoubleTensor nchw = random_tensor(shape, seed);
  reference::DoubleTensor nhwc{shape, {}};
  for (std::size_t i = 0; i < nchw.data.size(); ++i) {
    (*session)->input()[i] = static_cast<float>(nchw.data[i]);
  }
  nhwc.data = nhwc_of(nchw.data, shape);
  const auto ran = (*session)->run();
  ASSERT_TRUE(ran) << ran.error().to_string();
  const reference::DoubleTensor expected = reference::evaluate(graph, nhwc);
  const std::vector<double> found = nhwc_of((*session)->output(), expected.shape);
  ASSERT_EQ(found.size(), expected.data.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected.data[i], 1e-4 * std::max(1.0, std::abs(expected.data[i]))) << i;
  }
}

TEST(ExportOnnx, ConvolutionsWithAsymmetricPaddingStrideAndDilation) {
  SKIP_WITHOUT_ONNXRUNTIME();
  GraphBuilder b({2, 9, 12, 3});
  Value x = b.conv(b.input(), 3, 5, 2, true);
  x = b.depthwise(x, 3, 1, 2);
  x = b.add(OpKind::Conv2D, {x, b.random_constant({2, 3, 10, 4})},
            ConvolutionAttributes{.stride_w = 2,
                                  .dilation_h = 2,
                                  .padding = {.top = 1, .bottom = 2, .right = 3},
                                  .activation = Activation::Relu6});
  expect_same(b.finish(x));
}

TEST(ExportOnnx, BatchNormBiasAndActivations) {
  SKIP_WITHOUT_ONNXRUNTIME();
  GraphBuilder b({1, 5, 4, 3});
  Value x = b.batch_norm(b.input());
  x = b.add(OpKind::BiasAdd, {x, b.random_constant({3})});
  x = b.add(OpKind::Relu, {x});
  x = b.add(OpKind::Mul, {x, b.scalar(20)});
  x = b.relu6(b.add(OpKind::Identity, {x}));
  x = b.add(OpKind::Sub, {b.random_constant({1, 1, 1, 3}), x});
  x = b.add(OpKind::Div, {x, b.random_constant({3}, 1, 2)});
  x = b.add(OpKind::Maximum, {x, b.scalar(-2)});
  x = b.add(OpKind::Minimum, {x, b.random_constant({4, 3}, 0, 0.1)});
  expect_same(b.finish(b.add(OpKind::Add, {x, b.input()})));
}

TEST(ExportOnnx, RootsAndConstantsThatAreComputed) {
  SKIP_WITHOUT_ONNXRUNTIME();
  GraphBuilder b({1, 5, 4, 3});
  Value x = b.add(OpKind::Mul, {b.input(), b.input()});
  x = b.add(OpKind::Sqrt, {b.add(OpKind::Add, {x, b.scalar(1)})});
  expect_same(b.finish(b.add(OpKind::Rsqrt, {x})));
}

TEST(ExportOnnx, PoolsPaddingAndReductions) {
  SKIP_WITHOUT_ONNXRUNTIME();
  // Not one behind the other: ONNX Runtime 1.30 makes one op of them, and then refuses its padding.
  GraphBuilder padded({1, 7, 6, 3});
  expect_same(
      padded.finish(padded.add(OpKind::Pad, {padded.input()},
                               PadAttributes{{.top = 1, .bottom = 2, .left = 3, .right = 0}})));
  for (const OpKind pool : {OpKind::AvgPool, OpKind::MaxPool}) {
    GraphBuilder b({1, 7, 6, 3});
    const Value x = b.add(pool, {b.input()},
                          PoolAttributes{.kernel_h = 3,
                                         .kernel_w = 2,
                                         .stride_h = 2,
                                         .padding = {.top = 1, .bottom = 2, .left = 1}});
    expect_same(b.finish(x));
    GraphBuilder whole({1, 7, 6, 3});
    expect_same(whole.finish(
        whole.add(pool, {whole.input()}, PoolAttributes{.kernel_h = 7, .kernel_w = 6})));
  }
  for (const OpKind reduce : {OpKind::Mean, OpKind::Max}) {
    for (const bool keep_dims : {false, true}) {
      GraphBuilder b({2, 3, 4, 5});
      expect_same(b.finish(b.add(reduce, {b.input()}, ReduceAttributes{keep_dims})));
    }
  }
}

// The order of elements is that of n h w c on both sides.
TEST(ExportOnnx, ReshapesAndMatMul) {
  SKIP_WITHOUT_ONNXRUNTIME();
  GraphBuilder b({2, 3, 4, 5});
  Value x = b.reshape(b.input(), {2, 4, 3, 5});
  x = b.reshape(x, {2, 60});
  x = b.add(OpKind::MatMul, {x, b.random_constant({60, 8})});
  x = b.reshape(x, {2, 1, 1, 8});
  x = b.add(OpKind::Softmax, {x});
  x = b.reshape(x, {2, 8});
  expect_same(b.finish(b.add(OpKind::Softmax, {x})));
}

TEST(ExportOnnx, RefusesWhatHasNoOnnxForm) {
  GraphBuilder b({1, 3, 4, 5});
  const Result<OnnxModel> model = export_onnx(b.finish(b.add(OpKind::Softmax, {b.input()})));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().to_string(), "Softmax 'Softmax_1': of an image has no ONNX form");
}

TEST(OnnxRuntime, SaysWhatIsWrongWithAModel) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const auto session = OnnxRuntimeSession::create(SLIMC_ONNXRUNTIME, "nonsense", 1, {1}, {1});
  ASSERT_FALSE(session);
  EXPECT_NE(session.error().to_string().find("CreateSessionFromArray: "), std::string::npos)
      << session.error().to_string();
}

TEST(OnnxRuntime, SaysWhatIsWrongWithALibrary) {
  EXPECT_EQ(OnnxRuntimeSession::create("libm.so.6", "", 1, {1}, {1}).error().to_string(),
            "libm.so.6: has no OrtGetApiBase");
}

// From the same checkpoint: slimc's library, and ONNX Runtime on the network before all passes.
void expect_agreement(const std::string& model) {
  const std::string bin = SLIMC_BINARY_DIR "/bin/";
  std::vector<Entry> entries = {{.contender = {.name = "slimc"},
                                 .program = bin + "peer_slimc",
                                 .arguments = {"--target", "host"},
                                 .is_reference = true},
                                {.contender = {.name = "onnxruntime"},
                                 .program = bin + "peer_onnxruntime",
                                 .arguments = {"--library", SLIMC_ONNXRUNTIME, "--as-imported"}}};
  for (const int threads : {1, 2}) {
    const Row row = measure_row(
        entries, {.model = model, .threads = threads, .rounds = 1, .repeats = 1, .inputs = 4});
    for (const Outcome& outcome : row.outcomes) EXPECT_EQ(outcome.problem, "");
    EXPECT_LE(row.outcomes[1].max_difference, 1e-4);
  }
}

TEST(Judge, AgreesOnARandomNetwork) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const slimc::testing::TemporaryFolder folder;
  const auto made = run_process(
      SLIMC_BINARY_DIR "/bin/slimc",
      {"init", "--alpha", "0.25", "--resolution", "96", "--seed", "3", "-o", folder / "net"},
      std::chrono::seconds(60));
  ASSERT_TRUE(made && made->ok());
  expect_agreement(folder / "net.ckpt");
}

TEST(Judge, AgreesOnARealNetwork) {
  SKIP_WITHOUT_ONNXRUNTIME();
  const std::string model = SLIMC_SOURCE_DIR "/../shared/models/mobilenet_v1_0.25_224.ckpt";
  if (!std::filesystem::exists(model + ".index")) GTEST_SKIP() << model << " is not there";
  expect_agreement(model);
}

}  // namespace
}  // namespace slimc::peers
