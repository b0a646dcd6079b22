// Writes what the fuzz targets begin with: small files of every form, each whole and right, so that
// fuzzing starts behind the first "not a ... file". All of them are made here.
//
//   write_seeds FOLDER      FOLDER/TARGET/NAME
#include <google/protobuf/text_format.h>
#include <png.h>
#include <turbojpeg.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <vector>

#include "frontend/tensorflow/checkpoint_writer.h"
#include "frontend/tensorflow/proto/meta_graph.pb.h"
#include "frontend/tensorflow/proto/saved_model.pb.h"
#include "frontend/tensorflow/proto/v1_checkpoint.pb.h"
#include "frontend/tensorflow/tensor_slice.h"
#include "schedules/records/best_tilings.h"
#include "tests/frontend/foreign_samples.h"
#include "tests/frontend/tensorflow/graph_builder.h"
#include "tests/fuzz/tiny_keras.h"
#include "tests/fuzz/tiny_onnx.h"
#include "tests/fuzz/tiny_tflite.h"
#include "tool/npy.h"

namespace slimc::fuzz {
namespace {

namespace fs = std::filesystem;
using frontend::testing::GraphBuilder;
using frontend::testing::NodeBuilder;
using tensorflow::DataType;

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& name, const std::string& bytes) const {
    fs::create_directories(folder_ / target);
    std::ofstream(folder_ / target / name, std::ios::binary) << bytes;
  }

 private:
  fs::path folder_;
};

// A network of the family with two channels: all the kinds of nodes that slim's evaluation graph
// has.
class TinyNetwork {
 public:
  explicit TinyNetwork(bool frozen) : frozen_(frozen) {
    graph.placeholder("input", {-1, 8, 8, 3});
    std::string x = convolution("conv", "Conv2D", "input", {3, 3, 3, 2}, 2);
    x = relu6(batch_norm(x, 2));
    x = convolution("depthwise", "DepthwiseConv2dNative", x, {3, 3, 2, 1}, 1);
    x = relu6(batch_norm(x, 2));
    x = convolution("pointwise", "Conv2D", x, {1, 1, 2, 4}, 1);
    x = relu6(batch_norm(x, 4));
    graph.node("pool", "AvgPool", {x})
        .type("T", DataType::DT_FLOAT)
        .text("padding", "VALID")
        .list("ksize", {1, 4, 4, 1})
        .list("strides", {1, 1, 1, 1});
    x = convolution("logits", "Conv2D", "pool", {1, 1, 4, 3}, 1);
    graph.node("biased", "BiasAdd", {x, weights("biases", {3})});
    graph.node("squeezed", "Squeeze", {"biased"}).list("squeeze_dims", {1, 2});
    graph.node("probabilities", "Softmax", {"squeezed"}).type("T", DataType::DT_FLOAT);
  }

  // The variables of a graph that is not frozen.
  std::map<std::string, std::shared_ptr<const Tensor>> tensors;
  GraphBuilder graph;

 private:
  std::string weights(const std::string& name, const std::vector<std::int64_t>& dims) {
    Tensor tensor{Shape(dims), {}};
    // Numbers that binary fractions hold exactly, and short as text.
    for (std::int64_t i = 0; i < tensor.shape.elements(); ++i) {
      tensor.data.push_back(0.25f * static_cast<float>(i % 5 + 1));
    }
    if (frozen_) {
      graph.floats(name, dims, tensor.data);
      return name;
    }
    tensors[name] = std::make_shared<const Tensor>(std::move(tensor));
    graph.variable(name, dims);
    graph.node(name + "/read", "Identity", {name}).type("T", DataType::DT_FLOAT);
    return name + "/read";
  }

  std::string convolution(const std::string& name, const std::string& op, const std::string& x,
                          const std::vector<std::int64_t>& dims, std::int64_t stride) {
    graph.node(name, op, {x, weights(name + "/weights", dims)})
        .type("T", DataType::DT_FLOAT)
        .text("padding", "SAME")
        .text("data_format", "NHWC")
        .list("strides", {1, stride, stride, 1});
    return name;
  }

