// The tiny network with its weights in a file: it computes what it should with the right file, and
// says no to every other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "tests/common/temporary_folder.h"
#include "tests/runtime/tiny_plan.h"
#include "tests/runtime/tiny_reference.h"
#include "tiny.h"

namespace slimc::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;

std::string file(const std::string& name) { return std::string(TINY_FOLDER "/") + name; }

std::string content(const std::string& name) {
  std::ifstream stream(file(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

alignas(TINY_MEMORY_ALIGNMENT) unsigned char memory[TINY_MEMORY_BYTES(2)];

// A block of exactly these bytes, so that a sanitizer sees what is read behind it.
struct Free {
  void operator()(void* block) const { std::free(block); }
};
tiny_status create_with(const std::string& bytes, tiny** network) {
  void* block = nullptr;
  if (posix_memalign(&block, TINY_WEIGHTS_ALIGNMENT, bytes.empty() ? 1 : bytes.size()) != 0) {
    ADD_FAILURE() << "no memory";
    return TINY_OK;
  }
  const std::unique_ptr<void, Free> owner(block);
  std::memcpy(block, bytes.data(), bytes.size());
  *network = reinterpret_cast<tiny*>(memory);
  return tiny_create(memory, sizeof(memory), 1, block, bytes.size(), network);
}
tiny_status create_with(const std::string& bytes) {
  tiny* network = nullptr;
  const tiny_status status = create_with(bytes, &network);
  EXPECT_EQ(network == nullptr, status != TINY_OK);
  return status;
}

std::size_t header_bytes(const std::string& bytes) {
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + 12, sizeof size);
  return size;
}

void expect_right(tiny* network) {
  std::array<float, TINY_INPUT_SIZE> input;
  for (int i = 0; i < TINY_INPUT_SIZE; ++i) input[i] = static_cast<float>(i * 5 % 17 - 8) / 8.0f;
  std::array<float, TINY_OUTPUT_SIZE> output;
  ASSERT_EQ(tiny_run(network, input.data(), output.data()), TINY_OK);
  const std::vector<double> right = expected_batch(input);
  for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]) << i;
}

TEST(WeightsFile, IsMappedAndComputesTheNetwork) {
  const void* weights = nullptr;
  std::size_t bytes = 0;
  ASSERT_EQ(tiny_map_weights(file(TINY_WEIGHTS_FILE).c_str(), &weights, &bytes), TINY_OK);
  EXPECT_EQ(bytes, std::size_t{TINY_WEIGHTS_BYTES});
  for (const int threads : {1, 2}) {
    tiny* network = nullptr;
    ASSERT_EQ(tiny_create(memory, sizeof(memory), threads, weights, bytes, &network), TINY_OK);
    expect_right(network);
    tiny_destroy(network);
  }
  tiny_unmap_weights(weights, bytes);
  tiny_unmap_weights(nullptr, 0);
}

// docs/formats.md, with a reader and checksums that are not slimc's.
TEST(WeightsFile, IsOfTheFormatThatIsDocumented) {
  const std::string bytes = content("tiny.weights");
  const auto number = [&](std::size_t at, int size) {
    std::uint64_t value = 0;
    for (int i = size - 1; i >= 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
    }
    return value;
  };
  EXPECT_EQ(bytes.substr(0, 8), "\x89slimcW\n");
  EXPECT_EQ(number(8, 4), 1u);
  const std::size_t header = number(12, 4);
  EXPECT_EQ(header % 64, 0u);
  EXPECT_EQ(number(16, 8), bytes.size());
  EXPECT_EQ(number(24, 4), 1u);
  EXPECT_EQ(number(28, 4), 0u);
  EXPECT_EQ(number(32, 8), header);
  EXPECT_EQ(number(40, 8), bytes.size() - header);
  EXPECT_EQ(number(48, 8), XXH64(bytes.data() + header, bytes.size() - header, 0));
  EXPECT_EQ(bytes.substr(number(56, 4), number(60, 4)), tiny_target());
  EXPECT_EQ(number(header - 8, 8), XXH64(bytes.data(), header - 8, 0));
  for (int i = 0; i < kWeights; ++i) {
    float weight = 0;
    std::memcpy(&weight, bytes.data() + header + static_cast<std::size_t>(i) * 4, 4);
    EXPECT_EQ(weight, tiny_weight(i)) << i;
  }
}

TEST(WeightsFile, EveryChangedByteIsFound) {
  const std::string right = content("tiny.weights");
  ASSERT_EQ(create_with(right), TINY_OK);
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      std::string bytes = right;
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
      const tiny_status expected =
          at < 12 ? TINY_ERROR_WRONG_WEIGHTS : TINY_ERROR_DAMAGED_WEIGHTS;  // magic, version
      ASSERT_EQ(create_with(bytes), expected) << "byte " << at << " ^ " << mask;
    }
  }
}

