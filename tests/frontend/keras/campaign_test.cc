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

}  // namespace
}  // namespace slimc::frontend
