// The reader of everything that TensorFlow 1 and 2 write; ModelRequest lists the forms.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/support/reporter.h"
#include "compiler/support/result.h"
#include "frontend/frontend.h"

namespace slimc::frontend {

// `graph.name` is the file's without what says its form: "mobilenet_v1_0.25_224".
Result<Graph> load_tensorflow(const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
