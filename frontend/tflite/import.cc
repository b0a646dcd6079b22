#include "frontend/tflite/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "frontend/tensor_checks.h"
#include "frontend/tflite/convert/converters.h"
#include "frontend/tflite/convert/op_context.h"
#include "frontend/tflite/endpoints.h"

namespace slimc::frontend::tflite {
namespace {

// An op whose indices have been checked, with those of its tensors; -1 for inputs left out.
struct NumberedOp {
  int number = 0;
  std::vector<int> inputs;
  std::vector<int> outputs;
};

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

// The ops that the output needs, in the file's order, which is that of execution. Seen from behind,
// an op is needed if something behind it reads what it computes; so cycles cannot arise.
Result<std::vector<NumberedOp>> needed_ops(const Model& model, const schema::SubGraph& subgraph,
                                           const Tensors& tensors, int input, int output) {
  Diagnostics problems;
  std::vector<NumberedOp> needed;
  std::vector<bool> is_read(static_cast<std::size_t>(tensors.count()));
  is_read[static_cast<std::size_t>(output)] = true;
  for (std::uint32_t i = static_cast<std::uint32_t>(size_of(subgraph.operators())); i-- > 0;) {
    const schema::Operator& op = *subgraph.operators()->Get(i);
    const int number = static_cast<int>(i);
    auto outputs = tensors_of(model, tensors, number, op.outputs(), "output", 0);
    auto inputs = tensors_of(model, tensors, number, op.inputs(), "input", -1);
    if (!outputs) problems.add(std::move(outputs).error());
    if (!inputs) problems.add(std::move(inputs).error());
    if (!outputs || !inputs) continue;
    const bool is_needed = std::any_of(outputs->begin(), outputs->end(), [&](int tensor) {
      return tensor != input && is_read[static_cast<std::size_t>(tensor)];
    });
    if (!is_needed) continue;
    for (const int tensor : *inputs) {
      if (tensor >= 0) is_read[static_cast<std::size_t>(tensor)] = true;
    }
    needed.push_back({number, std::move(*inputs), std::move(*outputs)});
  }
  if (!problems.empty()) return Failure(std::move(problems));
  std::reverse(needed.begin(), needed.end());
  if (!is_read[static_cast<std::size_t>(input)]) {
    return tensors.fail(output, fmt::format("is no result of the network: it does not depend on "
                                            "the input '{}'",
                                            tensors.name(input)));
  }
  return needed;
}

// One line for the whole file: quantised models have hundreds of such tensors.
Result<void> check_float(const Model& model, const Tensors& tensors,
                         const std::vector<NumberedOp>& ops) {
  std::vector<bool> is_seen(static_cast<std::size_t>(tensors.count()));
  int first = -1;
  int quantised = 0;
  for (const NumberedOp& op : ops) {
    for (const auto* operands : {&op.inputs, &op.outputs}) {
      for (const int tensor : *operands) {
        if (tensor < 0 || is_seen[static_cast<std::size_t>(tensor)]) continue;
        is_seen[static_cast<std::size_t>(tensor)] = true;
        if (!is_quantised(tensors.at(tensor).type())) continue;
        if (first < 0) first = tensor;
        ++quantised;
      }
    }
  }
  if (first < 0) return {};
  return model.fail(
      fmt::format("is quantised ({} of its {} tensors, the first is '{}' of {}); slimc "
                  "compiles float32 models; not yet",
                  quantised, std::count(is_seen.begin(), is_seen.end(), true), tensors.name(first),
                  name_of(tensors.at(first).type())));
}

class Importer {
 public:
  Importer(const Model& model, const schema::SubGraph& subgraph, Tensors& tensors,
           InputChoice input)
      : model_(model), subgraph_(subgraph), state_(model, tensors, std::move(input)) {}

  // All ops that slimc does not know at once: a user who has to change a model wants the whole
  // list.
  Result<void> check_supported(const std::vector<NumberedOp>& ops) {
    Diagnostics problems;
    for (const NumberedOp& op : ops) {
      auto code = code_of(model_, *subgraph_.operators()->Get(op.number), op.number);
      if (!code) {
        problems.add(std::move(code).error());
        continue;
      }
      OpContext context = context_of(op, std::move(*code));
      if (op.outputs.size() != 1) {
        problems.add(context.about(fmt::format("has {} outputs, expected 1", op.outputs.size())));
      } else if (find_converter(context.code().builtin) == nullptr) {
        problems.add(context.about("is not supported"));
      }
    }
    if (!problems.empty()) return Failure(std::move(problems));
    return {};
  }

  Result<Graph> import(const std::vector<NumberedOp>& ops, int output) {
    state_.add_input();
    Diagnostics problems;
    std::vector<bool> is_failed(static_cast<std::size_t>(state_.tensors.count()));
    for (const NumberedOp& op : ops) {
      const auto result = static_cast<std::size_t>(op.outputs.front());
      // An op behind a failed one is no news.
      if (std::any_of(op.inputs.begin(), op.inputs.end(), [&](int tensor) {
            return tensor >= 0 && is_failed[static_cast<std::size_t>(tensor)];
          })) {
        is_failed[result] = true;
        continue;
      }
      SLIMC_ASSIGN(OpCode code, code_of(model_, *subgraph_.operators()->Get(op.number), op.number));
      OpContext context = context_of(op, std::move(code));
      auto done = context.convert(find_converter(context.code().builtin));
      if (done) continue;
      is_failed[result] = true;
      problems.add(std::move(done).error());
    }
    if (!problems.empty()) return Failure(std::move(problems));
    state_.graph.set_output(state_.values.at(output));
    SLIMC_TRY(check_graph(state_.graph));
    return std::move(state_.graph);
  }

 private:
  OpContext context_of(const NumberedOp& op, OpCode code) {
    return {state_,          *subgraph_.operators()->Get(op.number),
            std::move(code), op.number,
            op.inputs,       op.outputs};
  }

  const Model& model_;
  const schema::SubGraph& subgraph_;
  ImportState state_;
};

}  // namespace

Result<Graph> import_model(const Model& model, const ModelRequest& request, Reporter& reporter) {
  SLIMC_ASSIGN(const SubgraphChoice choice, choose_subgraph(model, request));
  Tensors tensors(model, *choice.subgraph);
  SLIMC_ASSIGN(const int output, choose_output(model, tensors, choice, request));
  SLIMC_ASSIGN(const int input_tensor, choose_input(model, tensors, choice, request));
  SLIMC_ASSIGN(const std::vector<NumberedOp> ops,
               needed_ops(model, *choice.subgraph, tensors, input_tensor, output));
  SLIMC_TRY(check_float(model, tensors, ops));
  SLIMC_ASSIGN(InputChoice input, shape_input(tensors, input_tensor, request));
  reporter.detail(fmt::format("{}: {} of {} ops are needed for '{}' from '{}' {}", model.file(),
                              ops.size(), size_of(choice.subgraph->operators()),
                              tensors.name(output), tensors.name(input.tensor),
                              input.shape.to_string()));
  Importer importer(model, *choice.subgraph, tensors, std::move(input));
  SLIMC_TRY(importer.check_supported(ops));
  return importer.import(ops, output);
}

}  // namespace slimc::frontend::tflite
