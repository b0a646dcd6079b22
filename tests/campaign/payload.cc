#include "tests/campaign/payload.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <hdf5.h>

#include <algorithm>
#include <functional>

#include "frontend/tflite/schema_generated.h"

namespace slimc::campaign {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Calls `visit` with each field of a message that is a string, bytes or a message: its number, and
// where it lies.
void for_each_field(std::string_view bytes, std::size_t base,
                    const std::function<void(int, Range)>& visit) {
  CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  while (const std::uint32_t tag = stream.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&stream, tag)) return;
      continue;
    }
    std::uint32_t length = 0;
    if (!stream.ReadVarint32(&length)) return;
    const std::size_t begin = base + static_cast<std::size_t>(stream.CurrentPosition());
    if (!stream.Skip(static_cast<int>(length))) return;
    visit(WireFormatLite::GetTagFieldNumber(tag), {begin, begin + length});
  }
}

// Field numbers of graph.proto, node_def.proto, attr_value.proto and tensor.proto.
constexpr int kGraphNode = 1, kNodeAttr = 5, kEntryValue = 2, kAttrTensor = 8;
constexpr int kTensorContent = 4, kTensorFloats = 5;

// Of onnx.proto.
constexpr int kOnnxGraph = 7, kOnnxInitializer = 5;
constexpr int kOnnxFloats = 4, kOnnxRaw = 9;

void sort(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
}

herr_t add_dataset(hid_t object, const char* name, const H5O_info_t* info, void* ranges) {
  if (info->type != H5O_TYPE_DATASET) return 0;
  const hid_t dataset = H5Dopen2(object, name, H5P_DEFAULT);
  const haddr_t offset = H5Dget_offset(dataset);
  if (offset != HADDR_UNDEF) {
    static_cast<std::vector<Range>*>(ranges)->push_back(
        {offset, offset + H5Dget_storage_size(dataset)});
  }
  H5Dclose(dataset);
  return 0;
}

}  // namespace

std::vector<Range> payload_of_graph(std::string_view bytes) {
  std::vector<Range> ranges;
  const auto inside = [bytes](Range range, const std::function<void(int, Range)>& visit) {
    for_each_field(bytes.substr(range.begin, range.end - range.begin), range.begin, visit);
  };
  // Follows the field numbers down from a message, to all messages that they lead to.
  const std::function<void(Range, std::vector<int>)> follow = [&](Range range,
                                                                  std::vector<int> path) {
    if (path.empty()) {
      inside(range, [&](int field, Range numbers) {
        if (field == kTensorContent || field == kTensorFloats) ranges.push_back(numbers);
      });
      return;
    }
    inside(range, [&](int field, Range message) {
      if (field == path.front()) follow(message, {path.begin() + 1, path.end()});
    });
  };
  follow({0, bytes.size()}, {kGraphNode, kNodeAttr, kEntryValue, kAttrTensor});
  return ranges;
}

std::vector<Range> payload_of_onnx(std::string_view bytes) {
  std::vector<Range> ranges;
  const auto inside = [bytes](Range range, const std::function<void(int, Range)>& visit) {
    for_each_field(bytes.substr(range.begin, range.end - range.begin), range.begin, visit);
  };
  inside({0, bytes.size()}, [&](int model_field, Range graph) {
    if (model_field != kOnnxGraph) return;
    inside(graph, [&](int field, Range message) {
      if (field != kOnnxInitializer) return;
      inside(message, [&](int part, Range numbers) {
        if (part == kOnnxFloats || part == kOnnxRaw) ranges.push_back(numbers);
      });
    });
  });
  sort(ranges);
  return ranges;
}

std::vector<Range> payload_of_tflite(std::string_view bytes) {
  namespace schema = frontend::tflite::schema;
  std::vector<Range> ranges;
  const auto* model = schema::GetModel(bytes.data());
  for (const auto* buffer : *model->buffers()) {
    if (buffer->data() == nullptr) continue;
    const auto begin = static_cast<std::size_t>(
        reinterpret_cast<const char*>(buffer->data()->data()) - bytes.data());
    ranges.push_back({begin, begin + buffer->data()->size()});
  }
  sort(ranges);
  return ranges;
}

std::vector<Range> payload_of_hdf5(const std::filesystem::path& file) {
  std::vector<Range> ranges;
  const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (opened < 0) return ranges;
  H5Ovisit2(opened, H5_INDEX_NAME, H5_ITER_NATIVE, add_dataset, &ranges, H5O_INFO_BASIC);
  H5Fclose(opened);
  sort(ranges);
  return ranges;
}

bool contains(const std::vector<Range>& ranges, std::size_t offset) {
  const auto behind =
      std::upper_bound(ranges.begin(), ranges.end(), offset,
                       [](std::size_t at, const Range& range) { return at < range.begin; });
  return behind != ranges.begin() && offset < std::prev(behind)->end;
}

std::size_t bytes_in(const std::vector<Range>& ranges) {
  std::size_t bytes = 0;
  for (const Range& range : ranges) bytes += range.end - range.begin;
  return bytes;
}

}  // namespace slimc::campaign
