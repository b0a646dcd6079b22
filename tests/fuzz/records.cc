// Files of measured schedules. What is accepted is legal, is written back as it was read, and can
// be chosen from.
#include "schedules/records/record.h"

#include "schedules/records/best_tilings.h"
#include "schedules/records/record_file.h"
#include "schedules/tiling/candidates.h"
#include "tests/fuzz/fuzz.h"

namespace slimc::fuzz {
namespace {

constexpr std::size_t kMostProblems = 20;

void check_copy(const ScheduleRecord& record, const std::string& text) {
  const ParsedRecords copy = parse_records(text, "copy");
  SLIMC_CHECK(copy.problems.empty(), "a record is refused when it is read back: " +
                                         copy.problems.to_string() + "\n" + text);
  SLIMC_CHECK(copy.records.size() == 1 && to_line(copy.records.front()) == to_line(record),
              "a record changes when it is written and read: " + text);
}

// As a user's records are asked for each stage of a network.
void check_best(const std::vector<ScheduleRecord>& records) {
  SLIMC_CHECK(best_records(records).size() <= records.size(), "more best records than records");
  for (const ScheduleRecord& record : records) {
    const BestTilings best(records, record.target);
    const TargetTraits traits = {.register_bytes = 4 * record.target.lanes,
                                 .vector_registers = record.target.vector_registers};
    const std::optional<Tiling> tiling = best.tiling(record.stage, record.in_padded_c, traits);
    SLIMC_CHECK(!tiling || check_tiling(record.stage, record.in_padded_c, traits, *tiling).empty(),
                "an illegal tiling is chosen");
    (void)best.fuse(record.stage);
  }
}

}  // namespace
}  // namespace slimc::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slimc;
  const std::string_view text = fuzz::text_of(data, size);
  SLIMC_CHECK(whole_bytes(text) <= size, "more whole bytes than bytes");
  const ParsedRecords parsed = parse_records(text, "records");
  if (!parsed.problems.empty()) fuzz::check_words(parsed.problems);
  SLIMC_CHECK(parsed.problems.list().size() <= fuzz::kMostProblems, "too many problems");
  for (const ScheduleRecord& record : parsed.records) {
    const std::string line = to_line(record);
    SLIMC_CHECK(line.find('\n') == line.size() - 1, "a record of several lines");
    fuzz::check_copy(record, line);
    fuzz::check_copy(record, to_block(record));
  }
  fuzz::check_best(parsed.records);
  return 0;
}
