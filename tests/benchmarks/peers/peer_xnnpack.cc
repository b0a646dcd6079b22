// XNNPACK through its subgraph interface, as Debian packages it.
#include <pthreadpool.h>
#include <xnnpack.h>

#include <array>
#include <limits>
#include <list>
#include <utility>

#include "tests/benchmarks/peers/peer.h"
#include "tests/benchmarks/peers/peer_graph.h"

namespace slimc::peers {
namespace {

constexpr std::uint32_t kInputId = 0, kOutputId = 1, kExternalValues = 2;

Result<void> check(xnn_status status, const std::string& what) {
  if (status == xnn_status_success) return {};
  return fail({.subject = "XNNPACK",
               .message = what + ": status " + std::to_string(static_cast<int>(status)),
               .blame = Blame::Tool});
}

struct Clamp {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

Clamp clamp_of(const ActivationFunction& activation) {
  switch (activation.kind) {
    case Activation::Relu:
      return {.low = 0};
    case Activation::Relu6:
      return {.low = 0, .high = 6};
    default:
      break;  // networks of `slimc init` have no others
  }
  return {};
}

// [kh,kw,ci,co] to [co,kh,kw,ci].
std::vector<float> transpose_weights(const Tensor& weights) {
  const std::int64_t out = weights.shape[3], rest = weights.shape.elements() / out;
  std::vector<float> result;
  result.reserve(weights.data.size());
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t i = 0; i < rest; ++i) {
      result.push_back(weights.data[static_cast<std::size_t>(i * out + o)]);
    }
  }
  return result;
}

// Defines the graph's ops, each with a value for its result.
class Builder {
 public:
  Builder(const Graph& graph, xnn_subgraph_t subgraph) : graph_(graph), subgraph_(subgraph) {}

  Result<void> build() {
    ids_.assign(graph_.ops().size(), XNN_INVALID_VALUE_ID);
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (op.kind == OpKind::Constant) continue;
      const Value value{static_cast<int>(i)};
      SLIMC_TRY(define_value(value));
      SLIMC_TRY(
          check(define_node(op, ids_[i]), std::string(name_of(op.kind)) + " '" + op.name + "'"));
    }
    return {};
  }

  // The weights in XNNPACK's order; they must outlive the subgraph.
  std::list<std::vector<float>> take_weights() { return std::move(weights_); }

 private:
  Result<void> define_value(Value value) {
    std::uint32_t external = XNN_INVALID_VALUE_ID, flags = 0;
    if (value == graph_.input) {
      external = kInputId;
      flags = XNN_VALUE_FLAG_EXTERNAL_INPUT;
    } else if (value == graph_.output()) {
      external = kOutputId;
      flags = XNN_VALUE_FLAG_EXTERNAL_OUTPUT;
    }
    const std::vector<std::size_t> dims = dims_of(graph_.op(value).shape);
    return check(
        xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, dims.size(), dims.data(), nullptr,
                                external, flags, &ids_[static_cast<std::size_t>(value.op)]),
        "value '" + graph_.op(value).name + "'");
  }

  static std::vector<std::size_t> dims_of(const Shape& shape) {
    return {shape.dims().begin(), shape.dims().end()};
  }

  std::uint32_t define_weights(const std::vector<std::size_t>& dims, std::vector<float> data) {
    weights_.push_back(std::move(data));
    std::uint32_t id = XNN_INVALID_VALUE_ID;
    xnn_define_tensor_value(subgraph_, xnn_datatype_fp32, dims.size(), dims.data(),
                            weights_.back().data(), XNN_INVALID_VALUE_ID, 0, &id);
    return id;
  }

  std::uint32_t bias_of(const Op& op) {
    const Tensor& bias = graph_.constant(op.inputs[2]);
    return define_weights(dims_of(bias.shape), bias.data);
  }

  xnn_status convolution(const Op& op, std::uint32_t output) {
    const auto& a = op.attributes_as<ConvolutionAttributes>();
    const Tensor& weights = graph_.constant(op.inputs[1]);
    const auto dim = [&](int i) { return static_cast<std::size_t>(weights.shape[i]); };
    const auto [low, high] = clamp_of(a.activation);
    const std::uint32_t filter =
        define_weights({dim(3), dim(0), dim(1), dim(2)}, transpose_weights(weights));
    return xnn_define_convolution_2d(
        subgraph_, u32(a.padding.top), u32(a.padding.right), u32(a.padding.bottom),
        u32(a.padding.left), u32(weights.shape[0]), u32(weights.shape[1]), u32(a.stride_h),
        u32(a.stride_w), u32(a.dilation_h), u32(a.dilation_w), /*groups=*/1, dim(2), dim(3), low,
        high, id(op.inputs[0]), filter, bias_of(op), output, /*flags=*/0);
  }

  xnn_status depthwise(const Op& op, std::uint32_t output) {
    const auto& a = op.attributes_as<ConvolutionAttributes>();
    const Tensor& weights = graph_.constant(op.inputs[1]);
    const auto dim = [&](int i) { return static_cast<std::size_t>(weights.shape[i]); };
    const auto [low, high] = clamp_of(a.activation);
    const std::uint32_t filter = define_weights({1, dim(0), dim(1), dim(2) * dim(3)}, weights.data);
    return xnn_define_depthwise_convolution_2d(
        subgraph_, u32(a.padding.top), u32(a.padding.right), u32(a.padding.bottom),
        u32(a.padding.left), u32(weights.shape[0]), u32(weights.shape[1]), u32(a.stride_h),
        u32(a.stride_w), u32(a.dilation_h), u32(a.dilation_w), u32(weights.shape[3]), dim(2), low,
        high, id(op.inputs[0]), filter, bias_of(op), output, /*flags=*/0);
  }

  bool is_global_pool(const Op& op) const {
    if (op.kind == OpKind::Mean) return op.attributes_as<ReduceAttributes>().keep_dims;
    const auto& a = op.attributes_as<PoolAttributes>();
    const Shape& image = graph_.op(op.inputs[0]).shape;
    return a.padding == Padding{} && a.kernel_h == image[1] && a.kernel_w == image[2];
  }

  xnn_status define_node(const Op& op, std::uint32_t output) {
    switch (op.kind) {
      case OpKind::Input:
        return xnn_status_success;
      case OpKind::Conv2D:
        return convolution(op, output);
      case OpKind::DepthwiseConv2D:
        return depthwise(op, output);
      case OpKind::AvgPool:
      case OpKind::Mean:
        if (!is_global_pool(op)) break;
        return xnn_define_global_average_pooling_2d(subgraph_, Clamp().low, Clamp().high,
                                                    id(op.inputs[0]), output, 0);
      case OpKind::Softmax:
        return xnn_define_softmax(subgraph_, id(op.inputs[0]), output, 0);
      case OpKind::Reshape: {
        const std::vector<std::size_t> dims = dims_of(op.shape);
        return xnn_define_static_reshape(subgraph_, dims.size(), dims.data(), id(op.inputs[0]),
                                         output, 0);
      }
      default:
        break;
    }
    return xnn_status_unsupported_parameter;
  }

  static std::uint32_t u32(std::int64_t number) { return static_cast<std::uint32_t>(number); }
  std::uint32_t id(Value value) const { return ids_[static_cast<std::size_t>(value.op)]; }

  const Graph& graph_;
  const xnn_subgraph_t subgraph_;
  std::vector<std::uint32_t> ids_;  // by op
  std::list<std::vector<float>> weights_;
};

