// Where a network begins and ends.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "frontend/frontend.h"
#include "frontend/onnx/model.h"
#include "ir/shape.h"
#include "support/result.h"

namespace slimc::frontend::onnx {

struct OutputChoice {
  std::string name;   // as the user knows it
  std::string value;  // of the file
};

// The user's words, or all that the file declares.
Result<std::vector<OutputChoice>> choose_outputs(const Model& model, const ModelRequest& request);

// The nodes that the values need, each behind those that it reads; nothing in front of `input` is
// looked at.
Result<std::vector<int>> needed_nodes(const Model& model, const std::vector<std::string>& values,
                                      const std::string& input);

// The user's word, or the only input of the graph that holds no weights and that the outputs need.
Result<std::string> choose_input(const Model& model, const std::vector<OutputChoice>& outputs,
                                 const ModelRequest& request);

struct InputChoice {
  std::string value = {};
  Shape shape = {};  // [n,h,w,c]
  // The file has it as [n,c,h,w].
  bool is_channels_first = true;
  // The file's own batch where the user asked for another one; 0 otherwise.
  std::int64_t replaced_batch = 0;
  // The file leaves height or width open: shapes that it gives for other values may not hold.
  bool resized = false;
};

// The shape of the input after --batch and --resolution. `dims` are the file's, negative where
// open.
Result<InputChoice> shape_input(const Model& model, const std::string& input, const Dims& dims,
                                const ModelRequest& request);

// The values that hold something computed from `input`, and not only its shape.
std::unordered_set<std::string> image_values(const Model& model, const std::string& input);

}  // namespace slimc::frontend::onnx
