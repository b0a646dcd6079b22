#include "compiler/build/library_id.h"

#include <xxhash.h>

#include <string>
#include <string_view>

#include "support/check.h"

namespace slimc {
namespace {

// XXH64 of strings, and of where each ends.
class Hash {
 public:
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    sum_ = XXH64(text.data(), text.size(), sum_);
  }
  void add(std::uint64_t number) {
    char bytes[sizeof number];
    for (std::size_t i = 0; i < sizeof number; ++i) {
      bytes[i] = static_cast<char>(number >> (8 * i) & 0xff);
    }
    sum_ = XXH64(bytes, sizeof bytes, sum_);
  }
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace

std::uint64_t library_id(const Library& library, const CompileOptions& options) {
  SLIMC_CHECK(library.id == 0 && library.stack_bytes == 0, "the texts say more than what decides");
  Hash hash;
  hash.add(SLIMC_VERSION);
  hash.add(write_header(library));
  hash.add(write_source(library));
  hash.add(static_cast<std::uint64_t>(options.scheduler));
  for (const TargetCode& code : library.targets) {
    hash.add(code.target.halide);
    hash.add(code.plan.weights);
    for (const Kernel& kernel : code.plan.kernels) {
      hash.add(name_of(kernel.kind));
      for (const auto& [name, value] : kernel.parameters) {
        hash.add(name);
        hash.add(value);
      }
    }
  }
  return hash.sum();
}

}  // namespace slimc
