#include "frontend/zoo/gzip_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "support/check.h"
#include "support/encode.h"
#include "support/utf8.h"

namespace slimc::frontend {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

// RFC 1952: the first two bytes, and the method "deflate" behind them.
constexpr std::string_view kMagic("\x1f\x8b\x08", 3);

// zlib's flag for a gzip wrapper (inflateInit2 in zlib.h).
constexpr int kGzipWindow = 15 + 16;

// What a file that is no gzip looks like, for people who got a web page instead.
std::string looks_like(std::string_view bytes) {
  constexpr std::size_t kShown = 24;
  return printable(beginning(bytes, kShown));
}

}  // namespace

GzipStream::GzipStream(ByteSource source, std::string name, std::uint64_t max_bytes)
    : source_(std::move(source)), name_(std::move(name)), max_bytes_(max_bytes), output_(kChunk) {
  SLIMC_CHECK(inflateInit2(&zlib_, kGzipWindow) == Z_OK, "zlib has no memory");
}

GzipStream::~GzipStream() { inflateEnd(&zlib_); }

Failure GzipStream::refuse(std::string message) const {
  return fail({.file = name_, .message = std::move(message)});
}

Result<void> GzipStream::refill() {
  SLIMC_ASSIGN(input_, source_());
  return {};
}

Result<void> GzipStream::check_beginning() {
  begun_ = true;
  while (beginning_.size() < kMagic.size()) {
    SLIMC_TRY(refill());
    if (input_.empty()) break;
    beginning_.append(input_);
  }
  input_ = beginning_;
  if (beginning_.empty()) return refuse("is empty; expected a gzip archive");
  if (!std::string_view(beginning_).starts_with(kMagic)) {
    return refuse(
        fmt::format("is not a gzip archive: it begins with '{}'", looks_like(beginning_)));
  }
  return {};
}

Result<void> GzipStream::check_end() {
  if (input_.empty()) SLIMC_TRY(refill());
  if (!input_.empty()) return refuse("has more bytes behind the end of its gzip stream");
  return {};
}

Result<std::string_view> GzipStream::next() {
  if (ended_) return std::string_view();
  if (!begun_) SLIMC_TRY(check_beginning());
  while (true) {
    if (input_.empty()) {
      SLIMC_TRY(refill());
      if (input_.empty()) return refuse("ends in the middle: it is not complete");
    }
    const std::size_t taken = std::min(input_.size(), kChunk);
    // zlib does not write to its input; its type says so only if ZLIB_CONST is defined for all.
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
    zlib_.avail_in = static_cast<uInt>(taken);
    zlib_.next_out = reinterpret_cast<Bytef*>(output_.data());
    zlib_.avail_out = static_cast<uInt>(output_.size());
    const int status = inflate(&zlib_, Z_NO_FLUSH);
    input_.remove_prefix(taken - zlib_.avail_in);
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return refuse(fmt::format("is damaged: {}", zlib_.msg != nullptr ? zlib_.msg : "zlib stops"));
    }
    const std::size_t made = output_.size() - zlib_.avail_out;
    produced_ += made;
    if (produced_ > max_bytes_) {
      return refuse(fmt::format("unpacks to more than {} bytes", max_bytes_));
    }
    if (status == Z_STREAM_END) {
      ended_ = true;
      SLIMC_TRY(check_end());
    }
    if (made > 0 || ended_) return std::string_view(output_.data(), made);
  }
}

}  // namespace slimc::frontend
