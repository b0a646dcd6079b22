#include "frontend/plausible_structure.h"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/findings.h"
#include "frontend/plausible_blocks.h"

namespace slimc::frontend {
namespace {

constexpr std::size_t kWeights = 1;  // of a convolution's inputs

bool is_nothing(const Op& op) { return op.kind == OpKind::Identity || op.kind == OpKind::Dropout; }

Padding sum(const Padding& a, const Padding& b) {
  return {a.top + b.top, a.bottom + b.bottom, a.left + b.left, a.right + b.right};
}

std::string words(const Padding& padding) {
  return fmt::format("padding [{},{},{},{}]", padding.top, padding.bottom, padding.left,
                     padding.right);
}

// An op's padding together with that of the Pads in front of it, which do the same in other files.
struct Padded {
  Padding padding;
  Shape image;             // in front of all of it
  const Op* op = nullptr;  // the one to name: that which pads
};

Padded padded(const Graph& graph, const Op& op, const Padding& own) {
  Padded result{.padding = own, .image = graph.op(op.inputs[0]).shape, .op = &op};
  for (const Op* at = &graph.op(op.inputs[0]); is_nothing(*at) || at->kind == OpKind::Pad;
       at = &graph.op(at->inputs[0])) {
    result.image = graph.op(at->inputs[0]).shape;
    if (at->kind != OpKind::Pad) continue;
    result.padding = sum(result.padding, at->attributes_as<PadAttributes>().padding);
    if (own == Padding{}) result.op = at;
  }
  return result;
}

class Structure {
 public:
  explicit Structure(const Graph& graph) : graph_(graph) {}

  void run(Reporter& reporter) {
    strides_so_far_.resize(graph_.ops().size(), 1);
    for (std::size_t i = 0; i < graph_.ops().size(); ++i) {
      const Op& op = graph_.ops()[i];
      if (!op.inputs.empty()) {
        strides_so_far_[i] = strides_so_far_[static_cast<std::size_t>(op.inputs[0].op)];
      }
      if (is_convolution(op)) check_convolution(op, strides_so_far_[i]);
      if (op.kind == OpKind::AvgPool || op.kind == OpKind::MaxPool) check_pool(op);
      if (op.kind == OpKind::Softmax) check_softmax(op);
    }
    for (const Findings* kind : {&padding_, &beyond_, &stride_, &dilation_, &pool_, &softmax_}) {
      kind->report(graph_, reporter);
    }
  }

 private:
  void check_convolution(const Op& op, std::int64_t& stride_so_far) {
    const auto& attributes = op.attributes_as<ConvolutionAttributes>();
    const Shape& kernel = graph_.op(op.inputs[kWeights]).shape;
    const std::int64_t h = attributes.stride_h, w = attributes.stride_w;
    // Saturates: a damaged stride may be a million.
    stride_so_far = std::min(stride_so_far * std::max(h, w), kMostStrides + 1);
    if (h != w || h > 2) {
      stride_.add(op, fmt::format("stride {}x{}", h, w));
    } else if (h > kernel[0] && w > kernel[1]) {
      stride_.add(op, fmt::format("stride {}x{} of a {}x{} kernel", h, w, kernel[0], kernel[1]));
    }
    check_dilation(op, kernel, stride_so_far);
    check_padding(op, kernel);
  }

  // slim dilates where a stride would go beyond the output stride, by what the strides left out
  // make, so that the field of view stays.
  void check_dilation(const Op& op, const Shape& kernel, std::int64_t stride_so_far) {
    if (kernel[0] == 1 && kernel[1] == 1) return;
    const auto& attributes = op.attributes_as<ConvolutionAttributes>();
    const std::int64_t h = attributes.dilation_h, w = attributes.dilation_w;
    const bool is_dilated = h != 1 || w != 1;
    if (is_dilated && (h != w || (h != 2 && h != 4) || op.kind == OpKind::Conv2D ||
                       attributes.stride_h != 1 || h * stride_so_far > kMostStrides)) {
      dilation_.add(op, fmt::format("dilation {}x{} behind strides of {}", h, w, stride_so_far));
    } else if (dilated_ != nullptr &&
               h < dilated_->attributes_as<ConvolutionAttributes>().dilation_h) {
      dilation_.add(*dilated_, fmt::format("a larger dilation than '{}'", op.name));
      dilated_ = nullptr;
    }
    if (is_dilated && op.kind == OpKind::DepthwiseConv2D) dilated_ = &op;
  }

