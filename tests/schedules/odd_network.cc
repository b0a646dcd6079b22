#include "tests/schedules/odd_network.h"

#include <algorithm>
#include <cmath>

namespace slimc::testing {
namespace {

struct Window {
  std::int64_t kernel_h = 1, kernel_w = 1;
  ConvolutionAttributes attributes;
};

class OddNetwork {
 public:
  explicit OddNetwork(Random& random) : r_(random), b_(input_shape(), random.integer(0, 1 << 20)) {}

  Graph build() {
    Value x = convolution(b_.input(), window(4, 2, 1), r_.integer(1, 40));
    for (std::int64_t blocks = r_.integer(2, 3); blocks > 0; --blocks) {
      const std::int64_t multiplier = r_.integer(0, 3) == 0 ? r_.integer(2, 3) : 1;
      x = depthwise(x, window(5, 2, 2), multiplier);
      // Mostly a block, which one stage or two can compute; else a depthwise alone.
      if (r_.integer(0, 4) != 0) x = convolution(x, Window{}, r_.integer(1, 70));
      if (r_.integer(0, 3) == 0) x = with_shortcut(x);
    }
    return b_.finish(head(x));
  }

 private:
  // A statement a draw: compilers differ in the order of arguments.
  Shape input_shape() {
    const std::int64_t batch = r_.integer(0, 4) == 0 ? 2 : 1;
    height_ = r_.integer(3, 20);
    width_ = r_.integer(3, 20);
    // Three channels are also read as bytes.
    const std::int64_t channels = r_.coin() ? 3 : r_.integer(1, 5);
    return Shape{batch, height_, width_, channels};
  }

  // One that fits the activations in front of it.
  Window window(std::int64_t most_kernel, std::int64_t most_stride, std::int64_t most_dilation) {
    Window w;
    w.kernel_h = r_.integer(1, most_kernel);
    w.kernel_w = r_.coin() ? w.kernel_h : r_.integer(1, most_kernel);
    ConvolutionAttributes& a = w.attributes;
    a.stride_h = r_.integer(1, most_stride);
    a.stride_w = r_.coin() ? a.stride_h : r_.integer(1, most_stride);
    if (a.stride_h == 1 && a.stride_w == 1 && r_.integer(0, 3) == 0) {
      a.dilation_h = a.dilation_w = r_.integer(1, most_dilation);
    }
    const std::int64_t reach_h = (w.kernel_h - 1) * a.dilation_h + 1;
    const std::int64_t reach_w = (w.kernel_w - 1) * a.dilation_w + 1;
    const bool valid_fits = height_ >= reach_h && width_ >= reach_w;
    switch (valid_fits ? r_.integer(0, 3) : 0) {
      case 0:
      case 1:
        a.padding = same_padding(height_, width_, w.kernel_h, w.kernel_w, a.stride_h, a.stride_w,
                                 a.dilation_h, a.dilation_w);
        break;
      case 2:  // Keras before 2.3 and nobody
        a.padding = {r_.integer(0, 1), r_.integer(0, 2), 1, r_.integer(0, 1)};
        break;
      default:  // VALID
        break;
    }
    return w;
  }

  Value convolution(Value x, const Window& w, std::int64_t channels) {
    const std::int64_t in = b_.shape(x)[3];
    const double fan_in = static_cast<double>(w.kernel_h * w.kernel_w * in);
    return add(OpKind::Conv2D, x, Shape{w.kernel_h, w.kernel_w, in, channels}, fan_in,
               w.attributes);
  }

  // A block that keeps the shape, and a sum around it.
  Value with_shortcut(Value x) {
    Window same;
    same.kernel_h = same.kernel_w = 3;
    same.attributes.padding = {1, 1, 1, 1};
    const Value y = convolution(depthwise(x, same, 1), Window{}, b_.shape(x)[3]);
    const Value sum = b_.add(OpKind::Add, {x, y});
    return r_.coin() ? sum : b_.relu6(sum);
  }

  Value depthwise(Value x, const Window& w, std::int64_t multiplier) {
    const double fan_in = static_cast<double>(w.kernel_h * w.kernel_w);
    return add(OpKind::DepthwiseConv2D, x,
               Shape{w.kernel_h, w.kernel_w, b_.shape(x)[3], multiplier}, fan_in, w.attributes);
  }

  // Weights that keep the activations' size from stage to stage.
  Value add(OpKind kind, Value x, const Shape& weights, double fan_in,
            const ConvolutionAttributes& attributes) {
    const double bound = std::sqrt(3 / fan_in);
    const Value constant = b_.random_constant(weights, -bound, bound);
    const Value y = b_.add(kind, {x, constant}, attributes);
    height_ = b_.shape(y)[1];
    width_ = b_.shape(y)[2];
    const Value biased =
        b_.add(OpKind::BiasAdd, {y, b_.random_constant(b_.channels(y), -0.25, 0.5)});
    switch (r_.integer(0, 3)) {
      case 0:
        return biased;
      case 1:
        return b_.add(OpKind::Relu, {biased});
      default:
        return b_.relu6(biased);
    }
  }

  Value head(Value x) {
    PoolAttributes a;
    a.kernel_h = r_.integer(1, height_);
    a.kernel_w = r_.integer(1, width_);
    a.stride_h = r_.integer(1, 3);
    a.stride_w = r_.integer(1, 3);
    x = b_.add(r_.coin() ? OpKind::AvgPool : OpKind::MaxPool, {x}, a);
    const std::int64_t last = r_.integer(0, 5);
    if (last == 0) return x;
    x = convolution(x, Window{}, r_.integer(1, 70));
    return last == 1 ? x : b_.add(OpKind::Softmax, {x});
  }

  Random& r_;
  std::int64_t height_ = 0, width_ = 0;  // of the latest activations
  GraphBuilder b_;
};

}  // namespace

Graph odd_network(Random& random) { return OddNetwork(random).build(); }

}  // namespace slimc::testing
