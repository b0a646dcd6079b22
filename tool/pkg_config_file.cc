#include "tool/pkg_config_file.h"

#include <fmt/format.h>

#include "compiler/text/source_text.h"

namespace slimc {
namespace {

// In Libs, not Libs.private: there is no shared library that would bring them along.
std::string system_libraries(const Library& library) {
  const Platform& platform = *library.targets.front().target.platform;
  std::string words;
  if (!platform.math_library.empty()) words += fmt::format(" {}", platform.math_library);
  if (has_threads(library)) words += fmt::format(" {}", platform.thread_library);
  return words;
}

}  // namespace

std::string pkg_config_file(const Library& library) {
  return fmt::format(
      "prefix=${{pcfiledir}}\n"
      "libdir=${{prefix}}\n"
      "includedir=${{prefix}}\n"
      "target={1}\n"
      "\n"
      "Name: {0}\n"
      "Description: MobileNet v1 network {0}, compiled by slimc\n"
      "Version: {2}\n"
      "Cflags: -I${{includedir}}\n"
      "Libs: -L${{libdir}} -l{0}{3}\n",
      library.plan().name, pkg_config_value(target_names(library)), SLIMC_VERSION,
      system_libraries(library));
}

}  // namespace slimc