  std::string batch_norm(const std::string& x, std::int64_t channels) {
    std::vector<std::string> inputs = {x};
    for (const char* part : {"gamma", "beta", "moving_mean", "moving_variance"}) {
      inputs.push_back(weights(x + "/" + part, {channels}));
    }
    graph.node(x + "/norm", "FusedBatchNorm", inputs)
        .type("T", DataType::DT_FLOAT)
        .number("epsilon", 0.001f)
        .flag("is_training", false);
    return x + "/norm";
  }

  std::string relu6(const std::string& x) {
    graph.node(x + "/relu6", "Relu6", {x}).type("T", DataType::DT_FLOAT);
    return x + "/relu6";
  }

  bool frozen_;
};

std::string text_of(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

void write_graphs(const Seeds& seeds) {
  const TinyNetwork frozen(true), variables(false);
  tensorflow::MetaGraphDef meta;
  *meta.mutable_graph_def() = variables.graph.def;
  seeds.add("graph_binary", "frozen.pb", frozen.graph.def.SerializeAsString());
  seeds.add("graph_binary", "variables.pb", variables.graph.def.SerializeAsString());
  seeds.add("graph_binary", "variables.meta", meta.SerializeAsString());
  seeds.add("graph_text", "variables.pbtxt", text_of(variables.graph.def));
  seeds.add("graph_text", "meta.pbtxt", text_of(meta));
  seeds.add("network", "frozen.pbtxt", text_of(frozen.graph.def));

  // Spellings that other programs use: paddings, means and products written out.
  GraphBuilder spelled;
  spelled.placeholder("x", {1, 4, 4, 2});
  spelled.integers("paddings", {4, 2}, {0, 0, 0, 1, 0, 1, 0, 0});
  spelled.node("pad", "Pad", {"x", "paddings"});
  spelled.floats("w", {3, 3, 2, 4}, {0.5f});
  spelled.node("conv", "Conv2D", {"pad", "w"})
      .text("padding", "VALID")
      .list("strides", {1, 2, 2, 1});
  spelled.floats("variance", {4}, {1, 2, 3, 4});
  spelled.node("sd", "Rsqrt", {"variance"});
  spelled.node("norm", "Mul", {"conv", "sd"});
  spelled.floats("six", {}, {6});
  spelled.floats("zero", {}, {0});
  spelled.node("most", "Minimum", {"norm", "six"});
  spelled.node("least", "Maximum", {"most", "zero"});
  spelled.integers("axes", {2}, {1, 2});
  spelled.node("mean", "Mean", {"least", "axes"}).flag("keep_dims", false);
  spelled.floats("classes", {4, 3}, {0.25f});
  spelled.node("logits", "MatMul", {"mean", "classes"});
  spelled.integers("size", {2}, {-1, 3});
  spelled.node("flat", "Reshape", {"logits", "size"});
  spelled.node("softmax", "Softmax", {"flat"});
  seeds.add("network", "spelled_out.pbtxt", text_of(spelled.def));
}

void write_checkpoints(const Seeds& seeds) {
  const TinyNetwork network(false);
  for (const auto compression :
       {frontend::TableCompression::None, frontend::TableCompression::Snappy}) {
    const std::string name = compression == frontend::TableCompression::None ? "plain" : "snappy";
    const auto bytes = frontend::write_checkpoint(network.tensors, {.compression = compression});
    seeds.add("table", name + ".index", bytes.index);
    for (char choices = 0; choices < 4; ++choices) {
      const std::string header = {choices, static_cast<char>(bytes.index.size() & 0xff),
                                  static_cast<char>(bytes.index.size() >> 8)};
      seeds.add("checkpoint", name + std::to_string(choices),
                header + bytes.index + bytes.shards.at(0));
    }
  }
  seeds.add("table", "empty", frontend::write_table({}));
}

// "w" [2,2] in two slices of a column, and "b" [2] whole.
void write_v1_checkpoints(const Seeds& seeds) {
  tensorflow::SavedTensorSlices meta;
  std::map<std::string, std::string> pairs;
  const auto add_tensor = [&meta](const std::string& name, std::initializer_list<int> dims) {
    auto* tensor = meta.mutable_meta()->add_tensor();
    tensor->set_name(name);
    tensor->set_type(tensorflow::DT_FLOAT);
    for (const int dim : dims) tensor->mutable_shape()->add_dim()->set_size(dim);
    return tensor;
  };
  const auto add_slice = [&pairs](const std::string& name,
                                  const tensorflow::TensorSliceProto& slice) {
    tensorflow::SavedTensorSlices value;
    value.mutable_data()->set_name(name);
    *value.mutable_data()->mutable_slice() = slice;
    value.mutable_data()->mutable_data()->add_float_val(1);
    value.mutable_data()->mutable_data()->add_float_val(2);
    pairs[frontend::slice_key(name, slice)] = value.SerializeAsString();
  };
  auto* w = add_tensor("w", {2, 2});
  for (int column = 0; column < 2; ++column) {
    auto* slice = w->add_slice();
    slice->add_extent();
    slice->add_extent()->set_length(1);
    slice->mutable_extent(1)->set_start(column);
    add_slice("w", *slice);
  }
  auto* b = add_tensor("b", {2});
  b->add_slice()->add_extent();
  add_slice("b", b->slice(0));
  pairs[""] = meta.SerializeAsString();
  seeds.add("v1_checkpoint", "plain", frontend::write_table(pairs));
  seeds.add("v1_checkpoint", "snappy",
            frontend::write_table(pairs, frontend::TableCompression::Snappy));
}

void write_saved_models(const Seeds& seeds) {
  tensorflow::SavedModel model;
  model.set_saved_model_schema_version(1);
  auto* meta = model.add_meta_graphs();
  meta->mutable_meta_info_def()->add_tags("serve");
  *meta->mutable_graph_def() = TinyNetwork(true).graph.def;
  auto& signature = (*meta->mutable_signature_def())["serving_default"];
  signature.set_method_name("tensorflow/serving/predict");
  (*signature.mutable_inputs())["image"].set_name("input:0");
  (*signature.mutable_outputs())["probabilities"].set_name("probabilities:0");
  seeds.add("saved_model", "saved_model.pb", model.SerializeAsString());
  seeds.add("saved_model", "saved_model.pbtxt", text_of(model));
}

void write_arrays(const Seeds& seeds) {
  const std::string floats = npy_bytes(Shape{1, 2, 2, 3}, std::vector<float>(12, 0.5f));
  seeds.add("npy", "floats.npy", floats);
  const auto header = [](const std::string& version, const std::string& length,
                         const std::string& text) { return "\x93NUMPY" + version + length + text; };
  seeds.add("npy", "bytes.npy",
            header({'\1', '\0'}, {'\x37', '\0'},
                   "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}") +
                "abc");
  seeds.add("npy", "version2.npy",
            header({'\2', '\0'}, {'\x39', '\0', '\0', '\0'},
                   "{'descr': '<f4', 'fortran_order': True, 'shape': (1, )} ") +
                "\n" + std::string(4, '\0'));
}

void write_labels(const Seeds& seeds) {
  seeds.add("labels", "three.txt", "background\ntench, Tinca tinca\ngoldfish\n");
  seeds.add("labels", "crlf.txt", "tench\r\ngoldfish");
  seeds.add("labels", "index.json",
            R"({"0": ["n01440764", "tench"], "1": ["n01443537", "gold\u0066ish"]})");
  seeds.add("labels", "numbered.txt", "1: dog\n0: cat\n");
  seeds.add("labels", "table.txt", "0,n01440764 tench\r\n1,n01443537 goldfish\r\n");
  seeds.add("labels", "indices.json", R"({"cat": 0, "dog": 1})");
  seeds.add("labels", "list.json", R"(["cat", "dog"])");
}

// One checked-in record a kind of stage, as a line and as a block; a failure; two for one stage.
void write_records(const Seeds& seeds) {
  std::set<StageKind> kinds;
  for (const ScheduleRecord& record : checked_in_records()) {
    if (!kinds.insert(record.stage.kind).second) continue;
    const std::string kind = name_of(record.stage.kind);
    ScheduleRecord failed = record;
    failed.times.clear();
    failed.failed = "the generator program was stopped after 60 s";
    seeds.add("records", kind + ".line", to_line(record));
    seeds.add("records", kind + ".block", to_block(record));
    seeds.add("records", kind + ".two", to_line(record) + to_line(failed) + to_line(record));
  }
}

// Behind the byte that chooses the name.
void write_foreign(const Seeds& seeds) {
  constexpr std::size_t kLongest = 4000;
  for (const testing::ForeignSample& sample : testing::foreign_samples()) {
    if (sample.name.ends_with('/') || sample.bytes.size() > kLongest) continue;
    seeds.add("foreign_forms", sample.name, std::string(1, '\0') + sample.bytes);
  }
}

void write_sums(const Seeds& seeds) {
  const std::string hash(64, 'a');
  seeds.add("sha256_sums", "two.sha256", hash + "  net.pb\n" + hash + " *./x/net.h5\n");
  seeds.add("sha256_sums", "tag.sha256", "SHA256 (net.pb) = " + hash + "\n");
  seeds.add("sha256_sums", "escaped.sha256", "\\" + hash + "  a\\n\\\\b\r\n");
  seeds.add("sha256_sums", "alone.sha256", hash);
}

// A picture whose colours change from pixel to pixel.
std::vector<std::uint8_t> pixels(int height, int width) {
  std::vector<std::uint8_t> values(static_cast<std::size_t>(height * width * 3));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * 37);
  return values;
}

