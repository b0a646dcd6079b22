// Batch norm in a graph that was built for training.
#pragma once

#include <string>
#include <vector>

#include "frontend/tensorflow/inference/redirections.h"

namespace slimc::frontend {

// Training normalises with the mean and variance of the batch at hand, and keeps moving averages
// of both in variables on the side. Inference uses those. Which variable belongs to which batch
// norm is seen from the ops that update it (AssignMovingAvg and its kin):
//   variable -= (variable - statistic) * (1 - decay)
// where the statistic comes from output 1 or 2 of a FusedBatchNorm, or from means over n, h and w.
// Where there is no such op, from the names: moving_mean beside gamma or beta.
//
// Every FusedBatchNorm for which both were found is changed to inference; readers of other batch
// statistics are sent to the variable. Returns how many of the graph's batch norms were changed.
int use_moving_statistics(tensorflow::GraphDef& def, const NodeGraph& graph,
                          Redirections& redirections);

// For a batch norm that is still as it is in training: the variables that would have fitted by
// their names.
std::vector<std::string> moving_statistics_looked_for(const NodeGraph& graph,
                                                      const tensorflow::NodeDef& batch_norm);

bool is_batch_norm(const tensorflow::NodeDef& node);

}  // namespace slimc::frontend
