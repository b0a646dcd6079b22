// The subcommands on networks with random weights: JSON keys, exit statuses, files complete or
// absent.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"
#include "tool/npy.h"

namespace slimc::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;
using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;
}

std::string bytes_of(const std::filesystem::path& path) {
  const Result<std::string> bytes = read_file(path);
  EXPECT_TRUE(bytes) << bytes.error().to_string();
  return bytes ? *bytes : "";
}

// A small network for all tests of this program.
class CommandLine : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const ToolOutcome made = run_slimc({"init", "--alpha", "0.25", "--resolution", "32x48",
                                        "--classes", "11", "--seed", "3", "-o", "net"},
                                       folder_->path());
    ASSERT_EQ(made.status, 0) << made.transcript();
  }
  static void TearDownTestSuite() { delete folder_; }

  static ToolOutcome slimc(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment = {}) {
    return run_slimc(arguments, folder_->path(), environment);
  }
  static std::filesystem::path path(const std::string& name) { return *folder_ / name; }

  // The JSON document of a run that must succeed.
  static Json json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const ToolOutcome outcome = slimc(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.transcript();
    const Json document = Json::parse(outcome.out, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(document.is_discarded()) << outcome.out;
    return document;
  }

  static TemporaryFolder* folder_;
};

TemporaryFolder* CommandLine::folder_ = nullptr;

TEST_F(CommandLine, InitWritesTheSameFilesForTheSameSeed) {
  const Json first = json({"init", "--alpha", "0.25", "--resolution", "32", "-o", "first"});
  EXPECT_THAT(keys(first), ElementsAre("files"));
  EXPECT_THAT(first["files"].get<std::vector<std::string>>(),
              UnorderedElementsAre("first.ckpt.index", "first.ckpt.data-00000-of-00001",
                                   "first.ckpt.meta", "first_eval.pbtxt"));
  json({"init", "--alpha", "0.25", "--resolution", "32", "-o", "second"});
  json({"init", "--alpha", "0.25", "--resolution", "32", "--seed", "2", "-o", "third"});
  const std::string data = ".ckpt.data-00000-of-00001";
  EXPECT_EQ(bytes_of(path("first" + data)), bytes_of(path("second" + data)));
  EXPECT_NE(bytes_of(path("first" + data)), bytes_of(path("third" + data)));
}

TEST_F(CommandLine, InspectPrintsWhatTheIssueLists) {
  const Json document = json({"inspect", "net.ckpt"});
  EXPECT_THAT(keys(document), ElementsAre("name", "form", "input", "outputs", "alpha", "resolution",
                                          "classes", "parameters", "multiply_adds", "layers"));
  EXPECT_EQ(document["name"], "net");
  EXPECT_EQ(document["alpha"], 0.25);
  EXPECT_EQ(document["resolution"], Json({32, 48}));
  EXPECT_EQ(document["classes"], 11);
  EXPECT_EQ(document["layers"].size(), 30u);
  const Json& layer = document["layers"][0];
  EXPECT_THAT(keys(layer),
              ElementsAre("name", "op", "activation", "output", "parameters", "multiply_adds"));
  EXPECT_EQ(layer["op"], "Conv2D");
  EXPECT_EQ(layer["output"], Json({1, 16, 24, 8}));
  EXPECT_EQ(layer["parameters"], 3 * 3 * 3 * 8 + 2 * 8);
  EXPECT_EQ(layer["multiply_adds"], 16 * 24 * 3 * 3 * 3 * 8);
}

TEST_F(CommandLine, CompileWritesThreeFilesAndSaysWhatTheyAre) {
  const Json document = json({"compile", "net.ckpt", "-o", "out/deep"});
  const Json& target = document["targets"][0];
  EXPECT_THAT(keys(document),
              ElementsAre("name", "targets", "library", "header", "source", "weights", "labels",
                          "library_bytes", "weights_bytes", "memory_bytes", "kernels", "seconds"));
  EXPECT_EQ(document["library"], "out/deep/libnet.a");
  EXPECT_EQ(document["header"], "out/deep/net.h");
  EXPECT_EQ(document["source"], "out/deep/net.cc");
  EXPECT_EQ(document["labels"], nullptr);
  EXPECT_EQ(document["library_bytes"], std::filesystem::file_size(path("out/deep/libnet.a")));
  EXPECT_THAT(bytes_of(path("out/deep/libnet.a")), StartsWith("!<arch>\n"));
  EXPECT_GT(document["weights_bytes"], 0);
  EXPECT_GT(document["memory_bytes"], 0);
  EXPECT_EQ(document["targets"].size(), 1u);
  EXPECT_THAT(keys(target), ElementsAre("name", "halide", "arena_bytes", "weights_bytes",
                                        "rounded_weights", "stages"));
  EXPECT_GT(target["arena_bytes"], 0);
  EXPECT_LT(target["arena_bytes"], document["memory_bytes"]);
  ASSERT_GT(target["stages"].size(), 3u);
  EXPECT_THAT(keys(target["stages"][0]), ElementsAre("name", "kind", "cached", "seconds"));

  // Once more: all from the cache, and the same bytes.
  const std::string library = bytes_of(path("out/deep/libnet.a"));
  const Json again = json({"compile", "net.ckpt", "-o", "again"});
  EXPECT_EQ(again["kernels"]["compiled"], 0);
  for (const Json& stage : again["targets"][0]["stages"]) EXPECT_EQ(stage["cached"], true) << stage;
  EXPECT_EQ(bytes_of(path("again/libnet.a")), library);
}

