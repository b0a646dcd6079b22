#include "frontend/tensorflow/checkpoint_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/parse_proto.h"
#include "support/files.h"
#include "support/input_files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

// A path a checkpoint, of which a trainer keeps five.
constexpr std::uint64_t kMaxStateBytes = std::uint64_t{1} << 20;

// Where a path of the file may mean, the best one first.
std::vector<fs::path> places(const fs::path& state_file, const std::string& path) {
  const fs::path folder = state_file.parent_path();
  std::vector<fs::path> found = {folder / path};  // an absolute path stays itself
  const fs::path beside = folder / fs::path(path).filename();
  if (beside != found.front()) found.push_back(beside);
  return found;
}

std::optional<fs::path> find(const fs::path& state_file, const std::string& path) {
  for (fs::path& place : places(state_file, path)) {
    if (is_checkpoint(place)) return std::move(place);
  }
  return std::nullopt;
}

}  // namespace

Result<tensorflow::CheckpointState> parse_checkpoint_state(std::string_view bytes,
                                                           const std::string& file) {
  tensorflow::CheckpointState state;
  SLIMC_TRY(parse_text(bytes, file, "a checkpoint state", state));
  if (state.model_checkpoint_path().empty()) {
    return fail({.file = file, .message = "names no model_checkpoint_path"});
  }
  return state;
}

Result<fs::path> latest_checkpoint(const fs::path& state_file) {
  note_input_file(state_file);
  SLIMC_ASSIGN(const std::string bytes, read_file(state_file, kMaxStateBytes, NamedBy::Model));
  SLIMC_ASSIGN(const tensorflow::CheckpointState state,
               parse_checkpoint_state(bytes, state_file.string()));
  const std::string& latest = state.model_checkpoint_path();
  if (auto path = find(state_file, latest)) return std::move(*path);

  std::vector<std::string> looked_for, others;
  for (const fs::path& place : places(state_file, latest)) looked_for.push_back(place.string());
  for (const std::string& path : state.all_model_checkpoint_paths()) {
    const auto other = find(state_file, path);
    if (other && std::find(others.begin(), others.end(), other->string()) == others.end()) {
      others.push_back(other->string());
    }
  }
  std::string message =
      fmt::format("its latest checkpoint is not there; looked for {}", fmt::join(looked_for, ", "));
  if (!others.empty()) {
    message += fmt::format("; of the others that it names there are {}", fmt::join(others, ", "));
  }
  return fail({.file = state_file.string(), .message = std::move(message)});
}

}  // namespace slimc::frontend
