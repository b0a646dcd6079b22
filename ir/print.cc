#include <fmt/format.h>

#include <iterator>

#include "ir/graph.h"
#include "support/encode.h"

namespace slimc {
namespace {

// Attributes as " key=value", without those that have their usual value.

std::string activation_text(const ActivationFunction& function) {
  if (function.kind == Activation::None) return "";
  std::string text = fmt::format(" {}", name_of(function.kind));
  if (function.alpha != 0 || function.beta != 0) text += fmt::format(" alpha={}", function.alpha);
  if (function.beta != 0) text += fmt::format(" beta={}", function.beta);
  return text;
}

std::string padding_text(const Padding& padding) {
  if (padding == Padding{}) return "";
  return fmt::format(" pad={},{},{},{}", padding.top, padding.bottom, padding.left, padding.right);
}

std::string attributes_text(std::monostate) { return ""; }

std::string attributes_text(const ConvolutionAttributes& a) {
  std::string text = fmt::format(" stride={}x{}", a.stride_h, a.stride_w);
  if (a.dilation_h != 1 || a.dilation_w != 1) {
    text += fmt::format(" dilation={}x{}", a.dilation_h, a.dilation_w);
  }
  text += padding_text(a.padding);
  text += activation_text(a.activation);
  return text;
}

std::string attributes_text(const BatchNormAttributes& a) {
  return fmt::format(" epsilon={}", a.epsilon);
}

std::string attributes_text(const PadAttributes& a) { return padding_text(a.padding); }

std::string attributes_text(const PoolAttributes& a) {
  return fmt::format(" kernel={}x{} stride={}x{}{}", a.kernel_h, a.kernel_w, a.stride_h, a.stride_w,
                     padding_text(a.padding));
}

std::string attributes_text(const ReduceAttributes& a) { return a.keep_dims ? " keep_dims" : ""; }

std::string attributes_text(const ReshapeAttributes&) { return ""; }  // the result's shape says it

std::string attributes_text(const ActivateAttributes& a) { return activation_text(a.function); }

}  // namespace

std::string print(const Graph& graph) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    const Op& op = graph.ops()[i];
    fmt::format_to(out, "%{} {} '{}'", i, name_of(op.kind), printable(op.name));
    if (!op.inputs.empty()) {
      text += " (";
      for (std::size_t j = 0; j < op.inputs.size(); ++j) {
        fmt::format_to(out, "{}%{}", j == 0 ? "" : ", ", op.inputs[j].op);
      }
      text += ")";
    }
    text += std::visit([](const auto& a) { return attributes_text(a); }, op.attributes);
    fmt::format_to(out, " -> {}\n", op.shape.to_string());
  }
  for (const NetworkOutput& output : graph.outputs) {
    fmt::format_to(out, "output %{}", output.value.op);
    if (graph.outputs.size() > 1) fmt::format_to(out, " '{}'", printable(output.name));
    text += '\n';
  }
  return text;
}

}  // namespace slimc
