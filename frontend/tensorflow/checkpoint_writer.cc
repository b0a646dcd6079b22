#include "frontend/tensorflow/checkpoint_writer.h"

#include <cstddef>
#include <string_view>

#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/proto/checkpoint.pb.h"

namespace slimc::frontend {

CheckpointBytes write_checkpoint(
    const std::map<std::string, std::shared_ptr<const Tensor>>& tensors,
    const CheckpointOptions& options) {
  CheckpointBytes files;
  files.shards.resize(static_cast<std::size_t>(options.shards));
  tensorflow::BundleHeaderProto header;
  header.set_num_shards(options.shards);
  header.set_endianness(tensorflow::BundleHeaderProto::LITTLE);
  header.mutable_version()->set_producer(1);
  std::map<std::string, std::string> table;
  table[""] = header.SerializeAsString();

  int next_shard = 0;
  for (const auto& [name, tensor] : tensors) {
    const std::string_view bytes(reinterpret_cast<const char*>(tensor->data.data()),
                                 tensor->data.size() * sizeof(float));
    std::string& shard = files.shards[static_cast<std::size_t>(next_shard)];
    tensorflow::BundleEntryProto entry;
    entry.set_dtype(tensorflow::DT_FLOAT);
    for (const std::int64_t dim : tensor->shape.dims())
      entry.mutable_shape()->add_dim()->set_size(dim);
    entry.set_shard_id(next_shard);
    entry.set_offset(static_cast<std::int64_t>(shard.size()));
    entry.set_size(static_cast<std::int64_t>(bytes.size()));
    entry.set_crc32c(masked_crc32c(bytes));
    table[name] = entry.SerializeAsString();
    shard += bytes;
    next_shard = (next_shard + 1) % options.shards;
  }
  files.index = write_table(table, options.compression);
  return files;
}

}  // namespace slimc::frontend
