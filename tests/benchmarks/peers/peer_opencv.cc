// OpenCV's dnn module, its own CPU backend, on the network as ONNX.
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <utility>

#include "tests/benchmarks/peers/export_onnx.h"
#include "tests/benchmarks/peers/peer.h"
#include "tests/benchmarks/peers/peer_graph.h"

namespace slimc::peers {
namespace {

class OpenCvPeer final : public Peer {
 public:
  OpenCvPeer(cv::dnn::Net net, Shape shape)
      : net_(std::move(net)),
        shape_(std::move(shape)),
        image_({static_cast<int>(shape_[0]), static_cast<int>(shape_[3]),
                static_cast<int>(shape_[1]), static_cast<int>(shape_[2])},
               CV_32F) {}

  std::string description() const override {
    return "OpenCV " + cv::getVersionString() + " dnn, OpenCV backend, layer fusion on";
  }
  Layout layout() const override { return Layout::Nchw; }
  std::vector<std::size_t> input_shape() const override {
    return {shape_.dims().begin(), shape_.dims().end()};
  }
  float* input() override { return image_.ptr<float>(); }
  void image_arrived() override { net_.setInput(image_); }
  Result<void> run() override {
    // OpenCV throws; nothing else in slimc does.
    try {
      result_ = net_.forward();
    } catch (const cv::Exception& problem) {
      return fail({.message = problem.what(), .blame = Blame::Tool});
    }
    return {};
  }
  std::vector<float> output() const override {
    return {result_.ptr<float>(), result_.ptr<float>() + result_.total()};
  }

 private:
  cv::dnn::Net net_;
  const Shape shape_;
  cv::Mat image_, result_;
};

}  // namespace

Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options) {
  SLIMC_ASSIGN(const Graph graph, load_peer_graph(options.model));
  SLIMC_ASSIGN(const OnnxModel model, export_onnx(graph));
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_ERROR);
  cv::setNumThreads(options.threads);
  try {
    cv::dnn::Net net = cv::dnn::readNetFromONNX(model.bytes.data(), model.bytes.size());
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    return std::make_unique<OpenCvPeer>(std::move(net), graph.op(graph.input).shape);
  } catch (const cv::Exception& problem) {
    return fail({.message = problem.what(), .blame = Blame::Tool});
  }
}

}  // namespace slimc::peers
