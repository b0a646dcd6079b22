// What becomes of a model when one byte of one of its files changes: reported, or harmless, or the
// reader's fault. `./test campaign` runs all of it, a test runs a sample.
#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "support/check.h"
#include "support/files.h"
#include "tests/campaign/run.h"

namespace slimc::campaign {
namespace {

namespace fs = std::filesystem;

// What CTest takes for "skipped".
constexpr int kSkipped = 77;

struct Options {
  fs::path models = SLIMC_SOURCE_DIR "/../shared/models";
  std::vector<std::string> only;
  std::int64_t count = 10'000;
  int index_values = 255;
  std::uint64_t seed = 1;
  int jobs = 2;
  bool with_sums = false;
  bool structure = false;
};

void print_header() {
  fmt::print("{:<12} {:>9} {:>9} {:>8} {:>9} {:>9} {:>7} {:>7} {:>6} {:>8} {:>9} {:>8}\n", "file",
             "changes", "reported", "warned", "same", "payload", "silent", "crashes", "hangs",
             "seconds", "slowest", "peak MB");
}

void print_row(const std::string& name, const Tally& tally) {
  fmt::print(
      "{:<12} {:>9} {:>9} {:>8} {:>9} {:>9} {:>7} {:>7} {:>6} {:>8.0f} {:>7.0f}ms {:>8.0f}\n", name,
      tally.mutations, tally.of(Outcome::Reported), tally.of(Outcome::Warned),
      tally.of(Outcome::Same), tally.of(Outcome::Payload), tally.of(Outcome::Silent),
      tally.of(Outcome::Crash), tally.of(Outcome::Hang), tally.seconds,
      tally.slowest_seconds * 1000, static_cast<double>(tally.peak_rss_kb) / 1024);
  std::fflush(stdout);
}

std::vector<Mutation> mutations_of(const Subject& subject, const Options& options) {
  const auto bytes = read_file(subject.damaged);
  SLIMC_CHECK(bytes.has_value(), bytes.error().to_string());
  if (subject.name == ".index") return every_byte(*bytes, options.index_values);
  return random_changes(*bytes, options.structure ? subject.payload : std::vector<Range>(),
                        options.count, options.seed);
}

int campaign(const Options& options) {
  if (!fs::exists(options.models)) {
    fmt::print("no models at {}: skipped\n", options.models.string());
    return kSkipped;
  }
  std::string folder = (fs::temp_directory_path() / "slimc_campaign.XXXXXX").string();
  SLIMC_CHECK(::mkdtemp(folder.data()) != nullptr, "no temporary folder");
  print_header();
  bool passed = true;
  std::vector<std::string> remarks, payloads;
  for (const Subject& subject : shared_subjects(options.models, folder)) {
    if (!options.only.empty() &&
        std::find(options.only.begin(), options.only.end(), subject.name) == options.only.end()) {
      continue;
    }
    const Tally tally =
        run(subject, mutations_of(subject, options), options.jobs, options.with_sums);
    print_row(subject.name, tally);
    remarks.insert(remarks.end(), tally.remarks.begin(), tally.remarks.end());
    for (const Outcome bad : {Outcome::Silent, Outcome::Crash, Outcome::Hang, Outcome::NotRun}) {
      passed = passed && tally.of(bad) == 0;
    }
    // With their hashes beside them, files have no byte that may change unnoticed.
    if (options.with_sums) passed = passed && tally.of(Outcome::Payload) == 0;
    if (!subject.payload.empty()) {
      const double bytes = static_cast<double>(bytes_in(subject.payload));
      payloads.push_back(
          fmt::format("{}: {} of {} bytes are the numbers of weights ({:.1f}%)", subject.name,
                      bytes, fs::file_size(subject.damaged),
                      100 * bytes / static_cast<double>(fs::file_size(subject.damaged))));
    }
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  for (const std::string& line : payloads) fmt::print("{}\n", line);
  for (const std::string& line : remarks) fmt::print("{}\n", line);
  return passed ? 0 : 1;
}

}  // namespace
}  // namespace slimc::campaign

int main(int count, char** arguments) {
  slimc::campaign::Options options;
  CLI::App app("Changes single bytes of model files and says what slimc makes of them");
  app.add_option("--models", options.models, "../shared/models");
  app.add_option("--only", options.only, "Files to damage: .index, .data, .meta, ...");
  app.add_option("--count", options.count, "Random changes of each file");
  app.add_option("--index-values", options.index_values,
                 "Other values of every byte of .index; 255 are all");
  app.add_option("--seed", options.seed, "Of the random changes");
  app.add_option("--jobs", options.jobs, "Processes at a time");
  app.add_flag("--structure", options.structure, "Leave the numbers of weights alone");
  app.add_flag("--sums", options.with_sums, "With a SHA256SUMS beside the files");
  CLI11_PARSE(app, count, arguments);
  return slimc::campaign::campaign(options);
}
