#include "tests/campaign/subject.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "compiler/passes/passes.h"
#include "frontend/tensorflow/graph_file.h"
#include "support/check.h"
#include "support/files.h"
#include "support/process.h"
#include "support/sha256.h"

namespace slimc::campaign {
namespace {

namespace fs = std::filesystem;

std::string fingerprint(Graph graph) {
  for (std::size_t i = 0; i < graph.ops().size(); ++i) {
    Op& op = graph.op({static_cast<int>(i)});
    op.name = "";
    // A stride means nothing where there is one row or column of results.
    if (auto* pool = std::get_if<PoolAttributes>(&op.attributes)) {
      if (op.shape[1] == 1) pool->stride_h = 1;
      if (op.shape[2] == 1) pool->stride_w = 1;
    }
    // Dilation means nothing to a kernel of one row or column.
    auto* convolution = std::get_if<ConvolutionAttributes>(&op.attributes);
    if (convolution == nullptr) continue;
    const Shape& kernel = graph.op(op.inputs[1]).shape;
    if (kernel[0] == 1) convolution->dilation_h = 1;
    if (kernel[1] == 1) convolution->dilation_w = 1;
  }
  Sha256 hash;
  hash.update(print(graph));
  hash.update(std::to_string(graph.input.op) + " " + std::to_string(graph.output().op));
  // Attributes are printed with all their digits, constants are not printed.
  for (const Op& op : graph.ops()) {
    if (!op.constant) continue;
    const std::vector<float>& data = op.constant->data;
    hash.update({reinterpret_cast<const char*>(data.data()), data.size() * sizeof(float)});
  }
  return hash.hex();
}

class Listener final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override { warnings += diagnostic.to_string() + "\n"; }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::string warnings;
};

std::string bytes_of(const fs::path& path) {
  auto bytes = read_file(path);
  SLIMC_CHECK(bytes.has_value(), bytes.error().to_string());
  return std::move(*bytes);
}

// What `output` needs of a graph, without attributes that are notes ("_output_shapes"): reading it
// takes a tenth of the time.
tensorflow::GraphDef needed_by(const std::string& output, const tensorflow::GraphDef& graph) {
  std::map<std::string, const tensorflow::NodeDef*> nodes;
  for (const auto& node : graph.node()) nodes[node.name()] = &node;
  tensorflow::GraphDef needed;
  std::vector<std::string> open = {output};
  std::set<std::string> seen(open.begin(), open.end());
  while (!open.empty()) {
    tensorflow::NodeDef& node = *needed.add_node();
    node = *nodes.at(open.back());
    open.pop_back();
    auto& attributes = *node.mutable_attr();
    for (auto it = attributes.begin(); it != attributes.end();) {
      it = it->first.starts_with('_') ? attributes.erase(it) : std::next(it);
    }
    for (const std::string& input : node.input()) {
      const std::string name = input.substr(0, input.find(':'));
      if (seen.insert(name).second) open.push_back(name);
    }
  }
  return needed;
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

Subject alone(std::string name, const fs::path& file, std::vector<Range> payload) {
  return {.name = std::move(name),
          .files = {file},
          .damaged = file,
          .model = file,
          .checkpoint = {},
          .payload = std::move(payload)};
}

// What Debian's Python makes of the shared weights in `folder`; words where it cannot.
bool make_forms(const std::string& script, const fs::path& keras, const fs::path& folder) {
  const auto written =
      run_process("/usr/bin/python3",
                  {"-B", "-Wignore", SLIMC_SOURCE_DIR "/tests/frontend/" + script, folder, keras},
                  std::chrono::seconds(300));
  if (written && written->ok()) return true;
  std::cerr << script << " does not run: python3-onnx, python3-numpy and python3-h5py do it\n";
  return false;
}

std::vector<Subject> made_subjects(const fs::path& keras, const fs::path& folder) {
  std::vector<Subject> subjects;
  if (make_forms("onnx/make_networks.py", keras, folder)) {
    const fs::path model = folder / "torch.onnx";
    subjects.push_back(alone(".onnx", model, payload_of_onnx(bytes_of(model))));
  }
  // The sums of a zip archive cover the numbers.
  if (make_forms("keras/make_real_forms.py", keras, folder)) {
    subjects.push_back(alone(".keras", folder / "real_3.8.keras", {}));
  }
  return subjects;
}

}  // namespace

Loaded load(const frontend::ModelRequest& request, const Fingerprint& known) {
  Loaded loaded;
  Listener listener;
  const auto failed = [&loaded](const Diagnostics& problems) {
    SLIMC_CHECK(!problems.empty(), "a failure without a diagnostic");
    loaded.reported = true;
    return loaded;
  };
  const auto graph = frontend::load_model(request, listener);
  if (!graph) return failed(graph.error());
  loaded.warnings = listener.warnings;
  loaded.fingerprint.imported = fingerprint(*graph);
  if (loaded.fingerprint.imported == known.imported) {
    loaded.fingerprint = known;
    return loaded;
  }
  const auto optimised = run_pipeline(*graph);
  if (!optimised) return failed(optimised.error());
  loaded.fingerprint.optimised = fingerprint(*optimised);
  return loaded;
}

frontend::ModelRequest place(const Subject& subject, const fs::path& folder, bool with_sums) {
  std::string sums;
  for (const fs::path& file : subject.files) {
    const std::string bytes = bytes_of(file);
    write(folder / file.filename(), bytes);
    sums += sha256_hex(bytes) + "  " + file.filename().string() + "\n";
  }
  if (with_sums) write(folder / "SHA256SUMS", sums);
  frontend::ModelRequest request;
  request.model = folder / subject.model.filename();
  if (!subject.checkpoint.empty()) request.checkpoint = folder / subject.checkpoint.filename();
  request.name = "net";
  return request;
}

std::vector<Subject> shared_subjects(const fs::path& models, const fs::path& folder) {
  const std::string stem = "mobilenet_v1_0.25_224";
  const fs::path prefix = models / (stem + ".ckpt");
  const fs::path index = fs::path(prefix).concat(".index");
  const fs::path data = fs::path(prefix).concat(".data-00000-of-00001");
  const fs::path meta = fs::path(prefix).concat(".meta");
  const fs::path text = models / (stem + "_eval.pbtxt");
  const fs::path frozen = models / (stem + "_frozen.pb");
  const fs::path keras = models / "mobilenet_0.25_224_keras.h5";
  const fs::path tflite = models / "public" / "mlperf_vww_96_float.tflite";

  const fs::path binary = folder / "net_eval.pb";
  const auto graph = frontend::read_graph(text);
  SLIMC_CHECK(graph.has_value(), graph.error().to_string());
  write(binary, needed_by("MobilenetV1/Predictions/Reshape_1", *graph).SerializeAsString());

  std::vector<Subject> subjects = {
      // Variables alone: a graph would have to be read each time, and all 255 values of every byte
      // would take an hour.
      {.name = ".index",
       .files = {index, data},
       .damaged = index,
       .model = prefix,
       .checkpoint = {},
       .payload = {}},
      {.name = ".data",
       .files = {binary, index, data},
       .damaged = data,
       .model = binary,
       .checkpoint = prefix,
       .payload = {}},
      {.name = ".meta",
       .files = {meta, index, data},
       .damaged = meta,
       .model = meta,
       .checkpoint = {},
       .payload = {}},
      {.name = "_eval.pbtxt",
       .files = {text, index, data},
       .damaged = text,
       .model = prefix,
       .checkpoint = {},
       .payload = {}},
      alone("_frozen.pb", frozen, payload_of_graph(bytes_of(frozen))),
      alone(".h5", keras, payload_of_hdf5(keras)),
      alone(".tflite", tflite, payload_of_tflite(bytes_of(tflite))),
  };
  std::vector<Subject> made = made_subjects(keras, folder);
  std::move(made.begin(), made.end(), std::back_inserter(subjects));
  return subjects;
}

}  // namespace slimc::campaign