std::string jpeg(int height, int width, int subsampling) {
  std::string bytes;
  tjhandle compressor = tjInitCompress();
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  if (tjCompress2(compressor, pixels(height, width).data(), width, 0, height, TJPF_RGB, &buffer,
                  &size, subsampling, 75, 0) == 0) {
    bytes.assign(reinterpret_cast<const char*>(buffer), size);
  }
  tjFree(buffer);
  tjDestroy(compressor);
  return bytes;
}

// The same with an EXIF segment behind its first marker: one directory of one entry.
std::string with_orientation(const std::string& jpeg_bytes, char orientation) {
  using namespace std::string_literals;
  const std::string tiff =
      "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + orientation + "\0\0\0\0\0\0\0"s;
  const std::string segment = "Exif\0\0"s + tiff;
  return jpeg_bytes.substr(0, 2) + "\xff\xe1\0"s + static_cast<char>(segment.size() + 2) + segment +
         jpeg_bytes.substr(2);
}

std::string png(int height, int width, png_uint_32 format, bool palette) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  std::vector<std::uint8_t> values = pixels(height, width);
  values.resize(PNG_IMAGE_SIZE(image) * 2);
  const std::vector<std::uint8_t> colors = pixels(16, 16);
  if (palette) {
    image.format = PNG_FORMAT_RGB_COLORMAP;
    image.colormap_entries = 256;
  }
  std::string bytes(1 << 16, '\0');
  png_alloc_size_t size = bytes.size();
  png_image_write_to_memory(&image, bytes.data(), &size, 0, values.data(), 0,
                            palette ? colors.data() : nullptr);
  bytes.resize(size);
  return bytes;
}

