// The kernels behind evaluate_op, a group a file. All tensors are row-major; activations NHWC.
#pragma once

#include <vector>

#include "compiler/reference/evaluate.h"

namespace slimc::reference {

using Inputs = std::vector<const DoubleTensor*>;

// An op's result with its shape, all zeros.
DoubleTensor zeros(const Shape& shape);

double apply(const ActivationFunction& function, double x);
void apply(const ActivationFunction& function, std::vector<double>& data);

// Conv2D, DepthwiseConv2D, MatMul (convolution.cc). Summation runs over kernel
// rows, kernel columns, then input channels.
DoubleTensor conv2d(const Op& op, const Inputs& in);
DoubleTensor depthwise_conv2d(const Op& op, const Inputs& in);
DoubleTensor mat_mul(const Op& op, const Inputs& in);

// Add .. Minimum with broadcasting, Sqrt .. Relu6, Exp, Activate, BiasAdd, ScaleImage,
// BatchNorm (elementwise.cc).
DoubleTensor binary(const Op& op, const Inputs& in);
DoubleTensor unary(const Op& op, const Inputs& in);
DoubleTensor bias_add(const Op& op, const Inputs& in);
DoubleTensor scale_image(const Op& op, const Inputs& in);
DoubleTensor batch_norm(const Op& op, const Inputs& in);

// Pad, AvgPool, MaxPool, Mean, Max (pooling.cc).
DoubleTensor pad(const Op& op, const Inputs& in);
DoubleTensor pool(const Op& op, const Inputs& in);
DoubleTensor reduce(const Op& op, const Inputs& in);

// Softmax, SumChannels and MaxChannels, over the last dimension (softmax.cc).
DoubleTensor softmax(const Op& op, const Inputs& in);
DoubleTensor reduce_channels(const Op& op, const Inputs& in);

}  // namespace slimc::reference
