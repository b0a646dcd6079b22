// A .keras file: the zip that Keras 2.12 and later save, whoever made it.
//
// libarchive reads it. Nothing of it is ever written under a name: what is read stays in memory,
// and the limits are checked as the bytes come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.h"

namespace slimc::frontend {

struct KerasArchive {
  std::string config;   // config.json
  std::string version;  // keras_version of metadata.json: "3.8.0"; "" where it is not said
  std::string weights;  // model.weights.h5
};

// What an archive may take. Weights hardly compress, so a file that unfolds to far more than it has
// is no model.
struct KerasArchiveLimits {
  std::size_t entries = 4096;
  std::uint64_t text = std::uint64_t{16} << 20;    // config.json and metadata.json
  std::uint64_t weights = std::uint64_t{1} << 30;  // model.weights.h5, the optimizer's state too
  std::uint64_t free_weights = std::uint64_t{64} << 20;  // of any ratio
  std::uint64_t ratio = 32;                              // beyond that, to the archive's size
};

// `file` is for messages. Refused: what is no whole zip archive; encrypted entries; links and other
// things that are neither file nor folder; paths that are absolute, go up ("..") or have control
// characters or backslashes; a name twice; more than the limits; an archive without the three files
// above; weights as .npz or in shards.
Result<KerasArchive> read_keras_archive(std::string_view bytes, const std::string& file,
                                        const KerasArchiveLimits& limits = {});

}  // namespace slimc::frontend
