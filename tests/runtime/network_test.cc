// The generated source of the tiny network, run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <tuple>
#include <vector>

#include "consumer.h"
#include "tests/runtime/float_modes.h"
#include "tests/runtime/forked.h"
#include "tests/runtime/interpose.h"
#include "tests/runtime/parallel_fors.h"
#include "tests/runtime/tiny_plan.h"
#include "tests/runtime/tiny_reference.h"
#include "tiny.h"

namespace slimc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Input = std::array<float, TINY_INPUT_SIZE>;
using Output = std::array<float, TINY_OUTPUT_SIZE>;

// Aligned and full of NaN: nothing may depend on what was there.
class Memory {
 public:
  explicit Memory(std::size_t bytes)
      : bytes_(bytes), data_(std::aligned_alloc(TINY_MEMORY_ALIGNMENT, bytes)) {
    std::memset(data_, 0xff, bytes);
  }
  explicit Memory(int threads) : Memory(TINY_MEMORY_BYTES(threads)) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { std::free(data_); }
  char* data() const { return static_cast<char*>(data_); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* data_;
};

class Network {
 public:
  explicit Network(int threads) : memory_(threads) {
    EXPECT_EQ(tiny_create(memory_.data(), memory_.bytes(), threads, &network_), TINY_OK);
  }
  ~Network() { tiny_destroy(network_); }
  tiny* get() const { return network_; }
  Output run(const Input& input) const {
    Output output;
    output.fill(-1);
    EXPECT_EQ(tiny_run(network_, input.data(), output.data()), TINY_OK);
    return output;
  }

 private:
  Memory memory_;
  tiny* network_ = nullptr;
};

// Multiples of 1/8: all sums are exact, so that results are compared for equality.
Input random_input(unsigned seed) {
  std::minstd_rand random(seed);
  Input input;
  for (float& v : input) v = static_cast<float>(static_cast<int>(random() % 17) - 8) / 8.0f;
  return input;
}

void expect_right(const Input& input, const Output& output) {
  const std::vector<double> right = expected_batch(input);
  double largest = 0;
  for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) {
    EXPECT_EQ(output[i], right[i]) << i;
    largest = std::max(largest, std::abs(right[i]));
  }
  EXPECT_GT(largest, 0.1);  // there was something to compute
}

class Threads : public ::testing::TestWithParam<int> {};
// Also more threads than tasks, and more than there are cores.
INSTANTIATE_TEST_SUITE_P(Network, Threads, ::testing::Values(1, 2, 3, 5, 16));

TEST_P(Threads, ComputesTheNetwork) {
  const Network network(GetParam());
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const Input input = random_input(seed);
    expect_right(input, network.run(input));
  }
}

TEST_P(Threads, ComputesFromBytes) {
  const Network network(GetParam());
  std::minstd_rand random(7);
  std::array<std::uint8_t, TINY_INPUT_SIZE> bytes;
  Input scaled;
  for (int i = 0; i < TINY_INPUT_SIZE; ++i) {
    bytes[i] = static_cast<std::uint8_t>(random());
    scaled[i] = static_cast<float>(bytes[i]) / 127.5f - 1.0f;
  }
  Output output;
  ASSERT_EQ(tiny_run_u8(network.get(), bytes.data(), output.data()), TINY_OK);
  const std::vector<double> right = expected_batch(scaled);
  for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) EXPECT_NEAR(output[i], right[i], 1e-4) << i;
  // And floats again: nothing of it stays.
  const Input input = random_input(3);
  expect_right(input, network.run(input));
}

// The products are multiples of the smallest denormal, so sums are exact.
TEST_P(Threads, ComputeDenormalsWhateverTheCallerDoes) {
  const Network network(GetParam());
  Input input = random_input(2);
  for (float& v : input) v *= 0x1p-137f;
  for (const FloatMode& mode : kFloatModes) {
    SCOPED_TRACE(mode.name);
    Output output;
    {
      const InFloatMode set(mode);
      tiny_run(network.get(), input.data(), output.data());
    }
    const std::vector<double> right = expected_batch(input);
    for (int i = 0; i < TINY_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]) << i;
    EXPECT_TRUE(std::any_of(output.begin(), output.end(),
                            [](float v) { return std::fpclassify(v) == FP_SUBNORMAL; }));
  }
}

