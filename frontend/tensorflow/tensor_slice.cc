#include "frontend/tensorflow/tensor_slice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include "frontend/tensor_checks.h"
#include "frontend/tensorflow/ordered_code.h"

namespace slimc::frontend {
namespace {

using Extent = tensorflow::TensorSliceProto::Extent;

// TensorFlow takes a negative length for none.
bool is_all(const Extent& extent) {
  return extent.has_length_case() == Extent::HAS_LENGTH_NOT_SET || extent.length() < 0;
}

std::string to_string(const TensorSlice& slice) {
  std::vector<std::string> words;
  for (int d = 0; d < slice.shape.rank(); ++d) {
    words.push_back(
        fmt::format("{},{}", slice.starts[static_cast<std::size_t>(d)], slice.shape[d]));
  }
  return fmt::format("{}", fmt::join(words, ":"));
}

// Calls visit(offset in the tensor, offset in the slice, elements) for each run of elements that
// are neighbours in both, until it returns false.
template <typename Visit>
bool for_each_run(const Shape& shape, const TensorSlice& slice, Visit visit) {
  const std::int64_t total = slice.shape.elements();
  if (total == 0) return true;
  const int rank = shape.rank();
  const std::int64_t run = rank == 0 ? 1 : slice.shape[rank - 1];
  std::vector<std::int64_t> at = slice.starts;
  for (std::int64_t done = 0; done < total; done += run) {
    std::int64_t offset = 0;
    for (int d = 0; d < rank; ++d) offset = offset * shape[d] + at[static_cast<std::size_t>(d)];
    if (!visit(offset, done, run)) return false;
    for (int d = rank - 2; d >= 0; --d) {
      const auto i = static_cast<std::size_t>(d);
      if (++at[i] < slice.starts[i] + slice.shape[d]) break;
      at[i] = slice.starts[i];
    }
  }
  return true;
}

}  // namespace

tl::expected<TensorSlice, std::string> to_slice(const tensorflow::TensorSliceProto& proto,
                                                const Shape& tensor) {
  if (proto.extent_size() != tensor.rank()) {
    return tl::unexpected(fmt::format("has {} dimensions; the tensor's shape is {}",
                                      proto.extent_size(), tensor.to_string()));
  }
  TensorSlice slice;
  std::vector<std::int64_t> lengths;
  for (int d = 0; d < tensor.rank(); ++d) {
    const Extent& extent = proto.extent(d);
    const std::int64_t start = is_all(extent) ? 0 : extent.start();
    const std::int64_t length = is_all(extent) ? tensor[d] : extent.length();
    if (start < 0 || start > tensor[d] || length > tensor[d] - start) {
      return tl::unexpected("lies outside of the tensor's shape " + tensor.to_string());
    }
    slice.starts.push_back(start);
    lengths.push_back(length);
  }
  slice.shape = Shape(std::move(lengths));
  return slice;
}

std::string to_string(const tensorflow::TensorSliceProto& proto) {
  std::vector<std::string> words;
  for (const Extent& extent : proto.extent()) {
    words.push_back(is_all(extent) ? "-" : fmt::format("{},{}", extent.start(), extent.length()));
  }
  return fmt::format("{}", fmt::join(words, ":"));
}

std::string slice_key(std::string_view tensor, const tensorflow::TensorSliceProto& slice) {
  std::string key;
  append_ordered(key, std::uint64_t{0});
  append_ordered(key, tensor);
  append_ordered(key, static_cast<std::uint64_t>(slice.extent_size()));
  for (const Extent& extent : slice.extent()) {
    append_ordered_signed(key, is_all(extent) ? 0 : extent.start());
    append_ordered_signed(key, is_all(extent) ? -1 : extent.length());
  }
  return key;
}

tl::expected<std::vector<float>, std::string> assemble(
    const Shape& shape, const std::vector<TensorSlice>& slices,
    const std::vector<std::vector<float>>& elements) {
  assert(slices.size() == elements.size());
  std::int64_t covered = 0;
  for (const std::vector<float>& part : elements) covered += std::ssize(part);
  if (covered < shape.elements()) {
    return tl::unexpected(
        fmt::format("its slices cover {} of {} elements", covered, shape.elements()));
  }
  std::vector<float> values(static_cast<std::size_t>(shape.elements()));
  std::vector<bool> written(values.size());
  for (std::size_t i = 0; i < slices.size(); ++i) {
    std::int64_t twice = 0;
    const auto copy = [&](std::int64_t to, std::int64_t from, std::int64_t count) {
      for (std::int64_t k = 0; k < count; ++k) {
        const auto target = static_cast<std::size_t>(to + k);
        if (written[target]) {
          twice = to + k;
          return false;
        }
        written[target] = true;
        values[target] = elements[i][static_cast<std::size_t>(from + k)];
      }
      return true;
    };
    if (!for_each_run(shape, slices[i], copy)) {
      return tl::unexpected(fmt::format("its slice {} and another one both hold element {}",
                                        to_string(slices[i]), position(shape, twice)));
    }
  }
  // Nothing twice, and no fewer than there are: every element once.
  return values;
}

}  // namespace slimc::frontend