// A list is one library; several --target are a folder each. Equal kernels are found again.
TEST_F(CommandLine, CompilesForSeveralTargets) {
  const Json document = json({"compile", "net.ckpt", "-o", "several", "--target",
                              "x86-64-v3,x86-64", "--target", "arm64"});
  const Json& libraries = document["libraries"];
  ASSERT_EQ(libraries.size(), 2u);
  EXPECT_EQ(libraries[0]["library"], "several/x86-64-v3,x86-64/libnet.a");
  EXPECT_EQ(libraries[1]["library"], "several/arm64/libnet.a");
  ASSERT_EQ(libraries[0]["targets"].size(), 2u);
  EXPECT_EQ(libraries[0]["targets"][0]["name"], "x86-64-v3");
  EXPECT_EQ(libraries[0]["targets"][1]["name"], "x86-64");
  EXPECT_THAT(bytes_of(path("several/x86-64-v3,x86-64/net.h")), HasSubstr("SLIMC_TARGET"));
  EXPECT_EQ(bytes_of(path("several/arm64/net.h")).find("SLIMC_TARGET"), std::string::npos);
  const Json again = json({"compile", "net.ckpt", "-o", "again", "--target", "x86-64"});
  EXPECT_EQ(again["kernels"]["compiled"], 0);
}

TEST_F(CommandLine, SaysWhichTargetsDoNotGoTogether) {
  const auto error = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"compile", "net.ckpt", "-o", "wrong"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ToolOutcome failed = slimc(arguments);
    EXPECT_EQ(failed.status, 2) << failed.transcript();
    return failed.err;
  };
  EXPECT_THAT(error({"--target", "x86-64,x86-64-v3"}),
              HasSubstr("x86-64-v3 needs avx, which x86-64 before it does not"));
  EXPECT_THAT(error({"--target", "arm64", "--target", "arm64"}),
              HasSubstr("--target arm64 is given twice"));
  EXPECT_THAT(error({"--target", "arm64", "--target", "x86-64", "--depfile", "net.d"}),
              HasSubstr("--depfile is for one library, found 2 --target"));
  EXPECT_THAT(error({"--target", "arm64", "--target", "amr64"}), HasSubstr("did you mean arm64?"));
  const ToolOutcome bench = slimc({"bench", "net.ckpt", "--target", "host", "--target", "x86-64"});
  EXPECT_EQ(bench.status, 2) << bench.transcript();
  EXPECT_THAT(bench.err, HasSubstr("expected one --target, found 2"));
}

TEST_F(CommandLine, CompileDumpsPasses) {
  const ToolOutcome one =
      slimc({"compile", "net.ckpt", "-o", "dump", "--dump-after=fold_batch_norm"});
  EXPECT_THAT(one.err, HasSubstr("# after fold_batch_norm\n"));
  EXPECT_THAT(one.err, HasSubstr("DepthwiseConv2D"));
  EXPECT_EQ(one.err.find("# after prune"), std::string::npos);
  const ToolOutcome all = slimc({"compile", "net.ckpt", "-o", "dump", "--dump-after=all"});
  EXPECT_THAT(all.err, HasSubstr("# after prune\n"));
  EXPECT_THAT(all.err, HasSubstr("# after form_stages\n"));
}

TEST_F(CommandLine, CompileLeavesOlderFilesAloneWhenItFails) {
  json({"compile", "net.ckpt", "-o", "kept"});
  const std::string library = bytes_of(path("kept/libnet.a"));
  // The header's place is taken by a folder, so that not all three files can be written.
  std::filesystem::remove(path("kept/net.h"));
  std::filesystem::create_directories(path("kept/net.h/in the way"));
  json({"init", "--alpha", "0.25", "--resolution", "32x48", "--classes", "11", "--seed", "4", "-o",
        "other/net"});
  const ToolOutcome failed = slimc({"compile", "other/net.ckpt", "-o", "kept"});
  EXPECT_EQ(failed.status, 1) << failed.transcript();
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: kept/net.h"));
  EXPECT_EQ(bytes_of(path("kept/libnet.a")), library);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path("kept"))) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, UnorderedElementsAre("libnet.a", "net.cc", "net.h"));
}

