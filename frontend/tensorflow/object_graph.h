// The names of variables in the checkpoints of TensorFlow 2.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tl/expected.hpp"

namespace slimc::frontend {

// Where such a checkpoint keeps its TrackableObjectGraph: a DT_STRING.
inline constexpr const char* kObjectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH";

// From variables' own names ("conv1/kernel", the shared_name of a VarHandleOp) to the keys of their
// values. A name that two variables share is left out.
tl::expected<std::map<std::string, std::string>, std::string> variable_keys(
    std::string_view object_graph);

}  // namespace slimc::frontend
