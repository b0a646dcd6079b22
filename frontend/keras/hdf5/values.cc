#include "frontend/keras/hdf5/values.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <limits>
#include <vector>

#include "frontend/keras/hdf5/handle.h"
#include "frontend/keras/hdf5/limits.h"

namespace slimc::hdf5 {
namespace {

std::string unreadable() { return "cannot be read: " + last_reason(); }

// Stays at the largest number where it would overflow.
std::int64_t product(const std::vector<hsize_t>& dims) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  for (const hsize_t dim : dims) {
    if (dim == 0) return 0;
  }
  std::int64_t result = 1;
  for (const hsize_t dim : dims) {
    if (dim > static_cast<hsize_t>(kLargest / result)) return kLargest;
    result *= static_cast<std::int64_t>(dim);
  }
  return result;
}

// h5py's float16: IEEE 754's half precision, which HDF5 has no name for.
Handle half_precision(hid_t of_order) {
  Handle type(H5Tcopy(of_order), H5Tclose);
  // Sign, exponent's position and size, mantissa's position and size.
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

// IEEE's types only: HDF5 would take a damaged description for one of its own and convert to other
// numbers.
bool is_ieee(hid_t type) {
  if (H5Tget_size(type) == 2) {
    for (const hid_t order : {H5T_IEEE_F32LE, H5T_IEEE_F32BE}) {
      if (H5Tequal(type, half_precision(order).get()) > 0) return true;
    }
    return false;
  }
  for (const hid_t known : {H5T_IEEE_F32LE, H5T_IEEE_F32BE, H5T_IEEE_F64LE, H5T_IEEE_F64BE}) {
    if (H5Tequal(type, known) > 0) return true;
  }
  return false;
}

std::string describe(hid_t type) {
  const std::size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return fmt::format("floating-point numbers of {} bits that are not IEEE's", bits);
    case H5T_INTEGER:
      return fmt::format("integers of {} bits", bits);
    case H5T_STRING:
      return "strings";
    default:
      return "no numbers";
  }
}

std::string check_layout(hid_t properties, std::size_t element_size) {
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout == H5D_VIRTUAL || H5Pget_external_count(properties) != 0) {
    return "has its values in another file; slimc reads one file only";
  }
  if (layout != H5D_CHUNKED) return layout < 0 ? unreadable() : "";

  std::array<hsize_t, H5S_MAX_RANK> dims = {};
  const int rank = H5Pget_chunk(properties, H5S_MAX_RANK, dims.data());
  if (rank < 0) return unreadable();
  const std::int64_t chunk = product({dims.begin(), dims.begin() + rank});
  if (chunk > kMaxElements / static_cast<std::int64_t>(element_size)) {
    return fmt::format("is stored in chunks of {} values, more than slimc reads", chunk);
  }
  const int filters = H5Pget_nfilters(properties);
  if (filters < 0) return unreadable();
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags,
                                               &parameters, nullptr, 0, nullptr, nullptr);
    if (filter < 0) return unreadable();
    if (filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE ||
        filter == H5Z_FILTER_FLETCHER32) {
      continue;
    }
    return fmt::format("is stored with HDF5's filter {}; slimc reads gzip, shuffle and fletcher32",
                       filter);
  }
  return "";
}

// False if values of another dataset lie there.
bool take_place(std::map<std::uint64_t, std::uint64_t>& places, std::uint64_t begin,
                std::uint64_t size) {
  const auto next = places.upper_bound(begin);
  if (next != places.end() && next->first < begin + size) return false;
  if (next != places.begin() && std::prev(next)->second > begin) return false;
  places.emplace(begin, begin + size);
  return true;
}

}  // namespace

std::string read_values(hid_t dataset, ValueBudget& budget, Dataset& result) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  if (!space.valid()) return unreadable();
  const Handle type(H5Dget_type(dataset), H5Tclose);
  if (!type.valid()) return unreadable();
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0) return unreadable();
  if (rank > kMaxRank) {
    return fmt::format("has {} dimensions; slimc reads up to {}", rank, kMaxRank);
  }
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  if (H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr) < 0) return unreadable();
  const std::int64_t elements = product(dims);
  const auto element_size = static_cast<std::int64_t>(H5Tget_size(type.get()));

  if (H5Tget_class(type.get()) != H5T_FLOAT || !is_ieee(type.get())) {
    result.set_other_type(describe(type.get()));
    return "";
  }
  if (elements > budget.elements || elements > budget.bytes / element_size) {
    return fmt::format("declares the shape [{}], more values than a file of this size can hold",
                       fmt::join(dims, ","));
  }
  budget.elements -= elements;
  budget.bytes -= elements * element_size;

  const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
  if (!properties.valid()) return unreadable();
  if (std::string problem = check_layout(properties.get(), static_cast<std::size_t>(element_size));
      !problem.empty()) {
    return problem;
  }
  if (elements > 0 && H5Dget_storage_size(dataset) == 0) {
    return fmt::format("declares the shape [{}] and stores no values", fmt::join(dims, ","));
  }
  const haddr_t begin = H5Dget_offset(dataset);
  if (elements > 0 && begin != HADDR_UNDEF &&
      !take_place(budget.places, begin, static_cast<std::uint64_t>(elements * element_size))) {
    return "has its values where another dataset has them";
  }
  for (const hsize_t dim : dims) result.add_shape(static_cast<std::int64_t>(dim));
  result.mutable_values()->Resize(static_cast<int>(elements), 0.0f);
  if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
              result.mutable_values()->mutable_data()) < 0) {
    return unreadable();
  }
  return "";
}

}  // namespace slimc::hdf5
