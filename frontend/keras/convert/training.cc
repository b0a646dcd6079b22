#include "frontend/keras/convert/converters.h"

namespace slimc::frontend {

Result<Value> convert_training_layer(LayerContext& context) {
  return context.emit(OpKind::Dropout, {context.input()});
}

}  // namespace slimc::frontend
