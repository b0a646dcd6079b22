// Single-byte changes of the real file in ../shared, at random places: each is reported or read;
// none crashes slimc or takes it longer than 5 s of work. (HDF5's first format has no checksums: a
// changed weight is a weight. FILE.sha256 is for that.)
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "tests/frontend/keras/keras_files.h"

namespace slimc::frontend {
namespace {

TEST(KerasCampaign, OfSingleByteChanges) {
  const auto model = testing::shared_models() / "mobilenet_0.25_224_keras.h5";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << "needs the real weights in " << model;
  std::ifstream stream(model, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  // Three quarters of the changes go where less is weights: 143 of these 200 kB are model_config,
  // groups and attributes.
  constexpr std::size_t kDescriptions = 200'000;
  const slimc::testing::TemporaryFolder folder;
  std::mt19937_64 random(1);
  int read = 0;
  int reported = 0;
  for (int i = 0; i < 400; ++i) {
    const std::size_t at = random() % (i % 4 == 0 ? whole.size() : kDescriptions);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(random() % 256);
    std::ofstream(folder / "x.h5", std::ios::binary) << damaged;
    const std::string errors = testing::Loader(folder / "x.h5").errors();
    EXPECT_EQ(errors.find("60 s"), std::string::npos) << at << ": " << errors;
    (errors.empty() ? read : reported) += 1;
  }
  RecordProperty("read", read);
  RecordProperty("reported", reported);
  EXPECT_GT(reported, 0);
}

// A .keras has a checksum over each file in it: a change is reported, or the network is the same.
TEST(KerasCampaign, OfSingleByteChangesOfAnArchive) {
  const auto model = testing::shared_models() / "mobilenet_0.25_224_keras.h5";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << "needs the real weights in " << model;
  const testing::ScriptedFolder files("make_real_forms.py", {model.string()});
  ASSERT_EQ(files.outcome().failed, "");
  if (!files.outcome().skipped.empty()) GTEST_SKIP() << files.outcome().skipped;
  std::ifstream stream(files / "real_3.8.keras", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  const auto network_of = [](const Graph& graph) {
    std::string network = print(graph);
    for (const Op& op : graph.ops()) {
      if (op.constant == nullptr) continue;
      const auto& data = op.constant->data;
      network.append(reinterpret_cast<const char*>(data.data()), data.size() * sizeof(float));
    }
    return network;
  };
  const auto right = testing::Loader(files / "real_3.8.keras").load();
  ASSERT_TRUE(right.has_value()) << right.error().to_string();
  const std::string network = network_of(*right);
  constexpr std::size_t kEnds = 400;  // headers and the directory
  const slimc::testing::TemporaryFolder folder;
  std::mt19937_64 random(1);
  int reported = 0;
  for (int i = 0; i < 300; ++i) {
    std::size_t at = random() % whole.size();
    if (i % 3 == 1) at = random() % kEnds;
    if (i % 3 == 2) at = whole.size() - 1 - random() % kEnds;
    std::string damaged = whole;
    damaged[at] = static_cast<char>(random() % 256);
    std::ofstream(folder / "x.keras", std::ios::binary) << damaged;
    const auto graph = testing::Loader(folder / "x.keras").load();
    if (!graph) {
      ++reported;
    } else {
      EXPECT_EQ(network_of(*graph) == network, true) << "byte " << at;
    }
  }
  RecordProperty("reported", reported);
  EXPECT_GT(reported, 100);
}

}  // namespace
}  // namespace slimc::frontend
