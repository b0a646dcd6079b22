// From a user's files to IR. Everything TensorFlow-shaped ends behind this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/support/reporter.h"
#include "compiler/support/result.h"

namespace slimc::frontend {

// What the user says about a model; everything but `model` is optional. (All members have values,
// so that g++ does not miss those that a designated initialiser leaves out.)
struct ModelRequest {
  // A checkpoint prefix ("net.ckpt"; "net.ckpt.index" and "net" are the same), a GraphDef (.pb,
  // .pbtxt), a MetaGraphDef (.meta) or a frozen graph. The graph of a prefix is net_eval.pbtxt,
  // PREFIX.meta or net.pbtxt beside it, the first that is there.
  std::filesystem::path model = {};
  std::filesystem::path checkpoint = {};  // --checkpoint: weights of a graph that has variables
  std::string name = {};                  // --name; otherwise from the file's name
  std::string input_node = {};            // --input-node; otherwise "input" or the only Placeholder
  std::string output_node = {};           // --output-node; otherwise slim's names, or the only sink
  // --batch: where the placeholder leaves it open, and, other than 1, in place of a fixed one.
  std::int64_t batch = 1;
  // --resolution, where the placeholder leaves height and width open; [h, w].
  std::optional<std::pair<std::int64_t, std::int64_t>> resolution = {};
};

// Reads the graph and the weights that it needs and returns a verified graph, or every problem that
// could be found. `graph.name` is a C identifier made from the request's name or the file's
// ("mobilenet_v1_0.25_224" -> "mobilenet_v1_025_224"; see c_identifier).
Result<Graph> load_model(const ModelRequest& request, Reporter& reporter);

// "mobilenet_v1_0.25_224" -> "mobilenet_v1_025_224": dots go, other characters that C does not
// allow become '_', a leading digit gets a '_' in front. Failure if nothing is left, if the result
// is a word that C or C++ reserves, or if it is longer than 63 characters.
Result<std::string> c_identifier(const std::string& name);

// A network of the family, from slim's definition (mobilenet_v1.py).
struct MobileNetOptions {
  double alpha = 1.0;  // width multiplier: depth(d) = max(int(d*alpha), min_depth)
  std::int64_t min_depth = 8;
  std::int64_t height = 224, width = 224, channels = 3;
  std::int64_t batch = 1;
  std::int64_t classes = 1001;
  std::uint64_t seed = 1;
};

// The network with batch norm not folded and random weights that keep activations in the useful
// range of relu6 (He initialisation; moving statistics are drawn too). The same seed gives the same
// bits on every machine.
Result<Graph> build_mobilenet(const MobileNetOptions& options);

// Writes what slim's own tools would: PREFIX.ckpt.index, PREFIX.ckpt.data-00000-of-00001,
// PREFIX.ckpt.meta and PREFIX_eval.pbtxt (`slimc init`), complete or not at all.
Result<std::vector<std::filesystem::path>> write_slim_checkpoint(
    const MobileNetOptions& options, const std::filesystem::path& prefix);

}  // namespace slimc::frontend
