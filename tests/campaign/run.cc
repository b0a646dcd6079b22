#include "tests/campaign/run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstring>
#include <new>
#include <numeric>
#include <random>
#include <thread>

#include "support/check.h"
#include "support/files.h"
#include "support/unique_fd.h"

namespace slimc::campaign {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kHangSeconds = 5;
constexpr std::size_t kWordsBytes = 200;
constexpr std::size_t kMaxRemarks = 100;

double now() { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); }

// What a worker and its parent share. The worker writes `next` and `started` before each mutation,
// so that the parent knows of which one it died or hangs.
struct Progress {
  std::atomic<std::size_t> next = 0;  // the mutation under way
  std::atomic<double> started = 0;
  std::atomic<double> slowest = 0;
  std::atomic<std::size_t> remarks = 0;
  std::atomic<bool> done = false;
  char words[kMaxRemarks][kWordsBytes] = {};
};

// Memory that forked processes have in common.
template <typename T>
class Shared {
 public:
  explicit Shared(std::size_t count) : bytes_(count * sizeof(T)) {
    void* memory =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    SLIMC_CHECK(memory != MAP_FAILED, "no shared memory");
    data_ = static_cast<T*>(memory);
    for (std::size_t i = 0; i < count; ++i) new (data_ + i) T;
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { ::munmap(data_, bytes_); }

  T& operator[](std::size_t i) { return data_[i]; }
  T* operator->() { return data_; }

 private:
  std::size_t bytes_;
  T* data_;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "slimc_campaign.XXXXXX").string();
    SLIMC_CHECK(::mkdtemp(name.data()) != nullptr, "no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void put(int fd, std::size_t offset, std::uint8_t value) {
  SLIMC_CHECK(::pwrite(fd, &value, 1, static_cast<off_t>(offset)) == 1, "cannot write");
}

Outcome outcome_of(const Loaded& loaded, const Loaded& sound, bool payload) {
  if (loaded.reported) return Outcome::Reported;
  if (loaded.fingerprint.optimised == sound.fingerprint.optimised) return Outcome::Same;
  // A warning that the whole file gets too says nothing of the damage.
  if (!loaded.warnings.empty() && loaded.warnings != sound.warnings) return Outcome::Warned;
  return payload ? Outcome::Payload : Outcome::Silent;
}

// One of the processes that share the mutations out: those with number % jobs == job.
class Worker {
 public:
  Worker(const Subject& subject, const std::vector<Mutation>& mutations, std::string bytes, int job,
         int jobs, bool with_sums, Shared<Outcome>& outcomes)
      : subject_(subject),
        mutations_(mutations),
        bytes_(std::move(bytes)),
        jobs_(static_cast<std::size_t>(jobs)),
        outcomes_(outcomes),
        progress_(1),
        request_(place(subject, folder_.path(), with_sums)) {
    sound_ = load(request_, {});
    SLIMC_CHECK(!sound_.fingerprint.optimised.empty(),
                subject.name + " does not load when it is whole");
    progress_->next = static_cast<std::size_t>(job);
  }

  void start() {
    progress_->started = now();
    child_ = ::fork();
    SLIMC_CHECK(child_ >= 0, "cannot fork");
    if (child_ == 0) {
      work();
      ::_exit(0);
    }
  }

  // Looks after the process; false when all is done.
  bool watch() {
    int status = 0;
    rusage usage = {};
    const pid_t ended = ::wait4(child_, &status, WNOHANG, &usage);
    if (ended == 0) {
      if (now() - progress_->started > kHangSeconds) {
        ::kill(child_, SIGKILL);
        ::wait4(child_, &status, 0, &usage);
        settle(Outcome::Hang, "hangs");
      }
      return true;
    }
    peak_rss_kb_ = std::max<std::int64_t>(peak_rss_kb_, usage.ru_maxrss);
    if (progress_->done) return false;
    settle(Outcome::Crash, WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                               : fmt::format("exit status {}", status));
    return true;
  }

  void add_to(Tally& tally) {
    tally.slowest_seconds = std::max<double>(tally.slowest_seconds, progress_->slowest);
    tally.peak_rss_kb = std::max(tally.peak_rss_kb, peak_rss_kb_);
    const std::size_t count = std::min<std::size_t>(progress_->remarks, kMaxRemarks);
    for (std::size_t i = 0; i < count; ++i) tally.remarks.emplace_back(progress_->words[i]);
  }

