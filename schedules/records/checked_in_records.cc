#include <string_view>

#include "schedules/records/best_tilings.h"

namespace slimc {
namespace {

// One text a file of best/, by CMakeLists.txt.
constexpr std::string_view kTexts[] = {
#include "checked_in_records.inc"
};

}  // namespace

const std::vector<ScheduleRecord>& checked_in_records() {
  // A record that is no longer good, as after a change of the kernels, leaves its stage to the
  // model; tests/schedules/records refuses it.
  static const std::vector<ScheduleRecord> all = [] {
    std::vector<ScheduleRecord> records;
    for (const std::string_view text : kTexts) {
      ParsedRecords parsed = parse_records(text, "best");
      for (ScheduleRecord& record : parsed.records) records.push_back(std::move(record));
    }
    return records;
  }();
  return all;
}

}  // namespace slimc
