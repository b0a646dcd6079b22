// Small files that claim to be large: `slimc inspect` must say so in words, and without the memory
// that they claim. The files are made here byte by byte, or by the formats' own libraries.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "frontend/tensorflow/crc32c.h"
#include "support/files.h"
#include "support/unique_fd.h"
#include "tests/common/temporary_folder.h"

namespace slimc::testing {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

// The tool maps LLVM's library, 110 MB, and uses little of it.
constexpr rlim_t kAddressSpace = std::uint64_t{1} << 30;
constexpr long kMaxRssKb = 200 * 1024;
constexpr rlim_t kMaxSeconds = 10;

class HostileFiles : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  // What `slimc inspect` says on stderr; checks that it ends as it does for any wrong file.
  std::string inspect(const std::filesystem::path& model) const {
    const std::filesystem::path words = folder_ / "words";
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit memory = {kAddressSpace, kAddressSpace}, time = {kMaxSeconds, kMaxSeconds};
      ::setrlimit(RLIMIT_AS, &memory);
      ::setrlimit(RLIMIT_CPU, &time);
      const int fd = ::open(words.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(fd, STDERR_FILENO);
      ::execl(SLIMC_BINARY_DIR "/bin/slimc", "slimc", "inspect", model.c_str(), nullptr);
      ::_exit(127);
    }
    int status = 0;
    rusage usage = {};
    EXPECT_EQ(::wait4(child, &status, 0, &usage), child);
    EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 1);
    EXPECT_LT(usage.ru_maxrss, kMaxRssKb);
    return read_file(words).value_or("");
  }

  const TemporaryFolder folder_;
};

// --- Protocol buffers by hand (https://protobuf.dev/programming-guides/encoding).

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string number(int field, std::uint64_t value) { return varint(field * 8) + varint(value); }
std::string message(int field, const std::string& bytes) {
  return varint(field * 8 + 2) + varint(bytes.size()) + bytes;
}

std::string attribute(const std::string& name, const std::string& value) {
  return message(5, message(1, name) + message(2, value));
}
std::string node(const std::string& name, const std::string& op,
                 const std::vector<std::string>& inputs, const std::string& attributes) {
  std::string bytes = message(1, name) + message(2, op);
  for (const std::string& input : inputs) bytes += message(3, input);
  return message(1, bytes + attributes);
}
std::string shape(const std::vector<std::uint64_t>& dims) {
  std::string bytes;
  for (const std::uint64_t dim : dims) bytes += message(2, number(1, dim));
  return bytes;
}

constexpr int kFloat = 1;

// An image through a convolution by weights of one number, repeated.
std::string convolution_of(const std::vector<std::uint64_t>& weights) {
  const std::string tensor =
      number(1, kFloat) + message(2, shape(weights)) + message(5, "\0\0\x80\x3f"s);
  return node("input", "Placeholder", {},
              attribute("dtype", number(6, kFloat)) +
                  attribute("shape", message(7, shape({1, 8, 8, 3})))) +
         node("weights", "Const", {},
              attribute("dtype", number(6, kFloat)) + attribute("value", message(8, tensor))) +
         node("conv", "Conv2D", {"input", "weights"},
              attribute("padding", message(2, "SAME")) +
                  attribute("strides", message(1, message(3, "\1\1\1\1"))));
}

TEST_F(HostileFiles, AWeightOfAGigabyteThatIsOneNumber) {
  EXPECT_THAT(inspect(write("net.pb", convolution_of({1, 1, 3, 80'000'000}))),
              HasSubstr("node 'weights': has 239999999 elements that the file has no values for"));
}

TEST_F(HostileFiles, AShapeWhoseProductOverflows) {
  const std::uint64_t much = std::uint64_t{1} << 32;
  EXPECT_THAT(inspect(write("net.pb", convolution_of({much, much, much, 3}))),
              HasSubstr("node 'weights': has the shape [4294967296,4294967296,4294967296,3], which "
                        "is more than the"));
}

TEST_F(HostileFiles, MessagesInMessagesInMessages) {
  std::string nested;
  for (int i = 0; i < 300; ++i) nested = message(10, message(2, message(2, nested)));
  EXPECT_THAT(inspect(write("net.pb", node("n", "Relu", {}, attribute("a", nested)))),
              HasSubstr("net.pb: is neither a GraphDef nor a MetaGraphDef"));
  std::string text = "node { name: \"n\" op: \"Relu\" attr { key: \"a\" value ";
  for (int i = 0; i < 300; ++i) text += "{ func { attr { key: \"a\" value ";
  EXPECT_THAT(inspect(write("net.pbtxt", text)), HasSubstr("net.pbtxt:1:"));
}

// --- LevelDB tables (https://github.com/google/leveldb/blob/main/doc/table_format.md).

