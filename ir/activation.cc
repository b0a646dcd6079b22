#include "ir/activation.h"

namespace slimc {

std::string_view name_of(Activation kind) {
  switch (kind) {
    case Activation::None:
      return "none";
    case Activation::Relu:
      return "relu";
    case Activation::Relu6:
      return "relu6";
    case Activation::LeakyRelu:
      return "leaky_relu";
    case Activation::Clip:
      return "clip";
    case Activation::Sigmoid:
      return "sigmoid";
    case Activation::Tanh:
      return "tanh";
    case Activation::HardSigmoid:
      return "hard_sigmoid";
    case Activation::Elu:
      return "elu";
    case Activation::Swish:
      return "swish";
    case Activation::HardSwish:
      return "hard_swish";
  }
  return "?";
}

}  // namespace slimc
