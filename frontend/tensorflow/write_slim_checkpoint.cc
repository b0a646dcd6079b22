#include "frontend/tensorflow/write_slim_checkpoint.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "frontend/tensorflow/checkpoint.h"
#include "frontend/tensorflow/checkpoint_writer.h"
#include "frontend/tensorflow/graph_def_writer.h"
#include "frontend/tensorflow/proto/meta_graph.pb.h"
#include "support/files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;
namespace protobuf = google::protobuf;

// Attributes lie in maps, whose order is free; files of the same network shall be the same bytes.
std::string deterministic_bytes(const protobuf::Message& message) {
  std::string bytes;
  protobuf::io::StringOutputStream stream(&bytes);
  protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

tensorflow::MetaGraphDef meta_graph(const tensorflow::GraphDef& graph) {
  tensorflow::MetaGraphDef meta;
  *meta.mutable_graph_def() = graph;
  meta.mutable_saver_def()->set_filename_tensor_name(kSaverFileTensor);
  meta.mutable_saver_def()->set_restore_op_name(kSaverRestoreOp);
  meta.mutable_saver_def()->set_version(tensorflow::SaverDef::V2);
  return meta;
}

// "net" and "net.ckpt" both name net.ckpt.index and net_eval.pbtxt.
fs::path without_ckpt(const fs::path& prefix) {
  return prefix.extension() == ".ckpt" ? fs::path(prefix).replace_extension() : prefix;
}

}  // namespace

Result<std::vector<fs::path>> write_slim_checkpoint(const Graph& graph, const fs::path& prefix) {
  std::map<std::string, std::shared_ptr<const Tensor>> tensors;
  for (const Op& op : graph.ops()) {
    if (op.kind == OpKind::Constant) tensors[op.name] = op.constant;
  }
  CheckpointBytes checkpoint = write_checkpoint(tensors);
  const tensorflow::GraphDef def = write_graph_def(graph);
  std::string text;
  protobuf::TextFormat::PrintToString(def, &text);

  const fs::path stem = without_ckpt(prefix);
  const fs::path ckpt = fs::path(stem).concat(".ckpt");
  std::vector<std::pair<fs::path, std::string>> contents;
  contents.emplace_back(index_path(ckpt), std::move(checkpoint.index));
  contents.emplace_back(shard_path(ckpt, 0, 1), std::move(checkpoint.shards.front()));
  contents.emplace_back(fs::path(ckpt).concat(".meta"), deterministic_bytes(meta_graph(def)));
  contents.emplace_back(fs::path(stem).concat("_eval.pbtxt"), std::move(text));

  OutputFiles files;
  std::vector<fs::path> paths;
  // The index last: by it, a checkpoint is found.
  for (auto content = contents.rbegin(); content != contents.rend(); ++content) {
    paths.insert(paths.begin(), content->first);
    files.add(content->first, std::move(content->second));
  }
  SLIMC_TRY(files.commit());
  return paths;
}

Result<std::vector<fs::path>> write_slim_checkpoint(const MobileNetOptions& options,
                                                    const fs::path& prefix) {
  SLIMC_ASSIGN(const Graph graph, build_mobilenet(options));
  return write_slim_checkpoint(graph, prefix);
}

}  // namespace slimc::frontend
