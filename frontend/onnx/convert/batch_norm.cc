#include "frontend/onnx/convert/converters.h"

namespace slimc::frontend::onnx {
namespace {

// Input `index`, one number a channel, in the order that the IR has the channels in.
Result<Value> channel_vector(NodeContext& context, int index,
                             const std::vector<std::int64_t>& places) {
  SLIMC_ASSIGN(const FloatTensor tensor, context.floats(index));
  if (tensor->data.size() != places.size()) {
    return context.fail(
        fmt::format("its input {} ('{}') is {}; expected one number for each of {} "
                    "channels",
                    index, context.input_name(index), tensor->shape.to_string(), places.size()));
  }
  Tensor ordered{Shape{std::ssize(places)}, {}};
  bool is_moved = false;
  for (std::size_t i = 0; i < places.size(); ++i) {
    ordered.data.push_back(tensor->data[static_cast<std::size_t>(places[i])]);
    is_moved = is_moved || places[i] != static_cast<std::int64_t>(i);
  }
  return context.constant(context.node().input(index), is_moved ? "hwc" : "", std::move(ordered));
}

// Before opset 7 files said whether they were for training, from 14 on they do again.
Result<void> expect_inference(NodeContext& context) {
  SLIMC_ASSIGN(const bool is_training, context.flag("training_mode", false));
  SLIMC_ASSIGN(const bool is_test, context.flag("is_test", true));
  int outputs = 0;
  for (const std::string& output : context.node().output()) outputs += output.empty() ? 0 : 1;
  if (is_training || (!is_test && outputs > 1)) {
    return context.fail(
        "normalises by the batch (training mode), which slimc does not do; export the model for "
        "inference (model.eval() in PyTorch)");
  }
  return {};
}

}  // namespace

Result<Imported> convert_batch_norm(NodeContext& context) {
  SLIMC_TRY(expect_inference(context));
  SLIMC_ASSIGN(const float epsilon, context.number("epsilon", 1e-5f));
  SLIMC_ASSIGN(const bool is_spatial, context.flag("spatial", true));
  context.ignore({"momentum", "consumed_inputs"});
  SLIMC_ASSIGN(View x, context.view(0));
  if (x.rank() < 2) {
    return context.fail("its input is " + x.shape().to_string() + "; expected [n,c,...]");
  }
  std::int64_t pixels = 1;
  for (int d = 2; d < x.rank(); ++d) pixels *= x.dims[static_cast<std::size_t>(d)];
  if (!is_spatial && pixels > 1) {
    return context.fail("has other numbers for each pixel (spatial = 0), which slimc does not do");
  }
  const std::vector<std::int64_t> places = NodeContext::places(x, 1);
  if (x.rank() == 4 && is_image(x)) {
    SLIMC_ASSIGN(x, context.image(0));
  } else {
    SLIMC_ASSIGN(x.value, context.with_last(x, 1));
  }
  std::vector<Value> inputs = {x.value};
  for (int i = 1; i <= 4; ++i) {
    SLIMC_ASSIGN(const Value vector, channel_vector(context, i, places));
    inputs.push_back(vector);
  }
  SLIMC_ASSIGN(x.value,
               context.emit(OpKind::BatchNorm, std::move(inputs), BatchNormAttributes{epsilon}));
  return Imported(std::move(x));
}

}  // namespace slimc::frontend::onnx
