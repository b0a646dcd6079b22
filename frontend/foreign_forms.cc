#include "frontend/foreign_forms.h"

#include <algorithm>
#include <string_view>

#include "frontend/file_evidence.h"
#include "frontend/foreign_signatures.h"

namespace slimc::frontend {
namespace {

using File = const FileEvidence&;

// A form: how it is known, what it is called, and what its user can do. The first row that fits
// counts, so what is known by its bytes comes before what is known by its name alone.
struct Row {
  bool (*fits)(File file);
  const char* what;
  const char* advice;
  bool is_archive = false;  // a model among its members is named
};

constexpr char kOriginal[] =
    "give the model it was converted from, as TensorFlow, Keras, TFLite or ONNX";
constexpr char kFromTorch[] =
    "load it in PyTorch and write ONNX with torch.onnx.export(), which slimc reads";
constexpr char kUnpack[] = "unpack it and give the model inside";
constexpr char kDownload[] =
    "the download went wrong, or the address is that of a page about the model";

using namespace std::string_view_literals;

constexpr Row kFiles[] = {
    {[](File f) { return f.size() == 0; }, "an empty file", "copy or download it again"},

    // Models of other programs.
    {[](File f) { return f.at(4, "TFL3") && f.holds_anywhere("edgetpu-custom-op"); },
     "a TFLite model compiled for Edge TPU, whose ops are that chip's machine code",
     "give the .tflite that edgetpu_compiler was given"},
    {[](File f) {
       return f.begins("7767517\n") || f.begins("7767517\r") || f.begins("\x1d\x85\x76\x00"sv);
     },
     "a model of ncnn (.param)", kOriginal},
    {[](File f) {
       if (!f.ends_in(".bin")) return false;
       const auto graph = f.sibling(".param");
       return graph && (graph->begins("7767517") || graph->begins("\x1d\x85\x76\x00"sv));
     },
     "a file of weights of ncnn (.bin)", kOriginal},
    {is_caffe_model, "a model of Caffe (.caffemodel)",
     "convert it to ONNX (caffe2onnx) or give the original"},
    {is_caffe_text, "a network of Caffe (.prototxt) without weights",
     "convert it, with its .caffemodel, to ONNX (caffe2onnx)"},
    {[](File f) {
       return f.is_json() && (f.holds("\"weightsManifest\"") || f.holds("\"modelTopology\""));
     },
     "a model of TensorFlow.js (model.json)",
     "turn a layers model back into Keras' .h5 with tensorflowjs_converter "
     "--input_format=tfjs_layers_model --output_format=keras; of a graph model give the original"},
    {[](File f) { return f.is_called("-shard") && f.is_called("of") && f.is_called("group"); },
     "a file of weights of TensorFlow.js", kOriginal},
    {[](File f) { return f.has_member_like("/constants.pkl") || f.has_member("constants.pkl"); },
     "a TorchScript model of PyTorch", kFromTorch},
    {[](File f) { return f.has_member_like("/data.pkl") || f.has_member("data.pkl"); },
     "a file of PyTorch (.pt, .pth)", kFromTorch},
    {[](File f) { return is_torch_pickle(f); }, "a file of PyTorch (.pt, .pth)", kFromTorch},
    {[](File f) { return f.at(4, "ET12"); }, "a program of PyTorch's ExecuTorch (.pte)",
     kFromTorch},
    {is_safetensors, "a file of weights alone (.safetensors)",
     "load it into the network's program and write ONNX or Keras' .h5"},
    {[](File f) { return f.ends_in(".mlmodel") || f.holds("com.github.apple.coremltools"); },
     "a model of Core ML (.mlmodel)", kOriginal},
    {[](File f) { return f.is_text() && f.holds("<net ") && f.holds("<layers>"); },
     "a model of OpenVINO (.xml)", kOriginal},
    {[](File f) {
       if (!f.ends_in(".bin")) return false;
       const auto graph = f.sibling(".xml");
       return graph && graph->holds("<net ");
     },
     "a file of weights of OpenVINO (.bin)", kOriginal},
    {[](File f) {
       return f.ends_in(".pdmodel") || f.ends_in(".pdiparams") || f.ends_in(".pdparams") ||
              f.is_called("__model__") || (f.is_json() && f.holds("\"base_code\""));
     },
     "a model of PaddlePaddle", "convert it to ONNX with paddle2onnx"},
    {[](File f) { return f.is_json() && f.holds("\"arg_nodes\"") && f.holds("\"nodes\""); },
     "a network of MXNet (symbol.json)", "write ONNX with mxnet.onnx.export_model()"},
    {[](File f) { return f.begins("\x12\x01\0\0\0\0\0\0"sv); },
     "a file of weights of MXNet (.params)", "write ONNX with mxnet.onnx.export_model()"},
    {is_darknet_text, "a network of Darknet (.cfg) without weights",
     "convert it, with its .weights, to ONNX"},
    {[](File f) {
       return f.ends_in(".weights") && f.little_endian(0, 4) == 0 && f.little_endian(4, 4) <= 2 &&
              f.size() > 16;
     },
     "a file of weights of Darknet (.weights)", "convert it, with its .cfg, to ONNX"},
    {[](File f) { return f.begins("ptrt") || f.begins("ftrt"); }, "an engine of TensorRT",
     "give the ONNX model that it was built from"},
    {[](File f) { return f.at(4, "ORTM"); }, "a model in ONNX Runtime's own form (.ort)",
     "give the .onnx that it was made from"},
    {[](File f) { return f.begins("GGUF") || f.begins("ggml") || f.begins("lmgg"); },
     "a file of GGML (.gguf)", kOriginal},
    {[](File f) { return f.begins("RKNN"); }, "a model for Rockchip's NPU (.rknn)", kOriginal},
    {[](File f) { return f.begins("\x01HEF"); }, "a program for Hailo's chips (.hef)", kOriginal},
    {[](File f) { return f.begins("LDMK"); }, "a model of nncase (.kmodel)", kOriginal},
    {[](File f) { return f.is_json() && f.holds("\"class_name\"") && f.holds("\"config\""); },
     "a Keras architecture (.json) without weights",
     "load it and its weights in Keras and save the whole model with model.save()"},
    {[](File f) { return f.is_text() && f.has_line("class_name") && f.has_line("config"); },
     "a Keras architecture (.yaml) without weights",
     "load it and its weights in Keras and save the whole model with model.save()"},
    {[](File f) { return f.begins("\x89slimcW\n"); },
     "a file of weights beside a library that slimc compiled",
     "give the model that it was compiled from"},

    // Arrays.
    {[](File f) { return f.begins("\x93NUMPY"); }, "an array of NumPy (.npy)",
     "it has no network; give the model, and the array to 'slimc run --input'"},
    {[](File f) {
       return !f.members().empty() &&
              std::all_of(f.members().begin(), f.members().end(),
                          [](const std::string& member) { return member.ends_with(".npy"); });
     },
     "a file of NumPy's arrays (.npz)", "it has no network; give the model"},

    // Archives. Keras' own, .keras, is not one of them.
    {[](File f) { return f.has_member("dlc.metadata"); }, "a model of Qualcomm's SNPE (.dlc)",
     kOriginal},
    {[](File f) {
       return f.begins("PK\x03\x04") && !f.has_member("model.weights.h5") &&
              !f.has_member("config.json");
     },
     "a zip archive", kUnpack, true},
    {[](File f) { return f.begins("PK\x05\x06"); }, "a zip archive with nothing in it",
     "download it again"},
    {is_compressed, "a compressed file or archive", kUnpack},
    {[](File f) { return f.at(257, "ustar"); }, "a tar archive", kUnpack},
    {[](File f) { return f.begins("!<arch>\n"); }, "a static library",
     "give the model that it was made from"},

    // What is no model.
    {[](File f) { return f.begins("\xff\xd8\xff"); }, "a JPEG picture", "give the model first"},
    {[](File f) { return f.begins("\x89PNG\r\n\x1a\n"); }, "a PNG picture", "give the model first"},
    {[](File f) { return f.begins("GIF87a") || f.begins("GIF89a"); }, "a GIF picture",
     "give the model first"},
    {[](File f) { return f.begins("RIFF") && f.at(8, "WEBP"); }, "a WebP picture",
     "give the model first"},
    {is_bitmap, "a BMP picture", "give the model first"},
    {[](File f) { return f.begins("II*\0"sv) || f.begins("MM\0*"sv); }, "a TIFF picture",
     "give the model first"},
    {[](File f) { return f.begins("%PDF-"); }, "a PDF document", kDownload},
    {is_html, "a web page", kDownload},
    {[](File f) { return f.is_text() && f.holds("<Error>") && f.holds("<Code>"); },
     "a server's message of an error", kDownload},
    {[](File f) {
       return f.begins(
           "\x7f"
           "ELF");
     },
     "a program or library (ELF)", "give a model"},
    {[](File f) { return f.begins("MZ") && f.holds("PE\0\0"sv); },
     "a program or library of Windows", "give a model"},
    {[](File f) { return f.begins("\xcf\xfa\xed\xfe") || f.begins("\xca\xfe\xba\xbe"); },
     "a program or library of macOS, or Java's", "give a model"},
    {[](File f) {
       return f.begins("\x80") && f.little_endian(1, 1) >= 2 && f.little_endian(1, 1) <= 5 &&
              f.finishes(".");
     },
     "a pickle of Python", "load it in the program that wrote it and save a model as ONNX or .h5"},
    {[](File f) { return f.is_called("tfevents"); }, "TensorBoard's record of a training",
     "give the checkpoint beside it"},

    // Known by their names alone.
    {[](File f) { return is_no_graph(f) && f.ends_in(".caffemodel"); },
     "a model of Caffe (.caffemodel)", "convert it to ONNX (caffe2onnx) or give the original"},
    {[](File f) { return is_no_graph(f) && f.ends_in(".mnn"); }, "a model of MNN (.mnn)",
     kOriginal},
    {[](File f) { return is_no_graph(f) && (f.ends_in(".tnnproto") || f.ends_in(".tnnmodel")); },
     "a model of TNN", kOriginal},
    {[](File f) {
       return is_no_graph(f) && (f.ends_in(".engine") || f.ends_in(".plan") || f.ends_in(".trt"));
     },
     "an engine of TensorRT", "give the ONNX model that it was built from"},
    {[](File f) { return is_no_graph(f) && f.ends_in(".rknn"); },
     "a model for Rockchip's NPU (.rknn)", kOriginal},
    {[](File f) { return is_no_graph(f) && f.ends_in(".kmodel"); }, "a model of nncase (.kmodel)",
     kOriginal},
    {[](File f) { return is_no_graph(f) && f.ends_in(".om"); }, "a model for Ascend's chips (.om)",
     kOriginal},
    {[](File f) { return is_no_graph(f) && f.ends_in(".msgpack"); },
     "a file of weights of Flax (.msgpack)", "write the network as a SavedModel with jax2tf"},

    // Text that is none of the above.
    {[](File f) { return f.begins("\xff\xfe") && f.at(3, "\0"sv); }, "text in UTF-16",
     "give a model"},
    {[](File f) { return f.is_json(); }, "a JSON file, but none that holds a model",
     "give a model"},
    {[](File f) { return f.is_text() && f.text_begins("<?xml"); },
     "an XML file, but none that holds a model", "give a model"},
    {[](File f) { return f.is_text() && !may_be_tensorflow_text(f); },
     "text, but no graph of TensorFlow's",
     "expected 'node { ... }' (.pbtxt), or another form of model"},
};

constexpr Row kFolders[] = {
    {[](File f) { return f.has_member("Manifest.json") && f.has_member("Data"); },
     "a model of Core ML (.mlpackage)", kOriginal},
    {[](File f) { return f.has_member("coremldata.bin"); },
     "a compiled model of Core ML (.mlmodelc)", kOriginal},
    {[](File f) { return f.has_member("model.json") && f.has_member_like(".bin"); },
     "a folder of a TensorFlow.js model",
     "turn a layers model back into Keras' .h5 with tensorflowjs_converter "
     "--input_format=tfjs_layers_model --output_format=keras; of a graph model give the original"},
    {[](File f) {
       return f.has_member("__model__") || f.has_member_like(".pdmodel") ||
              f.has_member_like(".pdiparams");
     },
     "a folder of a PaddlePaddle model", "convert it to ONNX with paddle2onnx"},
    {[](File f) { return f.has_member_like(".safetensors") || f.has_member("pytorch_model.bin"); },
     "a folder of PyTorch weights", kFromTorch},
};

// Of an archive: the model that is in it.
std::string model_in(File file) {
  for (const std::string_view end :
       {".tflite", "saved_model.pb", ".onnx", ".h5", ".keras", ".pb", ".ckpt.index", ".pbtxt"}) {
    for (const std::string& member : file.members()) {
      if (member.ends_with(end)) return ", '" + member + "'";
    }
  }
  return "";
}

template <std::size_t N>
std::optional<std::string> describe(const Row (&rows)[N], File file) {
  const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                 [&](const Row& candidate) { return candidate.fits(file); });
  if (row == std::end(rows)) return std::nullopt;
  return std::string("is ") + row->what + "; " + row->advice +
         (row->is_archive ? model_in(file) : "");
}

// What slimc reads from a folder.
bool is_known_folder(File folder) {
  return folder.has_member("saved_model.pb") || folder.has_member("saved_model.pbtxt") ||
         folder.has_member("checkpoint");
}

}  // namespace

std::optional<std::string> foreign_form(const std::filesystem::path& model) {
  std::error_code error;
  // The prefix of a checkpoint, whatever else has that name.
  if (std::filesystem::exists(std::filesystem::path(model).concat(".index"), error)) {
    return std::nullopt;
  }
  const std::optional<FileEvidence> file = FileEvidence::of(model);
  if (!file) return std::nullopt;
  if (!file->is_folder()) return describe(kFiles, *file);
  if (is_known_folder(*file)) return std::nullopt;
  return describe(kFolders, *file);
}

}  // namespace slimc::frontend