 private:
  void work() {
    const fs::path damaged = folder_.path() / subject_.damaged.filename();
    const UniqueFd fd(::open(damaged.c_str(), O_RDWR | O_CLOEXEC));
    SLIMC_CHECK(fd.valid(), "cannot open the file to damage");
    while (progress_->next < mutations_.size()) {
      const std::size_t number = progress_->next;
      const Mutation& mutation = mutations_[number];
      const double start = now();
      progress_->started = start;
      put(fd.get(), mutation.offset, mutation.value);
      const Loaded loaded = load(request_, sound_.fingerprint);
      put(fd.get(), mutation.offset, static_cast<std::uint8_t>(bytes_[mutation.offset]));
      const Outcome outcome =
          outcome_of(loaded, sound_, contains(subject_.payload, mutation.offset));
      outcomes_[number] = outcome;
      if (outcome == Outcome::Silent || outcome == Outcome::Warned) {
        remark(mutation, outcome == Outcome::Silent ? "other numbers" : loaded.warnings);
      }
      progress_->slowest = std::max<double>(progress_->slowest, now() - start);
      progress_->next = number + jobs_;
    }
    progress_->done = true;
  }

  // The mutation under way ended its process: the next one gets a new one.
  void settle(Outcome outcome, const std::string& words) {
    const std::size_t number = progress_->next;
    outcomes_[number] = outcome;
    remark(mutations_[number], words);
    const fs::path damaged = folder_.path() / subject_.damaged.filename();
    const UniqueFd fd(::open(damaged.c_str(), O_RDWR | O_CLOEXEC));
    put(fd.get(), mutations_[number].offset,
        static_cast<std::uint8_t>(bytes_[mutations_[number].offset]));
    progress_->next = number + jobs_;
    start();
  }

  void remark(const Mutation& mutation, const std::string& words) {
    const std::size_t at = progress_->remarks++;
    if (at >= kMaxRemarks) return;
    const std::string line =
        fmt::format("{} byte {}: {:02x} -> {:02x}: {}", subject_.name, mutation.offset,
                    static_cast<std::uint8_t>(bytes_[mutation.offset]), mutation.value, words);
    std::memcpy(progress_->words[at], line.data(), std::min(line.size(), kWordsBytes - 1));
  }

  const TemporaryFolder folder_;
  const Subject& subject_;
  const std::vector<Mutation>& mutations_;
  const std::string bytes_;  // of the file when it is whole
  const std::size_t jobs_;
  Shared<Outcome>& outcomes_;
  Shared<Progress> progress_;
  const frontend::ModelRequest request_;
  Loaded sound_;
  pid_t child_ = -1;
  std::int64_t peak_rss_kb_ = 0;
};

}  // namespace

std::vector<Mutation> every_byte(const std::string& bytes, int values) {
  std::vector<int> changes(255);
  std::iota(changes.begin(), changes.end(), 1);
  std::stable_partition(changes.begin(), changes.end(), [](int change) {
    return std::popcount(static_cast<unsigned>(change)) == 1;
  });
  changes.resize(std::min(changes.size(), static_cast<std::size_t>(values)));
  std::vector<Mutation> mutations;
  mutations.reserve(bytes.size() * changes.size());
  for (std::size_t offset = 0; offset < bytes.size(); ++offset) {
    for (const int change : changes) {
      mutations.push_back({offset, static_cast<std::uint8_t>(bytes[offset] ^ change)});
    }
  }
  return mutations;
}

std::vector<Mutation> random_changes(const std::string& bytes, const std::vector<Range>& spared,
                                     std::int64_t count, std::uint64_t seed) {
  // The standard fixes what this engine gives; its distributions it does not.
  std::mt19937_64 random(seed);
  std::vector<Mutation> mutations;
  while (static_cast<std::int64_t>(mutations.size()) < count) {
    const std::size_t offset = random() % bytes.size();
    if (contains(spared, offset)) continue;
    mutations.push_back({offset, static_cast<std::uint8_t>(bytes[offset] ^ (1 + random() % 255))});
  }
  return mutations;
}

Tally run(const Subject& subject, const std::vector<Mutation>& mutations, int jobs,
          bool with_sums) {
  auto bytes = read_file(subject.damaged);
  SLIMC_CHECK(bytes.has_value(), bytes.error().to_string());
  const double start = now();
  Shared<Outcome> outcomes(mutations.size());
  std::vector<std::unique_ptr<Worker>> workers;
  for (int job = 0; job < jobs; ++job) {
    workers.push_back(
        std::make_unique<Worker>(subject, mutations, *bytes, job, jobs, with_sums, outcomes));
  }
  for (const auto& worker : workers) worker->start();
  std::vector<Worker*> busy;
  for (const auto& worker : workers) busy.push_back(worker.get());
  while (!busy.empty()) {
    std::erase_if(busy, [](Worker* worker) { return !worker->watch(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  Tally tally;
  tally.mutations = static_cast<std::int64_t>(mutations.size());
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    ++tally.count[static_cast<std::size_t>(outcomes[i])];
  }
  for (const auto& worker : workers) worker->add_to(tally);
  tally.seconds = now() - start;
  return tally;
}

}  // namespace slimc::campaign
