// Where a file without checksums keeps the numbers of its weights. A changed byte there is another
// weight; no reader can see that from the file alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace slimc::campaign {

struct Range {
  std::size_t begin = 0, end = 0;
};

// The floats of the constants of a GraphDef in binary form, found by walking protobuf's wire
// format: the reader under test is not asked.
std::vector<Range> payload_of_graph(std::string_view bytes);

// The numbers of an ONNX model's initializers.
std::vector<Range> payload_of_onnx(std::string_view bytes);

// The bytes of a TFLite model's buffers.
std::vector<Range> payload_of_tflite(std::string_view bytes);

// The raw data of all datasets, as libhdf5 says where they lie.
std::vector<Range> payload_of_hdf5(const std::filesystem::path& file);

bool contains(const std::vector<Range>& ranges, std::size_t offset);

std::size_t bytes_in(const std::vector<Range>& ranges);

}  // namespace slimc::campaign
