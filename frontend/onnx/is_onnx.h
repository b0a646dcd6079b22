// Whether a file is an ONNX model. Its messages have no signature, so that is seen from the
// outermost fields: which there are, and of what types.
#pragma once

#include <filesystem>
#include <istream>

namespace slimc::frontend {

// Reads the fields' headers and leaps over what is in them. Other messages begin otherwise:
// GraphDef, MetaGraphDef and Caffe's networks with a message or text where ONNX has its version's
// number, and SavedModel and Core ML with a number but without ONNX's field 7.
bool is_onnx(std::istream& file);
bool is_onnx_file(const std::filesystem::path& path);

}  // namespace slimc::frontend
