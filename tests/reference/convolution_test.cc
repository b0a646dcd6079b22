#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/common/evaluate_one.h"
#include "tests/common/graph_builder.h"

namespace slimc {
namespace {

using reference::DoubleTensor;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::evaluate_one;
using ::testing::Pointwise;
using testing::random_tensor;

TEST(Conv2D, AddsUpWindowAndChannels) {
  const DoubleTensor x{{1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}};
  // 2x2 kernel, 2 channels in, 1 out: 1, 10, 100, ... for (kh, kw, ci).
  const DoubleTensor w{{2, 2, 2, 1}, {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, ConvolutionAttributes{}).data,
              ElementsAre(87654321));
}

TEST(Conv2D, SeparatesOutputChannels) {
  const DoubleTensor x{{1, 1, 2, 1}, {2, 3}};
  const DoubleTensor w{{1, 1, 1, 3}, {1, 10, -1}}, b{{3}, {0.5, 0, 0}};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w, b}, ConvolutionAttributes{}).data,
              ElementsAre(2.5, 20, -2, 3.5, 30, -3));
}

TEST(Conv2D, PadsUnevenlyAndStrides) {
  const DoubleTensor x{{1, 1, 4, 1}, {1, 2, 3, 4}};
  const DoubleTensor w{{1, 3, 1, 1}, {1, 10, 100}};
  const ConvolutionAttributes a{.stride_w = 2, .padding = {.right = 1}};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, a).data, ElementsAre(321, 43));
}

TEST(Conv2D, Dilates) {
  const DoubleTensor x{{1, 5, 1, 1}, {1, 2, 3, 4, 5}};
  const DoubleTensor w{{2, 1, 1, 1}, {1, 10}};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, ConvolutionAttributes{.dilation_h = 3}).data,
              ElementsAre(41, 52));
}

TEST(Conv2D, KeepsBatchItemsApart) {
  const DoubleTensor x{{2, 1, 1, 1}, {3, 5}};
  const DoubleTensor w{{1, 3, 1, 1}, {7, 2, 7}};
  const ConvolutionAttributes a{.padding = {.left = 1, .right = 1}};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, a).data, ElementsAre(6, 10));
}

TEST(Conv2D, Activates) {
  const DoubleTensor x{{1, 1, 4, 1}, {-1, 2, 6, 7}}, w{{1, 1, 1, 1}, {1}};
  ConvolutionAttributes a{.activation = Activation::Relu6};
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, a).data, ElementsAre(0, 2, 6, 6));
  a.activation = Activation::Relu;
  EXPECT_THAT(evaluate_one(OpKind::Conv2D, {x, w}, a).data, ElementsAre(0, 2, 6, 7));
}

TEST(DepthwiseConv2D, ChannelIsInputTimesMultiplierPlusJ) {
  const DoubleTensor x{{1, 1, 1, 2}, {2, 3}};
  const DoubleTensor w{{1, 1, 2, 2}, {1, 10, 100, 1000}}, b{{4}, {0.1, 0.2, 0.3, 0.4}};
  EXPECT_THAT(evaluate_one(OpKind::DepthwiseConv2D, {x, w, b}, ConvolutionAttributes{}).data,
              ElementsAre(2.1, 20.2, 300.3, 3000.4));
}

TEST(MatMul, MultipliesRowsByColumns) {
  const DoubleTensor x{{2, 3}, {1, 2, 3, 4, 5, 6}}, w{{3, 2}, {1, 10, 2, 20, 3, 30}};
  EXPECT_THAT(evaluate_one(OpKind::MatMul, {x, w}).data, ElementsAre(14, 140, 32, 320));
}

// OpenCV correlates one channel with one kernel around an anchor; a convolution with padding is a
// sum of those over input channels, every stride-th pixel of it.
class AgainstOpenCV : public ::testing::TestWithParam<ConvolutionAttributes> {};

cv::Mat channel_of(const DoubleTensor& t, std::int64_t c) {
  cv::Mat m(static_cast<int>(t.shape[1]), static_cast<int>(t.shape[2]), CV_64F);
  for (int h = 0; h < m.rows; ++h) {
    for (int w = 0; w < m.cols; ++w) {
      m.at<double>(h, w) = t.data[static_cast<std::size_t>((h * t.shape[2] + w) * t.shape[3] + c)];
    }
  }
  return m;
}

