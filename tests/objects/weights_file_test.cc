// The file as docs/formats.md describes it.
#include "compiler/objects/weights_file.h"
#include "ir/graph.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <string_view>

namespace slimc {
namespace {

Library library_of(const std::vector<std::pair<const char*, std::size_t>>& targets) {
  Library library;
  Graph graph;
  for (const auto& [name, bytes] : targets) {
    const auto count = static_cast<std::int64_t>(bytes / sizeof(float));
    const Value constant = graph.add_constant(
        name, {Shape{count}, std::vector<float>(static_cast<std::size_t>(count), name[0])});
    TargetPlan& code = library.targets.emplace_back();
    code.target = *parse_target(name);
    code.plan.weights = {{.value = constant, .layout = {.rows = count}}};
    code.plan.weights_bytes = count * std::int64_t{sizeof(float)};
  }
  library.graph = std::make_shared<const Graph>(std::move(graph));
  return library;
}

template <typename T>
T number(const std::string& bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

TEST(WeightsFile, HasASectionATargetWithItsChecksum) {
  const WeightsFile file = write_weights_file(library_of({{"x86-64-v3", 1000}, {"x86-64", 64}}));
  ASSERT_EQ(file.layout.sections.size(), 2u);
  EXPECT_EQ(file.bytes.substr(0, 8), std::string("\x89slimcW\n"));
  EXPECT_EQ(number<std::uint32_t>(file.bytes, 8), 1u);
  EXPECT_EQ(number<std::uint64_t>(file.bytes, 16), file.bytes.size());
  EXPECT_EQ(number<std::uint32_t>(file.bytes, 24), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const WeightsFileLayout::Section& section = file.layout.sections[i];
    EXPECT_EQ(section.offset % 64, 0u);
    EXPECT_EQ(section.bytes % 64, 0u);
    ASSERT_LE(section.offset + section.bytes, file.bytes.size());
    EXPECT_EQ(XXH64(file.bytes.data() + section.offset, section.bytes, 0), section.checksum);
    EXPECT_EQ(number<std::uint64_t>(file.bytes, 32 + 32 * i), section.offset);
    EXPECT_EQ(number<std::uint64_t>(file.bytes, 48 + 32 * i), section.checksum);
    const auto name_at = number<std::uint32_t>(file.bytes, 56 + 32 * i);
    const auto name_bytes = number<std::uint32_t>(file.bytes, 60 + 32 * i);
    EXPECT_EQ(file.bytes.substr(name_at, name_bytes), i == 0 ? "x86-64-v3" : "x86-64");
  }
  const std::size_t header = file.layout.sections[0].offset;
  EXPECT_EQ(number<std::uint64_t>(file.bytes, header - 8), file.layout.header_checksum);
  EXPECT_EQ(XXH64(file.bytes.data(), header - 8, 0), file.layout.header_checksum);
}

}  // namespace
}  // namespace slimc