TEST_F(CommandLine, CompileRefusesDamagedWeights) {
  std::filesystem::create_directories(path("damaged"));
  const std::string data = "net.ckpt.data-00000-of-00001";
  for (const std::string& file : {std::string("net.ckpt.index"), std::string("net.ckpt.meta")}) {
    std::filesystem::copy(path(file), path("damaged/" + file));
  }
  const std::string whole = bytes_of(path(data));
  const auto compile = [&](const std::string& bytes) {
    std::ofstream(path("damaged/" + data), std::ios::binary) << bytes;
    const ToolOutcome failed = slimc({"compile", "damaged/net.ckpt", "-o", "damaged/out"});
    EXPECT_EQ(failed.status, 1) << failed.transcript();
    EXPECT_EQ(failed.out, "");
    EXPECT_FALSE(std::filesystem::exists(path("damaged/out")));
    return failed.err;
  };
  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
  EXPECT_THAT(compile(flipped), AllOf(StartsWith("slimc: error: damaged/" + data + ": tensor '"),
                                      HasSubstr("checksum")));
  EXPECT_THAT(compile(whole.substr(0, whole.size() / 2)),
              StartsWith("slimc: error: damaged/" + data + ": "));
}

TEST_F(CommandLine, CompileNeedsAFolderItCanWriteTo) {
  std::ofstream(path("file")) << "in the way";
  const ToolOutcome failed =
      slimc({"compile", "net.ckpt", "-o", "file", "--cache-dir", path("no_kernels")});
  EXPECT_EQ(failed.status, 1) << failed.transcript();
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: file"));
  EXPECT_EQ(bytes_of(path("file")), "in the way");
  EXPECT_FALSE(std::filesystem::exists(path("no_kernels"))) << "it was found out too late";
}

TEST_F(CommandLine, RunTakesArraysOfAnyNumberOfImages) {
  const Shape shape({3, 32, 48, 3});
  std::vector<float> images(static_cast<std::size_t>(shape.elements()));
  for (std::size_t i = 0; i < images.size(); ++i) {
    images[i] = static_cast<float>(std::sin(static_cast<double>(i)));
  }
  std::ofstream(path("three.npy"), std::ios::binary) << npy_bytes(shape, images);
  const std::vector<float> last(images.end() - 32 * 48 * 3, images.end());
  std::ofstream(path("last.npy"), std::ios::binary) << npy_bytes(Shape({32, 48, 3}), last);

  const Json three = json({"run", "net.ckpt", "--input", "three.npy", "--output", "three_out.npy"});
  EXPECT_THAT(keys(three), ElementsAre("images"));
  ASSERT_EQ(three["images"].size(), 3u);
  EXPECT_EQ(three["images"][2]["image"], "three.npy[2]");
  const Json one = json({"run", "net.ckpt", "--input", "last.npy", "--output", "last_out.npy",
                         "--top", "100", "--threads", "2"});
  EXPECT_THAT(keys(one), ElementsAre("predictions"));
  ASSERT_EQ(one["predictions"].size(), 11u);  // no more than there are
  EXPECT_THAT(keys(one["predictions"][0]),
              ElementsAre("class", "wordnet_id", "label", "probability"));
  EXPECT_EQ(one["predictions"][0]["wordnet_id"], nullptr);
  EXPECT_EQ(one["predictions"][0]["label"], nullptr);

  const Result<NpyArray> all = read_npy(path("three_out.npy"));
  const Result<NpyArray> single = read_npy(path("last_out.npy"));
  ASSERT_TRUE(all && single);
  EXPECT_EQ(all->shape, Shape({3, 11}));
  EXPECT_EQ(single->shape, Shape({1, 11}));
  const auto& probabilities = std::get<std::vector<float>>(single->data);
  EXPECT_TRUE(std::equal(probabilities.begin(), probabilities.end(),
                         std::get<std::vector<float>>(all->data).end() - 11));
  float sum = 0, before = 2;
  for (const Json& prediction : one["predictions"]) {
    const float probability = prediction["probability"];
    EXPECT_EQ(probability, probabilities[prediction["class"].get<std::size_t>()]);
    EXPECT_LE(probability, before);
    before = probability;
    sum += probability;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
}

// Bytes and the floats that they become by --input and --order are the same picture.
TEST_F(CommandLine, RunDoesWhatIsSaidOfPixels) {
  const Shape shape({1, 32, 48, 3});
  const auto count = static_cast<std::size_t>(shape.elements());
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7919 % 251);
  std::vector<float> caffe(count);
  const float means[] = {103.939f, 116.779f, 123.68f};
  for (std::size_t i = 0; i < count; ++i) {
    caffe[i] = static_cast<float>(bytes[i - i % 3 + 2 - i % 3]) - means[i % 3];
  }
  std::string header(npy_bytes(shape, caffe));
  std::ofstream(path("floats.npy"), std::ios::binary) << header;
  // The same array of bytes: NumPy's header says |u1 in place of <f4.
  header.resize(header.size() - count * sizeof(float));
  header.replace(header.find("<f4"), 3, "|u1");
  std::ofstream(path("bytes.npy"), std::ios::binary)
      << header << std::string(bytes.begin(), bytes.end());

  const auto probability = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"run", "net.ckpt", "--top", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json(arguments)["predictions"][0];
  };
  const Json floats = probability({"--input", "floats.npy"});
  const Json same = probability({"--input", "bytes.npy", "--input", "caffe"});
  EXPECT_EQ(same["class"], floats["class"]);
  EXPECT_NEAR(same["probability"], floats["probability"].get<double>(), 1e-5);
  const Json other = probability({"--input", "caffe", "--order", "rgb", "--input", "bytes.npy"});
  EXPECT_GT(std::abs(other["probability"].get<double>() - floats["probability"].get<double>()),
            1e-4);
  // Means move with the order: what is not red, green, blue is told apart by them.
  const ToolOutcome rgb = slimc({"inspect", "net.ckpt", "--input", "caffe", "--order", "rgb"});
  EXPECT_THAT(rgb.out, HasSubstr("x - [123.68,116.779,103.939]"));
  const ToolOutcome misspelt =
      slimc({"run", "net.ckpt", "--input", "untit", "--input", "bytes.npy"});
  EXPECT_EQ(misspelt.status, 2);
  EXPECT_THAT(misspelt.err, HasSubstr("did you mean 'unit'?"));
  const ToolOutcome failed = slimc({"run", "net.ckpt", "--input", "scale=1,2", "--input", "a.npy"});
  EXPECT_EQ(failed.status, 2);
  EXPECT_THAT(failed.err, HasSubstr("--input gives 2 scales or offsets, and the images have 3"));
}

