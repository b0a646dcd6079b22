#include "frontend/tensorflow/table.h"

#include <gtest/gtest.h>

#include "frontend/tensorflow/crc32c.h"

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

// Tables by hand, with right checksums.
class HandMade {
 public:
  // Adds a block and gives its handle back.
  std::string block(const std::string& contents, char compression = '\0') {
    const std::string handle = varint(bytes_.size()) + varint(contents.size());
    const std::string guarded = contents + compression;
    bytes_ += guarded + little_endian(masked_crc32c(guarded));
    return handle;
  }
  // The table with this index; what is wrong with it.
  std::string problem(const std::string& index) {
    const std::string meta = block(restarts());
    std::string footer = meta + block(index);
    footer.resize(40);
    const std::string table = bytes_ + footer + "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
    const auto pairs = read_table(table);
    return pairs ? "" : pairs.error();
  }

  static std::string pair(const std::string& key, const std::string& value,
                          std::size_t shared = 0) {
    return varint(shared) + varint(key.size()) + varint(value.size()) + key + value;
  }
  static std::string restarts(std::uint32_t count = 1) {
    return little_endian(0) + little_endian(count);
  }
  static std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
  }
  static std::string little_endian(std::uint32_t value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }

 private:
  std::string bytes_;
};

TEST(Table, MadeByHand) {
  HandMade table;
  const std::string data =
      table.block(HandMade::pair("ab", "1") + HandMade::pair("c", "2", 1) + HandMade::restarts());
  EXPECT_EQ(table.problem(HandMade::pair("b", data) + HandMade::restarts()), "");
}

TEST(Table, OfKeysInAnotherOrder) {
  HandMade table;
  const std::string data =
      table.block(HandMade::pair("b", "1") + HandMade::pair("a", "2") + HandMade::restarts());
  EXPECT_EQ(table.problem(HandMade::pair("b", data) + HandMade::restarts()),
            "its keys are not in order");
  HandMade twice;
  const std::string first = twice.block(HandMade::pair("a", "1") + HandMade::restarts());
  const std::string second = twice.block(HandMade::pair("a", "1") + HandMade::restarts());
  EXPECT_EQ(twice.problem(HandMade::pair("a", first) + HandMade::pair("b", second) +
                          HandMade::restarts()),
            "its keys are not in order");
}

TEST(Table, OfBlocksNamedTwice) {
  HandMade table;
  const std::string data = table.block(HandMade::pair("a", "1") + HandMade::restarts());
  EXPECT_EQ(
      table.problem(HandMade::pair("a", data) + HandMade::pair("b", data) + HandMade::restarts()),
      "its blocks are not in order");
}

TEST(Table, OfBlocksThatItHasNot) {
  for (const auto& [offset, size] : {std::pair{0ull, 1ull << 40}, std::pair{~0ull, 8ull}}) {
    HandMade table;
    EXPECT_EQ(table.problem(HandMade::pair("a", HandMade::varint(offset) + HandMade::varint(size)) +
                            HandMade::restarts()),
              "its index names a block that it does not have");
  }
  std::string footer = write_table({});
  footer[footer.size() - 48] = '\x7f';
  EXPECT_EQ(read_table(footer).error(), "its footer names blocks that it does not have");
}

TEST(Table, OfDamagedBlocks) {
  for (const std::string& contents :
       {std::string("abc"), HandMade::restarts(7),
        HandMade::pair("a", "", 1) + HandMade::restarts(), "\1" + HandMade::restarts(),
        std::string("\0\5\5ab", 5) + HandMade::restarts()}) {
    HandMade table;
    const std::string data = table.block(contents);
    EXPECT_EQ(table.problem(HandMade::pair("a", data) + HandMade::restarts()),
              "the block at byte 0 is damaged");
  }
}

// Snappy's data begins with how long it will be; 20 bytes are no gigabyte.
TEST(Table, OfBlocksThatSayTheyAreHuge) {
  HandMade table;
  const std::string data = table.block(HandMade::varint(1 << 30) + std::string(20, '\0'), '\1');
  EXPECT_EQ(table.problem(HandMade::pair("a", data) + HandMade::restarts()),
            "the block at byte 0 is not compressed data");
  HandMade other;
  EXPECT_EQ(other.problem(HandMade::pair("a", other.block("abc", '\2')) + HandMade::restarts()),
            "the block at byte 0 is compressed by an unknown method (2)");
}

// Each pair of five bytes repeats a key of 2 kB.
TEST(Table, OfKeysThatRepeatEachOther) {
  HandMade table;
  std::string contents = HandMade::pair(std::string(2000, 'k'), "");
  for (int i = 1; i < 200; ++i) {
    contents += HandMade::pair(std::string(1, static_cast<char>(i)), "", 2000);
  }
  const std::string data = table.block(contents + HandMade::restarts());
  EXPECT_EQ(table.problem(HandMade::pair("a", data) + HandMade::restarts()),
            "its keys and values are far larger than the file");
}

TEST(Table, SaysWhatIsWrong) {
  EXPECT_EQ(read_table("short").error(), "too short to be a table");
  EXPECT_EQ(read_table(std::string(100, 'x')).error(), "no table's magic number at its end");
}

}  // namespace
}  // namespace slimc::frontend