// weights[.., .., i, j] with dilation's zeros written out.
cv::Mat kernel_of(const DoubleTensor& w, std::int64_t i, std::int64_t j,
                  const ConvolutionAttributes& a) {
  const int kh = static_cast<int>(w.shape[0]), kw = static_cast<int>(w.shape[1]);
  const int dh = static_cast<int>(a.dilation_h), dw = static_cast<int>(a.dilation_w);
  cv::Mat m = cv::Mat::zeros((kh - 1) * dh + 1, (kw - 1) * dw + 1, CV_64F);
  for (int y = 0; y < kh; ++y) {
    for (int x = 0; x < kw; ++x) {
      m.at<double>(y * dh, x * dw) =
          w.data[static_cast<std::size_t>(((y * kw + x) * w.shape[2] + i) * w.shape[3] + j)];
    }
  }
  return m;
}

// The image with its zeros, correlated, anchored at the kernel's first element.
cv::Mat correlate(const cv::Mat& image, const cv::Mat& kernel, const Padding& p) {
  cv::Mat padded, result;
  cv::copyMakeBorder(image, padded, static_cast<int>(p.top), static_cast<int>(p.bottom),
                     static_cast<int>(p.left), static_cast<int>(p.right), cv::BORDER_CONSTANT, 0);
  cv::filter2D(padded, result, CV_64F, kernel, cv::Point(0, 0), 0, cv::BORDER_CONSTANT);
  return result;
}

void expect_channel(const DoubleTensor& y, std::int64_t c, const cv::Mat& full,
                    const ConvolutionAttributes& a) {
  const cv::Mat found = channel_of(y, c);
  for (int h = 0; h < found.rows; ++h) {
    for (int w = 0; w < found.cols; ++w) {
      ASSERT_NEAR(
          found.at<double>(h, w),
          full.at<double>(h * static_cast<int>(a.stride_h), w * static_cast<int>(a.stride_w)),
          1e-12)
          << h << "," << w << " channel " << c;
    }
  }
}

TEST_P(AgainstOpenCV, Conv2D) {
  const ConvolutionAttributes a = GetParam();
  const DoubleTensor x = random_tensor({1, 13, 11, 3}, 1), w = random_tensor({3, 2, 3, 4}, 2);
  const DoubleTensor y = evaluate_one(OpKind::Conv2D, {x, w}, a);
  for (std::int64_t co = 0; co < 4; ++co) {
    cv::Mat sum;
    for (std::int64_t ci = 0; ci < 3; ++ci) {
      const cv::Mat part = correlate(channel_of(x, ci), kernel_of(w, ci, co, a), a.padding);
      sum = ci == 0 ? part : cv::Mat(sum + part);
    }
    expect_channel(y, co, sum, a);
  }
}

TEST_P(AgainstOpenCV, DepthwiseConv2D) {
  const ConvolutionAttributes a = GetParam();
  const DoubleTensor x = random_tensor({1, 13, 11, 3}, 3), w = random_tensor({3, 2, 3, 2}, 4);
  const DoubleTensor y = evaluate_one(OpKind::DepthwiseConv2D, {x, w}, a);
  for (std::int64_t c = 0; c < 6; ++c) {
    expect_channel(y, c, correlate(channel_of(x, c / 2), kernel_of(w, c / 2, c % 2, a), a.padding),
                   a);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Attributes, AgainstOpenCV,
    ::testing::Values(
        ConvolutionAttributes{},
        ConvolutionAttributes{.padding = {.top = 1, .bottom = 1, .right = 1}},
        ConvolutionAttributes{.stride_h = 2, .stride_w = 2, .padding = {.bottom = 1, .right = 1}},
        ConvolutionAttributes{.stride_h = 3,
                              .stride_w = 1,
                              .dilation_h = 2,
                              .dilation_w = 3,
                              .padding = {.top = 2, .bottom = 0, .left = 1, .right = 3}}));

}  // namespace
}  // namespace slimc
