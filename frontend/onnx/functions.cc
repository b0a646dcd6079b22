#include "frontend/onnx/functions.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>
#include <vector>

#include "frontend/onnx/model.h"

namespace slimc::frontend::onnx {
namespace {

// Exporters nest functions a few deep; a network of the family has some hundred nodes.
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxAdded = 1 << 16;

std::string key_of(const std::string& domain, const std::string& name,
                   const std::string& overload) {
  return plain_domain(domain) + "\n" + name + "\n" + overload;
}

std::int64_t onnx_opset(
    const google::protobuf::RepeatedPtrField<schema::OperatorSetIdProto>& list) {
  for (const schema::OperatorSetIdProto& opset : list) {
    if (plain_domain(opset.domain()).empty()) return opset.version();
  }
  return 0;
}

// The attribute that a function's node takes from the call, or from the function's defaults. Null
// where there is neither.
const schema::AttributeProto* referred(const schema::FunctionProto& function,
                                       const schema::NodeProto& call, const std::string& name) {
  for (const auto* list : {&call.attribute(), &function.attribute_proto()}) {
    for (const schema::AttributeProto& attribute : *list) {
      if (attribute.name() == name) return &attribute;
    }
  }
  return nullptr;
}

class Inliner {
 public:
  Inliner(schema::ModelProto& model, const std::string& file) : model_(model), file_(file) {
    for (const schema::FunctionProto& function : model.functions()) {
      functions_.emplace(key_of(function.domain(), function.name(), function.overload()),
                         &function);
    }
  }

  Result<void> run() {
    google::protobuf::RepeatedPtrField<schema::NodeProto> result;
    // From the last node to the first, so that the next one is on top.
    std::vector<std::pair<schema::NodeProto, int>> open;
    auto& nodes = *model_.mutable_graph()->mutable_node();
    for (int i = nodes.size(); i-- > 0;) open.emplace_back(std::move(*nodes.Mutable(i)), 0);
    while (!open.empty()) {
      auto [node, depth] = std::move(open.back());
      open.pop_back();
      const auto it = functions_.find(key_of(node.domain(), node.op_type(), node.overload()));
      if (it == functions_.end()) {
        *result.Add() = std::move(node);
        continue;
      }
      SLIMC_ASSIGN(std::vector<schema::NodeProto> body, body_of(*it->second, node, depth));
      for (std::size_t i = body.size(); i-- > 0;) open.emplace_back(std::move(body[i]), depth + 1);
    }
    nodes = std::move(result);
    return {};
  }

 private:
  Failure refuse(const schema::NodeProto& call, std::string message) const {
    return slimc::fail(
        {.file = file_,
         .subject = fmt::format("node '{}' ({})", Model::name_of_node(call), Model::op_of(call)),
         .message = std::move(message)});
  }

  Result<std::vector<schema::NodeProto>> body_of(const schema::FunctionProto& function,
                                                 const schema::NodeProto& call, int depth) {
    if (depth >= kMaxDepth) {
      return refuse(call, fmt::format("calls functions more than {} deep, or itself", kMaxDepth));
    }
    added_ += static_cast<std::size_t>(function.node_size());
    if (added_ > kMaxAdded) {
      return refuse(call, fmt::format("with it the functions make more than {} nodes", kMaxAdded));
    }
    const std::int64_t opset = onnx_opset(function.opset_import());
    const std::int64_t models = onnx_opset(model_.opset_import());
    if (opset != 0 && models != 0 && opset != models) {
      return refuse(call, fmt::format("calls a function of opset {} in a model of opset {}, which "
                                      "slimc does not read",
                                      opset, models));
    }
    if (call.input_size() > function.input_size() || call.output_size() > function.output_size()) {
      return refuse(call, "has more inputs or outputs than its function");
    }
    std::unordered_map<std::string, std::string> names;
    for (int i = 0; i < function.input_size(); ++i) {
      names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
    }
    const std::string scope = fmt::format("{}/{}", Model::name_of_node(call), ++calls_);
    std::vector<std::pair<std::string, std::string>> passed_on;
    for (int i = 0; i < function.output_size(); ++i) {
      const std::string actual = i < call.output_size() ? call.output(i) : "";
      // A function may hand an input back.
      if (names.count(function.output(i)) != 0) {
        if (!actual.empty()) passed_on.emplace_back(names[function.output(i)], actual);
      } else if (!actual.empty()) {
        names[function.output(i)] = actual;
      }
    }
    const auto renamed = [&](const std::string& name) -> std::string {
      if (name.empty()) return "";
      const auto it = names.find(name);
      return it == names.end() ? scope + "/" + name : it->second;
    };
    std::vector<schema::NodeProto> body;
    for (const schema::NodeProto& original : function.node()) {
      schema::NodeProto node = original;
      for (std::string& input : *node.mutable_input()) input = renamed(input);
      for (std::string& output : *node.mutable_output()) output = renamed(output);
      if (!node.name().empty()) node.set_name(scope + "/" + node.name());
      node.clear_attribute();
      for (const schema::AttributeProto& attribute : original.attribute()) {
        if (attribute.ref_attr_name().empty()) {
          *node.add_attribute() = attribute;
        } else if (const auto* actual = referred(function, call, attribute.ref_attr_name())) {
          schema::AttributeProto& added = *node.add_attribute();
          added = *actual;
          added.set_name(attribute.name());
        }
      }
      body.push_back(std::move(node));
    }
    for (const auto& [from, to] : passed_on) {
      schema::NodeProto identity;
      identity.set_op_type("Identity");
      identity.add_input(from);
      identity.add_output(to);
      body.push_back(std::move(identity));
    }
    return body;
  }

  schema::ModelProto& model_;
  const std::string& file_;
  std::unordered_map<std::string, const schema::FunctionProto*> functions_;
  std::size_t added_ = 0;
  int calls_ = 0;
};

}  // namespace

Result<void> inline_functions(schema::ModelProto& model, const std::string& file) {
  if (model.functions_size() == 0) return {};
  return Inliner(model, file).run();
}

}  // namespace slimc::frontend::onnx
