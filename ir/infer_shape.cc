#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "ir/graph.h"
#include "ir/signature.h"

namespace slimc {
namespace {

// Keeps the arithmetic on users' numbers far from overflow.
constexpr std::int64_t kMaxExtent = std::int64_t{1} << 30;

using Inferred = std::variant<Shape, ShapeError>;

template <typename... Args>
ShapeError error(fmt::format_string<Args...> format, Args&&... args) {
  return {fmt::format(format, std::forward<Args>(args)...)};
}

// Pixels that a sliding window gives along one dimension, or an error.
std::variant<std::int64_t, ShapeError> slide(const char* dimension, std::int64_t in,
                                             std::int64_t before, std::int64_t after,
                                             std::int64_t kernel, std::int64_t stride,
                                             std::int64_t dilation) {
  if (kernel < 1 || stride < 1 || dilation < 1) {
    return error("kernel {}, stride {} and dilation {} of the {} must be at least 1", kernel,
                 stride, dilation, dimension);
  }
  if (before < 0 || after < 0) {
    return error("padding {} and {} of the {} must not be negative", before, after, dimension);
  }
  if (std::max({in, before, after, kernel, stride, dilation}) > kMaxExtent) {
    return error("the {} or its window is larger than {}", dimension, kMaxExtent);
  }
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  const std::int64_t padded = in + before + after;
  if (padded < reach) {
    return error("a window of {} does not fit into a {} of {} (with padding)", reach, dimension,
                 padded);
  }
  return (padded - reach) / stride + 1;
}

struct Window {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t dilation_h = 1, dilation_w = 1;
  Padding padding = {};
};

Inferred slide_over(const Shape& x, const Window& window, std::int64_t out_channels) {
  const auto h = slide("height", x[1], window.padding.top, window.padding.bottom, window.kernel_h,
                       window.stride_h, window.dilation_h);
  if (const auto* problem = std::get_if<ShapeError>(&h)) return *problem;
  const auto w = slide("width", x[2], window.padding.left, window.padding.right, window.kernel_w,
                       window.stride_w, window.dilation_w);
  if (const auto* problem = std::get_if<ShapeError>(&w)) return *problem;
  return Shape{x[0], std::get<std::int64_t>(h), std::get<std::int64_t>(w), out_channels};
}

std::optional<ShapeError> expect_rank(const char* what, const Shape& shape, int rank) {
  if (shape.rank() == rank) return std::nullopt;
  return error("{} {} must have {} dimensions", what, shape.to_string(), rank);
}

std::optional<ShapeError> expect_channels(const char* what, const Shape& shape,
                                          std::int64_t channels) {
  if (shape == Shape{channels}) return std::nullopt;
  return error("{} {} does not fit {} channels", what, shape.to_string(), channels);
}

// `weights` are HWIO, or HWI and multiplier for a depthwise convolution.
Inferred convolve(const Shape& x, const Shape& weights, const Shape* bias,
                  const ConvolutionAttributes& attributes, bool depthwise) {
  if (auto problem = expect_rank("input", x, 4)) return *problem;
  if (auto problem = expect_rank("weights", weights, 4)) return *problem;
  if (weights[2] != x[3]) {
    return error("weights {} do not fit an input of {} channels", weights.to_string(), x[3]);
  }
  const std::int64_t out_channels = depthwise ? weights[2] * weights[3] : weights[3];
  if (bias != nullptr) {
    if (auto problem = expect_channels("bias", *bias, out_channels)) return *problem;
  }
  return slide_over(x,
                    {.kernel_h = weights[0],
                     .kernel_w = weights[1],
                     .stride_h = attributes.stride_h,
                     .stride_w = attributes.stride_w,
                     .dilation_h = attributes.dilation_h,
                     .dilation_w = attributes.dilation_w,
                     .padding = attributes.padding},
                    out_channels);
}

// https://numpy.org/doc/stable/user/basics.broadcasting.html
Inferred broadcast(const Shape& x, const Shape& y) {
  const int rank = std::max(x.rank(), y.rank());
  std::vector<std::int64_t> dims(static_cast<std::size_t>(rank));
  for (int i = 0; i < rank; ++i) {
    const int xi = i - (rank - x.rank());
    const int yi = i - (rank - y.rank());
    const std::int64_t xd = xi < 0 ? 1 : x[xi];
    const std::int64_t yd = yi < 0 ? 1 : y[yi];
    if (xd != yd && xd != 1 && yd != 1) {
      return error("{} and {} cannot be broadcast together", x.to_string(), y.to_string());
    }
    dims[static_cast<std::size_t>(i)] = xd == 1 ? yd : xd;
  }
  return Shape(std::move(dims));
}

Inferred pad(const Shape& x, const Padding& padding) {
  if (auto problem = expect_rank("input", x, 4)) return *problem;
  if (std::min({padding.top, padding.bottom, padding.left, padding.right}) < 0) {
    return error("padding must not be negative");
  }
  if (std::max({padding.top, padding.bottom, padding.left, padding.right}) > kMaxExtent) {
    return error("padding is larger than {}", kMaxExtent);
  }
  return Shape{x[0], x[1] + padding.top + padding.bottom, x[2] + padding.left + padding.right,
               x[3]};
}

Inferred pool(const Shape& x, const PoolAttributes& attributes) {
  if (auto problem = expect_rank("input", x, 4)) return *problem;
  // A window without a single pixel of the image has no average and no maximum.
  const Padding& p = attributes.padding;
  if (std::max(p.top, p.bottom) >= attributes.kernel_h ||
      std::max(p.left, p.right) >= attributes.kernel_w) {
    return error("padding must be smaller than the window of {}x{}", attributes.kernel_h,
                 attributes.kernel_w);
  }
  return slide_over(x,
                    {.kernel_h = attributes.kernel_h,
                     .kernel_w = attributes.kernel_w,
                     .stride_h = attributes.stride_h,
                     .stride_w = attributes.stride_w,
                     .padding = attributes.padding},
                    x[3]);
}

Inferred batch_norm(const std::vector<Shape>& in) {
  if (in[0].rank() < 1) return error("input {} has no channels", in[0].to_string());
  const std::int64_t channels = in[0][in[0].rank() - 1];
  const char* names[] = {"gamma", "beta", "mean", "variance"};
  for (std::size_t i = 0; i < 4; ++i) {
    if (auto problem = expect_channels(names[i], in[i + 1], channels)) return *problem;
  }
  return in[0];
}

Inferred bias_add(const Shape& x, const Shape& bias) {
  if (x.rank() < 1) return error("input {} has no channels", x.to_string());
  if (auto problem = expect_channels("bias", bias, x[x.rank() - 1])) return *problem;
  return x;
}

Inferred scale_image(const std::vector<Shape>& in) {
  if (auto problem = expect_rank("input", in[0], 4)) return *problem;
  if (auto problem = expect_channels("scale", in[1], in[0][3])) return *problem;
  if (auto problem = expect_channels("offset", in[2], in[0][3])) return *problem;
  return in[0];
}

Inferred reduce(const Shape& x, bool keep_dims) {
  if (auto problem = expect_rank("input", x, 4)) return *problem;
  return keep_dims ? Shape{x[0], 1, 1, x[3]} : Shape{x[0], x[3]};
}

Inferred reduce_channels(const Shape& x) {
  if (x.rank() < 1) return error("input {} has no channels", x.to_string());
  std::vector<std::int64_t> dims = x.dims();
  dims.back() = 1;
  return Shape(std::move(dims));
}

Inferred mat_mul(const Shape& x, const Shape& weights) {
  if (auto problem = expect_rank("input", x, 2)) return *problem;
  if (auto problem = expect_rank("weights", weights, 2)) return *problem;
  if (x[1] != weights[0]) {
    return error("weights {} do not fit an input of {} channels", weights.to_string(), x[1]);
  }
  return Shape{x[0], weights[1]};
}

Inferred reshape(const Shape& x, const Shape& shape) {
  if (x.elements() != shape.elements()) {
    return error("{} cannot be reshaped to {}", x.to_string(), shape.to_string());
  }
  return shape;
}

}  // namespace

std::variant<Shape, ShapeError> infer_shape(const Graph& graph, const Op& op) {
  if (std::string problem = signature_problem(op); !problem.empty()) return ShapeError{problem};
  std::vector<Shape> in;
  for (const Value value : op.inputs) in.push_back(graph.op(value).shape);

  switch (op.kind) {
    case OpKind::Input:
      return op.shape;
    case OpKind::Constant:
      if (op.constant == nullptr) return error("a Constant without a value");
      return op.constant->shape;
    case OpKind::Identity:
    case OpKind::Dropout:
    case OpKind::Sqrt:
    case OpKind::Rsqrt:
    case OpKind::Relu:
    case OpKind::Relu6:
    case OpKind::Exp:
    case OpKind::Activate:
    case OpKind::Quantize:
    case OpKind::Dequantize:
      return in[0];
    case OpKind::SumChannels:
    case OpKind::MaxChannels:
      return reduce_channels(in[0]);
    case OpKind::Softmax:
      if (in[0].rank() < 1) return error("input {} has no classes", in[0].to_string());
      return in[0];
    case OpKind::Conv2D:
    case OpKind::DepthwiseConv2D:
      return convolve(in[0], in[1], in.size() > 2 ? &in[2] : nullptr,
                      op.attributes_as<ConvolutionAttributes>(),
                      op.kind == OpKind::DepthwiseConv2D);
    case OpKind::BatchNorm:
      return batch_norm(in);
    case OpKind::BiasAdd:
      return bias_add(in[0], in[1]);
    case OpKind::ScaleImage:
      return scale_image(in);
    case OpKind::Add:
    case OpKind::Sub:
    case OpKind::Mul:
    case OpKind::Div:
    case OpKind::Maximum:
    case OpKind::Minimum:
      return broadcast(in[0], in[1]);
    case OpKind::Pad:
      return pad(in[0], op.attributes_as<PadAttributes>().padding);
    case OpKind::AvgPool:
    case OpKind::MaxPool:
      return pool(in[0], op.attributes_as<PoolAttributes>());
    case OpKind::Mean:
    case OpKind::Max:
      return reduce(in[0], op.attributes_as<ReduceAttributes>().keep_dims);
    case OpKind::MatMul:
      return mat_mul(in[0], in[1]);
    case OpKind::Reshape:
      return reshape(in[0], op.attributes_as<ReshapeAttributes>().shape);
  }
  return error("unknown kind of op");
}

}  // namespace slimc