TEST_F(CommandLine, RunWritesEveryOutput) {
  std::ofstream(path("in.npy"), std::ios::binary)
      << npy_bytes(Shape({2, 32, 48, 3}), std::vector<float>(2 * 32 * 48 * 3, 0.25f));
  const ToolOutcome outcome =
      slimc({"run", "net.ckpt", "--input", "in.npy", "--output", "several.npy", "--output-node",
             "MobilenetV1/Predictions/Reshape_1", "--output-node",
             "MobilenetV1/Logits/AvgPool_1a/AvgPool"});
  ASSERT_EQ(outcome.status, 0) << outcome.transcript();
  const auto classes = read_npy(path("several.mobilenetv1_predictions_reshape_1.npy"));
  const auto pooled = read_npy(path("several.mobilenetv1_logits_avgpool_1a_avgpool.npy"));
  ASSERT_TRUE(classes && pooled);
  EXPECT_EQ(classes->shape, Shape({2, 11}));
  EXPECT_EQ(pooled->shape, Shape({2, 1, 1, 256}));
  EXPECT_FALSE(std::filesystem::exists(path("several.npy")));
}

TEST_F(CommandLine, RunSaysWhatIsWrongWithArrays) {
  std::ofstream(path("small.npy"), std::ios::binary)
      << npy_bytes(Shape({1, 32, 32, 3}), std::vector<float>(32 * 32 * 3));
  const ToolOutcome failed = slimc({"run", "net.ckpt", "--input", "small.npy"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: small.npy: array of shape [1,32,32,3], expected "
                                    "[1,32,48,3] or any number of them\n"));
}

