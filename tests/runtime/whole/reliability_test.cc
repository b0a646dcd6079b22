// A whole network in ways that it must survive; see CMakeLists.txt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "tests/runtime/forked.h"
#include "tests/runtime/parallel_fors.h"
#include "whole.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLIMC_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLIMC_SANITIZED
#endif

namespace slimc::testing {
namespace {

using Input = std::array<float, WHOLE_INPUT_SIZE>;
using Output = std::array<float, WHOLE_OUTPUT_SIZE>;
constexpr int kImage = WHOLE_INPUT_SIZE / WHOLE_BATCH;

// Memory between two pages that nobody may touch, right up to one of them.
class Guarded {
 public:
  enum class Side { Before, Behind };

  Guarded(std::size_t bytes, Side side) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t inner = (bytes + page - 1) / page * page;
    mapped_bytes_ = inner + 2 * page;
    mapped_ = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(mapped_, MAP_FAILED);
    char* first = static_cast<char*>(mapped_) + page;
    EXPECT_EQ(mprotect(first, inner, PROT_READ | PROT_WRITE), 0);
    std::memset(first, 0xff, inner);  // not a number, where it is one
    data_ = side == Side::Before ? first : first + inner - bytes;
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(mapped_, mapped_bytes_); }

  void* data() const { return data_; }
  float* floats() const { return static_cast<float*>(data_); }

 private:
  void* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  void* data_ = nullptr;
};

class Network {
 public:
  explicit Network(int threads, Guarded::Side side = Guarded::Side::Behind)
      : memory_(WHOLE_MEMORY_BYTES(threads), side) {
    EXPECT_EQ(whole_create(memory_.data(), WHOLE_MEMORY_BYTES(threads), threads, &network_),
              WHOLE_OK);
  }
  ~Network() { whole_destroy(network_); }
  whole* get() const { return network_; }
  Output run(const Input& input) const {
    Output output;
    output.fill(-1);
    EXPECT_EQ(whole_run(network_, input.data(), output.data()), WHOLE_OK);
    return output;
  }

