#include "frontend/zoo/fetch_model.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "frontend/frontend.h"
#include "frontend/integrity.h"
#include "frontend/zoo/models_folder.h"
#include "support/files.h"
#include "support/sha256.h"
#include "support/temporary_folder.h"
#include "support/unique_fd.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSums = "SHA256SUMS";
constexpr const char* kDownloads = ".downloads";
constexpr std::uint64_t kMaxSumsBytes = std::uint64_t{1} << 20;

Failure cannot(const fs::path& path, const char* what, const std::string& reason) {
  return fail({.file = path.string(), .message = fmt::format("cannot be {}: {}", what, reason)});
}

Result<void> make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot(path, "made", error.message());
  return {};
}

// Held while a model is fetched; the system lets go of it if slimc is killed.
Result<UniqueFd> lock(const fs::path& path, const std::string& what) {
  UniqueFd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.valid()) return cannot(path, "written", std::strerror(errno));
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  return fail({.file = path.string(), .message = "another slimc is fetching " + what});
}

// What the files of models were when they were first fetched.
class KnownSums {
 public:
  static Result<KnownSums> read(const fs::path& folder) {
    KnownSums known(folder / kSums);
    std::error_code error;
    if (!fs::exists(known.file_, error)) return known;
    SLIMC_ASSIGN(const std::string text, read_file(known.file_, kMaxSumsBytes));
    SLIMC_ASSIGN(known.sums_, parse_sha256_sums(text, known.file_.string()));
    return known;
  }

  const fs::path& file() const { return file_; }
  std::optional<std::string> of(const std::string& name) const {
    const auto it = sums_.find(name);
    return it == sums_.end() ? std::nullopt : std::optional(it->second);
  }
  Result<void> add(const std::string& name, const std::string& sum) {
    sums_[name] = sum;
    std::string text;
    for (const auto& [known, hash] : sums_) text += hash + "  " + known + "\n";
    OutputFiles out;
    out.add(file_, std::move(text));
    return out.commit();
  }

 private:
  explicit KnownSums(fs::path file) : file_(std::move(file)) {}
  fs::path file_;
  std::map<std::string, std::string> sums_;
};

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<void> check_hash_given(const std::string& hash) {
  const bool valid =
      hash.size() == 64 && hash.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (valid || hash.empty()) return {};
  return fail({.subject = "--sha256 '" + hash + "'",
               .message = "expected 64 hexadecimal digits",
               .blame = Blame::Usage});
}

class Fetch {
 public:
  Fetch(const Publication& publication, const FetchOptions& options, Reporter& reporter)
      : publication_(publication), options_(options), reporter_(reporter) {
    const std::string base = options.base_url.empty() ? publication.address : options.base_url;
    url_ = base + (base.ends_with('/') ? "" : "/") + publication.file;
    place_ = options.folder / publication.name_on_disk();
    downloads_ = options.folder / kDownloads;
    part_ = downloads_ / publication.file;
  }

  Result<FetchedModel> run();

 private:
  Result<void> check_hash(FetchedModel& fetched);
  Result<FetchedModel> there() const;
  Result<void> check_model(const fs::path& model) const;
  Result<void> install_archive(FetchedModel& fetched);
  Result<void> install_weights(FetchedModel& fetched);
  Result<void> move_into_place(const fs::path& from);
  Result<void> write_sums(const fs::path& folder, const std::vector<fs::path>& files) const;
  void discard() const {
    std::error_code error;
    fs::remove(part_, error);
  }
  // With what was downloaded thrown away: it would fail the same way again.
  template <typename T>
  Result<T> or_discard(Result<T> result) const {
    if (!result) discard();
    return result;
  }

  const Publication& publication_;
  const FetchOptions& options_;
  Reporter& reporter_;
  std::string url_;
  fs::path place_, downloads_, part_;
  std::optional<KnownSums> known_;
};

Result<FetchedModel> Fetch::there() const {
  FetchedModel model{
      .path = place_, .model = options_.folder / publication_.model_on_disk(), .was_there = true};
  if (publication_.kind == Publication::Kind::KerasWeights) {
    model.files.push_back(place_);
    return model;
  }
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(place_, error)) {
    if (entry.is_regular_file(error)) model.files.push_back(entry.path());
  }
  if (error) return cannot(place_, "read", error.message());
  std::sort(model.files.begin(), model.files.end());
  return model;
}

Result<void> Fetch::check_hash(FetchedModel& fetched) {
  SLIMC_ASSIGN(fetched.sha256, sha256_of_file(part_));
  if (!options_.sha256.empty()) {
    const std::string expected = lower(options_.sha256);
    if (fetched.sha256 != expected) {
      return fail({.file = url_,
                   .message = fmt::format("its SHA-256 is {}, expected {} (--sha256)",
                                          fetched.sha256, expected)});
    }
  }
  const std::optional<std::string> earlier = known_->of(publication_.file);
  fetched.first_time = !earlier;
  // The user's word counts more than what once was.
  if (!earlier || *earlier == fetched.sha256 || !options_.sha256.empty()) return {};
  return fail({.file = url_,
               .message = fmt::format("its SHA-256 is {}; when it was first fetched, it was {} "
                                      "({}): --sha256 says which one is meant",
                                      fetched.sha256, *earlier, known_->file().string())});
}

