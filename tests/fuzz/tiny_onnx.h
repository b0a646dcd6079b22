// The smallest networks that have what MobileNet v1 has, as ONNX.
#pragma once

#include <string>

namespace slimc::fuzz {

// As PyTorch's exporter writes them, or as tf2onnx does: NHWC, with shapes that are computed.
std::string tiny_onnx(bool channels_last);

}  // namespace slimc::fuzz
