// slimc itself: the library that `slimc compile` writes, linked into a shared object and loaded.
#include <algorithm>

#include "tests/benchmarks/peers/peer.h"
#include "tool/build_network.h"

namespace slimc::peers {
namespace {

class SlimcPeer final : public Peer {
 public:
  SlimcPeer(BuiltNetwork built, NetworkInstance instance, const PeerOptions& options)
      : built_(std::move(built)),
        instance_(std::move(instance)),
        footprint_({.memory = memory_bytes(built_.library, options.threads),
                    .beyond_weights = static_cast<std::int64_t>(
                        built_.library.archive.size() - built_.library.plan().weights.size())}),
        description_("slimc " SLIMC_VERSION ", --target " + options.target),
        input_(static_cast<std::size_t>(built_.input_elements())),
        output_(static_cast<std::size_t>(built_.output_elements())) {}

  std::string description() const override { return description_; }
  Footprint footprint() const override { return footprint_; }
  Layout layout() const override { return Layout::Nhwc; }
  std::vector<std::size_t> input_shape() const override {
    const std::vector<std::int64_t>& dims = built_.library.plan().input_shape.dims();
    return {dims.begin(), dims.end()};
  }
  float* input() override { return input_.data(); }
  Result<void> run() override { return instance_.run(input_.data(), output_.data()); }
  std::vector<float> output() const override { return output_; }

 private:
  BuiltNetwork built_;
  NetworkInstance instance_;
  const Footprint footprint_;
  const std::string description_;
  std::vector<float> input_, output_;
};

}  // namespace

Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options) {
  ModelOptions model;
  model.request.model = options.model;
  CompilationOptions compilation;
  compilation.targets = {options.target};
  Console console(/*json=*/false, /*verbose=*/false);
  SLIMC_ASSIGN(BuiltNetwork built, build_network(model, compilation, console));
  SLIMC_ASSIGN(NetworkInstance instance, built.network.create(options.threads));
  return std::make_unique<SlimcPeer>(std::move(built), std::move(instance), options);
}

}  // namespace slimc::peers
