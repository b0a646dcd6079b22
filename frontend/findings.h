// What is strange about some nodes of a network, as one warning a kind.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "frontend/listed.h"
#include "ir/graph.h"
#include "support/reporter.h"

namespace slimc::frontend {

class Findings {
 public:
  // `expected` is what a MobileNet has instead, a clause.
  explicit Findings(std::string expected) : expected_(std::move(expected)) {}

  // `found` is a noun: "stride 3x3".
  void add(const Op& op, std::string found) {
    nodes_.push_back(op.name);
    const bool known = std::find(found_.begin(), found_.end(), found) != found_.end();
    if (!known) found_.push_back(std::move(found));
  }

  void report(const Graph& graph, Reporter& reporter) const {
    if (nodes_.empty()) return;
    constexpr std::size_t kMostNodes = 5, kMostFound = 3;
    const bool is_one = nodes_.size() == 1;
    const auto quoted = [](const std::string& name) { return "'" + name + "'"; };
    reporter.warning(
        {.file = graph.file,
         .subject = fmt::format("node{} {}", is_one ? "" : "s", listed(nodes_, kMostNodes, quoted)),
         .message =
             fmt::format("{} {}; {}: the file may be damaged, compare it with where it came from",
                         is_one ? "has" : "have", listed(found_, kMostFound), expected_)});
  }

 private:
  std::string expected_;
  std::vector<std::string> nodes_, found_;
};

}  // namespace slimc::frontend
