#include "frontend/tflite/subgraph_ops.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace slimc::frontend::tflite {
namespace {

// No op that slimc reads has more than 3 inputs; concatenations have some.
constexpr std::size_t kMaxOperands = 64;

Result<OpCode> code_of(const Model& model, const schema::Operator& op, int number) {
  const auto* codes = model.root().operator_codes();
  if (op.opcode_index() >= size_of(codes)) {
    return model.fail(fmt::format("op {} is of operator code {}; the file has {}", number,
                                  op.opcode_index(), size_of(codes)));
  }
  const schema::OperatorCode& code = *codes->Get(op.opcode_index());
  // Files of TensorFlow before 2.4 have the first field alone, later ones both; both hold the
  // number where it fits a byte, and the first holds 127 where it does not.
  const auto builtin = static_cast<schema::BuiltinOperator>(std::max<std::int32_t>(
      code.deprecated_builtin_code(), static_cast<std::int32_t>(code.builtin_code())));
  return OpCode{builtin, printable(code.custom_code())};
}

Result<std::vector<int>> tensors_of(const Model& model, const Tensors& tensors, int number,
                                    const flatbuffers::Vector<std::int32_t>* stored,
                                    const char* what, int lowest) {
  if (size_of(stored) > kMaxOperands) {
    return model.fail(fmt::format("op {} has {} {}s; slimc takes up to {}", number, stored->size(),
                                  what, kMaxOperands));
  }
  std::vector<int> result;
  for (std::uint32_t i = 0; i < size_of(stored); ++i) {
    const std::int32_t tensor = stored->Get(i);
    if (tensor < lowest || tensor >= tensors.count()) {
      return model.fail(fmt::format("op {} has tensor {} as its {} {}; the subgraph has {} tensors",
                                    number, tensor, what, i, tensors.count()));
    }
    result.push_back(tensor);
  }
  return result;
}

bool gives_shape_alone(const SubgraphOp& op) {
  return op.code.builtin == schema::BuiltinOperator::SHAPE ||
         op.code.builtin == schema::BuiltinOperator::RANK;
}

}  // namespace

std::string name_of(const OpCode& code) {
  std::string name = name_of(code.builtin);
  if (code.builtin == schema::BuiltinOperator::CUSTOM) name += " " + code.custom;
  return name;
}

Result<std::vector<SubgraphOp>> read_ops(const Model& model, const schema::SubGraph& subgraph,
                                         const Tensors& tensors) {
  Diagnostics problems;
  std::vector<SubgraphOp> ops;
  for (std::uint32_t i = 0; i < size_of(subgraph.operators()); ++i) {
    const schema::Operator& op = *subgraph.operators()->Get(i);
    const int number = static_cast<int>(i);
    auto code = code_of(model, op, number);
    auto outputs = tensors_of(model, tensors, number, op.outputs(), "output", 0);
    auto inputs = tensors_of(model, tensors, number, op.inputs(), "input", -1);
    if (!code) problems.add(std::move(code).error());
    if (!outputs) problems.add(std::move(outputs).error());
    if (!inputs) problems.add(std::move(inputs).error());
    if (!code || !outputs || !inputs) continue;
    ops.push_back({number, std::move(*code), std::move(*inputs), std::move(*outputs)});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  return ops;
}

std::vector<bool> depends_on(const std::vector<SubgraphOp>& ops, int tensors, int input) {
  std::vector<bool> depends(static_cast<std::size_t>(tensors));
  depends[static_cast<std::size_t>(input)] = true;
  for (const SubgraphOp& op : ops) {
    if (gives_shape_alone(op)) continue;
    const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int tensor) {
      return tensor >= 0 && depends[static_cast<std::size_t>(tensor)];
    });
    if (!reads) continue;
    for (const int tensor : op.outputs) depends[static_cast<std::size_t>(tensor)] = true;
  }
  return depends;
}

std::vector<SubgraphOp> needed_ops(const std::vector<SubgraphOp>& ops, int tensors, int input,
                                   const std::vector<int>& outputs) {
  std::vector<bool> is_read(static_cast<std::size_t>(tensors));
  for (const int output : outputs) is_read[static_cast<std::size_t>(output)] = true;
  std::vector<SubgraphOp> needed;
  for (auto op = ops.rbegin(); op != ops.rend(); ++op) {
    const bool is_needed = std::any_of(op->outputs.begin(), op->outputs.end(), [&](int tensor) {
      return tensor != input && is_read[static_cast<std::size_t>(tensor)];
    });
    if (!is_needed) continue;
    for (const int tensor : op->inputs) {
      if (tensor >= 0) is_read[static_cast<std::size_t>(tensor)] = true;
    }
    needed.push_back(*op);
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

std::vector<int> sinks_of(const std::vector<SubgraphOp>& ops, const std::vector<bool>& candidates) {
  std::vector<bool> is_read(candidates.size());
  for (const SubgraphOp& op : ops) {
    for (const int tensor : op.inputs) {
      if (tensor >= 0) is_read[static_cast<std::size_t>(tensor)] = true;
    }
  }
  std::vector<int> sinks;
  for (const SubgraphOp& op : ops) {
    for (const int tensor : op.outputs) {
      const auto i = static_cast<std::size_t>(tensor);
      if (candidates[i] && !is_read[i]) sinks.push_back(tensor);
    }
  }
  return sinks;
}

const SubgraphOp* producer_of(const std::vector<SubgraphOp>& ops, int tensor) {
  const auto it = std::find_if(ops.begin(), ops.end(), [tensor](const SubgraphOp& op) {
    return std::find(op.outputs.begin(), op.outputs.end(), tensor) != op.outputs.end();
  });
  return it == ops.end() ? nullptr : &*it;
}

}  // namespace slimc::frontend::tflite
