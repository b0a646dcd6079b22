// HDF5's identifiers, closed when their owner goes, and the library's words about a failure.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

namespace slimc::hdf5 {

class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  ~Handle() {
    if (valid()) close_(id_);
  }

  bool valid() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

// The innermost reason of the last failure, "bad object header version number". Valid until the
// next call of the library.
std::string last_reason();

}  // namespace slimc::hdf5
