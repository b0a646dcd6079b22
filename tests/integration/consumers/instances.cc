// Independent instances, used from several threads at once, each with threads of its own: all give
// the bits of one instance with one thread.
#include <array>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "expect.h"
#include "one.h"

namespace {

using Output = std::array<float, ONE_OUTPUT_SIZE>;

Output run(const std::vector<float>& input, int threads, int times) {
  struct alignas(ONE_MEMORY_ALIGNMENT) Block {
    unsigned char bytes[ONE_MEMORY_ALIGNMENT];
  };
  const std::size_t bytes = ONE_MEMORY_BYTES(threads);
  std::vector<Block> memory(bytes / sizeof(Block) + 1);

  one* network = nullptr;
  expect(one_create(memory.data(), bytes, threads, &network) == ONE_OK);
  Output output{};
  for (int i = 0; i < times; ++i) {
    output.fill(-1);
    expect(one_run(network, input.data(), output.data()) == ONE_OK);
  }
  one_destroy(network);
  return output;
}

}  // namespace

int main() {
  std::vector<float> input(ONE_INPUT_SIZE);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = float(i * 31 % 201) / 100 - 1;
  const Output expected = run(input, 1, 1);

  std::array<Output, 4> results;
  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([&, user] { results[user] = run(input, user + 1, 50); });
  }
  for (std::thread& user : users) user.join();
  for (const Output& result : results) {
    expect(std::memcmp(result.data(), expected.data(), sizeof expected) == 0);
  }
}