TEST_P(Threads, TellTheObserver) {
  using Call = std::tuple<int, int, int>;
  struct Seen {
    std::vector<Call> calls;
    std::thread::id thread;
  } seen;
  const Network network(GetParam());
  tiny_set_observer(
      network.get(),
      [](void* user, int stage, int phase, int item) {
        auto& to = *static_cast<Seen*>(user);
        to.calls.emplace_back(stage, phase, item);
        EXPECT_EQ(to.thread, std::this_thread::get_id());
      },
      &seen);
  seen.thread = std::this_thread::get_id();
  const Input input = random_input(11);
  expect_right(input, network.run(input));
  std::vector<Call> all;
  for (int item = 0; item < TINY_BATCH; ++item) {
    for (int stage = 0; stage < TINY_STAGE_COUNT; ++stage) {
      for (int phase = 0; phase < 2; ++phase) all.emplace_back(stage, phase, item);
    }
  }
  EXPECT_EQ(seen.calls, all);

  tiny_set_observer(network.get(), nullptr, nullptr);
  expect_right(input, network.run(input));
  EXPECT_EQ(seen.calls, all);
}

TEST_P(Threads, LetTheObserverChangeTheArena) {
  const Network network(GetParam());
  // Zeros in place of what `logits` reads of the first image.
  tiny_set_observer(
      network.get(),
      [](void* user, int stage, int phase, int item) {
        if (stage != 3 || phase != 0 || item != 0) return;
        auto* net = static_cast<tiny*>(user);
        const tiny_stage& read = tiny_stages()[tiny_stages()[stage].input_stage];
        float* data = tiny_arena(net) + read.output_offset / std::ptrdiff_t{sizeof(float)};
        std::fill_n(data, read.height * read.width * read.channel_stride, 0.0f);
      },
      network.get());
  const Input input = random_input(12);
  const Output output = network.run(input);
  const std::vector<double> right = expected_batch(input);
  for (int i = 0; i < kClasses; ++i) EXPECT_EQ(output[i], 0.0f);
  for (int i = kClasses; i < TINY_OUTPUT_SIZE; ++i) EXPECT_EQ(output[i], right[i]);
}

// Timings of runs, by thread.
struct Timings {
  std::vector<tiny_timing> of[16];
  std::atomic<std::uint64_t> now = 0;

  static std::uint64_t clock(void* user) { return static_cast<Timings*>(user)->now += 10; }
  static void report(void* user, const tiny_timing* timing) {
    static_cast<Timings*>(user)->of[timing->thread].push_back(*timing);
  }
  // Once a thread, image and stage, one after the other, and no task left out.
  void expect_complete(int threads) const {
    int tasks[TINY_BATCH * TINY_STAGE_COUNT] = {};
    for (int thread = 0; thread < 16; ++thread) {
      const std::vector<tiny_timing>& own = of[thread];
      ASSERT_EQ(own.size(), thread < threads ? std::size(tasks) : 0) << thread;
      for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_EQ(own[i].batch_item, static_cast<int>(i) / TINY_STAGE_COUNT);
        EXPECT_EQ(own[i].stage, static_cast<int>(i) % TINY_STAGE_COUNT);
        EXPECT_EQ(own[i].thread, thread);
        EXPECT_LT(own[i].begin, own[i].end);
        if (i > 0) {
          EXPECT_LT(own[i - 1].end, own[i].begin);
        }
        tasks[i] += own[i].tasks;
      }
    }
    for (std::size_t i = 0; i < std::size(tasks); ++i) {
      EXPECT_EQ(tasks[i], tiny_stages()[i % TINY_STAGE_COUNT].tasks) << i;
    }
  }
};

