#include "frontend/zoo/download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "support/encode.h"
#include "support/files.h"

namespace slimc::frontend {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr long kMaxRedirects = 5;
constexpr long kSlowestBytesPerSecond = 1;
// A header block larger than this is no answer to a download.
constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 16;
constexpr std::uint64_t kMaxNoteBytes = std::uint64_t{1} << 14;

constexpr long kOk = 200;
constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "bytes 100-199/200", "bytes */200" (RFC 9110, 14.4); what it leaves out is missing.
struct ContentRange {
  std::optional<std::uint64_t> first, total;
};

ContentRange parse_content_range(std::string_view text) {
  ContentRange range;
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return range;
  text.remove_prefix(kUnit.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return range;
  range.total = number(text.substr(slash + 1));
  if (const std::size_t dash = text.substr(0, slash).find('-'); dash != std::string_view::npos) {
    range.first = number(text.substr(0, dash));
  }
  return range;
}

// The note beside a partial file: what a server must still have for it to be continued.
struct Version {
  std::string url;
  std::string validator;  // for If-Range; empty: the file cannot be continued

  static Version read(const fs::path& note) {
    Version version;
    if (const Result<std::string> text = read_file(note, kMaxNoteBytes)) {
      const std::size_t line = text->find('\n');
      version.url = text->substr(0, line);
      if (line != std::string::npos) version.validator = trimmed(text->substr(line + 1));
    }
    return version;
  }
};

bool is_https(std::string_view url) { return lower(url.substr(0, 6)) == "https:"; }

void set_protocols(CURL* curl, std::string_view url) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, redirect_protocols(url));
#else
  constexpr long kBoth = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, kBoth);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, is_https(url) ? long{CURLPROTO_HTTPS} : kBoth);
#endif
}

// A transfer's answer: its headers, and its body on the way into the file.
class Transfer {
 public:
  Transfer(const DownloadRequest& request, fs::path note, bool resume, Clock::time_point deadline)
      : request_(request), note_(std::move(note)), deadline_(deadline) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(request.file, error);
    const Version version = Version::read(note_);
    if (resume && !error && size > 0 && version.url == request.url && !version.validator.empty()) {
      offset_ = size;
      validator_ = version.validator;
    }
  }

  Result<void> run();

  long status() const { return status_; }
  bool resumed() const { return offset_ > 0; }
  // 416 of a file that has arrived to its last byte.
  bool is_complete() const {
    return status_ == kRangeNotSatisfiable &&
           parse_content_range(header("content-range")).total == offset_;
  }
  std::uint64_t received() const { return received_; }
  bool may_mend() const { return may_mend_; }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t);

  void take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  Result<void> begin_body();
  void set_options(CURL* curl);
  Result<void> judge(CURLcode code);

  Failure refuse(std::string message) const {
    return fail({.file = request_.url, .message = std::move(message)});
  }
  std::string header(const std::string& name) const {
    const auto it = headers_.find(name);
    return it == headers_.end() ? std::string() : it->second;
  }
  // An ETag that stands for the very bytes, or the date of the last change.
  std::string answered_validator() const {
    std::string tag = header("etag");
    if (!tag.empty() && !tag.starts_with("W/")) return tag;
    return header("last-modified");
  }

  const DownloadRequest& request_;
  fs::path note_;
  Clock::time_point deadline_;
  std::uint64_t offset_ = 0;  // of the file, that the server is asked to go on from
  std::string validator_;
  std::unique_ptr<CURL, FreeEasy> curl_;
  std::unique_ptr<curl_slist, FreeList> request_headers_;
  char words_[CURL_ERROR_SIZE] = {};

  long status_ = 0;
  std::map<std::string, std::string> headers_;  // of the last answer; names in lower case
  std::size_t header_bytes_ = 0;
  std::unique_ptr<std::FILE, CloseFile> out_;
  std::uint64_t written_ = 0;   // the file's size
  std::uint64_t received_ = 0;  // of this transfer
  std::uint64_t total_ = 0;     // the file's size to be; 0: not known
  bool may_mend_ = false;       // a further try may succeed where this one failed
  Diagnostics problem_;         // of our own side, that ended the transfer
};

void Transfer::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    headers_.clear();  // a redirect's or a "100 Continue"'s were not the answer
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  // Some are written to the note and sent back.
  headers_[lower(trimmed(line.substr(0, colon)))] = printable(trimmed(line.substr(colon + 1)));
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.header_bytes_ += size * count;
  if (transfer.header_bytes_ > kMaxHeaderBytes) return 0;
  transfer.take_header({data, size * count});
  return size * count;
}

// The first piece of a body decides what happens to the file.
Result<void> Transfer::begin_body() {
  bool append = false;
  if (status_ == kPartialContent) {
    const ContentRange range = parse_content_range(header("content-range"));
    if (range.first != offset_) {
      return refuse(fmt::format("answers with the range '{}', asked for bytes from {}",
                                header("content-range"), offset_));
    }
    append = true;
    total_ = range.total.value_or(0);
  } else {
    total_ = number(header("content-length")).value_or(0);
  }
  if (total_ > request_.max_bytes) {
    return refuse(fmt::format("has {} bytes; slimc takes up to {}", total_, request_.max_bytes));
  }
  // The note comes first: a file without one is never continued.
  if (!append) {
    std::error_code error;
    fs::remove(note_, error);
  }
  out_.reset(std::fopen(request_.file.c_str(), append ? "ab" : "wb"));
  if (out_ == nullptr) {
    return fail({.file = request_.file.string(),
                 .message = std::string("cannot be written: ") + std::strerror(errno)});
  }
  written_ = append ? offset_ : 0;
  if (!append) std::ofstream(note_) << request_.url << '\n' << answered_validator() << '\n';
  return {};
}

