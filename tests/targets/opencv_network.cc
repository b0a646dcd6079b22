#include "tests/targets/opencv_network.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <opencv2/dnn.hpp>

namespace slimc::testing {
namespace {

// Tensors of ours and OpenCV's order of dimensions: image NCHW, weights [co][ci][kh][kw].
cv::Mat vector_of(const Tensor& tensor) {
  return cv::Mat(1, static_cast<int>(tensor.data.size()), CV_32F,
                 const_cast<float*>(tensor.data.data()))
      .clone();
}

cv::Mat weights_of(const Tensor& tensor, bool depthwise) {
  const auto kh = static_cast<int>(tensor.shape[0]), kw = static_cast<int>(tensor.shape[1]),
             in = static_cast<int>(tensor.shape[2]), out = static_cast<int>(tensor.shape[3]);
  const int sizes[] = {depthwise ? in * out : out, depthwise ? 1 : in, kh, kw};
  cv::Mat weights(4, sizes, CV_32F);
  const float* value = tensor.data.data();
  for (int y = 0; y < kh; ++y) {
    for (int x = 0; x < kw; ++x) {
      for (int i = 0; i < in; ++i) {
        for (int o = 0; o < out; ++o) {
          const int at[] = {depthwise ? i * out + o : o, depthwise ? 0 : i, y, x};
          weights.at<float>(at) = *value++;
        }
      }
    }
  }
  return weights;
}

class Translation {
 public:
  explicit Translation(const Graph& graph) : graph_(graph) {
    for (int i = 0; i <= graph.output().op; ++i) add(i);
  }
  cv::dnn::Net& net() { return net_; }

 private:
  void add(int index) {
    const Op& op = graph_.op(Value{index});
    cv::dnn::LayerParams params;
    std::string type;
    switch (op.kind) {
      case OpKind::Input:
        layers_[index] = 0;
        return;
      case OpKind::Constant:
        return;
      case OpKind::Identity:
      case OpKind::Dropout:
        layers_[index] = layers_.at(op.inputs[0].op);
        return;
      case OpKind::Conv2D:
      case OpKind::DepthwiseConv2D:
        type = "Convolution";
        convolution(op, params);
        break;
      case OpKind::BatchNorm:
        type = "BatchNorm";
        params.set("eps", op.attributes_as<BatchNormAttributes>().epsilon);
        params.set("has_weight", true);
        params.set("has_bias", true);
        for (const int input : {3, 4, 1, 2}) {  // mean, variance, gamma, beta
          params.blobs.push_back(vector_of(constant(op, input)));
        }
        break;
      case OpKind::BiasAdd:
        type = "Scale";
        params.set("bias_term", true);
        params.blobs.push_back(
            cv::Mat::ones(1, static_cast<int>(constant(op, 1).data.size()), CV_32F));
        params.blobs.push_back(vector_of(constant(op, 1)));
        break;
      case OpKind::Relu6:
        type = "ReLU6";
        params.set("min_value", 0.0f);
        params.set("max_value", 6.0f);
        break;
      case OpKind::AvgPool: {
        const auto& a = op.attributes_as<PoolAttributes>();
        type = "Pooling";
        params.set("pool", "ave");
        params.set("kernel_h", static_cast<int>(a.kernel_h));
        params.set("kernel_w", static_cast<int>(a.kernel_w));
        params.set("stride_h", static_cast<int>(a.stride_h));
        params.set("stride_w", static_cast<int>(a.stride_w));
        break;
      }
      case OpKind::Reshape:
        type = "Flatten";
        break;
      case OpKind::Softmax:
        type = "Softmax";
        params.set("axis", 1);
        break;
      default:
        ADD_FAILURE() << "the translation to OpenCV has no " << name_of(op.kind);
        return;
    }
    layers_[index] = net_.addLayer(op.name, type, params);
    net_.connect(layers_.at(op.inputs[0].op), 0, layers_[index], 0);
  }

  void convolution(const Op& op, cv::dnn::LayerParams& params) {
    const bool depthwise = op.kind == OpKind::DepthwiseConv2D;
    const auto& a = op.attributes_as<ConvolutionAttributes>();
    const Tensor& weights = constant(op, 1);
    EXPECT_TRUE(op.inputs.size() == 2 && a.dilation_h == 1 && a.dilation_w == 1);
    params.set("kernel_h", static_cast<int>(weights.shape[0]));
    params.set("kernel_w", static_cast<int>(weights.shape[1]));
    params.set("stride_h", static_cast<int>(a.stride_h));
    params.set("stride_w", static_cast<int>(a.stride_w));
    params.set("pad_mode", "SAME");
    params.set("num_output", static_cast<int>(op.shape[3]));
    params.set("group", depthwise ? static_cast<int>(weights.shape[2]) : 1);
    params.set("bias_term", false);
    params.blobs.push_back(weights_of(weights, depthwise));
  }

  const Tensor& constant(const Op& op, int input) const {
    return graph_.constant(op.inputs[static_cast<std::size_t>(input)]);
  }

  const Graph& graph_;
  cv::dnn::Net net_;
  std::map<int, int> layers_;  // by ops
};

}  // namespace

std::vector<float> compute_with_opencv(const Graph& graph, const std::vector<float>& image) {
  const Shape& shape = graph.op(graph.input).shape;
  const cv::Mat pixels(static_cast<int>(shape[1]), static_cast<int>(shape[2]), CV_32FC3,
                       const_cast<float*>(image.data()));
  Translation translation(graph);
  translation.net().setInput(cv::dnn::blobFromImage(pixels));
  const cv::Mat result = translation.net().forward();
  return {result.ptr<float>(), result.ptr<float>() + result.total()};
}

}  // namespace slimc::testing
