// A model with one file in it that is going to be damaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "frontend/frontend.h"
#include "tests/campaign/mutation.h"
#include "tests/campaign/payload.h"

namespace slimc::campaign {

struct Subject {
  std::string name;                          // for the table
  std::vector<std::filesystem::path> files;  // all that loading needs
  std::filesystem::path damaged;             // one of them
  std::filesystem::path model, checkpoint;   // of the request
  std::vector<Range> payload;                // of the damaged file
};

// The network as the passes leave it, in one hash: all ops, attributes, shapes and constants, bit
// for bit, without the names of nodes. `imported` is the same of the graph in front of the passes.
struct Fingerprint {
  std::string imported, optimised;
};

// Loads a model through load_model() and takes it through the passes. Passes are functions of the
// graph, so they are not run again on one whose fingerprint is `known`.
struct Loaded {
  bool reported = false;
  Fingerprint fingerprint;
  std::string warnings;
};
Loaded load(const frontend::ModelRequest& request, const Fingerprint& known);

// Writes a subject's files into `folder`, with their hashes beside them if `with_sums`, and returns
// the request that loads them from there.
frontend::ModelRequest place(const Subject& subject, const std::filesystem::path& folder,
                             bool with_sums);

// The models of ../shared. The data file has what is needed of the evaluation graph beside it, in
// binary form, which is read faster; made files go to `folder`.
std::vector<Subject> shared_subjects(const std::filesystem::path& models,
                                     const std::filesystem::path& folder);

}  // namespace slimc::campaign