struct DeleteSubgraph {
  void operator()(xnn_subgraph_t subgraph) const { xnn_delete_subgraph(subgraph); }
};
struct DeleteRuntime {
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
};
struct DestroyPool {
  void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
};

class XnnpackPeer final : public Peer {
 public:
  Result<void> load(const PeerOptions& options) {
    SLIMC_ASSIGN(const Graph graph, load_peer_graph(options.model));
    shape_ = graph.op(graph.input).shape;
    input_.resize(static_cast<std::size_t>(shape_.elements()) + XNN_EXTRA_BYTES / sizeof(float));
    output_.resize(static_cast<std::size_t>(graph.op(graph.output()).shape.elements()));
    SLIMC_TRY(check(xnn_initialize(nullptr), "xnn_initialize"));
    xnn_subgraph_t subgraph = nullptr;
    SLIMC_TRY(check(xnn_create_subgraph(kExternalValues, 0, &subgraph), "xnn_create_subgraph"));
    subgraph_.reset(subgraph);
    Builder builder(graph, subgraph);
    SLIMC_TRY(builder.build());
    weights_ = builder.take_weights();
    // One thread is the calling one: no pool.
    if (options.threads > 1) {
      pool_.reset(pthreadpool_create(static_cast<std::size_t>(options.threads)));
    }
    xnn_runtime_t runtime = nullptr;
    SLIMC_TRY(
        check(xnn_create_runtime_v2(subgraph, pool_.get(), 0, &runtime), "xnn_create_runtime_v2"));
    runtime_.reset(runtime);
    const std::array<xnn_external_value, kExternalValues> values = {
        {{kInputId, input_.data()}, {kOutputId, output_.data()}}};
    return check(xnn_setup_runtime(runtime, values.size(), values.data()), "xnn_setup_runtime");
  }

  std::string description() const override {
    return "XNNPACK as Debian 12 packages it (2022-02-16), subgraph, pthreadpool";
  }
  Layout layout() const override { return Layout::Nhwc; }
  std::vector<std::size_t> input_shape() const override {
    return {shape_.dims().begin(), shape_.dims().end()};
  }
  float* input() override { return input_.data(); }
  Result<void> run() override {
    return check(xnn_invoke_runtime(runtime_.get()), "xnn_invoke_runtime");
  }
  std::vector<float> output() const override { return output_; }

 private:
  Shape shape_;
  std::vector<float> input_, output_;
  std::list<std::vector<float>> weights_;
  std::unique_ptr<xnn_subgraph, DeleteSubgraph> subgraph_;
  std::unique_ptr<pthreadpool, DestroyPool> pool_;
  std::unique_ptr<xnn_runtime, DeleteRuntime> runtime_;
};

}  // namespace

Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options) {
  auto peer = std::make_unique<XnnpackPeer>();
  SLIMC_TRY(peer->load(options));
  return peer;
}

}  // namespace slimc::peers