 private:
  Guarded memory_;
  whole* network_ = nullptr;
};

// NaN has bits too.
bool same(const Output& a, const Output& b) { return std::memcmp(&a, &b, sizeof(a)) == 0; }

Input random_input(unsigned seed) {
  std::minstd_rand random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  Input input;
  for (float& v : input) v = uniform(random);
  return input;
}

int environment_or(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

class Whole : public ::testing::Test {
 protected:
  void SetUp() override {
    alignas(WHOLE_MEMORY_ALIGNMENT) static char memory[WHOLE_MEMORY_BYTES(1)];
    whole* network = nullptr;
    const whole_status status = whole_create(memory, sizeof(memory), 1, &network);
    if (status == WHOLE_ERROR_UNSUPPORTED_CPU) GTEST_SKIP() << "not for this CPU";
    ASSERT_EQ(status, WHOLE_OK);
    ASSERT_EQ(whole_run(network, input.data(), right.data()), WHOLE_OK);
    whole_destroy(network);
    for (int image = 0; image < WHOLE_BATCH; ++image) {
      float sum = 0;
      for (int i = 0; i < WHOLE_CLASSES; ++i) sum += right[image * WHOLE_CLASSES + i];
      ASSERT_NEAR(sum, 1, 1e-5);
    }
  }

  Input input = random_input(1);
  Output right;  // of one thread
};

// A read or write past the caller's memory is a signal.
TEST_F(Whole, StaysInsideOfWhatItIsGiven) {
  for (const Guarded::Side side : {Guarded::Side::Before, Guarded::Side::Behind}) {
    for (const int threads : {1, 2, 3}) {
      const Network network(threads, side);
      const Guarded in(sizeof(input), side), out(sizeof(right), side);
      std::memcpy(in.data(), input.data(), sizeof(input));
      ASSERT_EQ(whole_run(network.get(), in.floats(), out.floats()), WHOLE_OK);
      EXPECT_EQ(std::memcmp(out.data(), right.data(), sizeof(right)), 0);
      const Guarded bytes(WHOLE_INPUT_SIZE, side);
      ASSERT_EQ(whole_run_u8(network.get(), static_cast<std::uint8_t*>(bytes.data()), out.floats()),
                WHOLE_OK);
    }
  }
}

std::uint64_t tick(void* user) { return ++*static_cast<std::atomic<std::uint64_t>*>(user); }

TEST_F(Whole, HasTheSameBitsInEveryWay) {
  for (const int threads : {1, 2, 3, 8}) {
    const Network network(threads);
    EXPECT_TRUE(same(network.run(input), right));
    EXPECT_EQ(whole_set_threads(network.get(), (threads + 1) / 2), WHOLE_OK);
    EXPECT_TRUE(same(network.run(input), right));
    whole_stop_threads(network.get());
    EXPECT_EQ(whole_set_threads(network.get(), threads), WHOLE_OK);
    EXPECT_TRUE(same(network.run(input), right));
    std::atomic<std::uint64_t> time = 0;
    EXPECT_EQ(whole_set_profiler(
                  network.get(), tick, [](void* user, const whole_timing*) { tick(user); }, &time),
              WHOLE_OK);
    EXPECT_TRUE(same(network.run(input), right));
    EXPECT_EQ(time, 3u * WHOLE_BATCH * WHOLE_STAGE_COUNT * threads);
    for (const NamedParallelFor& parallel_for : kParallelFors) {
      int calls = 0;
      EXPECT_EQ(whole_set_parallel_for(network.get(), parallel_for.function, &calls), WHOLE_OK);
      EXPECT_TRUE(same(network.run(input), right)) << parallel_for.name;
      EXPECT_EQ(calls, WHOLE_BATCH * WHOLE_STAGE_COUNT);
    }
  }
}

TEST_F(Whole, RunsInTwoThreadsOnTwoInstances) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([this] {
      const Network network(2);
      for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(same(network.run(input), right)) << i;
        if (i % 10 == 5) whole_stop_threads(network.get());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Whole, RunsInParentAndChild) {
  const Network network(2);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(same(network.run(input), right));
    EXPECT_TRUE(forked([&] {
      for (int run = 0; run < 3; ++run) EXPECT_TRUE(same(network.run(input), right));
      whole_destroy(network.get());
      const Network another(3);
      EXPECT_TRUE(same(another.run(input), right));
    }));
    EXPECT_TRUE(same(network.run(input), right));
  }
}

// Whatever comes of it for that image: not for the others, not for the next run, and not other bits
// for other threads.
TEST_F(Whole, KeepsOddNumbersWithTheirImage) {
  using Limits = std::numeric_limits<float>;
  const Network one(1), three(3);
  for (const float odd : {Limits::quiet_NaN(), Limits::signaling_NaN(), Limits::infinity(),
                          -Limits::infinity(), Limits::max(), Limits::lowest(), 1e20f,
                          Limits::denorm_min(), std::bit_cast<float>(0xffffffffu)}) {
    for (const int count : {1, kImage}) {
      Input strange = input;
      for (int i = 0; i < count; ++i) strange[count == 1 ? kImage / 2 : i] = odd;
      const Output output = one.run(strange);
      for (int i = WHOLE_CLASSES; i < WHOLE_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]) << odd;
      EXPECT_TRUE(same(three.run(strange), output)) << odd;
      EXPECT_TRUE(same(one.run(input), right)) << odd;
      EXPECT_TRUE(same(three.run(input), right)) << odd;
      whole_prediction best[WHOLE_BATCH * WHOLE_CLASSES];
      EXPECT_EQ(whole_decode_predictions(output.data(), output.size(), WHOLE_CLASSES, best),
                WHOLE_OK);
    }
  }
}

#ifdef SLIMC_SANITIZED
constexpr int kRuns = 1000;
#else
constexpr int kRuns = 10'000;
#endif

// Pages of this process in memory (proc(5)), and bytes that malloc has given out. A sanitizer's are
// its own affair.
struct MemoryUse {
  long pages = 0;
  std::size_t allocated = 0;
  std::ptrdiff_t threads = 0;

  static MemoryUse now() {
    MemoryUse use;
    std::ifstream("/proc/self/statm") >> use.pages >> use.pages;
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33) && !defined(SLIMC_SANITIZED)
    use.allocated = mallinfo2().uordblks;
#endif
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    use.threads = std::distance(begin(tasks), end(tasks));
    return use;
  }
};

