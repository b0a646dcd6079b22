#include "frontend/tensorflow/table.h"

#include <gtest/gtest.h>

namespace slimc::frontend {
namespace {

using Pairs = std::map<std::string, std::string>;

Pairs many_pairs() {
  Pairs pairs = {{"", "header"}};
  for (int i = 0; i < 300; ++i) {
    pairs["tensor/" + std::to_string(i)] = std::string(40, static_cast<char>('a' + i % 26));
  }
  return pairs;
}

TEST(Table, KeepsItsPairs) {
  EXPECT_EQ(read_table(write_table(many_pairs())).value(), many_pairs());
}

TEST(Table, ReadsSnappyBlocks) {
  const std::string plain = write_table(many_pairs());
  const std::string compressed = write_table(many_pairs(), TableCompression::Snappy);
  ASSERT_LT(compressed.size(), plain.size());
  EXPECT_EQ(read_table(compressed).value(), many_pairs());
}

TEST(Table, RefusesEveryTruncation) {
  const std::string whole = write_table(many_pairs());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_table(std::string_view(whole).substr(0, size)).has_value()) << size;
  }
}

// Nothing but the padding of the footer may change without notice.
TEST(Table, NoticesEveryFlippedBit) {
  const std::string whole = write_table(many_pairs());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const auto result = read_table(damaged);
    EXPECT_TRUE(!result || *result == many_pairs()) << at;
  }
}

TEST(Table, SaysWhatIsWrong) {
  EXPECT_EQ(read_table("short").error(), "too short to be a table");
  EXPECT_EQ(read_table(std::string(100, 'x')).error(), "no table's magic number at its end");
}

}  // namespace
}  // namespace slimc::frontend
