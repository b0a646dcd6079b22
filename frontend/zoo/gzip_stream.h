// A gzip file, decompressed piece by piece. One member; its checksum and length count.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace slimc::frontend {

// The next piece of compressed bytes, valid until the next call; empty at the end.
using ByteSource = std::function<Result<std::string_view>()>;

class GzipStream {
 public:
  // No more than `max_bytes` come out; `name` is for messages.
  GzipStream(ByteSource source, std::string name, std::uint64_t max_bytes);
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;
  ~GzipStream();

  // The next piece of decompressed bytes, valid until the next call; empty once the stream has
  // ended as it should.
  Result<std::string_view> next();

 private:
  Failure refuse(std::string message) const;
  Result<void> refill();
  Result<void> check_beginning();
  Result<void> check_end();

  ByteSource source_;
  std::string name_;
  std::uint64_t max_bytes_;
  std::uint64_t produced_ = 0;
  z_stream zlib_ = {};
  bool begun_ = false;
  bool ended_ = false;
  std::string_view input_;  // what zlib has not taken yet
  std::string beginning_;
  std::vector<char> output_;
};

}  // namespace slimc::frontend