void write_images(const Seeds& seeds) {
  seeds.add("image", "444.jpg", jpeg(8, 9, TJSAMP_444));
  seeds.add("image", "420.jpg", jpeg(17, 5, TJSAMP_420));
  seeds.add("image", "grey.jpg", jpeg(8, 8, TJSAMP_GRAY));
  seeds.add("image", "turned.jpg", with_orientation(jpeg(4, 6, TJSAMP_444), 6));
  seeds.add("image", "rgb.png", png(5, 4, PNG_FORMAT_RGB, false));
  seeds.add("image", "rgba.png", png(4, 5, PNG_FORMAT_RGBA, false));
  seeds.add("image", "grey.png", png(4, 5, PNG_FORMAT_GRAY, false));
  seeds.add("image", "palette.png", png(4, 5, PNG_FORMAT_RGB, true));
}

void write_keras(const Seeds& seeds) {
  seeds.add("keras_tree", "model.pb", tiny_keras_tree(tiny_keras_config()).SerializeAsString());
  seeds.add("keras_tree", "weights.pb", tiny_keras_tree("").SerializeAsString());
  seeds.add("keras_tree", "state.pb", tiny_keras_state().SerializeAsString());
  seeds.add("keras_config", "model.json", tiny_keras_config());
  seeds.add("keras_config", "operations.json", tiny_keras_operations());
  const std::string zip(1, '\0'), config(1, '\1');
  seeds.add("keras_archive", "net.keras", zip + tiny_keras_archive(tiny_keras_config(), "weights"));
  seeds.add("keras_archive", "small.keras", zip + tiny_keras_archive("{}", ""));
  seeds.add("keras_archive", "model.json", config + tiny_keras_config());
  seeds.add("keras_archive", "operations.json", config + tiny_keras_operations());
}

