#include "compiler/text/external_weights.h"

#include <fmt/format.h>

#include "compiler/text/source_text.h"
#include "support/check.h"

namespace slimc {
namespace {

// A library without threads asks nothing of a system.
bool maps_files(const Library& library) {
  return !library.no_threads && library.targets.front().target.platform->maps_files;
}

const WeightsFileLayout& file_of(const Library& library) {
  SLIMC_CHECK(library.weights_file.sections.size() == library.targets.size(),
              "the file of weights is made before the texts that describe it");
  return library.weights_file;
}

}  // namespace

std::string weights_declarations(const Library& library) {
  if (!library.external_weights) return "";
  const std::string &name = library.plan().name, prefix = macro_prefix(name);
  std::string text = fmt::format(
      R"(
/* The weights are a file beside the library, or those bytes wherever the caller has them, as in flash:
   {size}, aligned. Instances share them; they must stay as they are until the last is destroyed. */
#define {NAME}_WEIGHTS_FILE "{name}.weights"
#define {NAME}_WEIGHTS_BYTES {bytes}
#define {NAME}_WEIGHTS_ALIGNMENT {alignment}
)",
      fmt::arg("name", name), fmt::arg("NAME", prefix), fmt::arg("alignment", kMemoryAlignment),
      fmt::arg("size", bytes_text(static_cast<std::int64_t>(file_of(library).bytes))),
      fmt::arg("bytes", file_of(library).bytes));
  if (!maps_files(library)) return text;
  return text + fmt::format(
                    R"(
/* Maps the file for {name}_create, for reading only: processes share its pages. It is not looked
   into, but an empty one is damaged. After an error *weights is NULL and *bytes 0. */
{name}_status {name}_map_weights(const char *file, const void **weights, size_t *bytes);

/* When all instances with these weights are destroyed. NULL is fine. */
void {name}_unmap_weights(const void *weights, size_t bytes);
)",
                    fmt::arg("name", name));
}

std::vector<Status> weights_statuses(const Library& library) {
  if (!library.external_weights) return {};
  std::vector<Status> list;
  if (maps_files(library)) {
    list.push_back({"ERROR_WEIGHTS_FILE", "cannot be opened or mapped: errno says why",
                    "the file of weights cannot be opened or mapped"});
  }
  list.push_back({"ERROR_WRONG_WEIGHTS", "not those that this library was compiled with",
                  "the weights are not those that the library was compiled with"});
  list.push_back({"ERROR_DAMAGED_WEIGHTS", "torn or altered", "the weights are torn or altered"});
  return list;
}

std::string weights_parameters(const Library& library) {
  return library.external_weights ? "const void* weights, size_t weights_bytes, " : "";
}

std::string weights_constants(const Library& library) {
  if (!library.external_weights) return "";
  const WeightsFileLayout& file = file_of(library);
  return fmt::format(
      "\n// {}.weights.\nconstexpr slimc::WeightsFile weights_file = {{.bytes = {},\n"
      "                                             .header_checksum = 0x{:016x}}};\n",
      library.plan().name, file.bytes, file.header_checksum);
}

std::vector<std::string> weights_sections(const Library& library) {
  if (!library.external_weights) return std::vector<std::string>(library.targets.size());
  std::vector<std::string> texts;
  for (const WeightsFileLayout::Section& section : file_of(library).sections) {
    texts.push_back(fmt::format(
        "     .weights_section = {{.offset = {}, .bytes = {}, .checksum = 0x{:016x}}},\n",
        section.offset, section.bytes, section.checksum));
  }
  return texts;
}

std::string weights_checks(const Library& library) {
  if (!library.external_weights) return "";
  return fmt::format(
      R"(  if (weights == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (reinterpret_cast<uintptr_t>(weights) % {NAME}_WEIGHTS_ALIGNMENT != 0) {{
    return {NAME}_ERROR_MISALIGNED_MEMORY;
  }}
  switch (slimc::check_weights(weights, weights_bytes, weights_file, code->weights_section)) {{
    case slimc::WeightsProblem::none:
      break;
    case slimc::WeightsProblem::wrong:
      return {NAME}_ERROR_WRONG_WEIGHTS;
    case slimc::WeightsProblem::damaged:
      return {NAME}_ERROR_DAMAGED_WEIGHTS;
  }}
)",
      fmt::arg("NAME", macro_prefix(library.plan().name)));
}

std::string weights_functions(const Library& library) {
  if (!library.external_weights || !maps_files(library)) return "";
  return fmt::format(
      R"(
Status {name}_map_weights(const char* file, const void** weights, size_t* bytes) {{
  if (weights != nullptr) *weights = nullptr;
  if (bytes != nullptr) *bytes = 0;
  if (file == nullptr || weights == nullptr || bytes == nullptr) {{
    return {NAME}_ERROR_NULL_ARGUMENT;
  }}
  if (!slimc::map_file(file, weights, bytes)) return {NAME}_ERROR_WEIGHTS_FILE;
  return *bytes != 0 ? {NAME}_OK : {NAME}_ERROR_DAMAGED_WEIGHTS;
}}

void {name}_unmap_weights(const void* weights, size_t bytes) {{ slimc::unmap_file(weights, bytes); }}
)",
      fmt::arg("name", library.plan().name), fmt::arg("NAME", macro_prefix(library.plan().name)));
}

}  // namespace slimc