TEST_P(Threads, AreTimed) {
  const Network network(GetParam());
  const Input input = random_input(13);
  for (const bool with_parallel_for : {false, true}) {
    Timings timings;
    int calls = 0;
    tiny_set_parallel_for(network.get(), with_parallel_for ? on_threads : nullptr, &calls);
    EXPECT_EQ(tiny_set_profiler(network.get(), Timings::clock, Timings::report, &timings), TINY_OK);
    expect_right(input, network.run(input));
    timings.expect_complete(GetParam());
    const std::uint64_t end = timings.now;
    EXPECT_EQ(tiny_set_profiler(network.get(), nullptr, nullptr, nullptr), TINY_OK);
    expect_right(input, network.run(input));
    EXPECT_EQ(timings.now, end);
  }
}

TEST_P(Threads, MayBeTheCallers) {
  const Network network(GetParam());
  for (const NamedParallelFor& parallel_for : kParallelFors) {
    int calls = 0;
    EXPECT_EQ(tiny_set_parallel_for(network.get(), parallel_for.function, &calls), TINY_OK);
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const Input input = random_input(seed);
      expect_right(input, network.run(input));
    }
    EXPECT_EQ(calls, 5 * TINY_BATCH * TINY_STAGE_COUNT);
    // The instance's own in between.
    EXPECT_EQ(tiny_set_parallel_for(network.get(), nullptr, nullptr), TINY_OK);
    const Input input = random_input(6);
    expect_right(input, network.run(input));
    EXPECT_EQ(calls, 5 * TINY_BATCH * TINY_STAGE_COUNT);
  }
}

// The observer is told on the calling thread, between the calls of the parallel-for.
TEST_P(Threads, TellTheObserverOfACallersStages) {
  struct Seen {
    int calls = 0;
    std::vector<int> calls_at;
  } seen;
  const Network network(GetParam());
  tiny_set_parallel_for(network.get(), on_threads, &seen.calls);
  tiny_set_observer(
      network.get(),
      [](void* user, int, int, int) {
        auto& to = *static_cast<Seen*>(user);
        to.calls_at.push_back(to.calls);
      },
      &seen);
  const Input input = random_input(14);
  expect_right(input, network.run(input));
  std::vector<int> all;
  for (int i = 0; i < TINY_BATCH * TINY_STAGE_COUNT; ++i) {
    all.insert(all.end(), {i, i + 1});
  }
  EXPECT_EQ(seen.calls_at, all);
}

TEST_P(Threads, AreAsManyAsWasSet) {
  const Network network(GetParam());
  const Input input = random_input(15);
  for (int threads = 1; threads <= GetParam(); ++threads) {
    ASSERT_EQ(tiny_set_threads(network.get(), threads), TINY_OK);
    Timings timings;
    tiny_set_profiler(network.get(), Timings::clock, Timings::report, &timings);
    expect_right(input, network.run(input));
    timings.expect_complete(threads);
    if (threads % 2 == 0) tiny_stop_threads(network.get());
  }
  for (const int threads : {0, -1, GetParam() + 1}) {
    EXPECT_EQ(tiny_set_threads(network.get(), threads), TINY_ERROR_THREADS_OUT_OF_RANGE);
  }
  tiny_set_profiler(network.get(), nullptr, nullptr, nullptr);
  expect_right(input, network.run(input));
}

TEST_P(Threads, SurviveAFork) {
  const Network network(GetParam());
  const Input input = random_input(16);
  expect_right(input, network.run(input));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(forked([&] {
      expect_right(input, network.run(input));
      expect_right(input, network.run(input));
      tiny_destroy(network.get());
    }));
    expect_right(input, network.run(input));
  }
  EXPECT_TRUE(forked([&] { tiny_destroy(network.get()); }));
  expect_right(input, network.run(input));
}

