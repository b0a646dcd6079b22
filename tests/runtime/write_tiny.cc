// write_tiny FOLDER TARGET [external]: tiny.h, tiny.cc and tiny_weights.o; external: tiny.weights
// in place of the object, other.weights of a network with another number, and elsewhere.weights of
// the same numbers for another target.
#include <cstdio>
#include <filesystem>
#include <string>

#include "compiler/objects/weights_file.h"
#include "compiler/plan/library.h"
#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "ir/graph.h"
#include "support/files.h"
#include "tests/runtime/tiny_plan.h"

namespace {

slimc::Result<void> write_tiny(const std::filesystem::path& folder, const std::string& name,
                               bool external) {
  SLIMC_ASSIGN(const slimc::Target target, slimc::parse_target(name));
  slimc::Library library = slimc::testing::library_of(slimc::testing::tiny_plan(), target);
  library.external_weights = external;
  const slimc::WeightsFile file = slimc::write_weights_file(library);
  if (external) library.weights_file = file.layout;
  slimc::OutputFiles files;
  files.add(folder / "tiny.h", slimc::write_header(library));
  files.add(folder / "tiny.cc", slimc::write_source(library));
  if (external) {
    files.add(folder / "tiny.weights", file.bytes);
    library.targets[0].target.name = "elsewhere";
    files.add(folder / "elsewhere.weights", slimc::write_weights_file(library).bytes);
    library.targets[0].target.name = target.name;
    slimc::Graph other = slimc::testing::tiny_graph();
    slimc::Op& weights = other.op(slimc::Value{0});
    slimc::Tensor changed = *weights.constant;
    changed.data[1] += 1;
    weights.constant = std::make_shared<const slimc::Tensor>(std::move(changed));
    library.graph = std::make_shared<const slimc::Graph>(std::move(other));
    files.add(folder / "other.weights", slimc::write_weights_file(library).bytes);
  } else {
    SLIMC_ASSIGN(std::string weights, slimc::testing::weights_object_of(library));
    files.add(folder / "tiny_weights.o", std::move(weights));
  }
  return files.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  if (const auto written = write_tiny(argv[1], argv[2], argc == 4); !written) {
    std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
    return 1;
  }
}
