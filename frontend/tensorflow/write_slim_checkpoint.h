// Networks of the family as files of TensorFlow's.
#pragma once

#include <filesystem>
#include <vector>

#include "frontend/mobilenet/mobilenet.h"
#include "support/result.h"

namespace slimc::frontend {

// Writes what slim's own tools would for a network of build_network(): PREFIX.ckpt.index,
// PREFIX.ckpt.data-00000-of-00001, PREFIX.ckpt.meta and PREFIX_eval.pbtxt (`slimc init`), complete
// or not at all.
Result<std::vector<std::filesystem::path>> write_slim_checkpoint(
    const Graph& graph, const std::filesystem::path& prefix);

// Of the network that build_mobilenet() makes.
Result<std::vector<std::filesystem::path>> write_slim_checkpoint(
    const MobileNetOptions& options, const std::filesystem::path& prefix);

}  // namespace slimc::frontend
