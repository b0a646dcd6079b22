// A program that runs one network in one way, so that all of them can be measured alike. Each peer
// is a process of its own (runner_main.cc): their libraries and threads do not meet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/result.h"

namespace slimc::peers {

// How a peer wants its image to lie in memory.
enum class Layout { Nhwc, Nchw };

// What the runner's command line says.
struct PeerOptions {
  std::string model;         // a checkpoint's prefix, as `slimc compile` takes it
  int threads = 1;           // that compute, the calling one included
  std::string target;        // slimc: its --target
  std::string library;       // ONNX Runtime: libonnxruntime.so.1
  bool as_imported = false;  // ONNX Runtime: the network before slimc's passes, as a judge of them
};

// Bytes; 0 where they are not known.
struct Footprint {
  std::int64_t memory = 0;          // what the caller provides for a run, besides image and result
  std::int64_t beyond_weights = 0;  // of the network's library: code and tables
};

class Peer {
 public:
  virtual ~Peer() = default;

  // What the report says about it: the library's version and the settings it was given.
  virtual std::string description() const = 0;
  virtual Footprint footprint() const { return {}; }

  virtual Layout layout() const = 0;
  // n h w c, whatever the layout.
  virtual std::vector<std::size_t> input_shape() const = 0;
  // Where the image goes before a run: the same memory every time, as an application would have it.
  virtual float* input() = 0;
  // The image is complete. Not timed.
  virtual void image_arrived() {}
  // One inference: what is timed.
  virtual Result<void> run() = 0;
  // The probabilities of the last run.
  virtual std::vector<float> output() const = 0;
};

// Each runner's own file defines it.
Result<std::unique_ptr<Peer>> make_peer(const PeerOptions& options);

}  // namespace slimc::peers
