// Compiled stages against the double-precision reference: `slimc verify`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/reporter.h"
#include "tool/build_network.h"

namespace slimc {

// Differences of one tensor from its reference. Not-a-number counts as infinity.
struct TensorError {
  double max_abs = 0;
  double max_rel = 0;  // max_abs over the largest magnitude in the reference
};

struct StageError {
  std::string name;
  TensorError error;
};

struct Verification {
  double max_abs_error = 0;  // of the network's results, over all entries that were run
  double magnitude = 0;      // the largest in the reference's results
  // The largest difference of the network's results from those with the weights as imported, where
  // they were rounded to 16-bit floats.
  std::optional<double> max_abs_rounding;
  std::vector<StageError> stages;

  // The results may differ by the tolerance or, where they are larger than 1 (features and logits
  // are, probabilities are not), by so much of their magnitude; stages by so much of theirs.
  bool result_within(double tolerance) const;
  bool within(double tolerance) const;
};

// What to run: `values` through the float entry and, where there are any, `bytes` through the 8-bit
// one. Both hold one batch.
struct VerificationInput {
  std::vector<float> values;
  std::vector<std::uint8_t> bytes;
};

// Each stage alone: before it runs, its input in the arena is replaced by the reference's values
// rounded to float, so that errors do not add up and a wrong stage is the one that is named. Then
// the network as it is, whose results are compared with those of the imported graph, before any
// pass; or, where weights were rounded, with those of the graph that has the rounded ones.
Result<Verification> verify_network(const BuiltNetwork& built, const VerificationInput& input,
                                    int threads, Reporter& reporter);

}  // namespace slimc
