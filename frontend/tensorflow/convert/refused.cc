#include "frontend/tensorflow/convert/converters.h"
#include "frontend/tensorflow/training_ops.h"

namespace slimc::frontend {

std::string why_refused(const tensorflow::NodeDef& node) {
  const std::string& op = node.op();
  // Branches whose predicate is known at inference are gone by now.
  const bool is_if = op == "If" || op == "StatelessIf";
  if (is_if || op == "Switch" || op == "RefSwitch") {
    const std::vector<NodeReference> inputs = data_inputs(node);
    const std::size_t predicate = is_if ? 0 : 1;
    return "branches on '" + (inputs.size() > predicate ? inputs[predicate].node : "") +
           "', of which slimc does not know whether it holds at inference: it is neither a "
           "constant nor named like is_training or is_inference";
  }
  if (op == "Merge" || op == "RefMerge") {
    return "joins the branches of a condition that slimc does not know the value of at inference";
  }
  if (op == "MirrorPad") {
    return "pads with the image's own pixels; slimc pads with zeros only";
  }
  if (op == "LogSoftmax") {
    return "gives logarithms of probabilities, which slimc does not compute; --output-node names "
           "the node in front of it";
  }
  if (op.starts_with("FakeQuant") || op.starts_with("Quantize") || op.starts_with("Requantiz")) {
    return "op " + op + " is of a quantised network, which slimc reads as .tflite only";
  }
  if (is_choice(op)) {
    const std::vector<NodeReference> inputs = data_inputs(node);
    return "op " + op + " chooses among numbers; --output-node " +
           (inputs.empty() ? "NODE" : inputs.front().node) + " gives the numbers";
  }
  if (prepares_images(op)) {
    return "op " + op +
           " prepares images, which the application does; --input-node names the node behind it "
           "at which the network begins";
  }
  return "op " + op + " is not supported";
}

}  // namespace slimc::frontend