void write_tflite(const Seeds& seeds) {
  seeds.add("tflite", "pool.tflite", tiny_tflite(true));
  seeds.add("tflite", "mean.tflite", tiny_tflite(false));
  seeds.add("tflite", "tensorflow_2.tflite", tiny_tflite_of_tensorflow_2());
}

void write_onnx(const Seeds& seeds) {
  seeds.add("onnx", "torch.onnx", tiny_onnx(false));
  seeds.add("onnx", "tf2onnx.onnx", tiny_onnx(true));
}

// An entry of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format").
std::string tar_entry(const std::string& name, char type, const std::string& contents,
                      const std::string& link = "") {
  std::string header(512, '\0');
  const auto put = [&header](std::size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  const auto octal = [](std::size_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; value /= 8) text[i] = static_cast<char>('0' + value % 8);
    return text;
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(contents.size(), 11));
  put(136, octal(0, 11));
  put(148, "        ");
  put(156, std::string(1, type));
  put(157, link);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + '\0' + ' ');
  std::string padded = contents;
  padded.resize((contents.size() + 511) / 512 * 512);
  return header + padded;
}

void write_archives(const Seeds& seeds) {
  const std::string end(1024, '\0');
  // The first byte asks the target to compress what follows.
  const auto add = [&](const std::string& name, const std::string& entries) {
    seeds.add("archive", name, "\1" + entries + end);
  };
  add("files", tar_entry("./", '5', "") + tar_entry("./net.ckpt.index", '0', "abc") +
                   tar_entry("net.ckpt.meta", '0', ""));
  add("up", tar_entry("../net.pb", '0', "abc"));
  add("absolute", tar_entry("/tmp/net.pb", '0', "abc"));
  add("symlink", tar_entry("net", '2', "", "/tmp") + tar_entry("net/x", '0', "abc"));
  add("hardlink", tar_entry("a", '0', "abc") + tar_entry("b", '1', "", "a"));
  add("twice", tar_entry("a", '0', "abc") + tar_entry("a", '0', "abd"));
  add("long_name", tar_entry("././@LongLink", 'L', std::string(120, 'n') + '\0') +
                       tar_entry("short", '0', "abc"));
  add("pax", tar_entry("h", 'x', "12 path=a/b\n") + tar_entry("short", '0', "abc"));
}

void write_random(const Seeds& seeds) {
  // For targets whose bytes are choices: some of every kind.
  std::string bytes;
  for (unsigned i = 0; i < 600; ++i) bytes += static_cast<char>(i * 2654435761u >> 13);
  seeds.add("random_graph", "choices", bytes);
  seeds.add("random_graph", "few", bytes.substr(0, 60));
  seeds.add("random_ir", "choices", bytes.substr(0, 400));
  seeds.add("random_ir", "few", bytes.substr(0, 60));
}

}  // namespace
}  // namespace slimc::fuzz

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: write_seeds FOLDER\n";
    return 2;
  }
  const slimc::fuzz::Seeds seeds(arguments[1]);
  slimc::fuzz::write_graphs(seeds);
  slimc::fuzz::write_checkpoints(seeds);
  slimc::fuzz::write_v1_checkpoints(seeds);
  slimc::fuzz::write_saved_models(seeds);
  slimc::fuzz::write_arrays(seeds);
  slimc::fuzz::write_labels(seeds);
  slimc::fuzz::write_records(seeds);
  slimc::fuzz::write_images(seeds);
  slimc::fuzz::write_foreign(seeds);
  slimc::fuzz::write_sums(seeds);
  slimc::fuzz::write_keras(seeds);
  slimc::fuzz::write_tflite(seeds);
  slimc::fuzz::write_onnx(seeds);
  slimc::fuzz::write_archives(seeds);
  slimc::fuzz::write_random(seeds);
}
