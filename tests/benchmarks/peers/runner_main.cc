// The program around a peer. It obeys lines on stdin and answers each with one on stdout:
//
//   (start)                        ready MEMORY BEYOND DESCRIPTION
//                                  or: error TEXT, and the end
//   output K                       output P0 P1 ...
//   turn K WARM_NS TIMED_NS COUNT  ns T1 T2 ...
//
// MEMORY and BEYOND: Footprint's bytes, 0 where the peer does not know them. `output`: the
// probabilities of input K. `turn`: runs on input K that do not count until WARM_NS nanoseconds
// have passed, at least one; then timed ones on the inputs K+1, K+2, ... until TIMED_NS have passed
// and there are COUNT of them. Inputs are counted modulo their number.
//
// Between two lines it sleeps; at the end of stdin it ends. What libraries print goes to stderr.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/benchmarks/peers/inputs.h"
#include "tests/benchmarks/peers/peer.h"
#include "tests/benchmarks/peers/task_states.h"

namespace slimc::peers {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

// The driver's end of the pipe, out of reach of libraries that print.
class Answers {
 public:
  Answers() : file_(fdopen(dup(STDOUT_FILENO), "w")) { dup2(STDERR_FILENO, STDOUT_FILENO); }
  void say(const std::string& line) {
    std::fprintf(file_, "%s\n", line.c_str());
    std::fflush(file_);
  }

 private:
  std::FILE* const file_;
};

class Runner {
 public:
  Runner(Peer& peer, std::size_t inputs, std::uint32_t seed)
      : peer_(peer), inputs_(make_inputs(peer.input_shape(), peer.layout(), inputs, seed)) {}

  // The time of the run alone, in nanoseconds.
  Result<long long> run(std::size_t input) {
    const std::vector<float>& image = inputs_[input % inputs_.size()];
    std::memcpy(peer_.input(), image.data(), image.size() * sizeof(float));
    peer_.image_arrived();
    const auto begin = Clock::now();
    SLIMC_TRY(peer_.run());
    const auto end = Clock::now();
    return std::chrono::duration_cast<nanoseconds>(end - begin).count();
  }

  // The answer to one line.
  Result<std::string> obey(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    std::size_t input = 0;
    words >> word >> input;
    std::ostringstream answer;
    if (word == "output") {
      SLIMC_TRY(run(input));
      answer.precision(9);  // enough for any float
      answer << "output";
      for (const float probability : peer_.output()) answer << ' ' << probability;
    } else if (word == "turn") {
      long long warm = 0, timed = 0;
      std::size_t count = 0;
      if (!(words >> warm >> timed >> count)) return misunderstood(line);
      SLIMC_ASSIGN(const std::vector<long long> times,
                   turn(input, nanoseconds(warm), nanoseconds(timed), count));
      answer << "ns";
      for (const long long time : times) answer << ' ' << time;
    } else {
      return misunderstood(line);
    }
    return answer.str();
  }

 private:
  static Failure misunderstood(const std::string& line) {
    return fail({.message = "does not understand '" + line + "'"});
  }

  Result<std::vector<long long>> turn(std::size_t input, nanoseconds warm, nanoseconds timed,
                                      std::size_t count) {
    const auto warm_until = Clock::now() + warm;
    do {
      SLIMC_TRY(run(input));
    } while (Clock::now() < warm_until);
    std::vector<long long> times;
    const auto timed_until = Clock::now() + timed;
    while (times.size() < count || Clock::now() < timed_until) {
      SLIMC_ASSIGN(const long long time, run(++input));
      times.push_back(time);
    }
    return times;
  }

  Peer& peer_;
  const std::vector<std::vector<float>> inputs_;
};

int serve(const PeerOptions& options, std::size_t inputs, std::uint32_t seed) {
  Answers answers;
  const auto give_up = [&](const Diagnostics& problems) {
    answers.say("error " + one_line(problems.to_string()));
    return 1;
  };
  const Result<std::unique_ptr<Peer>> peer = make_peer(options);
  if (!peer) return give_up(peer.error());
  Runner runner(**peer, inputs, seed);
  // Some libraries start their threads in the first run, and which of them are the workers shows
  // when they work.
  constexpr std::size_t kRunsBeforePinning = 10;
  for (std::size_t i = 0; i < kRunsBeforePinning; ++i) {
    if (const auto time = runner.run(i); !time) return give_up(time.error());
  }
  const bool pinned = pin_threads(options.threads);
  const Footprint footprint = (*peer)->footprint();
  answers.say("ready " + std::to_string(footprint.memory) + " " +
              std::to_string(footprint.beyond_weights) + " " + one_line((*peer)->description()) +
              (pinned ? ", threads pinned" : ", threads NOT pinned"));
  for (std::string line; std::getline(std::cin, line);) {
    const Result<std::string> answer = runner.obey(line);
    if (!answer) return give_up(answer.error());
    answers.say(*answer);
  }
  return 0;
}

}  // namespace
}  // namespace slimc::peers

int main(int argc, char** argv) {
  CLI::App app("Runs a network in one way, on request; see runner_main.cc");
  slimc::peers::PeerOptions options;
  std::size_t inputs = 1;
  std::uint32_t seed = 1;
  app.add_option("model", options.model)->required();
  app.add_option("--threads", options.threads);
  app.add_option("--target", options.target);
  app.add_option("--library", options.library);
  app.add_flag("--as-imported", options.as_imported);
  app.add_option("--inputs", inputs);
  app.add_option("--seed", seed);
  CLI11_PARSE(app, argc, argv);
  return slimc::peers::serve(options, inputs, seed);
}
