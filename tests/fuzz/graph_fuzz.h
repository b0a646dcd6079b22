// Common to the targets of the two forms of a graph file.
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "frontend/tensorflow/graph_file.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {

// Attributes are maps, so only the deterministic form can be compared.
inline std::string bytes_of(const tensorflow::GraphDef& graph) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  graph.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// A graph that was read, and what `text` of it reads as, are the same.
inline void check_same(const tensorflow::GraphDef& graph, std::string_view text) {
  const auto again = frontend::parse_graph(text, "again");
  SLIMC_CHECK(again.has_value(), "a written graph cannot be read: " + again.error().to_string());
  SLIMC_CHECK(bytes_of(*again) == bytes_of(graph), "a graph changes as it is written and read");
}

}  // namespace slimc::fuzz
