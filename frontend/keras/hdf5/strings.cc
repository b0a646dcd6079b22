#include "frontend/keras/hdf5/strings.h"

#include <cstring>

#include "frontend/keras/hdf5/handle.h"

namespace slimc::hdf5 {
namespace {

using Strings = std::variant<std::vector<std::string>, Problem>;

Problem unreadable(const std::string& name) {
  return {"its attribute '" + name + "' cannot be read: " + last_reason()};
}

Problem too_long(const std::string& name) {
  return {"its attribute '" + name + "' is longer than slimc reads"};
}

Strings read_fixed(hid_t attribute, hid_t type, const std::string& name, std::int64_t count,
                   TextBudget& budget) {
  const std::size_t size = H5Tget_size(type);
  if (size == 0) return unreadable(name);
  if (static_cast<std::int64_t>(size) > budget.bytes / count) return too_long(name);
  budget.bytes -= static_cast<std::int64_t>(size) * count;
  std::string buffer(size * static_cast<std::size_t>(count), '\0');
  if (H5Aread(attribute, type, buffer.data()) < 0) return unreadable(name);
  const bool padded_by_spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  std::vector<std::string> strings;
  for (std::size_t at = 0; at < buffer.size(); at += size) {
    std::string text = buffer.substr(at, size);
    if (padded_by_spaces) {
      text.erase(text.find_last_not_of(' ') + 1);
    } else {
      text.resize(::strnlen(text.data(), size));
    }
    strings.push_back(std::move(text));
  }
  return strings;
}

Strings read_variable(hid_t attribute, hid_t type, hid_t space, const std::string& name,
                      std::int64_t count, TextBudget& budget) {
  std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
  if (H5Aread(attribute, type, static_cast<void*>(pointers.data())) < 0) return unreadable(name);
  std::vector<std::string> strings;
  bool fits = true;
  for (const char* pointer : pointers) {
    const std::size_t size = pointer == nullptr ? 0 : std::strlen(pointer);
    budget.bytes -= static_cast<std::int64_t>(size);
    fits = budget.bytes >= 0;
    if (!fits) break;
    strings.emplace_back(pointer == nullptr ? "" : pointer);
  }
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
  if (!fits) return too_long(name);
  return strings;
}

}  // namespace

Strings read_strings(hid_t object, const std::string& name, TextBudget& budget) {
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return unreadable(name);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (!type.valid()) return unreadable(name);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!space.valid()) return unreadable(name);

  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (count < 0) return unreadable(name);
  if (count == 0) return std::vector<std::string>();
  if (count > budget.strings) return too_long(name);
  budget.strings -= count;
  if (H5Tget_class(type.get()) != H5T_STRING) {
    return Problem{"its attribute '" + name + "' is no string"};
  }
  const htri_t variable = H5Tis_variable_str(type.get());
  if (variable < 0) return unreadable(name);
  if (variable > 0) {
    return read_variable(attribute.get(), type.get(), space.get(), name, count, budget);
  }
  return read_fixed(attribute.get(), type.get(), name, count, budget);
}

}  // namespace slimc::hdf5
