// A peer for the runner's own test: a run takes at least a millisecond, and the "probabilities" are
// the first number of each image that it has seen, so that the test can tell which ones they were.
#include <chrono>
#include <thread>

#include "tests/benchmarks/peers/peer.h"

namespace slimc::peers {
namespace {

class FakePeer final : public Peer {
 public:
  std::string description() const override { return "fake"; }
  Footprint footprint() const override { return {.memory = 5000, .beyond_weights = 400}; }
  Layout layout() const override { return Layout::Nhwc; }
  std::vector<std::size_t> input_shape() const override { return {1, 1, 1, 3}; }
  float* input() override { return image_; }
  Result<void> run() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    seen_.push_back(image_[0]);
    return {};
  }
  std::vector<float> output() const override { return seen_; }

 private:
  float image_[3] = {};
  std::vector<float> seen_;
};

}  // namespace

Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options) {
  if (options.model == "broken") return fail({.message = "cannot"});
  return std::make_unique<FakePeer>();
}

}  // namespace slimc::peers
