#include "frontend/onnx/convert/node_context.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "frontend/imported_op.h"
#include "frontend/tensor_checks.h"

namespace slimc::frontend::onnx {

void ImportState::add_input() {
  graph.file = model.file();
  Op op;
  op.kind = OpKind::Input;
  op.name = claim(printable(input.value));
  op.shape = input.shape;
  graph.input = graph.add(std::move(op));
  values[input.value] = input.is_channels_first ? image_view(graph.input, input.shape)
                                                : plain_view(graph.input, input.shape.dims());
}

std::string ImportState::claim(std::string name) {
  if (name.empty()) name = "value";
  while (!names.insert(name).second) name += '_';
  return name;
}

std::vector<std::int64_t> dims_of(const Imported& value) {
  if (const auto* view = std::get_if<View>(&value)) return view->dims;
  if (const auto* tensor = std::get_if<FloatTensor>(&value)) return (*tensor)->shape.dims();
  return std::get<IntegerTensor>(value).shape.dims();
}

NodeContext::NodeContext(ImportState& state, const schema::NodeProto& node)
    : state_(state), node_(node) {}

bool NodeContext::has_input(int index) const {
  return index < node_.input_size() && !node_.input(index).empty();
}

Result<Imported> NodeContext::input(int index) {
  if (!has_input(index)) return fail(fmt::format("has no input {}", index));
  const std::string& name = node_.input(index);
  if (const auto it = state_.values.find(name); it != state_.values.end()) return it->second;
  if (const schema::TensorProto* stored = state_.model.initializer(name)) {
    SLIMC_ASSIGN(Constant constant, state_.reader.read(*stored, name));
    Imported imported =
        std::visit([](auto& value) { return Imported(std::move(value)); }, constant);
    state_.values.emplace(name, imported);
    return imported;
  }
  if (const auto producer = state_.model.producer(name); producer && producer->output > 0) {
    return fail(fmt::format("reads '{}', output {} of node '{}'; slimc computes first outputs only",
                            printable(name), producer->output,
                            Model::name_of_node(state_.model.node(producer->node))));
  }
  return fail(
      fmt::format("reads '{}', which is no initializer and which no node gives", printable(name)));
}

bool NodeContext::is_computed(int index) {
  if (!has_input(index)) return false;
  const auto it = state_.values.find(node_.input(index));
  return it != state_.values.end() && std::holds_alternative<View>(it->second);
}

Result<View> NodeContext::view(int index) {
  SLIMC_ASSIGN(const Imported imported, input(index));
  if (const auto* view = std::get_if<View>(&imported)) return *view;
  if (const auto* tensor = std::get_if<FloatTensor>(&imported)) {
    SLIMC_ASSIGN(const Value value, constant(node_.input(index), "", **tensor));
    return plain_view(value, (*tensor)->shape.dims());
  }
  return fail(fmt::format("its input {} ('{}') is of integers; slimc computes with float32", index,
                          input_name(index)));
}

Failure NodeContext::cannot_move(const View& view, const char* wanted) const {
  return fail(
      fmt::format("reads '{}', which is {} in the file, as {}; the IR has its dimensions in "
                  "another order (NHWC), and slimc moves no data for it",
                  op(view.value).name, view.shape().to_string(), wanted));
}

Result<View> NodeContext::image(int index) {
  SLIMC_ASSIGN(View image, view(index));
  if (image.rank() != 4) {
    return fail(fmt::format("its input '{}' has the shape {}; expected an image [n,c,h,w]",
                            input_name(index), image.shape().to_string()));
  }
  if (!is_image(image)) return cannot_move(image, "an image [n,c,h,w]");
  const auto& d = image.dims;
  SLIMC_ASSIGN(image.value, with_shape(image.value, Shape{d[0], d[2], d[3], d[1]}));
  return image;
}

Result<FloatTensor> NodeContext::floats(int index) {
  SLIMC_ASSIGN(const Imported imported, input(index));
  if (const auto* tensor = std::get_if<FloatTensor>(&imported)) {
    if ((*tensor)->data.empty()) {
      return fail(fmt::format("its input {} ('{}') has no elements: its shape is {}", index,
                              input_name(index), (*tensor)->shape.to_string()));
    }
    return *tensor;
  }
  return fail(
      fmt::format("its input {} ('{}') must be a constant of floats", index, input_name(index)));
}

Result<float> NodeContext::scalar(int index) {
  SLIMC_ASSIGN(const FloatTensor tensor, floats(index));
  if (tensor->data.size() == 1) return tensor->data[0];
  return fail(fmt::format("its input {} ('{}') has the shape {}; expected one number", index,
                          input_name(index), tensor->shape.to_string()));
}

Result<IntegerTensor> NodeContext::integers(int index) {
  SLIMC_ASSIGN(Imported imported, input(index));
  if (auto* tensor = std::get_if<IntegerTensor>(&imported)) return std::move(*tensor);
  return fail(
      fmt::format("its input {} ('{}') must be integers that are known before the network "
                  "runs",
                  index, input_name(index)));
}

Result<std::vector<std::int64_t>> NodeContext::integer_list(int index) {
  SLIMC_ASSIGN(IntegerTensor tensor, integers(index));
  if (tensor.shape.rank() <= 1) return std::move(tensor.data);
  return fail(fmt::format("its input {} ('{}') has the shape {}; expected a list", index,
                          input_name(index), tensor.shape.to_string()));
}

const schema::TensorProto* NodeContext::stored(int index) const {
  if (!has_input(index)) return nullptr;
  const std::string& name = node_.input(index);
  if (const schema::TensorProto* tensor = state_.model.initializer(name)) return tensor;
  const auto producer = state_.model.producer(name);
  if (!producer) return nullptr;
  const schema::NodeProto& made_by = state_.model.node(producer->node);
  if (made_by.op_type() != "Constant") return nullptr;
  for (const schema::AttributeProto& attribute : made_by.attribute()) {
    if (attribute.name() == "value" && attribute.has_t()) return &attribute.t();
  }
  return nullptr;
}

Result<Value> NodeContext::emit(OpKind kind, std::vector<Value> inputs, Attributes attributes) {
  Op added;
  added.kind = kind;
  added.inputs = std::move(inputs);
  added.attributes = std::move(attributes);
  if (const std::string problem = infer_shape_of(state_.graph, added); !problem.empty()) {
    return fail(problem);
  }
  std::string name = fmt::format("{}/{}", printable(output()), name_of(kind));
  while (state_.model.exists(name)) name += '_';
  added.name = state_.claim(std::move(name));
  return state_.graph.add(std::move(added));
}

Result<Value> NodeContext::with_shape(Value value, const Shape& shape) {
  if (op(value).shape == shape) return value;
  return emit(OpKind::Reshape, {value}, ReshapeAttributes{shape});
}

Result<Value> NodeContext::constant(const std::string& name, const std::string& layout,
                                    Tensor tensor) {
  const std::string key = name + "\n" + layout + "\n" + tensor.shape.to_string();
  if (const auto it = state_.constants.find(key);
      it != state_.constants.end() && state_.graph.constant(it->second).data == tensor.data) {
    return it->second;
  }
  const auto refuse = [&](std::string message) {
    return slimc::fail({.file = state_.model.file(),
                        .subject = "tensor '" + printable(name) + "'",
                        .message = std::move(message)});
  };
  if (const auto problem = find_non_finite(tensor)) {
    return refuse(*problem + "; weights must be finite");
  }
  if (tensor.data.empty())
    return refuse("has no elements: its shape is " + tensor.shape.to_string());
  SLIMC_TRY(state_.reader.account_for(name, std::ssize(tensor.data)));
  const Value value = state_.graph.add_constant(
      state_.claim(layout.empty() ? printable(name) : printable(name) + "/" + layout),
      std::move(tensor));
  state_.constants.insert_or_assign(key, value);
  return value;
}

Result<Value> NodeContext::with_last(const View& view, int dim) {
  const auto d = static_cast<std::size_t>(dim);
  std::size_t count = 0;
  for (const Atom& atom : view.atoms) count += atom.dim == dim ? 1 : 0;
  for (std::size_t i = view.order.size() - count; i < view.order.size(); ++i) {
    if (view.atoms[static_cast<std::size_t>(view.order[i])].dim != dim) {
      return cannot_move(view, fmt::format("tensor whose dimension {} is the last", dim).c_str());
    }
  }
  const Shape& shape = op(view.value).shape;
  const std::int64_t size = view.dims[d];
  if (shape.rank() > 0 && shape[shape.rank() - 1] == size) return view.value;
  return with_shape(view.value, Shape{shape.elements() / size, size});
}

std::vector<std::int64_t> NodeContext::places(const View& view, int dim) {
  std::vector<std::int64_t> sizes, strides;
  std::int64_t stride = 1;
  std::vector<std::int64_t> stride_of(view.atoms.size());
  for (std::size_t a = view.atoms.size(); a-- > 0;) {
    if (view.atoms[a].dim != dim) continue;
    stride_of[a] = stride;
    stride *= view.atoms[a].size;
  }
  std::vector<std::int64_t> indices = {0};
  for (const int atom : view.order) {
    const auto a = static_cast<std::size_t>(atom);
    if (view.atoms[a].dim != dim) continue;
    std::vector<std::int64_t> next;
    next.reserve(indices.size() * static_cast<std::size_t>(view.atoms[a].size));
    for (const std::int64_t index : indices) {
      for (std::int64_t i = 0; i < view.atoms[a].size; ++i) {
        next.push_back(index + i * stride_of[a]);
      }
    }
    indices = std::move(next);
  }
  return indices;
}

// A declared shape that is not the computed one changes no number, but files are damaged.
void NodeContext::warn_of_declared_shape(const Imported& result) const {
  const InputChoice& input = state_.input;
  if (input.resized || input.replaced_batch != 0) return;
  const auto declared = state_.model.declared_dims(output());
  if (!declared) return;
  const std::vector<std::int64_t> found = dims_of(result);
  bool fits = declared->size() == found.size();
  for (std::size_t d = 0; fits && d < found.size(); ++d) {
    fits = (*declared)[d] < 0 || (*declared)[d] == found[d];
  }
  if (fits) return;
  state_.reporter.warning(
      about(fmt::format("gives '{}' of {}; the file says {}", printable(output()),
                        Shape(found).to_string(), Shape(*declared).to_string())));
}

Result<void> NodeContext::convert(Converter converter) {
  const int first = static_cast<int>(state_.graph.ops().size());
  SLIMC_ASSIGN(Imported result, converter(*this));
  for (const schema::AttributeProto& attribute : node_.attribute()) {
    if (asked_.count(attribute.name()) != 0) continue;
    return fail(fmt::format("has the attribute '{}', which slimc does not know of this operator",
                            printable(attribute.name())));
  }
  warn_of_declared_shape(result);
  // One of several ops stands for all of them: what `inspect` shows as a layer, else the last. (The
  // result of a node that does nothing is that of another one, which keeps its name.)
  if (auto* view = std::get_if<View>(&result); view != nullptr && view->value.op >= first) {
    Value named = view->value;
    for (int i = first; i < view->value.op; ++i) {
      const OpKind kind = op({i}).kind;
      if (kind == OpKind::MatMul || kind == OpKind::Conv2D || kind == OpKind::DepthwiseConv2D) {
        named = {i};
      }
    }
    state_.graph.op(named).name = state_.claim(printable(output()));
  }
  state_.values.insert_or_assign(output(), std::move(result));
  return {};
}

}  // namespace slimc::frontend::onnx
