// Whether a model's files are what they were: the hashes that may lie beside them.
//
// Frozen graphs, .meta, .h5 and .tflite files have no checksums of their own: a weight that has
// changed on the way is a weight. FILE.sha256 and SHA256SUMS, as `sha256sum` writes them, say what
// a file was; every reader of a model's file asks here first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "support/files.h"
#include "support/result.h"

namespace slimc::frontend {

// The lines of `sha256sum`: name -> hash (64 lower-case digits). Both of its forms ("HASH  NAME"
// and
// --tag's "SHA256 (NAME) = HASH"), with its escapes in names; a hash alone has the name "". `file`
// is for messages.
Result<std::map<std::string, std::string>> parse_sha256_sums(std::string_view text,
                                                             const std::string& file);

// Fails if FILE.sha256, or SHA256SUMS in the file's folder, names another hash than that of the
// file's bytes. FILE.sha256 must name the file, in whatever folder it was then, or be a hash alone.
Result<void> check_integrity(const std::filesystem::path& file);

// read_file() and check_integrity() of the very bytes that were read.
Result<std::string> read_model_file(const std::filesystem::path& path, std::uint64_t max_bytes,
                                    NamedBy named_by = NamedBy::User);

// --sha256: fails (Blame::Usage) if `hash` is none, or if `file` is no single file.
Result<void> check_sha256(const std::filesystem::path& file, const std::string& hash);

}  // namespace slimc::frontend
