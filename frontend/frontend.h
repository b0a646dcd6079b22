// From a user's files to IR, whatever program wrote them. Nothing that is TensorFlow-, Keras-,
// TFLite- or ONNX-shaped comes further than this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ir/graph.h"
#include "support/reporter.h"
#include "support/result.h"

namespace slimc::frontend {

// Which of a variable's stored values is read from a checkpoint of a training run.
enum class StoredVariables {
  Graph,  // the ones that the graph's own restore ops name
  Raw,    // the variables as the optimiser left them
  Ema,    // their exponential moving averages
};

// What the user says about a model; everything but `model` is optional. (All members have values,
// so that g++ does not miss those that a designated initialiser leaves out.)
struct ModelRequest {
  // Any of the forms below; which one it is is seen from the bytes.
  //   TensorFlow  a checkpoint prefix ("net.ckpt"; "net.ckpt.index" and "net" are the same) of
  //               version 2, a V1 checkpoint, a folder with a `checkpoint` state file, a SavedModel
  //               folder, a GraphDef (.pb, .pbtxt), a MetaGraphDef (.meta) or a frozen graph. The
  //               graph of a checkpoint is net_eval.pbtxt, PREFIX.meta or net.pbtxt beside it, the
  //               first that is there; with none of them it is read off the variables' names.
  //   Keras       .keras: a whole model; .h5: a whole model or weights alone
  //   TFLite      .tflite of float32
  //   ONNX        .onnx in floats, opset 1 to 21, with its files of weights beside it
  std::filesystem::path model = {};
  std::filesystem::path checkpoint = {};  // --checkpoint: weights of a graph that has variables
  std::string name = {};                  // --name; otherwise from the file's name
  std::string sha256 = {};                // --sha256 of the file `model`; see frontend/integrity.h
  std::string input_node = {};            // --input-node; otherwise "input" or the only Placeholder
  // --output-node, any number of them: the results, in this order. Otherwise what the form says, or
  // the only sink.
  std::vector<std::string> output_nodes = {};
  StoredVariables variables = StoredVariables::Graph;  // --variables
  std::string signature = {};  // --signature of a SavedModel; otherwise "serving_default"
  // --batch: where the model leaves it open, and, other than 1, in place of a fixed one.
  std::int64_t batch = 1;
  // --input: what the input's numbers mean, in place of what the model says or what is assumed.
  std::optional<PixelEncoding> pixels = {};
  // Whether the numbers of `pixels` are in its own order (ImageNet's means), not in `order`.
  bool pixels_have_order = false;
  std::optional<ChannelOrder> order = {};  // --order; otherwise that of `pixels`
  // --resolution, where the model leaves height and width open; [h, w]. 224x224 where variables
  // alone are given.
  std::optional<std::pair<std::int64_t, std::int64_t>> resolution = {};
};

// Reads the graph and the weights that it needs and returns a verified graph, or every problem that
// could be found. `graph.name` is the request's name, or a C identifier made from the file's
// ("mobilenet_v1_0.25_224" -> "mobilenet_v1_025_224"; see c_identifier_of_file).
Result<Graph> load_model(const ModelRequest& request, Reporter& reporter);

// Whether a library can be called by the name that a user gives: a failure (Blame::Usage) unless it
// is a C identifier of at most 63 characters that is nobody else's (why_no_library).
Result<void> check_library_name(const std::string& name);

// A name as C could have it: dots go, and one '_' stands for everything else that C does not allow
// ("my net-2" -> "my_net_2"). May be empty, begin with a digit or be somebody else's.
std::string spelled_in_c(const std::string& name);

// For the name of a file, which nobody chose for a library: spelled_in_c(), with "net_" in front
// where no library can be called so, and a warning that says it. Too long a name is a failure.
Result<std::string> c_identifier_of_file(const std::filesystem::path& file, const std::string& name,
                                         Reporter& reporter);

}  // namespace slimc::frontend
