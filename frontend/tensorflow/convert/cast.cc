// From one type to another.
#include "frontend/tensorflow/convert/converters.h"

namespace slimc::frontend {

using tensorflow::DataType;

// Integers that are known become others (shapes fit all types) or a constant of floats, such as
// the 6 of old Keras' relu6, or weights of 8 bits that are scaled behind the cast. The image may be
// bytes until here. Floats of another type are float32 constants by now.
Result<Imported> convert_cast(NodeContext& context) {
  const DataType to = context.type("DstT", DataType::DT_INVALID);
  SLIMC_ASSIGN(const Imported imported, context.input(0));
  if (const auto* packed = std::get_if<PackedTensor>(&imported);
      packed != nullptr && to == DataType::DT_FLOAT) {
    SLIMC_ASSIGN(const IntegerTensor numbers, context.unpack(*packed));
    return context.constant(context.node().name(),
                            {numbers.shape, {numbers.data.begin(), numbers.data.end()}});
  }
  if (const auto* integers = std::get_if<IntegerTensor>(&imported)) {
    if (is_integer(to) && to != DataType::DT_BOOL) return imported;
    if (to == DataType::DT_FLOAT) {
      SLIMC_TRY(context.repeat(integers->shape.elements()));
      return context.constant(context.node().name(),
                              {integers->shape, {integers->data.begin(), integers->data.end()}});
    }
  } else if (to == DataType::DT_FLOAT) {
    return imported;
  }
  return context.fail("casts to " + name_of(to) + ", which slimc does not do");
}

}  // namespace slimc::frontend
