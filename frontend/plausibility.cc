#include "frontend/plausibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "frontend/plausible_structure.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend {
namespace {

// The largest number of the published 0.25/224 is a moving variance of 2221.
constexpr float kMaxMagnitude = 1e6f;

// Those of trained networks are 1e-5 to 1e-3.
constexpr float kLeastEpsilon = 1e-7f, kMostEpsilon = 0.1f;

constexpr std::size_t kWeights = 1;   // of a convolution's inputs
constexpr std::size_t kVariance = 4;  // of BatchNorm's

class Check {
 public:
  Check(const Graph& graph, Reporter& reporter) : graph_(graph), reporter_(reporter) {}

  Result<void> run() {
    for (const Op& op : graph_.ops()) {
      if (op.kind == OpKind::Constant) check_magnitude(op);
      if (op.kind == OpKind::BatchNorm) check_batch_norm(op);
      if (op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D) check_weights(op);
    }
    check_epsilons();
    if (!problems_.empty()) return Failure(std::move(problems_));
    return {};
  }

 private:
  Diagnostic about(const char* what, const Op& op, std::string message) const {
    return {.file = graph_.file,
            .subject = fmt::format("{} '{}'", what, op.name),
            .message = std::move(message)};
  }

  static std::string element(const Tensor& tensor, std::size_t i) {
    const auto index = static_cast<std::int64_t>(i);
    return fmt::format("element {} ({}) is {}", i, position(tensor.shape, index), tensor.data[i]);
  }

  void check_magnitude(const Op& op) {
    const Tensor& tensor = *op.constant;
    const auto found = std::find_if(tensor.data.begin(), tensor.data.end(),
                                    [](float value) { return std::abs(value) > kMaxMagnitude; });
    if (found == tensor.data.end()) return;
    const auto index = static_cast<std::size_t>(found - tensor.data.begin());
    reporter_.warning(
        about("tensor", op,
              fmt::format("{}; no trained network has such numbers: the file may be damaged",
                          element(tensor, index))));
  }

  // A node's name that changed by a character may be another layer's.
  void check_weights(const Op& op) {
    const auto [other, is_first] = readers_.emplace(op.inputs[kWeights].op, &op);
    if (is_first) return;
    reporter_.warning(about("node", op,
                            fmt::format("has the weights of '{}' ('{}'); no network of the family "
                                        "shares weights: the file may be damaged",
                                        other->second->name, graph_.op(op.inputs[kWeights]).name)));
  }

  void check_batch_norm(const Op& op) {
    const float epsilon = op.attributes_as<BatchNormAttributes>().epsilon;
    epsilons_.emplace(epsilon, &op);
    if (!(epsilon >= 0 && epsilon <= 1)) {
      problems_.add(
          about("node", op, fmt::format("has an epsilon of {}; expected 0 to 1", epsilon)));
    }
    const Op& variance = graph_.op(op.inputs[kVariance]);
    if (variance.kind != OpKind::Constant) return;
    const std::vector<float>& data = variance.constant->data;
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (data[i] > 0 || (data[i] == 0 && epsilon > 0)) continue;
      problems_.add(
          about("tensor", variance,
                fmt::format("{}; a variance is {}", element(*variance.constant, i),
                            data[i] < 0 ? "never negative" : "above zero where epsilon is zero")));
      return;
    }
  }

  // Every network of the family has one.
  void check_epsilons() {
    if (epsilons_.empty()) return;
    const auto& [one, first] = *epsilons_.begin();
    if (epsilons_.size() == 1) {
      // Zero is of converters that have added it to the variance.
      if (one == 0 || (one >= kLeastEpsilon && one <= kMostEpsilon)) return;
      // What is not in [0, 1] is refused.
      if (!problems_.empty()) return;
      reporter_.warning(about("node", *first,
                              fmt::format("has an epsilon of {}; expected {} to {}: the file may "
                                          "be damaged",
                                          one, kLeastEpsilon, kMostEpsilon)));
      return;
    }
    const auto& [other, last] = *epsilons_.rbegin();
    reporter_.warning(about("node", *last,
                            fmt::format("has an epsilon of {}, and '{}' one of {}: the file may be "
                                        "damaged",
                                        other, first->name, one)));
  }

  const Graph& graph_;
  Reporter& reporter_;
  Diagnostics problems_;
  std::map<float, const Op*> epsilons_;  // the first op of each
  std::map<int, const Op*> readers_;     // of weights, by their op: the first
};

}  // namespace

Result<void> check_plausible(const Graph& graph, Reporter& reporter) {
  SLIMC_TRY(Check(graph, reporter).run());
  check_structure(graph, reporter);
  return {};
}

}  // namespace slimc::frontend
