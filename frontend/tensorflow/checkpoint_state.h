// The file `checkpoint` of a training folder, which says which checkpoint is the latest.
#pragma once

#include <filesystem>
#include <string_view>

#include "frontend/tensorflow/proto/checkpoint_state.pb.h"
#include "support/result.h"

namespace slimc::frontend {

inline constexpr const char* kCheckpointStateFile = "checkpoint";

// The prefix of the latest checkpoint. A path in the file is relative to its folder; where there is
// nothing (the folder was moved), the checkpoint is looked for beside the file.
Result<std::filesystem::path> latest_checkpoint(const std::filesystem::path& state_file);

// `file` is for the diagnostics.
Result<tensorflow::CheckpointState> parse_checkpoint_state(std::string_view bytes,
                                                           const std::string& file);

}  // namespace slimc::frontend
