#include "compiler/reference/kernels.h"

namespace slimc::reference {
namespace {

// y[0..n) += x * weights[0..n). The loop that all the time goes into: contiguous, so that the
// compiler vectorises it.
void add_scaled(double* __restrict y, double x, const double* __restrict weights, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] += x * weights[i];
}

// Calls visit(x pixel, kernel position, y pixel) for every pair of an image pixel and a kernel
// position that meet in a pixel of the result; zeros around the image are skipped. Pixels are
// indices over [n,h,w], kernel positions over [kh,kw].
template <typename Visit>
void for_each_tap(const Shape& x, const Shape& weights, const Shape& y,
                  const ConvolutionAttributes& a, const Visit& visit) {
  const std::int64_t in_h = x[1], in_w = x[2], kernel_h = weights[0], kernel_w = weights[1];
  const std::int64_t out_h = y[1], out_w = y[2];
  for (std::int64_t n = 0; n < y[0]; ++n) {
    for (std::int64_t oh = 0; oh < out_h; ++oh) {
      for (std::int64_t ow = 0; ow < out_w; ++ow) {
        for (std::int64_t kh = 0; kh < kernel_h; ++kh) {
          const std::int64_t ih = oh * a.stride_h - a.padding.top + kh * a.dilation_h;
          if (ih < 0 || ih >= in_h) continue;
          for (std::int64_t kw = 0; kw < kernel_w; ++kw) {
            const std::int64_t iw = ow * a.stride_w - a.padding.left + kw * a.dilation_w;
            if (iw < 0 || iw >= in_w) continue;
            visit((n * in_h + ih) * in_w + iw, kh * kernel_w + kw, (n * out_h + oh) * out_w + ow);
          }
        }
      }
    }
  }
}

// The bias comes last, as if a BiasAdd stood behind the convolution.
void add_bias(const DoubleTensor* bias, std::vector<double>& data) {
  if (bias == nullptr) return;
  const std::size_t channels = bias->data.size();
  for (std::size_t i = 0; i < data.size(); ++i) data[i] += bias->data[i % channels];
}

DoubleTensor convolve(const DoubleTensor& x, const DoubleTensor& weights, const DoubleTensor* bias,
                      const ConvolutionAttributes& attributes, const Shape& shape) {
  DoubleTensor y = zeros(shape);
  const std::int64_t ci = weights.shape[2], co = weights.shape[3];
  for_each_tap(x.shape, weights.shape, shape, attributes,
               [&](std::int64_t x_pixel, std::int64_t k, std::int64_t y_pixel) {
                 for (std::int64_t i = 0; i < ci; ++i) {
                   add_scaled(y.data.data() + y_pixel * co, x.data[std::size_t(x_pixel * ci + i)],
                              weights.data.data() + (k * ci + i) * co, co);
                 }
               });
  add_bias(bias, y.data);
  apply(attributes.activation, y.data);
  return y;
}

// Channel ci*m + j of the result comes from channel ci and weights [.., .., ci, j].
DoubleTensor convolve_depthwise(const DoubleTensor& x, const DoubleTensor& weights,
                                const DoubleTensor* bias, const ConvolutionAttributes& attributes,
                                const Shape& shape) {
  DoubleTensor y = zeros(shape);
  const std::int64_t ci = weights.shape[2], m = weights.shape[3];
  for_each_tap(x.shape, weights.shape, shape, attributes,
               [&](std::int64_t x_pixel, std::int64_t k, std::int64_t y_pixel) {
                 const double* in = x.data.data() + x_pixel * ci;
                 const double* w = weights.data.data() + k * ci * m;
                 double* out = y.data.data() + y_pixel * ci * m;
                 for (std::int64_t c = 0; c < ci; ++c) {
                   add_scaled(out + c * m, in[c], w + c * m, m);
                 }
               });
  add_bias(bias, y.data);
  apply(attributes.activation, y.data);
  return y;
}

const DoubleTensor* optional_bias(const Inputs& in) { return in.size() > 2 ? in[2] : nullptr; }

}  // namespace

DoubleTensor conv2d(const Op& op, const Inputs& in) {
  return convolve(*in[0], *in[1], optional_bias(in), op.attributes_as<ConvolutionAttributes>(),
                  op.shape);
}

DoubleTensor depthwise_conv2d(const Op& op, const Inputs& in) {
  return convolve_depthwise(*in[0], *in[1], optional_bias(in),
                            op.attributes_as<ConvolutionAttributes>(), op.shape);
}

DoubleTensor mat_mul(const Op& op, const Inputs& in) {
  DoubleTensor y = zeros(op.shape);
  const std::int64_t ci = in[1]->shape[0], co = in[1]->shape[1];
  for (std::int64_t n = 0; n < op.shape[0]; ++n) {
    for (std::int64_t i = 0; i < ci; ++i) {
      add_scaled(y.data.data() + n * co, in[0]->data[std::size_t(n * ci + i)],
                 in[1]->data.data() + i * co, co);
    }
  }
  return y;
}

}  // namespace slimc::reference
