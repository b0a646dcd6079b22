// Checkpoints without a graph: the network is read off the names and shapes of its variables.
#pragma once

#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/mobilenet/architecture.h"
#include "frontend/tensorflow/checkpoint.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// How the variables of a network of the family are stored.
struct StoredNetwork {
  Architecture architecture;
  // What stands in front of the names in place of the dialect's own scope: slim's
  // "MobilenetV1/Conv2d_0/weights" lies under scope + "Conv2d_0/weights".
  std::string scope;
  bool has_gamma = true;      // false: batch norm was made with scale=False
  bool has_averages = false;  // NAME/ExponentialMovingAverage
};

// The network whose variables the checkpoint holds, in slim's names or Keras', or why they are
// none. What variables do not say is slim's or Keras' default. `no_graph` is where a graph was
// looked for, for the words of a failure.
Result<StoredNetwork> read_architecture(const Checkpoint& checkpoint,
                                        const std::vector<std::string>& no_graph,
                                        const ModelRequest& request);

// The network with its weights; says as a warning what was read off and what was assumed.
Result<Graph> load_variables(const Checkpoint& checkpoint, const std::vector<std::string>& no_graph,
                             const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
