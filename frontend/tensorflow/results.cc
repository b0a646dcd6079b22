#include "frontend/tensorflow/results.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/data_type.h"
#include "frontend/tensorflow/inference/moving_statistics.h"
#include "frontend/tensorflow/inference/predicates.h"
#include "frontend/tensorflow/training_ops.h"

namespace slimc::frontend {
namespace {

using tensorflow::DataType;
using tensorflow::NodeDef;
using Nodes = std::vector<const NodeDef*>;
using NodeSet = std::unordered_set<const NodeDef*>;

DataType type_of(const NodeDef& node) {
  const auto it = node.attr().find("dtype");
  return it == node.attr().end() ? DataType::DT_FLOAT : it->second.type();
}

bool has_scalar_shape(const NodeDef& node) {
  const auto it = node.attr().find("shape");
  return it != node.attr().end() && it->second.has_shape() && !it->second.shape().unknown_rank() &&
         it->second.shape().dim_size() == 0;
}

// Data that is neither the image nor a weight nor a switch between phases: labels, mostly.
bool brings_integers(const NodeGraph& graph, const NodeDef& node) {
  if (node.op() != "Placeholder") {
    return node.op().starts_with("QueueDequeue") || node.op().starts_with("Iterator") ||
           node.op().starts_with("ReaderRead");
  }
  const DataType type = type_of(node);
  if (type == DataType::DT_BOOL) return false;
  const bool is_number = is_integer(type) && !has_scalar_shape(node);
  return (is_number || type == DataType::DT_STRING) &&
         !predicate_at_inference(graph, {.node = node.name()});
}

// What Keras calls its placeholders for labels and their weights.
bool is_named_like_labels(const std::string& name) {
  return name.ends_with("_target") || name.ends_with("_targets") ||
         name.ends_with("_sample_weights");
}

// A reduction that includes the batch: a loss, the share of zeros, an accuracy. Batch norm's, over
// [0,1,2], is the network's own in a graph that was not turned to inference.
bool reduces_batch(const NodeGraph& graph, const NodeDef& node) {
  static const std::unordered_set<std::string> ops = {"Mean", "Sum", "Max", "Min",
                                                      "Prod", "All", "Any"};
  if (ops.count(node.op()) == 0) return false;
  const std::vector<NodeReference> inputs = data_inputs(node);
  if (inputs.size() != 2) return false;
  const NodeDef* axes = graph.find(inputs[1].node);
  if (axes == nullptr || axes->op() != "Const") return false;
  const auto value = axes->attr().find("value");
  if (value == axes->attr().end() || !is_integer(value->second.tensor().dtype())) return false;
  const auto shape = to_shape(value->second.tensor().tensor_shape());
  if (!shape || shape->elements() > 4) return false;
  const auto integers = to_integers(value->second.tensor());
  if (!integers) return false;
  const std::vector<std::int64_t>& data = integers->data;
  return std::count(data.begin(), data.end(), 0) > 0 && data != std::vector<std::int64_t>{0, 1, 2};
}

class Flow {
 public:
  Flow(const NodeGraph& graph, const NodeReference& image, const Redirections& redirections)
      : graph_(graph),
        image_(image),
        redirections_(redirections),
        is_training_(is_training_graph(graph)) {
    for (const NodeDef& node : graph.def().node()) {
      // What was taken out of the graph still stands in it and reads.
      if (redirections.moves(node.name())) {
        if (node.name() != image.node) gone_.insert(&node);
        continue;
      }
      if (node.name() == image.node || is_shape_only(node.op())) continue;
      for (const NodeReference& input : data_inputs(node)) {
        const NodeDef* producer = graph.find(input.node);
        if (producer != nullptr && !is_statistic(producer, input)) {
          readers_[producer].emplace_back(&node, input.output);
        }
      }
    }
    for (const NodeDef& node : graph.def().node()) {
      if (gone_.count(&node) == 0) continue;
      const NodeReference stand_in = redirections.resolve({.node = node.name()});
      for (const NodeReference& input : data_inputs(node)) {
        const NodeDef* producer = graph.find(input.node);
        if (producer != nullptr && input.node != stand_in.node) gone_readers_.insert(producer);
      }
    }
  }

  Results results() {
    const NodeDef* image = graph_.find(image_.node);
    for (const auto& [reader, output] : readers_[image]) {
      if (output == image_.output) dependent_.insert(reader);
    }
    const NodeSet broken = broken_nodes();
    dependent_.insert(broken.begin(), broken.end());
    follow(Nodes(dependent_.begin(), dependent_.end()), dependent_);
    find_training();
    find_choices();
    NodeSet network;
    for (const NodeDef* node : dependent_) {
      if (training_.count(node) == 0 && chosen_.count(node) == 0) network.insert(node);
    }
    Results found;
    const NodeSet rest = without_leftovers(network);
    found.sinks = sinks_of(rest);
    if (found.sinks.empty()) found.sinks = sinks_of(network);
    set_unused_apart(found);
    for (const NodeDef& node : graph_.def().node()) {
      if (broken.count(&node) != 0 && rest.count(&node) != 0) found.broken.push_back(&node);
      if (heads_.count(&node) != 0) found.training.push_back(&node);
      if (choices_.count(&node) != 0 && training_.count(&node) == 0) {
        found.choices.push_back(&node);
      }
    }
    return found;
  }