TEST(WeightsFile, EveryOtherLengthIsFound) {
  const std::string right = content("tiny.weights");
  for (std::size_t length = 0; length < right.size(); ++length) {
    ASSERT_EQ(create_with(right.substr(0, length)), TINY_ERROR_DAMAGED_WEIGHTS) << length;
  }
  EXPECT_EQ(create_with(right + '\0'), TINY_ERROR_DAMAGED_WEIGHTS);
  EXPECT_EQ(create_with(right + std::string(64, '\0')), TINY_ERROR_DAMAGED_WEIGHTS);
  EXPECT_EQ(create_with(right + right), TINY_ERROR_DAMAGED_WEIGHTS);
}

TEST(WeightsFile, OfAnotherNetworkOrTargetIsFound) {
  EXPECT_EQ(create_with(content("other.weights")), TINY_ERROR_WRONG_WEIGHTS);
  EXPECT_EQ(create_with(content("elsewhere.weights")), TINY_ERROR_WRONG_WEIGHTS);
  EXPECT_EQ(create_with(content("tiny.h")), TINY_ERROR_WRONG_WEIGHTS);
  // The header of one and the content of another.
  const std::string right = content("tiny.weights"), other = content("other.weights");
  const std::size_t header = header_bytes(right);
  EXPECT_EQ(create_with(right.substr(0, header) + other.substr(header)),
            TINY_ERROR_DAMAGED_WEIGHTS);
  EXPECT_EQ(create_with(other.substr(0, header) + right.substr(header)), TINY_ERROR_WRONG_WEIGHTS);
}

TEST(WeightsFile, ThatCannotBeMappedIsAnError) {
  const TemporaryFolder folder;
  const std::string fifo = folder.path() / "fifo", empty = folder.path() / "empty";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  std::ofstream(empty).flush();
  const void* weights = &folder;
  std::size_t bytes = 1;
  const auto map = [&](const std::string& name) {
    weights = &folder;
    bytes = 1;
    const tiny_status status = tiny_map_weights(name.c_str(), &weights, &bytes);
    EXPECT_EQ(weights, nullptr);
    EXPECT_EQ(bytes, 0u);
    return status;
  };
  EXPECT_EQ(map(file("missing")), TINY_ERROR_WEIGHTS_FILE);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(map(folder.path()), TINY_ERROR_WEIGHTS_FILE);
  EXPECT_THAT(errno, AnyOf(Eq(ENODEV), Eq(EINVAL), Eq(ENOMEM), Eq(EISDIR), Eq(EOVERFLOW)));
  EXPECT_EQ(map(fifo), TINY_ERROR_WEIGHTS_FILE);
  EXPECT_EQ(errno, ESPIPE);
  EXPECT_EQ(map(empty), TINY_ERROR_DAMAGED_WEIGHTS);
}

TEST(WeightsFile, ArgumentsAreChecked) {
  const std::string name = file(TINY_WEIGHTS_FILE), right = content("tiny.weights");
  const void* weights = nullptr;
  std::size_t bytes = 0;
  EXPECT_EQ(tiny_map_weights(nullptr, &weights, &bytes), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_map_weights(name.c_str(), nullptr, &bytes), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_map_weights(name.c_str(), &weights, nullptr), TINY_ERROR_NULL_ARGUMENT);

  tiny* network = nullptr;
  EXPECT_EQ(tiny_create(memory, sizeof(memory), 1, nullptr, right.size(), &network),
            TINY_ERROR_NULL_ARGUMENT);
  alignas(64) static char block[TINY_WEIGHTS_BYTES + 64];
  for (std::size_t at = 0; at < 64; ++at) {
    std::memcpy(block + at, right.data(), right.size());
    const tiny_status expected = at == 0 ? TINY_OK : TINY_ERROR_MISALIGNED_MEMORY;
    EXPECT_EQ(tiny_create(memory, sizeof(memory), 1, block + at, right.size(), &network), expected);
  }
}

TEST(WeightsFile, ErrorsHaveWords) {
  EXPECT_STREQ(tiny_status_string(TINY_ERROR_WEIGHTS_FILE),
               "the file of weights cannot be opened or mapped");
  EXPECT_STREQ(tiny_status_string(TINY_ERROR_WRONG_WEIGHTS),
               "the weights are not those that the library was compiled with");
  EXPECT_STREQ(tiny_status_string(TINY_ERROR_DAMAGED_WEIGHTS), "the weights are torn or altered");
  EXPECT_STREQ(tiny_status_string(TINY_ERROR_MISALIGNED_MEMORY),
               "the memory or the weights are not aligned to 64 bytes");
}

}  // namespace
}  // namespace slimc::testing