std::string fixed32(std::uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// A block with its compression (0: none, 1: Snappy) and checksum.
std::string block(const std::string& contents, char compression) {
  const std::string guarded = contents + compression;
  return guarded + fixed32(frontend::masked_crc32c(guarded));
}

std::string entry(const std::string& key, const std::string& value) {
  return "\0"s + varint(key.size()) + varint(value.size()) + key + value;
}

// Entries, then the only restart point.
std::string entries(const std::string& bytes) { return bytes + fixed32(0) + fixed32(1); }

// A table of one data block.
std::string table(const std::string& contents, char compression) {
  std::string bytes = block(contents, compression);
  const std::string data = varint(0) + varint(contents.size());
  const auto add = [&bytes](const std::string& plain) {
    const std::string handle = varint(bytes.size()) + varint(plain.size());
    bytes += block(plain, 0);
    return handle;
  };
  const std::string meta = add(fixed32(0) + fixed32(1));
  const std::string index = add(entries(entry("z", data)));
  std::string handles = meta + index;
  handles.resize(40);
  return bytes + handles + "\x57\xfb\x80\x8b\x24\x75\x47\xdb"s;
}

// A graph whose weights are variables, and a checkpoint beside it.
class HostileCheckpoints : public HostileFiles {
 protected:
  std::string inspect_index(const std::string& index, const std::string& data = "") const {
    write("net.ckpt.index", index);
    write("net.ckpt.data-00000-of-00001", data);
    return inspect(
        write("net.pb", node("input", "Placeholder", {},
                             attribute("dtype", number(6, kFloat)) +
                                 attribute("shape", message(7, shape({1, 8, 8, 3})))) +
                            node("w", "VariableV2", {},
                                 attribute("dtype", number(6, kFloat)) +
                                     attribute("shape", message(7, shape({1, 1, 3, 80'000'000})))) +
                            node("conv", "Conv2D", {"input", "w"},
                                 attribute("padding", message(2, "SAME")) +
                                     attribute("strides", message(1, message(3, "\1\1\1\1"))))));
  }

  // The index of one tensor of so many bytes.
  static std::string index_of(std::uint64_t bytes) {
    const std::string header = number(1, 1) + message(3, number(1, 1));
    const std::string tensor = number(1, kFloat) + message(2, shape({1, 1, 3, 80'000'000})) +
                               number(5, bytes) + "\x35" + fixed32(0);
    return table(entries(entry("", header) + entry("w", tensor)), 0);
  }
};

TEST_F(HostileCheckpoints, ATensorThatIsLargerThanItsFile) {
  EXPECT_THAT(inspect_index(index_of(960'000'000), "1234"),
              HasSubstr("tensor 'w': ends at byte 960000000, but the file has only 4 bytes: it is "
                        "truncated"));
}

TEST_F(HostileCheckpoints, ATensorWhoseShapeNeedsMoreThanItHas) {
  EXPECT_THAT(inspect_index(index_of(4), "1234"),
              HasSubstr("tensor 'w': has 4 bytes; its shape [1,1,3,80000000] of DT_FLOAT needs "
                        "960000000"));
}

// Snappy (https://github.com/google/snappy/blob/main/format_description.txt) begins with the
// length of what comes out: here 4 GB, of which nothing follows.
TEST_F(HostileCheckpoints, ABlockThatClaimsGigabytes) {
  EXPECT_THAT(inspect_index(table(varint(0xffffffff), 1)),
              HasSubstr("net.ckpt.index: is not a complete checkpoint index"));
}

// A literal "a", then copies of what came before: 64 bytes out for 3 in.
TEST_F(HostileCheckpoints, ABlockThatGrows) {
  std::string copies;
  for (int i = 0; i < 300; ++i) copies += "\xfe\x01\0"s;
  EXPECT_THAT(inspect_index(table(varint(1 + 300 * 64) + "\0a"s + copies, 1)),
              HasSubstr("net.ckpt.index: is not a complete checkpoint index"));
}

// --- HDF5, written by its own library.

TEST_F(HostileFiles, AKerasWeightOfTerabytesThatWasNeverWritten) {
  const std::filesystem::path path = folder_ / "net.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[] = {std::uint64_t{1} << 40};
  const hid_t space = H5Screate_simple(1, dims, nullptr);
  const hid_t dataset =
      H5Dcreate2(file, "kernel:0", H5T_IEEE_F32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Fclose(file);
  EXPECT_LT(std::filesystem::file_size(path), 4096);
  EXPECT_THAT(inspect(path), HasSubstr("net.h5: "));
}

// Deflate at its best: a megabyte of zeros in some kilobytes.
TEST_F(HostileFiles, AKerasWeightThatGrows) {
  const std::filesystem::path path = folder_ / "net.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hsize_t dims[] = {1 << 18};
  const hsize_t chunk[] = {1 << 18};
  const hid_t space = H5Screate_simple(1, dims, nullptr);
  const hid_t options = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(options, 1, chunk);
  H5Pset_deflate(options, 9);
  H5Pset_alloc_time(options, H5D_ALLOC_TIME_EARLY);
  const hid_t dataset =
      H5Dcreate2(file, "kernel:0", H5T_IEEE_F32LE, space, H5P_DEFAULT, options, H5P_DEFAULT);
  H5Dclose(dataset);
  H5Pclose(options);
  H5Sclose(space);
  H5Fclose(file);
  EXPECT_LT(std::filesystem::file_size(path), 8192);
  EXPECT_THAT(inspect(path), HasSubstr("net.h5: "));
}

// --- FlatBuffers (https://flatbuffers.dev/internals).

TEST_F(HostileFiles, ATfLiteVectorThatIsLongerThanItsFile) {
  // The root table has one field, operator_codes, a vector of 2^31 - 1 offsets.
  const std::string vtable = "\x08\0\x08\0\0\0\x04\0"s;
  const std::string root = fixed32(8) + fixed32(4);
  const std::string bytes =
      fixed32(16) + "TFL3" + vtable + root + "\xff\xff\xff\x7f"s + std::string(64, '\1');
  EXPECT_THAT(inspect(write("net.tflite", bytes)), HasSubstr("net.tflite: "));
}

// --- Lists of hashes.

TEST_F(HostileFiles, AListOfHashesThatIsNone) {
  const std::filesystem::path model = write("net.pb", convolution_of({1, 1, 3, 2}));
  write("net.pb.sha256", std::string(1024, 'a'));
  EXPECT_THAT(inspect(model), HasSubstr("net.pb.sha256:1: expected a SHA-256 and a name"));
}

}  // namespace
}  // namespace slimc::testing