TEST_F(CommandLine, RunNamesEveryBrokenPhoto) {
  std::ofstream(path("a.jpg")) << "no photo";
  const ToolOutcome failed = slimc({"run", "net.ckpt", "a.jpg", "b.jpg"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: a.jpg: not a JPEG or PNG image\n"));
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: b.jpg: "));
}

// "background", then "n10000000 class 0" to "n10000009 class 9": of the network's 11 classes.
std::string all_labels() {
  std::string text = "background\n";
  for (int i = 0; i < 10; ++i) text += fmt::format("n{} class {}\n", 10000000 + i, i);
  return text;
}

TEST_F(CommandLine, RunNamesTheClasses) {
  std::ofstream(path("names.txt")) << all_labels();
  std::ofstream(path("image.npy"), std::ios::binary)
      << npy_bytes(Shape({1, 32, 48, 3}), std::vector<float>(32 * 48 * 3));
  const Json document =
      json({"run", "net.ckpt", "--input", "image.npy", "--labels", "names.txt", "--top", "11"});
  ASSERT_EQ(document["predictions"].size(), 11u);
  for (const Json& prediction : document["predictions"]) {
    const int number = prediction["class"];
    if (number == 0) {
      EXPECT_EQ(prediction["label"], "background");
      EXPECT_EQ(prediction["wordnet_id"], nullptr);
    } else {
      EXPECT_EQ(prediction["label"], fmt::format("class {}", number - 1));
      EXPECT_EQ(prediction["wordnet_id"], fmt::format("n{}", 10000000 + number - 1));
    }
  }
  const ToolOutcome text =
      slimc({"run", "net.ckpt", "--input", "image.npy", "--labels", "names.txt", "--top", "1"});
  EXPECT_THAT(text.out, ::testing::MatchesRegex("0\\.[0-9]+ +[0-9]+  (class [0-9]|background)\n"));
}

// Slim's ImageNet network and Keras' 1000 names: aligned, and said without --verbose.
TEST_F(CommandLine, SaysThatClassZeroIsTheBackground) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += fmt::format("name {}\n", i);
  std::ofstream(path("thousand.txt")) << text;
  json({"init", "--alpha", "0.05", "--resolution", "32", "-o", "slim"});
  const ToolOutcome outcome =
      slimc({"compile", "slim.ckpt", "--labels", "thousand.txt", "-o", "slim_out"});
  EXPECT_EQ(outcome.status, 0) << outcome.transcript();
  EXPECT_THAT(outcome.err,
              HasSubstr("slimc: warning: thousand.txt: 1000 labels for 1001 classes, taken for "
                        "slim's ImageNet classes: class 0 is called 'background', class 1 is "
                        "'name 0'\n"));
}

TEST_F(CommandLine, CompileKeepsTheLabels) {
  std::filesystem::create_directories(path("names"));
  std::ofstream(path("names/all.txt")) << all_labels();
  const Json document =
      json({"compile", "net.ckpt", "--labels", "names/all.txt", "-o", "labelled"});
  EXPECT_EQ(document["labels"], "names/all.txt");
  // The header and the library say what, but not where it was.
  const std::string header = bytes_of(path("labelled/net.h"));
  EXPECT_THAT(header, HasSubstr(": from all.txt. */\n#define NET_HAS_LABELS 1\n"));
  EXPECT_THAT(header + bytes_of(path("labelled/net.cc")), Not(HasSubstr("names/")));
  EXPECT_THAT(bytes_of(path("labelled/net.cc")), HasSubstr("n10000009\\000class 9\\000"));
}

// Before any kernel is compiled: nothing is in the cache.
TEST_F(CommandLine, LabelsAreCheckedFirst) {
  std::ofstream(path("two.txt")) << "one\ntwo\n";
  std::ofstream(path("gap.txt")) << "one\n\nthree\n\x1b[31mfour\n";
  const auto refused = [&](const std::string& labels, const std::string& model) {
    const ToolOutcome failed = slimc(
        {"compile", model, "--labels", labels, "-o", "refused", "--cache-dir", path("fresh")});
    EXPECT_EQ(failed.status, 1) << failed.transcript();
    EXPECT_EQ(failed.out, "");
    EXPECT_FALSE(std::filesystem::exists(path("refused")));
    EXPECT_FALSE(std::filesystem::exists(path("fresh")));
    return failed.err;
  };
  EXPECT_EQ(refused("two.txt", "net.ckpt"),
            "slimc: error: two.txt: 2 labels, expected 11, as many as the network has classes\n");
  // Ten of eleven would be shifted by one, were the missing one guessed.
  const std::string all = all_labels();
  std::ofstream(path("ten.txt")) << all.substr(all.find('\n') + 1);
  EXPECT_EQ(refused("ten.txt", "net.ckpt"),
            "slimc: error: ten.txt: 10 labels, expected 11, as many as the network has classes; "
            "where class 0 is one of its own, add a line for it ('background') in front, where the "
            "last class has no name, one behind\n");
  EXPECT_EQ(refused("gap.txt", "net.ckpt"),
            "slimc: error: gap.txt:2: label is empty\n"
            "slimc: error: gap.txt:4: label has the control character U+001B at its place 1\n");
  EXPECT_EQ(refused("none.txt", "net.ckpt"),
            "slimc: error: none.txt: cannot be opened: No such file or directory\n");

  const ToolOutcome made = slimc({"init", "--dialect", "keras", "--alpha", "0.25", "--resolution",
                                  "32", "--no-top", "--pooling", "avg", "-o", "no_top"});
  ASSERT_EQ(made.status, 0) << made.transcript();
  EXPECT_EQ(refused("two.txt", "no_top.ckpt"),
            "slimc: error: two.txt: labels of classes, but the network gives [1,256] without a "
            "classifier\n");
}

// Features are no classes: there is nothing to list.
TEST_F(CommandLine, RunWritesFeatures) {
  const ToolOutcome made = slimc({"init", "--dialect", "keras", "--alpha", "0.25", "--resolution",
                                  "32", "--no-top", "--pooling", "avg", "-o", "features"});
  ASSERT_EQ(made.status, 0) << made.transcript();
  std::ofstream(path("small.npy"), std::ios::binary)
      << npy_bytes(Shape({1, 32, 32, 3}), std::vector<float>(32 * 32 * 3));
  const ToolOutcome nothing = slimc({"run", "features.ckpt", "--input", "small.npy"});
  EXPECT_EQ(nothing.status, 2) << nothing.transcript();
  EXPECT_THAT(nothing.err, HasSubstr("slimc: error: the network gives [1,256] without a "
                                     "classifier, expected --output for it\n"));
  const ToolOutcome written =
      slimc({"run", "features.ckpt", "--input", "small.npy", "--output", "features.npy"});
  EXPECT_EQ(written.status, 0) << written.transcript();
  EXPECT_EQ(written.out, "");
  const Result<NpyArray> array = read_npy(path("features.npy"));
  ASSERT_TRUE(array);
  EXPECT_EQ(array->shape, Shape({1, 256}));
}

TEST_F(CommandLine, VerifyPassesAndItsToleranceCounts) {
  const Json document = json({"verify", "net.ckpt"});
  EXPECT_THAT(keys(document),
              ElementsAre("ok", "max_abs_error", "max_abs_rounding", "magnitude", "stages"));
  EXPECT_EQ(document["ok"], true);
  EXPECT_LE(document["max_abs_error"], 1e-5);
  ASSERT_GT(document["stages"].size(), 3u);
  for (const Json& stage : document["stages"]) {
    EXPECT_THAT(keys(stage), ElementsAre("name", "max_abs_error", "max_rel_error"));
    EXPECT_LE(stage["max_rel_error"], 1e-5) << stage;
  }
  // No float code is exact to 1e-12.
  const ToolOutcome failed = slimc({"verify", "net.ckpt", "--tolerance", "1e-12", "--json"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(Json::parse(failed.out)["ok"], false);
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: "));
}

TEST_F(CommandLine, VerifyTakesBatches) {
  json({"init", "--alpha", "0.25", "--resolution", "32", "--classes", "5", "--batch", "2", "-o",
        "batch"});
  EXPECT_EQ(json({"verify", "batch.ckpt", "--threads", "2"})["ok"], true);
}

// A run of eight images takes eight images' multiply-adds.
TEST_F(CommandLine, BenchCountsTheWholeBatch) {
  json({"init", "--alpha", "0.25", "--resolution", "32", "--classes", "5", "-o", "eight"});
  const Json one = json({"bench", "eight.ckpt", "--runs", "5"});
  const Json eight = json({"bench", "eight.ckpt", "--batch", "8", "--runs", "5", "--stages"});
  EXPECT_EQ(one["batch"], 1);
  EXPECT_EQ(one["multiply_adds"], one["multiply_adds_per_image"]);
  EXPECT_EQ(eight["batch"], 8);
  EXPECT_EQ(eight["multiply_adds_per_image"], one["multiply_adds"]);
  EXPECT_EQ(eight["multiply_adds"], 8 * one["multiply_adds"].get<std::int64_t>());
  EXPECT_EQ(json({"inspect", "eight.ckpt", "--batch", "8"})["multiply_adds"],
            eight["multiply_adds"]);
  std::int64_t stages = 0;
  for (const Json& stage : eight["stages"]) stages += stage["multiply_adds"].get<std::int64_t>();
  EXPECT_EQ(stages, eight["multiply_adds"]);
  const double ms = eight["min_ms"];
  EXPECT_DOUBLE_EQ(eight["min_ms_per_image"], ms / 8);
  EXPECT_NEAR(eight["gmacs"], eight["multiply_adds"].get<double>() / ms / 1e6,
              1e-9 * eight["gmacs"].get<double>());
}

TEST_F(CommandLine, InspectShowsInputAndOutputs) {
  const Json document = json({"inspect", "net.ckpt"});
  EXPECT_EQ(document["form"], "TensorFlow");
  EXPECT_EQ(document["input"], Json({{"shape", {1, 32, 48, 3}},
                                     {"scale", {1 / 127.5}},
                                     {"offset", {-1.0}},
                                     {"order", "RGB"},
                                     {"source", "assumed"},
                                     {"evidence", nullptr}}));
  EXPECT_EQ(document["outputs"], Json::array({{{"name", "MobilenetV1/Predictions/Reshape_1"},
                                               {"shape", {1, 11}},
                                               {"kind", "probabilities"}}}));
  const ToolOutcome text = slimc({"inspect", "net.ckpt"});
  EXPECT_THAT(text.out,
              HasSubstr("net: TensorFlow, width multiplier 0.25, image 32x48, 11 classes\n"
                        "input [1,32,48,3]: x/127.5 - 1 (-1 to 1), RGB, assumed\n"
                        "output MobilenetV1/Predictions/Reshape_1 [1,11]: probabilities\n\n"));
}

TEST_F(CommandLine, InspectSaysWhatTheUserSaid) {
  const ToolOutcome text = slimc({"inspect", "net.ckpt", "--input", "unit", "--order", "bgr"});
  EXPECT_THAT(text.out, HasSubstr("input [1,32,48,3]: x/255 (0 to 1), BGR, as you said\n"));
}

// As wide as $COLUMNS says where stdout is no terminal, and every row still another one.
TEST_F(CommandLine, InspectFitsItsLines) {
  for (const std::size_t columns : {80u, 100u}) {
    const ToolOutcome text =
        run_slimc({"inspect", "net.ckpt"}, folder_->path(), {"COLUMNS=" + std::to_string(columns)});
    EXPECT_EQ(text.status, 0);
    std::istringstream lines(text.out);
    std::set<std::string> different;
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), columns) << line;
      if (line.starts_with("Mobil")) {
        ++count;
        different.insert(line.substr(0, line.find("  ")));
      }
    }
    EXPECT_EQ(count, 30u) << text.out;
    EXPECT_THAT(text.out, HasSubstr(" for " + std::to_string(columns) + " columns; "));
    EXPECT_EQ(different.size(), count) << text.out;
  }
}

