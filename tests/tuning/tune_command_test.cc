// slimc tune as a user runs it, on a network that is tuned in seconds. What it measures is the
// machine's; that records exist, are legal and give right networks is checked here.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "schedules/records/best_tilings.h"
#include "schedules/records/record_file.h"
#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/tool/tool.h"

namespace slimc::testing {
namespace {

using ::testing::IsSupersetOf;
using ::testing::SizeIs;
using Json = nlohmann::json;

TEST(TuneCommand, MakesRecordsThatGiveRightNetworks) {
  const TemporaryFolder folder;
  const auto slimc = [&](const std::vector<std::string>& arguments) {
    const ToolOutcome outcome = run_slimc(arguments, folder.path());
    EXPECT_EQ(outcome.status, 0) << outcome.transcript();
    return outcome.out;
  };
  const auto records = [&](const std::string& name) {
    SilentReporter silent;
    const auto read = read_records(folder / name, silent);
    EXPECT_TRUE(read) << read.error().to_string();
    return read ? *read : std::vector<ScheduleRecord>{};
  };
  slimc({"init", "--alpha", "0.25", "--resolution", "32", "--classes", "9", "-o", "net"});

  const Json tuned =
      Json::parse(slimc({"tune", "net.ckpt", "--budget", "1s", "-o", "r.textproto", "--json"}));
  EXPECT_GE(tuned["rounds"], 1);
  EXPECT_GT(tuned["candidates"], 10);
  EXPECT_THAT(tuned["networks"], SizeIs(1));
  const std::vector<ScheduleRecord> first = records("r.textproto");
  ASSERT_GT(first.size(), 30u);
  std::set<std::string> schedulers;
  for (const ScheduleRecord& record : first) schedulers.insert(record.scheduler);
  EXPECT_THAT(schedulers, IsSupersetOf({"model", "search"}));

  // The same command goes on.
  slimc({"tune", "net.ckpt", "--budget", "1s", "-o", "r.textproto"});
  EXPECT_GT(records("r.textproto").size(), first.size());

  slimc({"tune", "--merge", "r.textproto", "r.textproto", "-o", "merged.textproto"});
  EXPECT_EQ(records("merged.textproto").size(), records("r.textproto").size());
  slimc({"tune", "--best", "merged.textproto", "-o", "best.textproto"});
  const std::vector<ScheduleRecord> best = records("best.textproto");
  EXPECT_EQ(best.size(), best_records(records("r.textproto")).size());

  const Json replay =
      Json::parse(slimc({"tune", "net.ckpt", "--replay", "best.textproto", "--json"}));
  const Json schedules = replay["networks"][0]["comparison"]["schedules"];
  EXPECT_EQ(schedules[0]["name"], "tuned");
  EXPECT_EQ(schedules[1]["name"], "model");

  const Json verified =
      Json::parse(slimc({"verify", "net.ckpt", "--records", "best.textproto", "--json"}));
  EXPECT_EQ(verified["ok"], true);
  const Json without = Json::parse(slimc({"verify", "net.ckpt", "--records", "none", "--json"}));
  EXPECT_EQ(without["ok"], true);
}

}  // namespace
}  // namespace slimc::testing
