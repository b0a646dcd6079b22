// From a server to a model that the compiler can read, or to a word about what is wrong with it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "frontend/zoo/download.h"
#include "frontend/zoo/published.h"
#include "frontend/zoo/unpack.h"
#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

struct FetchOptions {
  std::filesystem::path folder;   // of all models
  std::string base_url = {};      // instead of the published address of the file's folder
  std::string sha256 = {};        // of the file as it is downloaded; 64 hexadecimal digits
  bool again = false;             // although it is on disk
  DownloadRequest download = {};  // its limits, times and progress
  UnpackLimits unpack = {};
};

struct FetchedModel {
  std::filesystem::path path = {};                // the folder, or the .h5
  std::filesystem::path model = {};               // what the compiler takes
  std::vector<std::filesystem::path> files = {};  // all of them
  std::string sha256 = {};  // of the download; empty if nothing was downloaded
  bool first_time = false;  // the hash was not known before
  bool was_there = false;   // nothing was downloaded
};

// Downloads a published model, checks it and puts it into the folder: all of it or nothing. One
// process at a time fetches a model. The checks are
//   - the hash that the user gives, or the one that the folder's SHA256SUMS has of an earlier
//   fetch;
//     without either, the hash is only written down there (nobody publishes one);
//   - a whole gzip (length and CRC) with a harmless tar in it;
//   - the model itself, read as the compiler reads it, every checksum of its checkpoint included;
//   - that it is the network of that name: the same image, classes and number of weights.
Result<FetchedModel> fetch_model(const Publication& publication, const FetchOptions& options,
                                 Reporter& reporter);

}  // namespace slimc::frontend