bool Transfer::take_body(std::string_view bytes) {
  if (out_ == nullptr) {
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
    if (status_ != kOk && status_ != kPartialContent) return true;  // an error's page
    if (Result<void> begun = begin_body(); !begun) {
      problem_ = std::move(begun).error();
      return false;
    }
  }
  if (bytes.size() > request_.max_bytes - std::min(written_, request_.max_bytes)) {
    problem_ = refuse(fmt::format("sends more than {} bytes", request_.max_bytes)).value();
    return false;
  }
  if (std::fwrite(bytes.data(), 1, bytes.size(), out_.get()) != bytes.size()) {
    problem_ = Diagnostics({.file = request_.file.string(),
                            .message = std::string("cannot be written: ") + std::strerror(errno)});
    return false;
  }
  written_ += bytes.size();
  received_ += bytes.size();
  if (request_.progress) request_.progress(written_, total_);
  return true;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  const bool taken = static_cast<Transfer*>(self)->take_body({data, size * count});
  return taken ? size * count : CURL_WRITEFUNC_ERROR;
}

void Transfer::set_options(CURL* curl) {
  curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
  set_protocols(curl, request_.url);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request_.connect_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall_seconds));
  // At least one: none stands for no limit.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, std::max(static_cast<long>(left), 1L));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "slimc");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words_);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  if (offset_ == 0) return;
  // Not CURLOPT_RESUME_FROM: it takes the whole file for an error, which servers without ranges,
  // and those whose file has changed, rightly answer with.
  curl_easy_setopt(curl, CURLOPT_RANGE, fmt::format("{}-", offset_).c_str());
  request_headers_.reset(curl_slist_append(nullptr, ("If-Range: " + validator_).c_str()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request_headers_.get());
}

Result<void> Transfer::judge(CURLcode code) {
  if (!problem_.empty()) return Failure(std::move(problem_));
  if (out_ != nullptr && std::fclose(out_.release()) != 0) {
    return fail({.file = request_.file.string(),
                 .message = std::string("cannot be written: ") + std::strerror(errno)});
  }
  curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
  if (code != CURLE_OK) {
    may_mend_ = true;
    const char* words = words_[0] != '\0' ? words_ : curl_easy_strerror(code);
    switch (code) {
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
      case CURLE_GOT_NOTHING:
      case CURLE_SEND_ERROR:
        return refuse(fmt::format("the connection broke off after {} bytes", written_));
      case CURLE_OPERATION_TIMEDOUT:
        if (Clock::now() >= deadline_) {
          may_mend_ = false;
          return refuse(
              fmt::format("is not whole after {} seconds ({} bytes); a further fetch "
                          "goes on from there, --total-timeout gives it longer",
                          request_.total_seconds, written_));
        }
        return refuse(fmt::format("does not answer, or not fast enough: {}", words));
      case CURLE_COULDNT_CONNECT:
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_RESOLVE_PROXY:
        return refuse(fmt::format("cannot be reached: {}", words));
      case CURLE_TOO_MANY_REDIRECTS:
        may_mend_ = false;
        return refuse(fmt::format("redirects more than {} times", kMaxRedirects));
      case CURLE_UNSUPPORTED_PROTOCOL:
        may_mend_ = false;
        return refuse(is_https(request_.url)
                          ? "redirects to an address that is not https"
                          : "is, or redirects to, an address that is neither http nor https");
      case CURLE_URL_MALFORMAT:
        may_mend_ = false;
        return refuse("is not an address");
      default:
        return refuse(words);
    }
  }
  if (status_ == kOk || status_ == kPartialContent) {
    if (written_ > 0) return {};
    return refuse("answers with an empty file");
  }
  return refuse(fmt::format("answers with HTTP status {}", status_));
}

Result<void> Transfer::run() {
  curl_.reset(curl_easy_init());
  if (curl_ == nullptr) {
    return fail({.message = "libcurl cannot be set up", .blame = Blame::Tool});
  }
  set_options(curl_.get());
  return judge(curl_easy_perform(curl_.get()));
}

}  // namespace

const char* redirect_protocols(std::string_view url) {
  return is_https(url) ? "https" : "http,https";
}

Result<void> download(const DownloadRequest& request) {
  // Once, and before there are threads that use it.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) {
    return fail({.message = "libcurl cannot be set up", .blame = Blame::Tool});
  }
  const fs::path note = fs::path(request.file).concat(".from");
  const auto forget = [&] {
    std::error_code error;
    fs::remove(request.file, error);
    fs::remove(note, error);
  };
  Result<void> result;
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(request.total_seconds);
  bool resume = true;
  for (int attempt = 0; attempt < std::max(request.tries, 1); ++attempt) {
    Transfer transfer(request, note, resume, deadline);
    result = transfer.run();
    if (result || transfer.is_complete()) {
      std::error_code error;
      fs::remove(note, error);
      return {};
    }
    if (transfer.status() == kRangeNotSatisfiable && transfer.resumed()) {
      // The file there is shorter than what is here: another one.
      forget();
      continue;
    }
    // Without progress a further try would most likely fail as this one did.
    if (!transfer.may_mend() || transfer.received() == 0) break;
  }
  return result;
}

}  // namespace slimc::frontend
