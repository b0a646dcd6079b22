// From IR back to TensorFlow: the graph that slim or Keras would have exported for a network.
#pragma once

#include "frontend/tensorflow/proto/graph.pb.h"
#include "ir/graph.h"

namespace slimc::frontend {

// The names of the restore op's parts, for a MetaGraphDef's saver.
inline constexpr const char* kSaverFileTensor = "save/Const:0";
inline constexpr const char* kSaverRestoreOp = "save/restore_all";

// Constants become variables of the same name, read through NAME/read and restored by
// save/RestoreV2. `graph` holds only what build_network makes: kinds of ops, paddings and
// reshapes that TensorFlow can say in one node.
tensorflow::GraphDef write_graph_def(const Graph& graph);

}  // namespace slimc::frontend
