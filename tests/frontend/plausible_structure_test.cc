#include "frontend/plausible_structure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/common/graph_builder.h"
#include "tests/common/warnings.h"

namespace slimc::frontend {
namespace {

using ::testing::HasSubstr;

// A first convolution and blocks, of as few channels as may be.
class PlausibleStructure : public ::testing::Test {
 protected:
  void start(std::int64_t h, std::int64_t w) {
    b_ = slimc::testing::GraphBuilder(Shape{1, h, w, 2});
    at_ = b_.input();
  }
  Shape shape() const { return b_.shape(at_); }

  ConvolutionAttributes same(std::int64_t stride = 1, std::int64_t dilation = 1) const {
    const Padding padding =
        same_padding(shape()[1], shape()[2], 3, 3, stride, stride, dilation, dilation);
    return {stride, stride, dilation, dilation, padding};
  }
  void pad(const std::string& name, const Padding& padding) {
    at_ = b_.add(OpKind::Pad, {at_}, PadAttributes{padding}, name);
  }
  void conv(const std::string& name, const ConvolutionAttributes& attributes, std::int64_t k = 3) {
    at_ = b_.add(OpKind::Conv2D, {at_, b_.random_constant({k, k, 2, 2})}, attributes, name);
  }
  void depthwise(const std::string& name, const ConvolutionAttributes& attributes) {
    at_ =
        b_.add(OpKind::DepthwiseConv2D, {at_, b_.random_constant({3, 3, 2, 1})}, attributes, name);
  }
  void activate(ActivationFunction f = Activation::Relu6) {
    const OpKind kind = f.kind == Activation::Relu6  ? OpKind::Relu6
                        : f.kind == Activation::Relu ? OpKind::Relu
                                                     : OpKind::Activate;
    if (kind == OpKind::Activate) {
      at_ = b_.add(kind, {at_}, ActivateAttributes{f});
    } else {
      at_ = b_.add(kind, {at_});
    }
  }
  void block(const std::string& name, const ConvolutionAttributes& attributes,
             ActivationFunction f = Activation::Relu6) {
    depthwise("dw" + name, attributes);
    activate(f);
    conv("pw" + name, {}, 1);
    activate(f);
  }

  std::string warnings() {
    b_.graph().set_output(at_);
    slimc::testing::Warnings listener;
    check_structure(b_.graph(), listener);
    return listener.text;
  }
  // Of a network that is one convolution of an image of 8x8.
  std::string of_one(const ConvolutionAttributes& attributes, std::int64_t k = 3) {
    start(8, 8);
    conv("a", attributes, k);
    return warnings();
  }
  std::string of_padding(const Padding& padding, std::int64_t stride = 2, std::int64_t k = 3) {
    return of_one({stride, stride, 1, 1, padding}, k);
  }