 private:
  // The statistics of a batch are for the averages of training.
  static bool is_statistic(const NodeDef* producer, const NodeReference& tensor) {
    return producer != nullptr && is_batch_norm(*producer) && tensor.output != 0;
  }

  // Nodes with an input that does not exist, which may be the network's; but not those in front of
  // the image.
  NodeSet broken_nodes() const {
    const Nodes in_front = graph_.reachable_from({image_.node});
    const NodeSet is_in_front(in_front.begin(), in_front.end());
    NodeSet broken;
    for (const NodeDef& node : graph_.def().node()) {
      if (gone_.count(&node) != 0 || is_in_front.count(&node) != 0) continue;
      const std::vector<NodeReference> inputs = data_inputs(node);
      const bool is_whole = std::all_of(inputs.begin(), inputs.end(), [&](const auto& input) {
        return graph_.find(input.node) != nullptr;
      });
      const bool is_average = std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
        return is_statistic(graph_.find(input.node), input);
      });
      if (!is_whole && !is_average) broken.insert(&node);
    }
    return broken;
  }

  // Adds everything that reads what comes from `open`.
  void follow(Nodes open, NodeSet& reached) {
    while (!open.empty()) {
      const NodeDef* node = open.back();
      open.pop_back();
      for (const auto& [reader, output] : readers_[node]) {
        if (reached.insert(reader).second) open.push_back(reader);
      }
    }
  }

  // Losses and metrics also read labels. A float placeholder may be a second input that the network
  // has, which is for the import to refuse; but no graph of a training says so.
  void find_labels() {
    Nodes sources;
    for (const NodeDef& node : graph_.def().node()) {
      const bool is_image = node.name() == image_.node;
      const bool is_label =
          !is_image && dependent_.count(&node) == 0 &&
          (brings_integers(graph_, node) ||
           ((is_training_ || is_named_like_labels(node.name())) && node.op() == "Placeholder" &&
            type_of(node) == DataType::DT_FLOAT && !has_scalar_shape(node)));
      if (is_label) sources.push_back(&node);
      if (!is_image) continue;
      for (const auto& [reader, output] : readers_[&node]) {
        if (output != image_.output && labels_.insert(reader).second) sources.push_back(reader);
      }
    }
    follow(std::move(sources), labels_);
  }

  // Whether a network goes on behind a node: it is no metric then, but takes a second input, or has
  // an image without a batch, and either is for the import to refuse.
  bool feeds_network(const NodeDef& start) {
    // A metric is a handful of nodes.
    constexpr std::size_t kMaxVisited = 64;
    Nodes open = {&start};
    NodeSet visited = {&start};
    while (!open.empty()) {
      const NodeDef* node = open.back();
      open.pop_back();
      const std::string& op = node->op();
      if (op == "MatMul" || op == "Conv2D" || op == "Softmax" || op == "BiasAdd" ||
          op == "Sigmoid" || visited.size() > kMaxVisited) {
        return true;
      }
      for (const auto& [reader, output] : readers_[node]) {
        if (visited.size() > kMaxVisited) break;
        if (visited.insert(reader).second) open.push_back(reader);
      }
    }
    return false;
  }

  void find_training() {
    find_labels();
    for (const NodeDef& node : graph_.def().node()) {
      if (dependent_.count(&node) == 0) continue;
      const bool is_metric = labels_.count(&node) != 0 || reduces_batch(graph_, node);
      if (is_training_op(node.op()) || (is_metric && (is_training_ || !feeds_network(node)))) {
        training_.insert(&node);
      }
    }
    const NodeSet seeds = training_;
    follow(Nodes(seeds.begin(), seeds.end()), training_);
    for (const NodeDef* node : seeds) {
      const std::vector<NodeReference> inputs = data_inputs(*node);
      const bool is_first =
          std::none_of(inputs.begin(), inputs.end(), [&](const NodeReference& input) {
            return training_.count(graph_.find(input.node)) != 0;
          });
      if (is_first) heads_.insert(node);
    }
  }

