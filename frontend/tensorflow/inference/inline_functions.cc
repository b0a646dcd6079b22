#include "frontend/tensorflow/inference/inline_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "frontend/tensorflow/inference/predicates.h"

namespace slimc::frontend {
namespace {

using tensorflow::FunctionDef;
using tensorflow::NodeDef;

// A SavedModel of a MobileNet nests four deep and has some thousand nodes in its functions. A small
// file can ask for much more: each function may call another one twice.
constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 1 << 18;
constexpr std::size_t kMaxBytes = std::size_t{1} << 28;

bool is_conditional(const std::string& op) { return op == "If" || op == "StatelessIf"; }

const std::string* function_attribute(const NodeDef& node, const char* name) {
  const auto it = node.attr().find(name);
  return it == node.attr().end() || !it->second.has_func() ? nullptr : &it->second.func().name();
}

// The place of an output among all outputs of an op: functions say "node:output_name:index".
// Ops with one output, or one list of them, need no table.
int first_output(const NodeDef& node, const std::string& name) {
  static const std::unordered_map<std::string, std::vector<std::string>> outputs = {
      {"FusedBatchNorm",
       {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"}},
      {"FusedBatchNormV2",
       {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"}},
      {"FusedBatchNormV3",
       {"y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2",
        "reserve_space_3"}},
      {"Switch", {"output_false", "output_true"}},
      {"Merge", {"output", "value_index"}},
  };
  const auto op = outputs.find(node.op());
  if (op == outputs.end()) return 0;
  const auto output = std::find(op->second.begin(), op->second.end(), name);
  return output == op->second.end() ? 0 : static_cast<int>(output - op->second.begin());
}

// "node", "node:name:2" -> its parts.
struct BodyReference {
  std::string node, output;
  int index = 0;

  explicit BodyReference(const std::string& text) {
    const std::size_t first = text.find(':');
    node = text.substr(0, first);
    if (first == std::string::npos) return;
    const std::size_t second = text.find(':', first + 1);
    output = text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
    if (second == std::string::npos) return;
    int value = 0;
    std::from_chars(text.data() + second + 1, text.data() + text.size(), value);
    index = std::clamp(value, 0, kMaxNodes);
  }
};

class Inliner {
 public:
  Inliner(tensorflow::GraphDef& def, std::string file, Redirections& redirections)
      : file_(std::move(file)), def_(def), redirections_(redirections) {
    for (const FunctionDef& function : def.library().function()) {
      functions_.emplace(function.signature().name(), &function);
    }
    for (const NodeDef& node : def.node()) {
      names_.insert(node.name());
      for (const NodeReference& input : data_inputs(node)) read_.insert(input.node);
    }
  }

  Result<void> run() {
    google::protobuf::RepeatedPtrField<NodeDef> nodes;
    nodes.Swap(def_.mutable_node());
    for (NodeDef& node : nodes) open_.push_back({std::move(node), kNoFrame});
    std::reverse(open_.begin(), open_.end());
    do {
      while (!open_.empty()) {
        Item item = std::move(open_.back());
        open_.pop_back();
        SLIMC_TRY(visit(std::move(item)));
      }
      SLIMC_TRY(decide_conditionals());
    } while (!open_.empty());
    for (Item& item : conditionals_) *def_.add_node() = std::move(item.node);
    hide_bodies();
    return {};
  }

 private:
  static constexpr int kNoFrame = -1;

  // A call under way: which function, called from which other call.
  struct Frame {
    const FunctionDef* function;
    int caller;
    int depth;
  };
  struct Item {
    NodeDef node;
    int frame;
  };

  struct FunctionSize {
    std::size_t bytes = 0;
    std::size_t names = 0;       // of nodes and inputs
    std::size_t parameters = 0;  // attributes that the caller gives
  };

  // What a copy of the function's nodes takes: names get the call's in front of them, inputs become
  // its arguments, parameters its attributes.
  std::size_t size_of_copy(const FunctionDef& function, const NodeDef& call) {
    const auto [it, is_new] = sizes_.try_emplace(&function);
    FunctionSize& size = it->second;
    if (is_new) {
      for (const NodeDef& node : function.node_def()) {
        size.bytes += node.ByteSizeLong();
        size.names += 1 + static_cast<std::size_t>(node.input_size());
        for (const auto& [name, value] : node.attr()) {
          size.parameters += value.value_case() == tensorflow::AttrValue::kPlaceholder ? 1 : 0;
        }
      }
    }
    std::size_t longest = call.name().size();
    for (const std::string& input : call.input()) longest = std::max(longest, input.size());
    std::size_t attributes = 0;
    for (const auto& [name, value] : call.attr()) attributes += value.ByteSizeLong();
    return size.bytes + size.names * longest + size.parameters * attributes;
  }

  Diagnostic about(const NodeDef& node, std::string message) const {
    return {.file = file_, .subject = "node '" + node.name() + "'", .message = std::move(message)};
  }

  Result<void> visit(Item item) {
    const NodeDef& node = item.node;
    if (is_conditional(node.op())) {
      conditionals_.push_back(std::move(item));
      return {};
    }
    const std::string* name = nullptr;
    if (node.op() == "PartitionedCall" || node.op() == "StatefulPartitionedCall") {
      name = function_attribute(node, "f");
    } else if (functions_.count(node.op()) != 0) {
      name = &node.op();
    }
    if (name == nullptr) {
      *def_.add_node() = std::move(item.node);
      return {};
    }
    return expand(item, *name, data_inputs(node));
  }

  // Of a function's nodes, those are results of the graph that a call of the graph's own gives and
  // nobody there reads.
  void hide_bodies() {
    std::unordered_set<std::string> given;
    for (const NodeReference& result : unread_results_) {
      given.insert(redirections_.resolve(result).node);
    }
    for (const std::string& name : inlined_) {
      if (given.count(name) == 0) redirections_.hide(name);
    }
  }

  // An If whose predicate is known is a call of one of its branches.
  Result<void> decide_conditionals() {
    if (conditionals_.empty()) return {};
    redirections_.apply(def_);
    SLIMC_ASSIGN(const NodeGraph graph, NodeGraph::create(def_, file_));
    struct Decision {
      Item item;
      std::string function;
    };
    std::vector<Decision> decided;
    std::vector<Item> undecided;
    for (Item& item : conditionals_) {
      const std::vector<NodeReference> inputs = data_inputs(item.node);
      std::optional<bool> value;
      if (!inputs.empty()) {
        value = predicate_at_inference(graph, redirections_.resolve(inputs.front()));
      }
      const std::string* function =
          value ? function_attribute(item.node, *value ? "then_branch" : "else_branch") : nullptr;
      if (function == nullptr) {
        undecided.push_back(std::move(item));
      } else {
        std::string name = *function;
        decided.push_back({std::move(item), std::move(name)});
      }
    }
    conditionals_ = std::move(undecided);
    for (const Decision& decision : decided) {
      std::vector<NodeReference> arguments = data_inputs(decision.item.node);
      arguments.erase(arguments.begin());
      SLIMC_TRY(expand(decision.item, decision.function, arguments));
    }
    return {};
  }

  Result<void> check_call(const Item& call, const std::string& name,
                          const std::vector<NodeReference>& arguments) {
    const auto found = functions_.find(name);
    if (found == functions_.end()) {
      return fail(about(call.node, "calls the function '" + name +
                                       "', which is not in the graph's function library"));
    }
    const FunctionDef& function = *found->second;
    const int expected = function.signature().input_arg_size();
    if (static_cast<int>(arguments.size()) != expected) {
      return fail(
          about(call.node, fmt::format("calls the function '{}' with {} arguments; it has {}", name,
                                       arguments.size(), expected)));
    }
    for (int frame = call.frame; frame != kNoFrame; frame = frames_[index(frame)].caller) {
      if (frames_[index(frame)].function != &function) continue;
      return fail(about(call.node, "calls the function '" + name +
                                       "', which is being called already: it calls itself"));
    }
    const int depth = call.frame == kNoFrame ? 0 : frames_[index(call.frame)].depth + 1;
    if (depth == kMaxDepth) {
      return fail(about(call.node, fmt::format("calls the function '{}' {} calls deep; slimc "
                                               "follows up to {}",
                                               name, depth + 1, kMaxDepth)));
    }
    nodes_ += function.node_def_size();
    bytes_ += size_of_copy(function, call.node);
    if (nodes_ > kMaxNodes || bytes_ > kMaxBytes) {
      return fail(
          {.file = file_,
           .message = fmt::format("grows to more than {} nodes or {} MiB when the functions "
                                  "that it calls are put in their calls' place",
                                  kMaxNodes, kMaxBytes >> 20)});
    }
    frames_.push_back({&function, call.frame, depth});
    return {};
  }

  Result<void> expand(const Item& call, const std::string& name,
                      const std::vector<NodeReference>& arguments) {
    SLIMC_TRY(check_call(call, name, arguments));
    const int frame = static_cast<int>(frames_.size()) - 1;
    const FunctionDef& function = *frames_.back().function;

    std::unordered_map<std::string, NodeReference> argument;
    for (int i = 0; i < function.signature().input_arg_size(); ++i) {
      argument.emplace(function.signature().input_arg(i).name(), arguments[index(i)]);
    }
    std::unordered_map<std::string, const NodeDef*> body;
    std::unordered_map<std::string, std::string> flat_names;
    for (const NodeDef& node : function.node_def()) {
      body.emplace(node.name(), &node);
      const auto [it, is_new] = flat_names.try_emplace(node.name());
      if (!is_new) continue;
      it->second = unique(call.node.name() + "/" + node.name());
      inlined_.push_back(it->second);
    }
    const auto flat = [&](const std::string& text) -> NodeReference {
      const BodyReference reference(text);
      if (const auto it = argument.find(reference.node); it != argument.end()) return it->second;
      const auto node = body.find(reference.node);
      if (node == body.end()) return {.node = call.node.name() + "/" + reference.node};
      const int output = first_output(*node->second, reference.output, functions_);
      return {.node = flat_names.at(reference.node), .output = output + reference.index};
    };

    for (int i = function.node_def_size(); i-- > 0;) {
      NodeDef node = function.node_def(i);
      node.set_name(flat_names.at(node.name()));
      std::vector<std::string> inputs;
      for (const std::string& input : node.input()) {
        if (!input.starts_with('^')) {
          inputs.push_back(to_string(flat(input)));
        } else if (const auto it = flat_names.find(input.substr(1)); it != flat_names.end()) {
          inputs.push_back("^" + it->second);
        }
      }
      node.clear_input();
      for (std::string& input : inputs) node.add_input(std::move(input));
      set_parameters(node, call.node);
      open_.push_back({std::move(node), frame});
    }

    std::vector<NodeReference> results;
    for (const auto& output : function.signature().output_arg()) {
      const auto result = function.ret().find(output.name());
      if (result == function.ret().end()) {
        return fail(about(call.node, "calls the function '" + name +
                                         "', which says nothing of its "
                                         "result '" +
                                         output.name() + "'"));
      }
      results.push_back(flat(result->second));
      const NodeReference given = {.node = call.node.name(),
                                   .output = static_cast<int>(results.size()) - 1};
      redirections_.add(given, results.back());
      if (call.frame == kNoFrame && read_.count(given.node) == 0) unread_results_.push_back(given);
    }
    keep(call.node, results);
    return {};
  }

  // The call's name stays: a user or a signature may ask for it.
  void keep(const NodeDef& call, const std::vector<NodeReference>& results) {
    NodeDef& node = *def_.add_node();
    node.set_name(call.name());
    node.set_op(results.empty() ? "NoOp" : "Identity");
    if (!results.empty()) node.add_input(to_string(results.front()));
    for (const std::string& input : call.input()) {
      if (input.starts_with('^')) node.add_input(input);
    }
  }

  // A function's types may be its caller's choice.
  static void set_parameters(NodeDef& node, const NodeDef& call) {
    for (auto& [name, value] : *node.mutable_attr()) {
      if (value.value_case() != tensorflow::AttrValue::kPlaceholder) continue;
      const auto given = call.attr().find(value.placeholder());
      if (given != call.attr().end()) value = tensorflow::AttrValue(given->second);
    }
  }

  // As the function above; the outputs of a call by name are the function's own.
  static int first_output(const NodeDef& node, const std::string& output,
                          const std::unordered_map<std::string, const FunctionDef*>& functions) {
    const auto called = functions.find(node.op());
    if (called == functions.end()) return frontend::first_output(node, output);
    const auto& outputs = called->second->signature().output_arg();
    const auto it = std::find_if(outputs.begin(), outputs.end(),
                                 [&](const auto& argument) { return argument.name() == output; });
    return it == outputs.end() ? 0 : static_cast<int>(it - outputs.begin());
  }

  std::string unique(std::string name) {
    while (!names_.insert(name).second) name += '_';
    return name;
  }

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  std::string file_;
  tensorflow::GraphDef& def_;
  Redirections& redirections_;
  std::unordered_map<std::string, const FunctionDef*> functions_;
  std::unordered_map<const FunctionDef*, FunctionSize> sizes_;
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> read_;       // what the graph's own nodes read
  std::vector<std::string> inlined_;           // nodes of bodies
  std::vector<NodeReference> unread_results_;  // of calls of the graph's own
  std::vector<Frame> frames_;
  std::vector<Item> open_;  // to be looked at, the last one first
  std::vector<Item> conditionals_;
  std::int64_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<void> inline_functions(tensorflow::GraphDef& def, const std::string& file,
                              Redirections& redirections) {
  if (def.library().function_size() == 0) return {};
  SLIMC_TRY(Inliner(def, file, redirections).run());
  return {};
}

}  // namespace slimc::frontend
