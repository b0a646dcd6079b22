#include "frontend/tensorflow/inference/predicates.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "frontend/tensorflow/data_type.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::NodeDef;

// Real predicates are a handful of nodes; logic over logic over logic doubles at each level.
constexpr int kMaxVisits = 64;

bool contains_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::optional<bool> meaning_of_name(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (contains_any(name, {"not_train", "nottrain"})) return true;
  if (contains_any(name, {"train", "phase"})) return false;
  if (contains_any(name, {"infer", "eval", "predict", "test"})) return true;
  return std::nullopt;
}

std::optional<bool> constant(const NodeDef& node) {
  const auto value = node.attr().find("value");
  if (value == node.attr().end() || !is_integer(value->second.tensor().dtype())) {
    return std::nullopt;
  }
  const auto shape = to_shape(value->second.tensor().tensor_shape());
  if (!shape || shape->elements() != 1) return std::nullopt;
  const auto integers = to_integers(value->second.tensor());
  return integers ? std::optional(integers->data.front() != 0) : std::nullopt;
}

class Evaluation {
 public:
  explicit Evaluation(const NodeGraph& graph) : graph_(graph) {}

  std::optional<bool> value_of(const NodeReference& predicate) {
    if (++visits_ > kMaxVisits) return std::nullopt;
    const NodeDef* node = graph_.find(predicate.node);
    if (node == nullptr) return std::nullopt;
    const std::string& op = node->op();
    const std::vector<NodeReference> inputs = data_inputs(*node);
    if (op == "Const") return constant(*node);
    if (op == "Placeholder" || op == "VariableV2" || op == "Variable" || op == "VarHandleOp") {
      return meaning_of_name(node->name());
    }
    if (inputs.empty()) return std::nullopt;
    if (op == "PlaceholderWithDefault") {
      const auto meaning = meaning_of_name(node->name());
      return meaning ? meaning : value_of(inputs[0]);
    }
    // A Switch hands on the predicate of an outer branch; Keras casts its learning phase, an int.
    if (op == "Identity" || op == "Cast" || op == "ReadVariableOp" || op == "StopGradient" ||
        op == "Switch" || op == "Squeeze" || op == "Reshape") {
      return value_of(inputs[0]);
    }
    if (op == "LogicalNot") {
      const auto value = value_of(inputs[0]);
      return value ? std::optional(!*value) : std::nullopt;
    }
    if ((op == "LogicalAnd" || op == "LogicalOr") && inputs.size() == 2) {
      // One operand can be enough: false && x, true || x.
      const bool decisive = op == "LogicalOr";
      const auto a = value_of(inputs[0]), b = value_of(inputs[1]);
      if (a == decisive || b == decisive) return decisive;
      return a && b ? std::optional(!decisive) : std::nullopt;
    }
    return std::nullopt;
  }

 private:
  const NodeGraph& graph_;
  int visits_ = 0;
};

}  // namespace

std::optional<bool> predicate_at_inference(const NodeGraph& graph, const NodeReference& predicate) {
  return Evaluation(graph).value_of(predicate);
}

}  // namespace slimc::frontend
