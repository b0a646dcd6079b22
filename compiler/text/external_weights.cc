#include "compiler/text/external_weights.h"

#include <fmt/format.h>

#include "compiler/objects/weights_file.h"
#include "compiler/text/source_text.h"

namespace slimc {
namespace {

bool external(const Library& library) { return library.plan().external_weights; }

// Where the system has files that can be mapped, it has pthreads.
bool maps_files(const Library& library) { return has_threads(library); }

}  // namespace

std::string weights_declarations(const Library& library) {
  if (!external(library)) return "";
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
      fmt::arg("size",
               bytes_text(static_cast<std::int64_t>(write_weights_file(library).bytes.size()))),
      fmt::arg("bytes", write_weights_file(library).bytes.size()));
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

std::vector<std::pair<std::string, std::string>> weights_errors(const Library& library) {
  if (!external(library)) return {};
  std::vector<std::pair<std::string, std::string>> errors;
  if (maps_files(library)) {
    errors.emplace_back("WEIGHTS_FILE", "cannot be opened or mapped: errno says why");
  }
  errors.emplace_back("WRONG_WEIGHTS", "not those that this library was compiled with");
  errors.emplace_back("DAMAGED_WEIGHTS", "torn or altered");
  return errors;
}

std::string weights_constants(const Library& library) {
  if (!external(library)) return "";
  const WeightsFile file = write_weights_file(library);
  return fmt::format(
      "\n// {}.weights.\nconstexpr slimc::WeightsFile weights_file = {{.bytes = {},\n"
      "                                             .header_checksum = 0x{:016x}}};\n",
      library.plan().name, file.bytes.size(), file.header_checksum);
}

std::vector<std::string> weights_sections(const Library& library) {
  if (!external(library)) return std::vector<std::string>(library.targets.size());
  std::vector<std::string> texts;
  for (const WeightsFile::Section& section : write_weights_file(library).sections) {
    texts.push_back(
        fmt::format("     .weights = {{.offset = {}, .bytes = {}, .checksum = 0x{:016x}}},\n",
                    section.offset, section.bytes, section.checksum));
  }
  return texts;
}

std::string weights_statuses(const Library& library) {
  if (!external(library)) return "";
  const std::string prefix = macro_prefix(library.plan().name);
  std::string text;
  if (maps_files(library)) {
    text += fmt::format(
        "    case {}_ERROR_WEIGHTS_FILE:\n"
        "      return \"the file of weights cannot be opened or mapped\";\n",
        prefix);
  }
  return text +
         fmt::format(
             "    case {0}_ERROR_WRONG_WEIGHTS:\n"
             "      return \"the weights are not those that the library was compiled with\";\n"
             "    case {0}_ERROR_DAMAGED_WEIGHTS:\n"
             "      return \"the weights are torn or altered\";\n",
             prefix);
}

std::string weights_parameters(const Library& library) {
  return external(library) ? "const void* weights, size_t weights_bytes, " : "";
}

std::string weights_checks(const Library& library) {
  if (!external(library)) return "";
  return fmt::format(
      R"(  if (weights == nullptr) return {NAME}_ERROR_NULL_ARGUMENT;
  if (reinterpret_cast<uintptr_t>(weights) % {NAME}_WEIGHTS_ALIGNMENT != 0) {{
    return {NAME}_ERROR_MISALIGNED_MEMORY;
  }}
  switch (slimc::check_weights(weights, weights_bytes, weights_file, code->weights)) {{
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
  if (!external(library) || !maps_files(library)) return "";
  return fmt::format(
      R"(
::{name}_status {name}_map_weights(const char* file, const void** weights, size_t* bytes) {{
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