TEST_F(CommandLine, InspectIsAsWideAsItsNames) {
  const ToolOutcome text = slimc({"inspect", "net.ckpt", "--wide"});
  EXPECT_EQ(text.status, 0);
  for (const Json& layer : json({"inspect", "net.ckpt"})["layers"]) {
    EXPECT_THAT(text.out, HasSubstr("\n" + layer["name"].get<std::string>() + " "));
  }
  EXPECT_THAT(text.out, Not(HasSubstr("...")));
}

TEST_F(CommandLine, BenchPrintsWhatTheIssueLists) {
  const Json document = json({"bench", "net.ckpt", "--runs", "5", "--stages"});
  EXPECT_THAT(keys(document),
              ElementsAre("threads", "runs", "min_ms", "median_ms", "p90_ms", "batch",
                          "min_ms_per_image", "multiply_adds", "multiply_adds_per_image", "gmacs",
                          "peak_gmacs", "fraction_of_peak", "stages", "read_bandwidth"));
  EXPECT_EQ(document["threads"], 1);
  EXPECT_EQ(document["runs"], 5);
  EXPECT_LE(document["min_ms"], document["median_ms"]);
  EXPECT_LE(document["median_ms"], document["p90_ms"]);
  EXPECT_EQ(document["multiply_adds"], json({"inspect", "net.ckpt"})["multiply_adds"]);
  EXPECT_GT(document["peak_gmacs"], 0);
  double share = 0;
  for (const Json& stage : document["stages"]) share += stage["share"].get<double>();
  EXPECT_NEAR(share, 1, 1e-9);
  EXPECT_TRUE(json({"bench", "net.ckpt", "--runs", "1"})["stages"].empty());
}

