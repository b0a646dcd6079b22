// write_tiny FOLDER TARGET: tiny.h, tiny.cc and tiny_weights.o.
#include <cstdio>
#include <filesystem>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/support/files.h"
#include "tests/runtime/tiny_plan.h"

namespace {

slimc::Result<void> write_tiny(const std::filesystem::path& folder, const std::string& name) {
  const slimc::Plan plan = slimc::testing::tiny_plan();
  SLIMC_ASSIGN(const slimc::Target target, slimc::parse_target(name));
  SLIMC_ASSIGN(std::string weights, slimc::write_weights_object(plan, target));
  const slimc::Library library = slimc::testing::library_of(plan, target);
  slimc::OutputFiles files;
  files.add(folder / "tiny.h", slimc::write_header(library));
  files.add(folder / "tiny.cc", slimc::write_source(library));
  files.add(folder / "tiny_weights.o", std::move(weights));
  return files.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  if (const auto written = write_tiny(argv[1], argv[2]); !written) {
    std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
    return 1;
  }
}
