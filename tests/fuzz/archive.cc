// Archives of models. The first byte says whether the rest is a .tgz, or a tar that is compressed
// here, so that changes of it are not stopped by gzip's checksum.
#include <zlib.h>

#include <set>

#include "frontend/zoo/unpack.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {
namespace {

std::string gzip(std::string_view bytes) {
  z_stream stream = {};
  constexpr int kGzip = 16, kWindow = 15, kMemory = 8;
  deflateInit2(&stream, 1, Z_DEFLATED, kWindow + kGzip, kMemory, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Checks what a receiver that writes files relies on.
class Judge final : public frontend::ArchiveReceiver {
 public:
  Result<void> begin_file(const std::filesystem::path& path) override {
    SLIMC_CHECK(!open_, "a file in a file");
    SLIMC_CHECK(path.is_relative() && !path.empty(), "an absolute path");
    SLIMC_CHECK(path == path.lexically_normal(), "a path that is not plain: " + path.string());
    for (const auto& part : path) SLIMC_CHECK(part != "..", "a path that leaves the folder");
    SLIMC_CHECK(seen_.insert(path).second, "a path twice");
    open_ = true;
    return {};
  }
  Result<void> write(std::string_view bytes) override {
    SLIMC_CHECK(open_, "bytes without a file");
    bytes_ += bytes.size();
    SLIMC_CHECK(bytes_ <= kLimits.bytes, "more bytes than allowed");
    return {};
  }
  Result<void> end_file() override {
    SLIMC_CHECK(open_, "an end without a file");
    open_ = false;
    return {};
  }
  void check_end() const {
    SLIMC_CHECK(!open_, "a file without an end");
    SLIMC_CHECK(seen_.size() <= kLimits.entries, "more files than allowed");
  }

  static constexpr frontend::UnpackLimits kLimits = {.entries = 8, .bytes = 1 << 16};

 private:
  bool open_ = false;
  std::uint64_t bytes_ = 0;
  std::set<std::filesystem::path> seen_;
};

}  // namespace
}  // namespace slimc::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  if (size == 0) return 0;
  const std::string_view rest = fuzz::text_of(data + 1, size - 1);
  const std::string archive = data[0] % 2 == 0 ? std::string(rest) : fuzz::gzip(rest);
  fuzz::Judge judge;
  const auto read = frontend::read_archive(archive, "net.tgz", fuzz::Judge::kLimits, judge);
  if (read) {
    judge.check_end();
  } else {
    fuzz::check_words(read.error());
  }
  return 0;
}