  // A choice is one as long as nothing but indices and names of classes comes of it.
  void find_choices() {
    // Each is followed on its own; networks have one or two.
    constexpr int kMaxChoices = 32;
    int count = 0;
    for (const NodeDef* node : dependent_) {
      if (!is_choice(node->op()) || training_.count(node) != 0) continue;
      if (++count > kMaxChoices) return;
      NodeSet behind;
      follow({node}, behind);
      const bool is_only_read =
          std::all_of(behind.begin(), behind.end(), [&](const NodeDef* reader) {
            return training_.count(reader) != 0 || is_choice(reader->op()) ||
                   (follows_choice(reader->op()) && reads_image_through(*reader, *node, behind));
          });
      if (!is_only_read) continue;
      choices_.insert(node);
      chosen_.insert(node);
      chosen_.insert(behind.begin(), behind.end());
    }
  }

  bool reads_image_through(const NodeDef& reader, const NodeDef& choice, const NodeSet& behind) {
    const std::vector<NodeReference> inputs = data_inputs(reader);
    return std::all_of(inputs.begin(), inputs.end(), [&](const NodeReference& input) {
      const NodeDef* producer = graph_.find(input.node);
      return producer == &choice || behind.count(producer) != 0 || dependent_.count(producer) == 0;
    });
  }

  // Without what was made only for the parts that are left out: what a taken-out dropout had
  // scaled, the steps to a moving average, the comparison in front of a share of zeros, the
  // clipping and logarithm of a loss that is written out.
  NodeSet without_leftovers(NodeSet network) {
    Nodes open(network.begin(), network.end());
    NodeSet dropped, cut;
    while (!open.empty()) {
      const NodeDef* node = open.back();
      open.pop_back();
      if (network.count(node) == 0) continue;
      if (leads_nowhere(*node, cut)) {
        cut.insert(node);
      } else if (!prepares_metric(*node, dropped)) {
        continue;
      }
      dropped.insert(node);
      network.erase(node);
      for (const NodeReference& input : data_inputs(*node)) {
        if (const NodeDef* producer = graph_.find(input.node)) open.push_back(producer);
      }
    }
    return network;
  }

  // Looked at again for each reader; what is left over has one or two.
  static constexpr std::size_t kMaxReaders = 256;

  // Read by what is out of the graph, or in the end by an assignment, alone.
  bool leads_nowhere(const NodeDef& node, const NodeSet& cut) {
    const auto& readers = readers_[&node];
    if (readers.empty()) return gone_readers_.count(&node) != 0;
    return readers.size() <= kMaxReaders &&
           std::all_of(readers.begin(), readers.end(), [&](const auto& reader) {
             return cut.count(reader.first) != 0 ||
                    (training_.count(reader.first) != 0 && is_assignment(reader.first->op()));
           });
  }

  // Arithmetic of which only losses, summaries and metrics are made.
  bool prepares_metric(const NodeDef& node, const NodeSet& dropped) {
    const auto& readers = readers_[&node];
    if (find_converter(node.op()) != nullptr && !is_arithmetic(node.op())) return false;
    return !readers.empty() && readers.size() <= kMaxReaders &&
           std::all_of(readers.begin(), readers.end(), [&](const auto& reader) {
             return dropped.count(reader.first) != 0 || training_.count(reader.first) != 0;
           });
  }

  Nodes sinks_of(const NodeSet& network) {
    Nodes sinks;
    for (const NodeDef& node : graph_.def().node()) {
      if (network.count(&node) == 0) continue;
      const auto& readers = readers_[&node];
      const bool is_read = std::any_of(readers.begin(), readers.end(), [&](const auto& reader) {
        return network.count(reader.first) != 0;
      });
      if (!is_read) sinks.push_back(&node);
    }
    return sinks;
  }

  // Unless nothing else is left: a list of what there is helps more than none.
  void set_unused_apart(Results& found) const {
    const auto hidden = std::stable_partition(
        found.sinks.begin(), found.sinks.end(),
        [&](const NodeDef* sink) { return !redirections_.hides(sink->name()); });
    if (hidden == found.sinks.begin()) return;
    found.unused.assign(hidden, found.sinks.end());
    found.sinks.erase(hidden, found.sinks.end());
  }

  const NodeGraph& graph_;
  const NodeReference& image_;
  const Redirections& redirections_;
  const bool is_training_;
  // Who reads which output of a node; without those that are gone, or look at shapes only.
  std::unordered_map<const NodeDef*, std::vector<std::pair<const NodeDef*, int>>> readers_;
  NodeSet gone_, gone_readers_;  // nodes out of the graph; and those that they read
  NodeSet dependent_;            // on the image
  NodeSet labels_;               // what depends on labels
  NodeSet training_, heads_;     // all of it, and its first nodes
  NodeSet choices_, chosen_;     // likewise
};

}  // namespace

bool is_training_graph(const NodeGraph& graph) {
  return std::any_of(graph.def().node().begin(), graph.def().node().end(), [](const NodeDef& node) {
    return node.op().starts_with("Apply") || node.op().starts_with("ResourceApply");
  });
}

Results results_of(const NodeGraph& graph, const NodeReference& image,
                   const Redirections& redirections) {
  return Flow(graph, image, redirections).results();
}

}  // namespace slimc::frontend
