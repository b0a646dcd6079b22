// Functions of TensorFlow 2.
#pragma once

#include <string>

#include "frontend/tensorflow/inference/redirections.h"
#include "support/result.h"

namespace slimc::frontend {

// Puts the nodes of the called functions in the place of every call: PartitionedCall,
// StatefulPartitionedCall, ops that have a function's name, and If and StatelessIf whose predicate
// is known at inference. The node NODE of function F that is called by CALL becomes "CALL/NODE";
// CALL itself stays, as an Identity of its first result. `redirections` is told where the results
// are; the caller applies it.
//
// Failures: a function that is not in the library, calls itself or is called with another number
// of arguments than it has, and graphs that would grow beyond all measure.
Result<void> inline_functions(tensorflow::GraphDef& def, const std::string& file,
                              Redirections& redirections);

}  // namespace slimc::frontend
