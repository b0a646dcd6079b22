#include "frontend/foreign_signatures.h"

#include <algorithm>
#include <string_view>

namespace slimc::frontend {

using File = const FileEvidence&;

// Binary graphs begin with the field 'node'.
bool is_no_graph(File f) { return !f.begins("\x0a") && !f.is_text(); }

// zlib's, bzip2's and so on: the formats' own documents, "magic number".
bool is_compressed(File f) {
  return f.begins("\x1f\x8b") || f.begins("BZh") || f.begins("\xfd\x37zXZ") ||
         f.begins("\x28\xb5\x2f\xfd") || f.begins("7z\xbc\xaf\x27\x1c") || f.begins("Rar!\x1a\x07");
}

// https://github.com/pytorch/pytorch/blob/main/torch/serialization.py: MAGIC_NUMBER, pickled.
bool is_torch_pickle(File f) {
  return f.begins("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
}

// Eight bytes of the JSON header's length, then that.
bool is_safetensors(File f) {
  const std::uint64_t header = f.little_endian(0, 8);
  return header >= 2 && f.size() >= 8 && header <= f.size() - 8 && f.at(8, "{") &&
         f.holds("\"dtype\"");
}

// NetParameter: name (1), then layer (100), or of the first version layers (2), as messages.
bool is_caffe_model(File f) {
  const std::size_t name = static_cast<std::size_t>(f.little_endian(1, 1));
  const bool begins = f.begins("\x0a") && name > 0 && name < 0x80;
  return begins &&
         (f.at(2 + name, "\xa2\x06") || (f.ends_in(".caffemodel") && f.at(2 + name, "\x12")));
}

bool is_caffe_text(File f) {
  return f.is_text() && (f.has_line("layer") || f.has_line("layers") || f.has_line("input_dim")) &&
         !f.has_line("node") && (f.holds("bottom:") || f.holds("top:") || f.holds("input_dim"));
}

bool is_darknet_text(File f) {
  return f.is_text() && (f.has_line("[net]") || f.has_line("[network]"));
}

bool is_html(File f) {
  return f.is_text() && (f.text_begins("<!doctype html") || f.text_begins("<html") ||
                         f.text_begins("<head") || f.text_begins("<body"));
}

bool is_bitmap(File f) { return f.begins("BM") && f.little_endian(2, 4) == f.size(); }

bool may_be_tensorflow_text(File f) {
  constexpr std::string_view kFields[] = {"node",
                                          "versions",
                                          "version",
                                          "library",
                                          "meta_info_def",
                                          "graph_def",
                                          "saver_def",
                                          "collection_def",
                                          "signature_def",
                                          "asset_file_def",
                                          "object_graph_def",
                                          "saved_model_schema_version",
                                          "meta_graphs",
                                          "model_checkpoint_path"};
  return std::any_of(std::begin(kFields), std::end(kFields),
                     [&](std::string_view field) { return f.has_line(field); });
}

}  // namespace slimc::frontend