TEST_F(CommandLine, BenchSaysWhatEachStageStandsAgainst) {
  const Json document = json({"bench", "net.ckpt", "--runs", "2", "--stages"});
  std::vector<std::string> limits = {"arithmetic"};
  for (const Json& level : document["read_bandwidth"]) {
    EXPECT_GT(level["gb_a_second"], 0);
    limits.push_back(level["level"]);
  }
  for (const Json& stage : document["stages"]) {
    EXPECT_GT(stage["bytes"], 0) << stage["name"];
    EXPECT_GT(stage["limit_ms"], 0) << stage["name"];
    EXPECT_THAT(limits, Contains(stage["limit"].get<std::string>()));
    EXPECT_NEAR(stage["fraction_of_limit"],
                stage["limit_ms"].get<double>() / stage["ms"].get<double>(), 1e-9);
    EXPECT_NEAR(stage["fraction_of_peak"],
                stage["gmacs"].get<double>() / document["peak_gmacs"].get<double>(), 1e-9);
  }
}

// Complete events, of each run one a stage and thread, and those of a thread one after the other.
TEST_F(CommandLine, BenchTracesWhatThreadsDo) {
  const Json document =
      json({"bench", "net.ckpt", "--runs", "4", "--threads", "2", "--stages", "--trace", "t.json"});
  std::vector<std::string> stages;
  for (const Json& stage : document["stages"]) stages.push_back(stage["name"]);
  ASSERT_GT(stages.size(), 10);

  const Json trace = Json::parse(bytes_of(path("t.json")));
  EXPECT_THAT(keys(trace), ElementsAre("displayTimeUnit", "traceEvents"));
  std::map<std::string, std::vector<std::string>> names;  // of processes and threads
  std::map<int, std::vector<Json>> of_thread;
  for (const Json& event : trace["traceEvents"]) {
    EXPECT_EQ(event["pid"], 1);
    if (event["ph"] == "M") {
      if (event["args"].contains("name")) names[event["name"]].push_back(event["args"]["name"]);
      continue;
    }
    EXPECT_THAT(keys(event), ElementsAre("name", "cat", "ph", "pid", "tid", "ts", "dur", "args"));
    EXPECT_EQ(event["ph"], "X");
    of_thread[event["tid"]].push_back(event);
  }
  EXPECT_THAT(names["process_name"], ElementsAre("net"));
  EXPECT_THAT(names["thread_name"], ElementsAre("thread 0 (caller)", "thread 1"));

  ASSERT_EQ(of_thread.size(), 2);
  std::vector<int> tasks(4 * stages.size());
  for (const auto& [thread, events] : of_thread) {
    ASSERT_EQ(events.size(), tasks.size()) << thread;
    double free_at = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Json& args = events[i]["args"];
      EXPECT_EQ(events[i]["name"], stages[i % stages.size()]);
      EXPECT_EQ(args["kind"], events[i]["cat"]);
      EXPECT_EQ(args["run"], i / stages.size());
      EXPECT_EQ(args["image"], 0);
      EXPECT_GE(args["gmacs"], 0);
      EXPECT_GE(events[i]["dur"], 0);
      // Microseconds with three digits behind the point.
      EXPECT_GT(events[i]["ts"].get<double>(), free_at - 1e-6);
      free_at = events[i]["ts"].get<double>() + events[i]["dur"].get<double>();
      tasks[i] += args["tasks"].get<int>();
      if (thread == 1) {
        EXPECT_EQ(tasks[i], args["tasks_of_stage"]) << i;
      }
    }
  }
}

