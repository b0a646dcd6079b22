#include "frontend/onnx/quantised.h"

#include <fmt/format.h>

namespace slimc::frontend::onnx {
namespace {

// Whether a value is in the file: an initializer, or what a Constant gives.
bool is_stored(const Model& model, const std::string& value) {
  if (model.initializer(value) != nullptr) return true;
  const auto producer = model.producer(value);
  return producer && model.node(producer->node).op_type() == "Constant";
}

bool is_quantised(const Model& model, const schema::NodeProto& node) {
  const std::string& op = node.op_type();
  if (op == "DequantizeLinear") return node.input_size() > 0 && !is_stored(model, node.input(0));
  // ONNX's own, and ONNX Runtime's QLinearAdd, QLinearGlobalAveragePool, QGemm and so on.
  return op.starts_with("QLinear") || op == "QuantizeLinear" || op == "DynamicQuantizeLinear" ||
         op.starts_with("ConvInteger") || op.starts_with("MatMulInteger") || op == "QGemm" ||
         op == "DynamicQuantizeMatMul";
}

}  // namespace

Result<void> check_float(const Model& model) {
  const schema::NodeProto* first = nullptr;
  int count = 0;
  for (const schema::NodeProto& node : model.graph().node()) {
    if (!is_quantised(model, node)) continue;
    if (first == nullptr) first = &node;
    ++count;
  }
  if (first == nullptr) return {};
  return model.fail(fmt::format(
      "is quantised ({} of its {} nodes, the first is '{}', {}); slimc "
      "compiles float32 models; not yet",
      count, model.graph().node_size(), Model::name_of_node(*first), Model::op_of(*first)));
}

}  // namespace slimc::frontend::onnx