// SLIMC_RUNS sets the number of runs; docs/library.md has the long form. The threads end and start
// a hundred times.
TEST_F(Whole, RunsForeverInTheSameMemory) {
  const int runs = environment_or("SLIMC_RUNS", kRuns);
  const Network network(2);
  Output output;
  MemoryUse before;
  for (int i = -1000; i < runs; ++i) {
    ASSERT_EQ(whole_run(network.get(), input.data(), output.data()), WHOLE_OK);
    ASSERT_TRUE(same(output, right)) << i;
    if (i % std::max(runs / 100, 1) == 0) {
      whole_stop_threads(network.get());
      network.run(input);
    }
    // Twice: the first look makes the libraries allocate what they keep.
    if (i == -2 || i == -1) before = MemoryUse::now();
  }
  const MemoryUse after = MemoryUse::now();
#ifdef SLIMC_SANITIZED
  EXPECT_LE(after.threads, before.threads + 1);
#else
  EXPECT_EQ(after.allocated, before.allocated);
  EXPECT_LE(after.pages, before.pages + 16);
#endif
}

TEST_F(Whole, TakesNothingThatItCannotUse) {
  const Network network(2);
  const Guarded memory(WHOLE_MEMORY_BYTES(2), Guarded::Side::Behind);
  auto* data = static_cast<char*>(memory.data());
  whole* made = nullptr;
  for (int shift = 1; shift < WHOLE_MEMORY_ALIGNMENT; ++shift) {
    EXPECT_EQ(whole_create(data + shift, WHOLE_MEMORY_BYTES(1), 1, &made),
              WHOLE_ERROR_MISALIGNED_MEMORY);
  }
  for (std::size_t bytes = 0; bytes < WHOLE_MEMORY_BYTES(2); bytes += 997) {
    EXPECT_EQ(whole_create(data, bytes, 2, &made), WHOLE_ERROR_MEMORY_TOO_SMALL);
  }
  EXPECT_EQ(whole_create(data, WHOLE_MEMORY_BYTES(2) - 1, 2, &made), WHOLE_ERROR_MEMORY_TOO_SMALL);
  for (const int threads : {std::numeric_limits<int>::min(), -1, 0, WHOLE_MAX_THREADS + 1,
                            std::numeric_limits<int>::max()}) {
    EXPECT_EQ(whole_create(data, std::numeric_limits<std::size_t>::max(), threads, &made),
              WHOLE_ERROR_THREADS_OUT_OF_RANGE);
    EXPECT_EQ(whole_set_threads(network.get(), threads), WHOLE_ERROR_THREADS_OUT_OF_RANGE);
  }
  EXPECT_EQ(whole_set_threads(network.get(), 3), WHOLE_ERROR_THREADS_OUT_OF_RANGE);
  EXPECT_EQ(whole_create(nullptr, WHOLE_MEMORY_BYTES(1), 1, &made), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_create(data, WHOLE_MEMORY_BYTES(1), 1, nullptr), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(made, nullptr);

  std::uint8_t byte = 0;
  float number = 0;
  whole_prediction best;
  EXPECT_EQ(whole_run(nullptr, &number, &number), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_run(network.get(), nullptr, &number), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_run(network.get(), &number, nullptr), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_run_u8(network.get(), nullptr, &number), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_preprocess_input(nullptr, 1, &number), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_preprocess_input_u8(&byte, 1, nullptr), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_decode_predictions(nullptr, WHOLE_CLASSES, 1, &best), WHOLE_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(whole_decode_predictions(&number, WHOLE_CLASSES, 1, nullptr),
            WHOLE_ERROR_NULL_ARGUMENT);
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{WHOLE_CLASSES + 1}, ~std::size_t{0}}) {
    if (count % WHOLE_CLASSES == 0 && count != 0) continue;
    EXPECT_EQ(whole_decode_predictions(right.data(), count, 1, &best), WHOLE_ERROR_WRONG_COUNT);
  }
  for (const int top : {std::numeric_limits<int>::min(), -1, 0, WHOLE_CLASSES + 1,
                        std::numeric_limits<int>::max()}) {
    EXPECT_EQ(whole_decode_predictions(right.data(), WHOLE_CLASSES, top, &best),
              WHOLE_ERROR_TOP_OUT_OF_RANGE);
  }
  EXPECT_EQ(whole_label(-1), nullptr);
  EXPECT_EQ(whole_label(WHOLE_CLASSES), nullptr);
  EXPECT_TRUE(same(network.run(input), right));
}

}  // namespace
}  // namespace slimc::testing