TEST_F(CommandLine, BenchTracesTenRunsAtMost) {
  json({"bench", "net.ckpt", "--runs", "30", "--trace", "ten.json"});
  const Json trace = Json::parse(bytes_of(path("ten.json")));
  int last = 0;
  for (const Json& event : trace["traceEvents"]) {
    if (event["ph"] == "X") last = std::max(last, event["args"]["run"].get<int>());
  }
  EXPECT_EQ(last, 9);
}

// Found out before anything is measured.
TEST_F(CommandLine, BenchSaysThatItCannotWriteTheTrace) {
  const ToolOutcome failed = slimc({"bench", "net.ckpt", "--trace", "net.ckpt.index/t.json"});
  EXPECT_EQ(failed.status, 1) << failed.transcript();
  EXPECT_THAT(failed.err, AllOf(StartsWith("slimc: error: "), HasSubstr("net.ckpt.index")));
  EXPECT_EQ(failed.out, "");
}

TEST_F(CommandLine, RefusesToRunForeignTargets) {
#if defined(__x86_64__)
  const char* foreign = "arm64";
#else
  const char* foreign = "x86-64-v3";
#endif
  for (const char* command : {"run", "verify", "bench"}) {
    std::vector<std::string> arguments = {command, "net.ckpt", "--target", foreign};
    if (command == std::string("run")) arguments.emplace_back("photo.jpg");
    const ToolOutcome failed = slimc(arguments);
    EXPECT_EQ(failed.status, 1) << failed.transcript();
    EXPECT_THAT(failed.err, HasSubstr("this machine cannot run code for"));
  }
}

TEST_F(CommandLine, RefusesTooManyThreads) {
  const ToolOutcome failed = slimc({"bench", "net.ckpt", "--threads", "100000"});
  EXPECT_EQ(failed.status, 2) << failed.transcript();
  EXPECT_THAT(failed.err, HasSubstr("slimc: error: 100000 threads, expected 1 to "));
}

TEST_F(CommandLine, SaysWhichToolIsMissing) {
  const ToolOutcome failed =
      slimc({"compile", "net.ckpt", "-o", "no_clang"}, {"SLIMC_CLANG=/nowhere/clang++"});
  EXPECT_EQ(failed.status, 3) << failed.transcript();
  EXPECT_EQ(failed.out, "");
  EXPECT_THAT(failed.err, HasSubstr("/nowhere/clang++"));
  EXPECT_FALSE(std::filesystem::exists(path("no_clang")));
}

TEST_F(CommandLine, NoticesThatResultsDoNotArrive) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const int status = std::system("cd / && " SLIMC_BINARY_DIR "/bin/slimc --version >/dev/null");
  ASSERT_EQ(status, 0);
  const std::string command = std::string(SLIMC_BINARY_DIR "/bin/slimc inspect ") +
                              path("net.ckpt").string() + " >/dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  for (const char* words : {"--help", "--version", "compile --help"}) {
    const std::string help =
        std::string(SLIMC_BINARY_DIR "/bin/slimc ") + words + " >/dev/full 2>/dev/null";
    EXPECT_EQ(WEXITSTATUS(std::system(help.c_str())), 1) << words;
  }
}

// A program that reads the object would find another output in front of it, or none.
TEST_F(CommandLine, JsonIsAloneOnStandardOutput) {
  const std::string net = path("net.ckpt").string();
  const std::vector<std::vector<std::string>> all = {
      {"compile", net, "-o", path("json").string(), "--depfile", "-"},
      {"run", net, path("image.npy").string(), "--output", "/dev/stdout"},
      {"bench", net, "--trace", "-"},
      {"tune", net, "-o", "-"}};
  for (std::vector<std::string> words : all) {
    words.emplace_back("--json");
    const ToolOutcome refused = slimc(words);
    EXPECT_EQ(refused.status, 2) << words[0];
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, HasSubstr("would both go to standard output")) << words[0];
  }
  EXPECT_FALSE(std::filesystem::exists(path("json")));
}

// "$OUT" of a script that has not set it.
TEST_F(CommandLine, NoValueIsEmpty) {
  const std::string net = path("net.ckpt").string();
  const std::vector<std::vector<std::string>> all = {{"compile", net, "-o", ""},
                                                     {"compile", net, "-o", "x", "--name", ""},
                                                     {"compile", ""},
                                                     {"run", net, "--output", "", "photo.png"},
                                                     {"run", net, ""},
                                                     {"verify", net, "--cache-dir", ""}};
  for (const std::vector<std::string>& words : all) {
    const ToolOutcome refused = slimc(words);
    EXPECT_EQ(refused.status, 2) << words[0];
    // CLI11's own words for an option that is required.
    EXPECT_THAT(refused.err, AnyOf(HasSubstr("is empty"), HasSubstr("is required"))) << words[0];
  }
}

}  // namespace
}  // namespace slimc::testing