  void check_padding(const Op& op, const Shape& kernel) {
    const auto& attributes = op.attributes_as<ConvolutionAttributes>();
    const Padded found = padded(graph_, op, attributes.padding);
    const Padding& p = found.padding;
    const std::int64_t stride = attributes.stride_h;
    const std::int64_t kh = (kernel[0] - 1) * attributes.dilation_h + 1;
    const std::int64_t kw = (kernel[1] - 1) * attributes.dilation_w + 1;
    const Padding same =
        same_padding(found.image[1], found.image[2], kernel[0], kernel[1], attributes.stride_h,
                     attributes.stride_w, attributes.dilation_h, attributes.dilation_w);
    // ONNX' SAME_LOWER, which no single byte makes of pads that are numbers.
    const Padding same_lower{same.bottom, same.top, same.right, same.left};
    const Padding half{(kh - 1) / 2, kh / 2, (kw - 1) / 2, kw / 2};
    const Padding keras{0, 1, 0, 1};
    const bool is_keras = p == keras && stride == 2 && kh == 3 && kw == 3;
    if (p == Padding{} || p == same || p == same_lower || p == half || is_keras) return;
    const std::string what = fmt::format("{} around an image of {}x{} for a {}x{} kernel", words(p),
                                         found.image[1], found.image[2], kernel[0], kernel[1]);
    if (std::max(p.top, p.bottom) >= kh || std::max(p.left, p.right) >= kw) {
      beyond_.add(*found.op, what + ", whose border is computed of nothing but zeros");
    } else {
      padding_.add(*found.op, what);
    }
  }

  // slim's window is 7x7, or the image where that is smaller.
  void check_pool(const Op& op) {
    constexpr std::int64_t kSlims = 7;
    const auto& attributes = op.attributes_as<PoolAttributes>();
    const Padded found = padded(graph_, op, attributes.padding);
    const auto fits = [](std::int64_t window, std::int64_t image) {
      return window == image || window == kSlims;
    };
    const bool is_known =
        fits(attributes.kernel_h, found.image[1]) && fits(attributes.kernel_w, found.image[2]);
    if (is_known && found.padding == Padding{}) return;
    std::string what = fmt::format("a window of {}x{} in an image of {}x{}", attributes.kernel_h,
                                   attributes.kernel_w, found.image[1], found.image[2]);
    if (found.padding != Padding{}) what += " with " + words(found.padding);
    pool_.add(op, what);
  }

  void check_softmax(const Op& op) {
    const std::int64_t classes = op.shape[op.shape.rank() - 1];
    const std::int64_t images = graph_.op(graph_.input).shape[0];
    if (classes == 1 && op.shape.elements() > images) {
      softmax_.add(op, fmt::format("a softmax over one number each of {}, which is always 1",
                                   op.shape.to_string()));
    }
    const Op* from = &graph_.op(op.inputs[0]);
    while (is_nothing(*from) || from->kind == OpKind::Reshape) from = &graph_.op(from->inputs[0]);
    if (is_activation(*from)) {
      softmax_.add(op, fmt::format("a softmax of the activation '{}'", from->name));
    }
    if (from->kind != OpKind::Mul) return;
    for (const Value input : from->inputs) {
      const Op& factor = graph_.op(input);
      if (factor.kind != OpKind::Constant || factor.shape.elements() != 1) continue;
      if (factor.constant->data.front() == 1) continue;
      softmax_.add(op,
                   fmt::format("a softmax of {} times its input", factor.constant->data.front()));
    }
  }

  // Of all strides of a MobileNet.
  static constexpr std::int64_t kMostStrides = 32;

  static constexpr const char* kPaddings =
      "a MobileNet v1 pads by SAME, by (k-1)/2 on each side, by [0,1,0,1] at stride 2, or not at "
      "all ([top,bottom,left,right])";

  const Graph& graph_;
  std::vector<std::int64_t> strides_so_far_;  // their product, of each op
  const Op* dilated_ = nullptr;               // the last one
  Findings padding_{kPaddings}, beyond_{kPaddings};
  Findings stride_{
      "those of a MobileNet v1 are 1x1, and 2x2 where the kernel is no smaller than that"};
  Findings dilation_{
      "a MobileNet v1 dilates by 1, or by 2 and 4 in place of the strides that it leaves out"};
  Findings pool_{"a MobileNet v1 pools the whole image, or by 7x7, without padding"};
  Findings softmax_{"that of a MobileNet v1 is over all classes of its logits as they are"};
};

}  // namespace

void check_structure(const Graph& graph, Reporter& reporter) {
  Structure(graph).run(reporter);
  check_blocks(graph, reporter);
}

}  // namespace slimc::frontend