  slimc::testing::GraphBuilder b_{Shape{1, 8, 8, 2}};
  Value at_ = b_.input();
};

TEST_F(PlausibleStructure, PaddingOfEveryWriterIsSilent) {
  for (std::int64_t h = 5; h < 9; ++h) {
    for (std::int64_t w = 5; w < 9; ++w) {
      for (const std::int64_t stride : {1, 2}) {
        start(h, w);
        conv("a", same(stride));
        EXPECT_EQ(warnings(), "") << h << "x" << w << " stride " << stride;
      }
    }
  }
  EXPECT_EQ(of_padding({}), "");
  EXPECT_EQ(of_padding({1, 1, 1, 1}), "");
  EXPECT_EQ(of_padding({0, 1, 0, 1}), "");
  EXPECT_EQ(of_padding({2, 2, 2, 2}, 2, 5), "");
}

TEST_F(PlausibleStructure, OtherPaddingIsNamed) {
  EXPECT_EQ(of_padding({1, 1, 0, 1}),
            "test.pb: node 'a': has padding [1,1,0,1] around an image of 8x8 for a 3x3 kernel; a "
            "MobileNet v1 pads by SAME, by (k-1)/2 on each side, by [0,1,0,1] at stride 2, or not "
            "at all ([top,bottom,left,right]): the file may be damaged, compare it with where it "
            "came from\n");
  EXPECT_THAT(of_padding({0, 1, 0, 1}, 1), HasSubstr("has padding [0,1,0,1]"));
  EXPECT_THAT(of_padding({1, 1, 1, 1}, 1, 1), HasSubstr("nothing but zeros"));
  EXPECT_THAT(of_padding({17, 1, 1, 1}),
              HasSubstr("has padding [17,1,1,1] around an image of 8x8 for a 3x3 kernel, whose "
                        "border is computed of nothing but zeros;"));
}

TEST_F(PlausibleStructure, PadsInFrontCount) {
  const auto of_pad = [&](const Padding& padding) {
    start(7, 7);
    pad("pad", padding);
    conv("a", {2, 2});
    return warnings();
  };
  EXPECT_EQ(of_pad({0, 1, 0, 1}), "");
  EXPECT_EQ(of_pad({1, 1, 1, 1}), "");
  EXPECT_THAT(of_pad({0, 1, 0, 2}), HasSubstr("node 'pad': has padding [0,1,0,2]"));
}

TEST_F(PlausibleStructure, OneWarningNamesTheNodes) {
  start(32, 32);
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
    conv(name, {1, 1, 1, 1, {1, 0, 0, 0}});
  const std::string text = warnings();
  EXPECT_THAT(text, HasSubstr("nodes 'a', 'b', 'c', 'd', 'e' and 2 more: have padding [1,0,0,0]"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST_F(PlausibleStructure, Strides) {
  EXPECT_THAT(of_one({3, 3}), HasSubstr("node 'a': has stride 3x3; those of a MobileNet v1 are"));
  EXPECT_THAT(of_one({2, 1}), HasSubstr("node 'a': has stride 2x1;"));
  EXPECT_THAT(of_one({2, 2}, 1), HasSubstr("node 'a': has stride 2x2 of a 1x1 kernel;"));
}

TEST_F(PlausibleStructure, DilationsOfAnOutputStrideAreSilent) {
  start(32, 32);
  for (const char* name : {"a", "b", "c", "d"}) block(name, same(2));
  block("e", same(1, 2));
  EXPECT_EQ(warnings(), "");
}

TEST_F(PlausibleStructure, OtherDilations) {
  const auto of_dilation = [&](std::int64_t h, std::int64_t w) {
    start(32, 32);
    ConvolutionAttributes attributes = same();
    attributes.dilation_h = h;
    attributes.dilation_w = w;
    attributes.padding = same_padding(32, 32, 3, 3, 1, 1, h, w);
    block("a", attributes);
    return warnings();
  };
  EXPECT_THAT(of_dilation(3, 3), HasSubstr("node 'dwa': has dilation 3x3"));
  EXPECT_THAT(of_dilation(1, 2), HasSubstr("node 'dwa': has dilation 1x2"));
  // Behind all strides, and in front of one that does not dilate.
  start(64, 64);
  for (const char* name : {"a", "b", "c", "d", "e"}) block(name, same(2));
  block("f", same(1, 2));
  EXPECT_THAT(warnings(), HasSubstr("node 'dwf': has dilation 2x2 behind strides of 32"));
  start(32, 32);
  block("a", same(1, 2));
  block("b", same());
  EXPECT_THAT(warnings(), HasSubstr("node 'dwa': has a larger dilation than 'dwb'"));
}

TEST_F(PlausibleStructure, BlocksHaveOneActivation) {
  for (const char* name : {"a", "b", "c"}) block(name, same());
  EXPECT_EQ(warnings(), "");
  depthwise("d", same());
  conv("pwd", {}, 1);
  activate(Activation::Relu);
  const std::string text = warnings();
  EXPECT_THAT(text, HasSubstr("nodes 'd', 'pwd': have activation none where 3 others have relu6, "
                              "activation relu where 3 others have relu6; a MobileNet v1"));
}

TEST_F(PlausibleStructure, HeadsAreTheUsersOwn) {
  for (const char* name : {"a", "b", "c"}) block(name, same());
  conv("head", same());
  activate(Activation::Sigmoid);
  EXPECT_EQ(warnings(), "");
}

TEST_F(PlausibleStructure, RangesOfActivations) {
  for (const char* name : {"a", "b"}) block(name, same(), {Activation::Clip, 0, 5});
  EXPECT_THAT(warnings(), HasSubstr("have the range of clip(0, 5); a MobileNet v1 has relu6"));
  start(8, 8);
  block("a", same(), {Activation::LeakyRelu, 0.1f});
  EXPECT_EQ(warnings(), "");
  block("b", same(), {Activation::LeakyRelu, 25});
  EXPECT_THAT(warnings(), HasSubstr("have the range of leaky_relu(25, 0)"));
}

TEST_F(PlausibleStructure, Pools) {
  const auto of_pool = [&](std::int64_t size, const PoolAttributes& attributes) {
    start(size, size);
    at_ = b_.add(OpKind::AvgPool, {at_}, attributes, "pool");
    return warnings();
  };
  EXPECT_EQ(of_pool(7, {7, 7, 2, 2}), "");
  EXPECT_EQ(of_pool(8, {7, 7, 2, 2}), "");
  EXPECT_EQ(of_pool(3, {3, 3, 1, 1}), "");
  EXPECT_THAT(of_pool(7, {7, 3, 2, 2}),
              HasSubstr("node 'pool': has a window of 7x3 in an image of 7x7; a MobileNet v1"));
  EXPECT_THAT(of_pool(7, {7, 7, 2, 2, {0, 1, 0, 1}}), HasSubstr("with padding [0,1,0,1]"));
  start(7, 7);
  at_ = b_.add(OpKind::Mean, {at_}, ReduceAttributes{true});
  activate(Activation::Tanh);
  EXPECT_THAT(warnings(), HasSubstr("has an activation behind the pool"));
}

TEST_F(PlausibleStructure, Softmax) {
  const auto of_softmax = [&](const Shape& logits) {
    at_ = b_.add(OpKind::Reshape, {at_}, ReshapeAttributes{logits});
    at_ = b_.add(OpKind::Softmax, {at_}, {}, "softmax");
    return warnings();
  };
  start(1, 2);
  EXPECT_EQ(of_softmax({1, 4}), "");
  start(1, 2);
  EXPECT_THAT(of_softmax({4, 1}), HasSubstr("node 'softmax': has a softmax over one number each"));
  start(1, 2);
  at_ = b_.add(OpKind::Mul, {at_, b_.scalar(17)});
  EXPECT_THAT(of_softmax({1, 4}), HasSubstr("has a softmax of 17 times its input"));
  start(1, 2);
  activate();
  EXPECT_THAT(of_softmax({1, 4}), HasSubstr("has a softmax of the activation 'Relu6"));
}

}  // namespace
}  // namespace slimc::frontend
