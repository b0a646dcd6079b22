// Checkpoints of version 2: one byte of choices, the length of the index in two bytes, the index,
// and the only shard.
#include <unistd.h>

#include <fstream>

#include "frontend/tensorflow/crc32c.h"
#include "frontend/tensorflow/proto/checkpoint.pb.h"
#include "frontend/tensorflow/table.h"
#include "tests/fuzz/checkpoint_fuzz.h"
#include "tests/fuzz/table_checksums.h"

namespace slimc::fuzz {
namespace {

constexpr std::size_t kHeaderSize = 3;
constexpr std::uint8_t kMendTable = 1, kMendTensors = 2;

// Gives every entry the checksum of the bytes that it names, so that damaged shapes, types and
// offsets are what is left to be found.
std::string with_tensors_checksums(const std::string& index, std::string_view data) {
  auto pairs = frontend::read_table(index);
  if (!pairs) return index;
  for (auto& [name, value] : *pairs) {
    tensorflow::BundleEntryProto entry;
    if (name.empty() || !entry.ParseFromString(value)) continue;
    if (entry.offset() < 0 || entry.size() < 0) continue;
    const auto offset = static_cast<std::size_t>(entry.offset());
    const auto size = static_cast<std::size_t>(entry.size());
    if (offset > data.size() || size > data.size() - offset) continue;
    entry.set_crc32c(frontend::masked_crc32c(data.substr(offset, size)));
    value = entry.SerializeAsString();
  }
  return frontend::write_table(*pairs);
}

std::filesystem::path scratch_prefix() {
  static const std::filesystem::path folder = [] {
    std::string name = "/tmp/slimc_fuzz_checkpoint." + std::to_string(::getpid());
    std::filesystem::create_directories(name);
    return name;
  }();
  return folder / "net.ckpt";
}

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace
}  // namespace slimc::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  using namespace slimc::fuzz;
  if (size < kHeaderSize) return 0;
  const std::string_view bytes = text_of(data + kHeaderSize, size - kHeaderSize);
  const std::size_t length = data[1] | std::size_t{data[2]} << 8;
  std::string index(bytes.substr(0, length));
  const std::string_view shard = bytes.substr(index.size());
  if ((data[0] & kMendTable) != 0) index = with_right_checksums(index);
  if ((data[0] & kMendTensors) != 0) index = with_tensors_checksums(index, shard);

  const std::filesystem::path prefix = scratch_prefix();
  write(frontend::index_path(prefix), index);
  write(frontend::shard_path(prefix, 0, 1), shard);
  check_checkpoint(frontend::Checkpoint::open(prefix));
  return 0;
}
