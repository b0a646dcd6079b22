// The reader of everything that TensorFlow 1 and 2 write; ModelRequest lists the forms.
#pragma once

#include "frontend/frontend.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// `graph.name` is the file's without what says its form: "mobilenet_v1_0.25_224".
Result<Graph> load_tensorflow(const ModelRequest& request, Reporter& reporter);

}  // namespace slimc::frontend
