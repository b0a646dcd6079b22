// Rebuilding a graph with some of its ops replaced: what the passes share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "support/result.h"

namespace slimc {

// The state of one walk: the graph as it was ("before") and as it is being built ("after").
class Rewriter {
 public:
  explicit Rewriter(const Graph& before);

  const Graph& before() const { return before_; }
  Graph& after() { return after_; }
  const Graph& after() const { return after_; }

  // The value that stands for `before` in the new graph.
  Value now(Value before) const { return now_[static_cast<std::size_t>(before.op)]; }

  // The op that makes it.
  const Op& producer(Value before) const { return after_.op(now(before)); }

  // Whether a value of the old graph has one user; being an output of the network's is a use.
  bool has_one_use(Value before) const { return uses_[static_cast<std::size_t>(before.op)] == 1; }

  // An op of the old graph with its inputs as they are now, to be changed and added.
  Op updated(const Op& op) const;

  // Says that the user's model is at fault at this op; the pass then fails.
  void problem(const Op& op, std::string message);

 private:
  friend Result<Graph> rewrite(const Graph& before,
                               const std::function<std::optional<Value>(Rewriter&, const Op&)>&);
  const Graph& before_;
  Graph after_;
  std::vector<Value> now_;
  std::vector<int> uses_;
  Diagnostics problems_;
};

// Visits the ops in order. `visit` returns the value of the new graph that replaces the op (an
// invalid one if nothing will need it), or nothing to keep the op. What became useless is dropped,
// and names are made unique: a replacement takes the name that a reader would look for, even if it
// was taken by an op that is about to go.
using Visit = std::function<std::optional<Value>(Rewriter&, const Op& op)>;
Result<Graph> rewrite(const Graph& before, const Visit& visit);

// Adds a Reshape of `x`, or finds that none is needed. Reshapes in front of it are skipped.
Value add_reshape(Graph& graph, Value x, const Shape& shape, const std::string& name);

}  // namespace slimc
