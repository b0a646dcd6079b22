// ONNX Runtime's CPU provider on the network as ONNX.
#include <utility>

#include "tests/benchmarks/peers/export_onnx.h"
#include "tests/benchmarks/peers/onnxruntime.h"
#include "tests/benchmarks/peers/peer.h"
#include "tests/benchmarks/peers/peer_graph.h"

namespace slimc::peers {
namespace {

class OnnxRuntimePeer final : public Peer {
 public:
  OnnxRuntimePeer(std::unique_ptr<OnnxRuntimeSession> session, Shape input)
      : session_(std::move(session)), shape_(std::move(input)) {}

  std::string description() const override {
    return "ONNX Runtime " + session_->version() +
           ", CPU provider, all graph optimisations, sequential, workers spin";
  }
  Layout layout() const override { return Layout::Nchw; }
  std::vector<std::size_t> input_shape() const override {
    return {shape_.dims().begin(), shape_.dims().end()};
  }
  float* input() override { return session_->input(); }
  Result<void> run() override { return session_->run(); }
  std::vector<float> output() const override { return session_->output(); }

 private:
  const std::unique_ptr<OnnxRuntimeSession> session_;
  const Shape shape_;
};

}  // namespace

Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options) {
  SLIMC_ASSIGN(const Graph graph, options.as_imported ? load_imported_graph(options.model)
                                                      : load_peer_graph(options.model));
  SLIMC_ASSIGN(const OnnxModel model, export_onnx(graph));
  SLIMC_ASSIGN(auto session,
               OnnxRuntimeSession::create(options.library, model.bytes, options.threads,
                                          model.input_shape, model.output_shape));
  return std::make_unique<OnnxRuntimePeer>(std::move(session), graph.op(graph.input).shape);
}

}  // namespace slimc::peers
