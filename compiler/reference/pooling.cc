#include <algorithm>
#include <limits>

#include "compiler/reference/kernels.h"

namespace slimc::reference {
namespace {

struct Window {
  std::int64_t first = 0, end = 0;  // pixels inside the image
};

Window clip(std::int64_t out, std::int64_t stride, std::int64_t before, std::int64_t kernel,
            std::int64_t in) {
  const std::int64_t first = out * stride - before;
  return {std::max<std::int64_t>(first, 0), std::min(first + kernel, in)};
}

// Averages or maxima over windows of x; y's shape says how many there are.
DoubleTensor pool_windows(const DoubleTensor& x, const PoolAttributes& a, const Shape& shape,
                          bool average) {
  DoubleTensor y = zeros(shape);
  const std::int64_t in_h = x.shape[1], in_w = x.shape[2], c = x.shape[3];
  const std::int64_t out_h = shape[1], out_w = shape[2];
  for (std::int64_t n = 0; n < shape[0]; ++n) {
    for (std::int64_t oh = 0; oh < out_h; ++oh) {
      const Window rows = clip(oh, a.stride_h, a.padding.top, a.kernel_h, in_h);
      for (std::int64_t ow = 0; ow < out_w; ++ow) {
        const Window columns = clip(ow, a.stride_w, a.padding.left, a.kernel_w, in_w);
        double* out = y.data.data() + ((n * out_h + oh) * out_w + ow) * c;
        if (!average) std::fill(out, out + c, -std::numeric_limits<double>::infinity());
        for (std::int64_t h = rows.first; h < rows.end; ++h) {
          for (std::int64_t w = columns.first; w < columns.end; ++w) {
            const double* in = x.data.data() + ((n * in_h + h) * in_w + w) * c;
            for (std::int64_t i = 0; i < c; ++i) {
              out[i] = average ? out[i] + in[i] : std::max(out[i], in[i]);
            }
          }
        }
        // Only pixels of the image count, as in TensorFlow.
        const auto count =
            static_cast<double>((rows.end - rows.first) * (columns.end - columns.first));
        for (std::int64_t i = 0; average && i < c; ++i) out[i] /= count;
      }
    }
  }
  return y;
}

}  // namespace

DoubleTensor pad(const Op& op, const Inputs& in) {
  const Padding& padding = op.attributes_as<PadAttributes>().padding;
  const DoubleTensor& x = *in[0];
  DoubleTensor y = zeros(op.shape);
  const std::int64_t row = x.shape[2] * x.shape[3];
  for (std::int64_t n = 0; n < x.shape[0]; ++n) {
    for (std::int64_t h = 0; h < x.shape[1]; ++h) {
      const double* from = x.data.data() + (n * x.shape[1] + h) * row;
      double* to = y.data.data() +
                   ((n * op.shape[1] + h + padding.top) * op.shape[2] + padding.left) * op.shape[3];
      std::copy(from, from + row, to);
    }
  }
  return y;
}

DoubleTensor pool(const Op& op, const Inputs& in) {
  return pool_windows(*in[0], op.attributes_as<PoolAttributes>(), op.shape,
                      op.kind == OpKind::AvgPool);
}

// The one window that is the whole image; keep_dims or not, the data are the same.
DoubleTensor reduce(const Op& op, const Inputs& in) {
  const Shape& x = in[0]->shape;
  DoubleTensor y = pool_windows(*in[0], {.kernel_h = x[1], .kernel_w = x[2]},
                                Shape{x[0], 1, 1, x[3]}, op.kind == OpKind::Mean);
  y.shape = op.shape;
  return y;
}

}  // namespace slimc::reference
