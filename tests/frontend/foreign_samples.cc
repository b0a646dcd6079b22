#include "tests/frontend/foreign_samples.h"

#include <cstdint>
#include <string_view>

namespace slimc::testing {
namespace {

using namespace std::string_literals;

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

std::string safetensors() {
  const std::string header = R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  return little_endian(header.size(), 8) + header + "\0\0\0\0"s;
}

std::string bitmap() {
  std::string bytes = "BM"s + little_endian(58, 4) + std::string(52, '\0');
  return bytes;
}

std::string tar() {
  std::string bytes(512, '\0');
  bytes.replace(0, 10, "net.tflite");
  bytes.replace(257, 5, "ustar");
  return bytes;
}

}  // namespace

// APPNOTE.TXT of PKWARE, 4.3.7, 4.3.12 and 4.3.16.
std::string zip_of(const std::vector<std::string>& names) {
  std::string locals, directory;
  for (const std::string& name : names) {
    const std::string sizes = std::string(12, '\0') + little_endian(name.size(), 2) + "\0\0"s;
    directory += "PK\x01\x02" + std::string(12, '\0') + sizes + std::string(10, '\0') +
                 little_endian(locals.size(), 4) + name;
    locals += "PK\x03\x04" + std::string(10, '\0') + sizes + name;
  }
  return locals + directory + "PK\x05\x06"s + std::string(4, '\0') +
         little_endian(names.size(), 2) + little_endian(names.size(), 2) +
         little_endian(directory.size(), 4) + little_endian(locals.size(), 4) + "\0\0"s;
}

std::vector<ForeignSample> foreign_samples() {
  return {
      {"empty.pb", ""},
      {"edge.tflite", "\x1c\0\0\0TFL3"s + std::string(200000, '\0') + "edgetpu-custom-op" +
                          std::string(200000, '\0')},
      {"net.param", "7767517\n2 2\nInput data 0 1 data\nSoftmax prob 1 1 data prob\n"},
      {"net.param.bin", "\x1d\x85\x76\0\x02\0\0\0"s},
      {"net.bin", "\0\0\0\0\0\0\x80\x3f"s},
      {"deploy.prototxt",
       "name: \"MOBILENET\"\ninput: \"data\"\nlayer {\n  name: \"conv1\"\n  "
       "type: \"Convolution\"\n  bottom: \"data\"\n}\n"},
      {"net.caffemodel",
       "\x0a\x09MOBILENET\xa2\x06\x05\x0a\x03"
       "fc7"s},
      {"old.caffemodel",
       "\x0a\x03net\x12\x05\x0a\x03"
       "fc7"s},
      {"model.json", R"({"format": "layers-model", "modelTopology": {"class_name": "Model",
"config": {}}, "weightsManifest": [{"paths": ["group1-shard1of1.bin"]}]})"},
      {"group1-shard1of1.bin", "\0\0\x80\x3f"s},
      {"scripted.pt", zip_of({"net/data.pkl", "net/constants.pkl", "net/code/__torch__.py"})},
      {"state.pth", zip_of({"archive/data.pkl", "archive/data/0", "archive/version"})},
      {"old.pth", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03."s},
      {"net.pte", "\x30\0\0\0ET12"s},
      {"net.safetensors", safetensors()},
      {"net.mlmodel", "\x08\x04\x12\x10\x0a\x05image"s},
      {"openvino.xml", "<?xml version=\"1.0\"?>\n<net name=\"net\" version=\"11\">\n<layers>\n"},
      {"openvino.bin", "\0\0\x80\x3f"s},
      {"inference.pdmodel", "\x0a\x10\x08\0\x10\xff"s},
      {"inference.json", R"({"base_code":{"magic":"pir","version":1},"program":{}})"},
      {"net-symbol.json", R"({"nodes": [{"op": "null"}], "arg_nodes": [0], "heads": [[1, 0, 0]]})"},
      {"net-0000.params", "\x12\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s},
      {"net.cfg", "# a comment\n[net]\nbatch=1\n[convolutional]\nfilters=16\n"},
      {"net.weights", "\0\0\0\0\x02\0\0\0\0\0\0\0"s + std::string(20, '\x3f')},
      {"net.engine", "ptrt\0\0\0\0"s},
      {"net.ort", "\x18\0\0\0ORTM"s},
      {"net.gguf", "GGUF\x03\0\0\0"s},
      {"net.rknn", "RKNN\0\0\0\0"s},
      {"net.hef", "\x01HEF\0\0"s},
      {"net.kmodel", "LDMK\x06\0\0\0"s},
      {"architecture.json", R"({"class_name": "Functional", "config": {"name": "mobilenet"},
"keras_version": "2.9.0", "backend": "tensorflow"})"},
      {"architecture.yaml", "backend: tensorflow\nclass_name: Functional\nconfig:\n  name: net\n"},
      {"slimc.weights", "\x89slimcW\n\x01\0\0\0"s},
      {"image.npy", "\x93NUMPY\x01\0"s},
      {"weights.npz", zip_of({"arr_0.npy", "arr_1.npy"})},
      {"net.dlc", zip_of({"model", "model.params", "dlc.metadata"})},
      {"net.zip", zip_of({"labels.txt", "mobilenet/net_quant.tflite"})},
      {"nothing.zip", "PK\x05\x06"s + std::string(18, '\0')},
      {"net.tgz", "\x1f\x8b\x08\0\0\0\0\0"s},
      {"net.tar.xz",
       "\xfd"
       "7zXZ\0\0"s},
      {"net.tar.bz2", "BZh91AY&SY"s},
      {"net.7z", "7z\xbc\xaf\x27\x1c\0\x04"s},
      {"net.tar", tar()},
      {"libnet.a", "!<arch>\n"},
      {"photo.jpg", "\xff\xd8\xff\xe0\0\x10JFIF"s},
      {"photo.png", "\x89PNG\r\n\x1a\n"},
      {"photo.gif", "GIF89a\x01\0\x01\0"s},
      {"photo.webp", "RIFF\x1a\0\0\0WEBPVP8L"s},
      {"photo.bmp", bitmap()},
      {"photo.tif", "II*\0\x08\0\0\0"s},
      {"paper.pdf", "%PDF-1.5\n%\xd0\xd4\xc5\xd8\n"},
      {"page.pb", "\n\n<!DOCTYPE html>\n<html lang=\"en\">\n"},
      {"page.tflite", "<html><head><title>404</title>"},
      {"denied.h5", "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>"},
      {"program",
       "\x7f"
       "ELF\x02\x01\x01\0"s},
      {"program.exe", "MZ\x90\0"s + std::string(60, '\0') + "PE\0\0"s},
      {"program.dylib", "\xcf\xfa\xed\xfe\x07\0\0\x01"s},
      {"model.pkl", "\x80\x04\x95\x05\0\0\0\0\0\0\0}q\0."s},
      {"events.out.tfevents.1", "\x18\0\0\0\0\0\0\0\xa3\x7f"s},
      {"damaged.caffemodel", "\x01\x02\x03\x04"},
      {"net.mnn", "\x18\0\0\0\0\0\0\0"s},
      {"net.tnnmodel", "\x08\x02\x02\0"s},
      {"net.plan", "\x01\x02\x03\x04"},
      {"net.om", "IMOD\0\0"s},
      {"flax.msgpack", "\x81\xa6params"s},
      {"utf16.txt", "\xff\xfen\0o\0d\0e\0"s},
      {"settings.json", "{\"a\": 1}"},
      {"layout.xml", "<?xml version=\"1.0\"?>\n<page/>"},
      {"passwd", "root:x:0:0:root:/root:/bin/bash\n"},
      {"README.md", "# MobileNet\n\nnode and other words.\n"},
      {"core.mlpackage/", "Manifest.json Data"},
      {"core.mlmodelc/", "coremldata.bin"},
      {"tfjs/", "model.json group1-shard1of1.bin"},
      {"paddle/", "inference.pdmodel inference.pdiparams"},
      {"huggingface/", "config.json model.safetensors"},
      {"nothing/", ""},
  };
}

}  // namespace slimc::testing