// Reads the model as the compiler will, and compares it with the network that it is said to be.
Result<void> Fetch::check_model(const fs::path& model) const {
  SLIMC_ASSIGN(const Graph graph, load_model({.model = model}, reporter_));
  const Architecture expected = publication_.architecture();
  const Shape& input = graph.op(graph.input).shape;
  const Shape& output = graph.op(graph.output()).shape;
  const auto refuse = [&](std::string message) {
    return fail({.file = model.string(), .message = std::move(message)});
  };
  // The batch is the exporter's choice.
  const auto image = [](const Shape& shape) {
    return fmt::format("{}x{}x{}", shape[1], shape[2], shape[3]);
  };
  if (image(input) != image(expected.input)) {
    return refuse(fmt::format("its image is {}; {} takes {}", image(input), publication_.file,
                              image(expected.input)));
  }
  if (expected.classes > 0 && output.elements() != input[0] * expected.classes) {
    return refuse(fmt::format("its result is {}; {} has {} classes", output.to_string(),
                              publication_.file, expected.classes));
  }
  std::int64_t weights = 0;
  for (const Op& op : graph.ops()) {
    const bool convolution = op.kind == OpKind::Conv2D || op.kind == OpKind::DepthwiseConv2D ||
                             op.kind == OpKind::MatMul;
    if (convolution) weights += graph.op(op.inputs[1]).shape.elements();
  }
  std::int64_t wanted = 0;
  for (const Variable& variable : variables_of(expected)) {
    if (variable.role == VariableRole::Weights || variable.role == VariableRole::DepthwiseWeights) {
      wanted += variable.shape.elements();
    }
  }
  if (weights != wanted) {
    return refuse(fmt::format("its convolutions have {} weights; those of {} have {}", weights,
                              publication_.file, wanted));
  }
  return {};
}

Result<void> Fetch::write_sums(const fs::path& folder, const std::vector<fs::path>& files) const {
  std::string text;
  for (const fs::path& file : files) {
    SLIMC_ASSIGN(const std::string sum, sha256_of_file(folder / file));
    text += sum + "  " + file.string() + "\n";
  }
  OutputFiles out;
  out.add(folder / kSums, std::move(text));
  return out.commit();
}

// What stood there before (--again) goes only when the new one is ready, and comes back if it
// cannot be put there.
Result<void> Fetch::move_into_place(const fs::path& from) {
  std::error_code error;
  const fs::path old = downloads_ / (publication_.name_on_disk() + ".old");
  fs::remove_all(old, error);
  const bool replaces = fs::exists(place_, error);
  if (replaces) {
    fs::rename(place_, old, error);
    if (error) return cannot(place_, "replaced", error.message());
  }
  fs::rename(from, place_, error);
  if (error) {
    std::error_code ignored;
    if (replaces) fs::rename(old, place_, ignored);
    return cannot(place_, "written", error.message());
  }
  fs::remove_all(old, error);
  return {};
}

Result<void> Fetch::install_archive(FetchedModel& fetched) {
  // Beside the final place, so that it can be renamed to it.
  SLIMC_ASSIGN(const TemporaryFolder staging, TemporaryFolder::create_in(downloads_));
  auto unpacked = unpack_archive_file(part_, staging.path(), options_.unpack);
  if (!unpacked) {
    // The address says more than a file that is about to go.
    Diagnostics problems;
    for (Diagnostic problem : unpacked.error().list()) {
      if (problem.file == part_.string()) problem.file = url_;
      problems.add(std::move(problem));
    }
    return Failure(std::move(problems));
  }
  std::vector<fs::path>& files = *unpacked;
  std::sort(files.begin(), files.end());
  const fs::path model = fs::path(publication_.model_on_disk()).filename();
  if (std::find(files.begin(), files.end(), fs::path(model).concat(".index")) == files.end()) {
    return fail({.file = url_, .message = fmt::format("has no {}.index in it", model.string())});
  }
  SLIMC_TRY(write_sums(staging.path(), files));
  SLIMC_TRY(check_model(staging.path() / model));
  // Others may well use a model.
  std::error_code ignored;
  fs::permissions(staging.path(), fs::perms(0755), ignored);
  SLIMC_TRY(move_into_place(staging.path()));
  for (const fs::path& file : files) fetched.files.push_back(place_ / file);
  return {};
}

Result<void> Fetch::install_weights(FetchedModel& fetched) {
  // First in every file of Keras' (HDF5 File Format Specification, II.A).
  constexpr std::string_view kHdf5 = "\x89HDF\r\n\x1a\n";
  SLIMC_ASSIGN(const std::string bytes, read_file(part_));
  if (!std::string_view(bytes).starts_with(kHdf5)) {
    return fail({.file = url_, .message = "is not an HDF5 file"});
  }
  SLIMC_TRY(check_model(part_));
  SLIMC_TRY(move_into_place(part_));
  fetched.files.push_back(place_);
  return {};
}

Result<FetchedModel> Fetch::run() {
  SLIMC_TRY(check_hash_given(options_.sha256));
  SLIMC_TRY(make_folder(downloads_));
  SLIMC_ASSIGN(const UniqueFd held,
               lock(downloads_ / (publication_.file + ".lock"), publication_.file));
  if (!options_.again && is_on_disk(options_.folder, publication_)) return there();
  SLIMC_ASSIGN(known_, KnownSums::read(options_.folder));

  DownloadRequest request = options_.download;
  request.url = url_;
  request.file = part_;
  reporter_.detail("downloading " + url_);
  SLIMC_TRY(download(request));

  FetchedModel fetched{.path = place_, .model = options_.folder / publication_.model_on_disk()};
  SLIMC_TRY(or_discard(check_hash(fetched)));
  const bool archive = publication_.kind == Publication::Kind::SlimArchive;
  SLIMC_TRY(or_discard(archive ? install_archive(fetched) : install_weights(fetched)));
  discard();
  SLIMC_TRY(known_->add(publication_.file, fetched.sha256));
  return fetched;
}

}  // namespace

Result<FetchedModel> fetch_model(const Publication& publication, const FetchOptions& options,
                                 Reporter& reporter) {
  return Fetch(publication, options, reporter).run();
}

}  // namespace slimc::frontend
