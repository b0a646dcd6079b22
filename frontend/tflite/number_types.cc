#include "frontend/tflite/number_types.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <string>

namespace slimc::frontend::tflite {
namespace {

using schema::BuiltinOperator;

bool makes_floats(const SubgraphOp& op) {
  return op.code.builtin == BuiltinOperator::CAST || op.code.builtin == BuiltinOperator::DEQUANTIZE;
}

// Gives the same integers, and zeros where they stand for no others.
bool moves_integers(const SubgraphOp& op, const Tensors& tensors) {
  switch (op.code.builtin) {
    case BuiltinOperator::RESHAPE:
    case BuiltinOperator::SQUEEZE:
    case BuiltinOperator::EXPAND_DIMS:
    case BuiltinOperator::TRANSPOSE:
      return true;
    case BuiltinOperator::PAD:
      return op.outputs.size() == 1 && !has_scales(tensors.at(op.outputs.front()));
    default:
      return false;
  }
}

bool reads_first(const SubgraphOp& op, const std::vector<bool>& set) {
  return !op.inputs.empty() && op.inputs.front() >= 0 &&
         set[static_cast<std::size_t>(op.inputs.front())];
}

// `input` and what is moved of it.
std::vector<bool> raw_tensors(const Tensors& tensors, const std::vector<SubgraphOp>& ops,
                              int input) {
  std::vector<bool> raw(static_cast<std::size_t>(tensors.count()));
  raw[static_cast<std::size_t>(input)] = true;
  for (const SubgraphOp& op : ops) {
    if (!reads_first(op, raw) || !moves_integers(op, tensors)) continue;
    for (const int tensor : op.outputs) raw[static_cast<std::size_t>(tensor)] = true;
  }
  return raw;
}

}  // namespace

bool is_raw_input(const Tensors& tensors, const std::vector<SubgraphOp>& ops, int input) {
  const std::vector<bool> raw = raw_tensors(tensors, ops, input);
  return std::all_of(ops.begin(), ops.end(), [&](const SubgraphOp& op) {
    const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int tensor) {
      return tensor >= 0 && raw[static_cast<std::size_t>(tensor)];
    });
    return !reads || makes_floats(op) || moves_integers(op, tensors) ||
           op.code.builtin == BuiltinOperator::SHAPE;
  });
}

Result<void> check_not_quantised(const Model& model, const Tensors& tensors,
                                 const std::vector<SubgraphOp>& ops,
                                 const std::vector<std::int64_t>& inputs) {
  std::vector<int> computed;
  std::vector<bool> raw(static_cast<std::size_t>(tensors.count()));
  // A network has one; each costs a look at all ops.
  constexpr std::size_t kMaxInputs = 16;
  for (std::size_t i = 0; i < std::min(inputs.size(), kMaxInputs); ++i) {
    const std::int64_t input = inputs[i];
    if (input < 0 || input >= tensors.count()) continue;
    const int tensor = static_cast<int>(input);
    const bool is_raw = is_raw_input(tensors, ops, tensor);
    if (!is_raw) computed.push_back(tensor);
    if (!is_raw || !is_quantised(tensors.at(tensor).type())) continue;
    const std::vector<bool> more = raw_tensors(tensors, ops, tensor);
    std::transform(raw.begin(), raw.end(), more.begin(), raw.begin(), std::logical_or<bool>());
  }
  for (const SubgraphOp& op : ops) {
    for (const int tensor : op.outputs) {
      if (!raw[static_cast<std::size_t>(tensor)]) computed.push_back(tensor);
    }
  }
  int first = -1, count = 0, floats = 0;
  std::vector<std::string> types;
  for (const int tensor : computed) {
    const schema::TensorType type = tensors.at(tensor).type();
    if (type == schema::TensorType::FLOAT32) ++floats;
    if (!is_quantised(type)) continue;
    if (first < 0) first = tensor;
    ++count;
    const std::string name = name_of(type) + (type == schema::TensorType::INT16 ? " (16x8)" : "");
    if (std::find(types.begin(), types.end(), name) == types.end()) types.push_back(name);
  }
  if (first < 0) return {};
  return model.fail(fmt::format(
      "is quantised: {} of the {} tensors that it computes with are {}, the first is '{}'; slimc "
      "compiles float32 arithmetic: convert the float model, or quantise its weights alone "
      "(float16 or dynamic range)",
      count, count + floats, fmt::join(types, " and "), tensors.name(first)));
}

void report_weights(const Model& model, const Tensors& tensors, Reporter& reporter) {
  if (tensors.dequantised().empty()) return;
  std::vector<std::string> types;
  for (const int tensor : tensors.dequantised()) {
    const std::string name = name_of(tensors.at(tensor).type());
    if (std::find(types.begin(), types.end(), name) == types.end()) types.push_back(name);
  }
  std::string message = fmt::format(
      "{} of its constants are stored as {}: compiled as float32, with the numbers that they stand "
      "for",
      tensors.dequantised().size(), fmt::join(types, " and "));
  if (!tensors.hybrid().empty()) {
    message +=
        "; TFLite also rounds what it multiplies them with to 8 bits, so that its results differ a "
        "little (dynamic range)";
  }
  reporter.warning({.file = model.file(), .message = std::move(message)});
}

}  // namespace slimc::frontend::tflite
