#include "tests/frontend/onnx/onnx_files.h"

#include <fstream>

#include "frontend/onnx/load_onnx.h"
#include "support/process.h"

namespace slimc::frontend::testing {

namespace fs = std::filesystem;

fs::path shared_models() { return fs::path(SLIMC_SOURCE_DIR) / ".." / "shared" / "models"; }

ScriptedFolder::ScriptedFolder(const std::string& script, const std::vector<std::string>& more) {
  const std::string python = "/usr/bin/python3";
  const auto probed =
      run_process(python, {"-c", "import h5py, numpy, onnx"}, std::chrono::seconds(60));
  if (!probed || !probed->ok()) {
    skipped_ = "needs python3-h5py, python3-numpy and python3-onnx";
    return;
  }
  // -B: no compiled files beside the scripts.
  std::vector<std::string> command = {
      "-B", "-Wignore",
      (fs::path(SLIMC_SOURCE_DIR) / "tests" / "frontend" / "onnx" / script).string(),
      folder_.path().string()};
  command.insert(command.end(), more.begin(), more.end());
  const auto outcome = run_process(python, command, std::chrono::seconds(300));
  if (!outcome) {
    failed_ = outcome.error().to_string();
  } else if (!outcome->ok()) {
    failed_ = outcome->last_lines(30);
  }
}

std::vector<std::string> ScriptedFolder::lines(const std::string& name) const {
  std::ifstream file(folder_ / name);
  std::vector<std::string> result;
  for (std::string line; std::getline(file, line);) result.push_back(line);
  return result;
}

Result<Graph> Loader::load() { return load_model(request, *this); }
Result<Graph> Loader::read(const std::string& bytes) { return read_onnx(bytes, request, *this); }

std::string Loader::errors() {
  const Result<Graph> graph = load();
  return graph ? "" : without_folder(graph.error().to_string());
}

std::string Loader::errors_of(const std::string& bytes) {
  const Result<Graph> graph = read(bytes);
  return graph ? "" : without_folder(graph.error().to_string());
}

void Loader::warning(const Diagnostic& diagnostic) {
  warnings.push_back(without_folder(diagnostic.to_string()));
}

std::string Loader::without_folder(std::string words) const {
  const std::string folder = request.model.parent_path().string();
  if (folder.empty()) return words;
  for (std::size_t at = words.find(folder + "/"); at != std::string::npos;
       at = words.find(folder + "/", at)) {
    words.erase(at, folder.size() + 1);
  }
  return words;
}

ModelBuilder::ModelBuilder(std::int64_t opset, std::vector<std::int64_t> input) {
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  schema::ValueInfoProto& info = *graph().add_input();
  info.set_name("x");
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(schema::FLOAT);
  for (const std::int64_t dim : input) {
    auto& added = *type.mutable_shape()->add_dim();
    if (dim >= 0) {
      added.set_dim_value(dim);
    } else {
      added.set_dim_param("open");
    }
  }
}

schema::NodeProto& ModelBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                                      const std::string& output) {
  schema::NodeProto& added = *graph().add_node();
  added.set_op_type(op);
  for (const std::string& input : inputs) added.add_input(input);
  added.add_output(output);
  return added;
}

schema::TensorProto& ModelBuilder::floats(const std::string& name,
                                          const std::vector<std::int64_t>& dims, float value) {
  schema::TensorProto& added = *graph().add_initializer();
  added.set_name(name);
  added.set_data_type(schema::FLOAT);
  std::int64_t elements = 1;
  for (const std::int64_t dim : dims) {
    added.add_dims(dim);
    elements *= dim;
  }
  for (std::int64_t i = 0; i < elements; ++i) {
    added.add_float_data(value * static_cast<float>(i % 5 + 1));
  }
  return added;
}

schema::TensorProto& ModelBuilder::integers(const std::string& name,
                                            const std::vector<std::int64_t>& values) {
  schema::TensorProto& added = *graph().add_initializer();
  added.set_name(name);
  added.set_data_type(schema::INT64);
  added.add_dims(std::ssize(values));
  for (const std::int64_t value : values) added.add_int64_data(value);
  return added;
}

void ModelBuilder::output(const std::string& name) { graph().add_output()->set_name(name); }

namespace {

schema::AttributeProto& add(schema::NodeProto& node, const std::string& name,
                            schema::AttributeProto::AttributeType type) {
  schema::AttributeProto& added = *node.add_attribute();
  added.set_name(name);
  added.set_type(type);
  return added;
}

}  // namespace

void set(schema::NodeProto& node, const std::string& name, std::int64_t value) {
  add(node, name, schema::AttributeProto::A_INT).set_i(value);
}

void set(schema::NodeProto& node, const std::string& name, float value) {
  add(node, name, schema::AttributeProto::A_FLOAT).set_f(value);
}

void set(schema::NodeProto& node, const std::string& name, const std::string& value) {
  add(node, name, schema::AttributeProto::A_STRING).set_s(value);
}

void set(schema::NodeProto& node, const std::string& name,
         const std::vector<std::int64_t>& values) {
  schema::AttributeProto& added = add(node, name, schema::AttributeProto::A_INTS);
  for (const std::int64_t value : values) added.add_ints(value);
}

}  // namespace slimc::frontend::testing
