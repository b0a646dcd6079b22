#include "tool/read_bandwidth.h"

#include <gtest/gtest.h>

#include <fstream>

#include "compiler/targets/target.h"
#include "tests/common/temporary_folder.h"

namespace slimc {
namespace {

namespace fs = std::filesystem;

void write_cache(const fs::path& folder, int index, const std::string& type,
                 const std::string& level, const std::string& size, const std::string& cpus) {
  const fs::path cache = folder / ("index" + std::to_string(index));
  fs::create_directories(cache);
  std::ofstream(cache / "type") << type << "\n";
  std::ofstream(cache / "level") << level << "\n";
  std::ofstream(cache / "size") << size << "\n";
  std::ofstream(cache / "shared_cpu_list") << cpus << "\n";
}

TEST(DataCaches, AreReadFromSysfs) {
  const testing::TemporaryFolder folder;
  write_cache(folder.path(), 0, "Data", "1", "48K", "0");
  write_cache(folder.path(), 1, "Instruction", "1", "32K", "0");
  write_cache(folder.path(), 2, "Unified", "3", "260M", "0-1");
  write_cache(folder.path(), 3, "Unified", "2", "2048K", "0");
  const std::vector<CacheLevel> caches = data_caches(folder.path());
  ASSERT_EQ(caches.size(), 3u);
  EXPECT_EQ(caches[0].level, 1);
  EXPECT_EQ(caches[0].bytes, 48 << 10);
  EXPECT_FALSE(caches[0].shared);
  EXPECT_EQ(caches[1].level, 2);
  EXPECT_EQ(caches[1].bytes, 2 << 20);
  EXPECT_EQ(caches[2].level, 3);
  EXPECT_EQ(caches[2].bytes, 260 << 20);
  EXPECT_TRUE(caches[2].shared);
}

TEST(DataCaches, WithoutSysfsAreWhatTheCLibraryKnows) {
  const testing::TemporaryFolder folder;
  for (const CacheLevel& cache : data_caches(folder.path())) {
    EXPECT_GT(cache.bytes, 0);
    EXPECT_LE(cache.level, 2);
  }
}

// More than the cache above holds, and no more than the level has for each thread.
TEST(BytesForLevel, LieBetweenTheLevels) {
  const std::vector<CacheLevel> large = {{.level = 1, .bytes = 48 << 10},
                                         {.level = 2, .bytes = 2 << 20},
                                         {.level = 3, .bytes = 260 << 20, .shared = true}};
  EXPECT_EQ(bytes_for_level(large, 0, 2), 24 << 10);
  EXPECT_EQ(bytes_for_level(large, 1, 2), 192 << 10);
  EXPECT_EQ(bytes_for_level(large, 2, 2), 8 << 20);
  const std::vector<CacheLevel> small = {{.level = 1, .bytes = 32 << 10},
                                         {.level = 2, .bytes = 1 << 20},
                                         {.level = 3, .bytes = 4 << 20, .shared = true}};
  EXPECT_EQ(bytes_for_level(small, 2, 1), 2 << 20);
  EXPECT_EQ(bytes_for_level(small, 2, 2), 2 << 20);
}

TEST(ReadBandwidth, IsMeasuredOnThisMachine) {
  const Result<Target> host = parse_target("host");
  ASSERT_TRUE(host) << host.error().to_string();
  for (const int threads : {1, 3}) {
    const double gb = measure_read_bandwidth(host->vector_isa, threads, 16 << 10);
    // Within what cores have done since vectors came up and will do for long.
    EXPECT_GT(gb, 0.1);
    EXPECT_LT(gb, 10000.0 * threads);
  }
}

TEST(MemoryLevels, AreTheCachesAndWhatIsBehindThem) {
  const Result<Target> host = parse_target("host");
  ASSERT_TRUE(host) << host.error().to_string();
  const std::vector<MemoryLevel> levels = measure_memory_levels(host->vector_isa, 1);
  const std::vector<CacheLevel> caches = data_caches();
  ASSERT_GE(levels.size(), caches.size());
  for (std::size_t i = 0; i < levels.size(); ++i) {
    EXPECT_GT(levels[i].gb_a_second, 0) << levels[i].name;
    if (i < caches.size()) {
      EXPECT_EQ(levels[i].bytes, caches[i].bytes);
    } else {
      EXPECT_EQ(levels[i].name, "memory");
    }
  }
}

}  // namespace
}  // namespace slimc
