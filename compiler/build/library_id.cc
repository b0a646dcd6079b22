#include "compiler/build/library_id.h"

#include <xxhash.h>

#include <string>
#include <string_view>

#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "ir/graph.h"
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

// The layout is in the kernels' parameters, in part: it counts as a whole.
void add(const WeightsBlock& block, const Graph& graph, Hash& hash) {
  const WeightsLayout& layout = block.layout;
  for (const std::int64_t number :
       {static_cast<std::int64_t>(layout.values), layout.rows, layout.channels,
        layout.panel_channels, layout.padded_channels, layout.reversed_in_channels,
        layout.pixel_rows, layout.padded_pixel_rows, static_cast<std::int64_t>(block.type.element),
        block.offset}) {
    hash.add(static_cast<std::uint64_t>(number));
  }
  if (!block.value.valid()) return;
  const std::vector<float>& data = graph.constant(block.value).data;
  hash.add(
      std::string_view(reinterpret_cast<const char*>(data.data()), data.size() * sizeof(float)));
}

}  // namespace

std::uint64_t library_id(const Library& library, Scheduler scheduler) {
  SLIMC_CHECK(library.id == 0 && library.stack_bytes == 0, "the texts say more than what decides");
  Hash hash;
  hash.add(SLIMC_VERSION);
  hash.add(write_header(library));
  hash.add(write_source(library));
  hash.add(static_cast<std::uint64_t>(scheduler));
  for (const TargetPlan& code : library.targets) {
    hash.add(code.target.halide);
    for (const WeightsBlock& block : code.plan.weights) add(block, *library.graph, hash);
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