// In a namespace of its own, so that parent and child both are process 1. Kills whatever hangs
// there.
template <typename Test>
int first_process(const Test& test) {
  if (unshare(CLONE_NEWPID) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) _exit(test());
  int status = 0;
  for (int i = 0; i < 3000; ++i) {
    if (waitpid(child, &status, WNOHANG) != 0) return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
    usleep(10'000);
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return -2;
}

TEST_P(Threads, SurviveAForkThatKeepsTheProcessNumber) {
  if (!forked([] { _exit(unshare(CLONE_NEWPID) != 0); })) {
    GTEST_SKIP() << "this user makes no namespaces of processes";
  }
  const Input input = random_input(18);
  const auto test = [&] {
    const Network network(GetParam());
    expect_right(input, network.run(input));
    const int child = first_process([&] {
      if (getpid() != 1) return 3;
      expect_right(input, network.run(input));
      expect_right(input, network.run(input));
      tiny_destroy(network.get());
      return HasFailure() ? 1 : 0;
    });
    expect_right(input, network.run(input));
    return child != 0 || getpid() != 1 || HasFailure() ? 1 : 0;
  };
  // unshare() is for all forks to come: in a process of its own.
  int outcome = -2;
  EXPECT_TRUE(forked([&] {
    outcome = first_process(test);
    EXPECT_EQ(outcome, 0);
  }));
}

// Ends where the observer asks for it, behind the run that is going on.
TEST_P(Threads, SurviveACancelledCaller) {
  const Network network(GetParam());
  const Input input = random_input(17);
  Output output;
  bool returned = false;
  EXPECT_TRUE(forked([&] {
    const Network other(GetParam());
    tiny_set_observer(
        other.get(),
        [](void*, int stage, int phase, int) {
          if (stage == 1 && phase == 0) {
            pthread_cancel(pthread_self());
            usleep(1000);  // a cancellation point, as an observer that prints has them
          }
        },
        nullptr);
    std::thread caller([&] {
      tiny_run(other.get(), input.data(), output.data());
      returned = true;
      pthread_testcancel();
      ADD_FAILURE() << "the cancellation is lost";
    });
    caller.join();
    EXPECT_TRUE(returned);
    tiny_set_observer(other.get(), nullptr, nullptr);
    expect_right(input, output);
    expect_right(input, other.run(input));
  }));
  expect_right(input, network.run(input));
}

TEST(Network, RunsFromC) {
  const Input input = random_input(5);
  Output output;
  ASSERT_EQ(classify_from_c(input.data(), output.data()), TINY_OK);
  expect_right(input, output);
}

TEST(Network, RunsInSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const Network network(1 + static_cast<int>(t % 3));
      for (unsigned i = 0; i < 100; ++i) {
        const Input input = random_input(1000 * t + i);
        expect_right(input, network.run(input));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Each run from a thread of its own: what matters is one run at a time.
TEST(Network, MovesBetweenThreads) {
  const Network network(3);
  for (unsigned i = 0; i < 20; ++i) {
    std::thread([&] {
      const Input input = random_input(i);
      expect_right(input, network.run(input));
    }).join();
  }
}

TEST(Network, LivesAgainInTheSameMemory) {
  const Memory memory(4);
  for (int threads : {4, 1, 3, 2}) {
    tiny* network = nullptr;
    ASSERT_EQ(tiny_create(memory.data(), memory.bytes(), threads, &network), TINY_OK);
    const Input input = random_input(static_cast<unsigned>(threads));
    Output output;
    ASSERT_EQ(tiny_run(network, input.data(), output.data()), TINY_OK);
    expect_right(input, output);
    tiny_destroy(network);
  }
  tiny_destroy(nullptr);
}

TEST(Network, StaysInsideItsMemory) {
  constexpr int threads = 3;
  constexpr std::size_t bytes = TINY_MEMORY_BYTES(threads), guard = 256;
  const Memory memory(bytes + guard);
  tiny* network = nullptr;
  ASSERT_EQ(tiny_create(memory.data(), bytes, threads, &network), TINY_OK);
  const Input input = random_input(1);
  Output output;
  ASSERT_EQ(tiny_run(network, input.data(), output.data()), TINY_OK);
  tiny_destroy(network);
  for (std::size_t i = 0; i < guard; ++i) ASSERT_EQ(memory.data()[bytes + i], '\xff');
}

TEST(Network, AllocatesNothingInARun) {
  if (!can_interpose()) GTEST_SKIP() << "a sanitizer has its own malloc";
  const Network network(3);
  const Input input = random_input(2);
  std::array<std::uint8_t, TINY_INPUT_SIZE> bytes{};
  Output output;
  tiny_run(network.get(), input.data(), output.data());  // starts the threads
  const long before = allocations();
  for (int i = 0; i < 20; ++i) {
    tiny_run(network.get(), input.data(), output.data());
    tiny_run_u8(network.get(), bytes.data(), output.data());
    tiny_prediction best[TINY_BATCH * 3];
    tiny_decode_predictions(output.data(), output.size(), 3, best);
  }
  EXPECT_EQ(allocations(), before);
  void* volatile kept = std::malloc(1);  // volatile, or the compiler leaves both calls out
  std::free(kept);
  EXPECT_GT(allocations(), before);  // the count counts
}

TEST(Create, RefusesWhatItCannotUse) {
  const Memory memory(2);
  char* data = memory.data();
  const std::size_t bytes = memory.bytes();
  tiny* network = reinterpret_cast<tiny*>(data);
  EXPECT_EQ(tiny_create(nullptr, bytes, 2, &network), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(network, nullptr);
  EXPECT_EQ(tiny_create(data, bytes, 2, nullptr), TINY_ERROR_NULL_ARGUMENT);
  for (const std::size_t shift : {1, 4, 32}) {
    EXPECT_EQ(tiny_create(data + shift, bytes, 1, &network), TINY_ERROR_MISALIGNED_MEMORY);
  }
  EXPECT_EQ(tiny_create(data, bytes - 1, 2, &network), TINY_ERROR_MEMORY_TOO_SMALL);
  EXPECT_EQ(tiny_create(data, bytes, 3, &network), TINY_ERROR_MEMORY_TOO_SMALL);
  EXPECT_EQ(tiny_create(data, 0, 1, &network), TINY_ERROR_MEMORY_TOO_SMALL);
  for (const int threads : {0, -1, TINY_MAX_THREADS + 1}) {
    EXPECT_EQ(tiny_create(data, bytes, threads, &network), TINY_ERROR_THREADS_OUT_OF_RANGE);
  }
  EXPECT_EQ(network, nullptr);
  for (std::size_t i = 0; i < bytes; ++i) ASSERT_EQ(data[i], '\xff') << "written to at " << i;
}

TEST(Create, StartsNoThread) {
  if (!can_interpose()) GTEST_SKIP() << "a sanitizer has its own pthread_create";
  fail_thread_after(0);
  { const Network network(5); }
  fail_thread_after(-1);
}

TEST(Run, SaysWhenThereAreNoMoreThreads) {
  if (!can_interpose()) GTEST_SKIP() << "a sanitizer has its own pthread_create";
  const Network network(5);
  const Input input = random_input(4);
  for (int successes = 0; successes < 4; ++successes) {
    Output output;
    output.fill(-1);
    fail_thread_after(successes);
    EXPECT_EQ(tiny_run(network.get(), input.data(), output.data()), TINY_ERROR_THREAD_START);
    fail_thread_after(-1);
    EXPECT_THAT(output, ::testing::Each(-1));
    // Fewer may do; and the next one may have more luck.
    EXPECT_EQ(tiny_set_threads(network.get(), 1), TINY_OK);
    expect_right(input, network.run(input));
    EXPECT_EQ(tiny_set_threads(network.get(), 5), TINY_OK);
    if (successes % 2 == 0) expect_right(input, network.run(input));
    tiny_stop_threads(network.get());
  }
}

TEST(Run, RefusesNull) {
  const Network network(2);
  Input input{};
  Output output{};
  std::array<std::uint8_t, TINY_INPUT_SIZE> bytes{};
  EXPECT_EQ(tiny_run(nullptr, input.data(), output.data()), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_run(network.get(), nullptr, output.data()), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_run(network.get(), input.data(), nullptr), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_run_u8(nullptr, bytes.data(), output.data()), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_run_u8(network.get(), nullptr, output.data()), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_run_u8(network.get(), bytes.data(), nullptr), TINY_ERROR_NULL_ARGUMENT);
}

// Some processors trap on floats at odd addresses, so none gets that far.
TEST(Run, RefusesMisalignedFloats) {
  const Network network(2);
  alignas(float) std::array<char, (TINY_INPUT_SIZE + 1) * sizeof(float)> input{}, output;
  std::array<std::uint8_t, TINY_INPUT_SIZE + 1> bytes{};
  output.fill(-1);
  for (const int shift : {1, 2, 3}) {
    const auto* in = reinterpret_cast<const float*>(input.data() + shift);
    auto* out = reinterpret_cast<float*>(output.data() + shift);
    Output right;
    EXPECT_EQ(tiny_run(network.get(), in, right.data()), TINY_ERROR_MISALIGNED_ARGUMENT);
    EXPECT_EQ(tiny_run(network.get(), right.data(), out), TINY_ERROR_MISALIGNED_ARGUMENT);
    EXPECT_EQ(tiny_run_u8(network.get(), bytes.data(), out), TINY_ERROR_MISALIGNED_ARGUMENT);
    EXPECT_EQ(tiny_preprocess_input(in, 1, right.data()), TINY_ERROR_MISALIGNED_ARGUMENT);
    EXPECT_EQ(tiny_preprocess_input(right.data(), 1, out), TINY_ERROR_MISALIGNED_ARGUMENT);
    EXPECT_EQ(tiny_preprocess_input_u8(bytes.data(), 1, out), TINY_ERROR_MISALIGNED_ARGUMENT);
    tiny_prediction best;
    EXPECT_EQ(tiny_decode_predictions(in, TINY_CLASSES, 1, &best), TINY_ERROR_MISALIGNED_ARGUMENT);
    auto* results = reinterpret_cast<tiny_prediction*>(reinterpret_cast<char*>(&best) + shift);
    EXPECT_EQ(tiny_decode_predictions(right.data(), TINY_CLASSES, 1, results),
              TINY_ERROR_MISALIGNED_ARGUMENT);
  }
  EXPECT_THAT(output, ::testing::Each(-1));
  // Bytes may be anywhere, and floats need no more than a float does.
  Output output_of_bytes;
  EXPECT_EQ(tiny_run_u8(network.get(), bytes.data() + 1, output_of_bytes.data()), TINY_OK);
  std::array<float, TINY_INPUT_SIZE + 1> shifted_input{};
  std::array<float, TINY_OUTPUT_SIZE + 1> shifted_output{};
  const Input image = random_input(8);
  std::copy(image.begin(), image.end(), shifted_input.begin() + 1);
  EXPECT_EQ(tiny_run(network.get(), shifted_input.data() + 1, shifted_output.data() + 1), TINY_OK);
  Output result;
  std::copy(shifted_output.begin() + 1, shifted_output.end(), result.begin());
  expect_right(image, result);
}

TEST(Settings, RefuseNull) {
  const Network network(2);
  EXPECT_EQ(tiny_set_threads(nullptr, 1), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_set_parallel_for(nullptr, in_order, nullptr), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_set_observer(nullptr, nullptr, nullptr), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_set_profiler(nullptr, nullptr, nullptr, nullptr), TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_set_profiler(network.get(), Timings::clock, nullptr, nullptr),
            TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_set_profiler(network.get(), nullptr, Timings::report, nullptr),
            TINY_ERROR_NULL_ARGUMENT);
  EXPECT_EQ(tiny_arena(nullptr), nullptr);
  tiny_stop_threads(nullptr);
  tiny_destroy(nullptr);
  const Input input = random_input(9);
  expect_right(input, network.run(input));
}

TEST(StatusString, HasWordsForEveryStatus) {
  std::vector<std::string> words;
  for (int status = TINY_OK; status <= TINY_ERROR_TOP_OUT_OF_RANGE; ++status) {
    words.push_back(tiny_status_string(static_cast<tiny_status>(status)));
    EXPECT_THAT(words.back(), ::testing::Not(HasSubstr("not a status")));
  }
  std::sort(words.begin(), words.end());
  EXPECT_EQ(std::unique(words.begin(), words.end()), words.end());
  // C++ gives the enumeration four bits: its values end at 15.
  EXPECT_THAT(tiny_status_string(static_cast<tiny_status>(15)), HasSubstr("not a status"));
}

TEST(Stages, AreDescribed) {
  std::vector<std::string> names, kinds;
  std::vector<int> inputs;
  std::vector<std::ptrdiff_t> offsets;
  for (int i = 0; i < TINY_STAGE_COUNT; ++i) {
    const tiny_stage& stage = tiny_stages()[i];
    names.push_back(stage.name);
    kinds.push_back(stage.kind);
    inputs.push_back(stage.input_stage);
    EXPECT_EQ(stage.input_count, 1);
    EXPECT_EQ(stage.input_stages[0], stage.input_stage);
    offsets.push_back(stage.output_offset);
    EXPECT_STREQ(stage.type, "float32");
  }
  EXPECT_THAT(names, ElementsAre("conv_0", "block_1", "block_2", "logits"));
  EXPECT_THAT(kinds, ElementsAre("first_convolution", "depthwise", "depthwise", "pointwise"));
  EXPECT_THAT(inputs, ElementsAre(-1, 0, 1, 2));
  // Behind a halo row of 128 bytes.
  EXPECT_THAT(offsets, ElementsAre(0 + 128, 960 + 128, 64 + 128, -1));
  const tiny_stage& block = tiny_stages()[1];
  EXPECT_EQ(block.height, 4);
  EXPECT_EQ(block.width, 4);
  EXPECT_EQ(block.channels, 5);
  EXPECT_EQ(block.channel_stride, 8);
  EXPECT_EQ(block.tasks, 4);
  EXPECT_EQ(block.multiply_adds, 240);
  EXPECT_EQ(tiny_stages()[3].channels, TINY_CLASSES);
}

// The first stage's output, and that channels behind the last hold zeros.
TEST(Stages, ShowTheirOutputInTheArena) {
  const Network network(2);
  Input input = random_input(21);
  struct Seen {
    tiny* net;
    std::vector<float> pixels;
  } seen{network.get(), {}};
  tiny_set_observer(
      network.get(),
      [](void* user, int stage, int phase, int item) {
        if (stage != 0 || phase != 1 || item != 0) return;
        auto& to = *static_cast<Seen*>(user);
        const float* data = tiny_arena(to.net) + tiny_stages()[0].output_offset / 4;
        to.pixels.assign(data, data + kSize * kSize * kStride);
      },
      &seen);
  network.run(input);
  ASSERT_EQ(seen.pixels.size(), static_cast<std::size_t>(kSize * kSize * kStride));
  for (int i = 0; i < kSize * kSize; ++i) {
    for (int c = 0; c < kStride; ++c) {
      double right = 0;
      for (int ci = 0; ci < kInputChannels; ++ci) {
        right += input[i * kInputChannels + ci] * tiny_weight(kPointwiseAt + ci * kStride + c);
      }
      EXPECT_EQ(seen.pixels[i * kStride + c], right) << "pixel " << i << " channel " << c;
    }
  }
}

TEST(Target, IsNamed) { EXPECT_STRNE(tiny_target(), ""); }

}  // namespace
}  // namespace slimc::testing
