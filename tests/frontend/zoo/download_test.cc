#include "frontend/zoo/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "support/files.h"
#include "tests/common/temporary_folder.h"
#include "tests/frontend/zoo/loopback_server.h"

namespace slimc::frontend {
namespace {

using slimc::testing::TemporaryFolder;
using ::testing::ElementsAre;
using testing::file_server;
using testing::HttpRequest;
using testing::LoopbackServer;
using testing::ok;

std::string noise(std::size_t size) {
  std::string bytes;
  for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(i * 2654435761u >> 24);
  return bytes;
}

class Download : public ::testing::Test {
 protected:
  Result<void> get(const LoopbackServer& server, int tries = 1) {
    request_.url = server.url() + "/net.tgz";
    request_.file = file_;
    request_.tries = tries;
    return download(request_);
  }
  // What it says, with the server's address cut out; "" if all went well.
  std::string error(const LoopbackServer& server, int tries = 1) {
    const Result<void> result = get(server, tries);
    if (result) return "";
    std::string words = result.error().to_string();
    for (std::size_t at; (at = words.find(server.url())) != std::string::npos;) {
      words.erase(at, server.url().size());
    }
    return words;
  }
  std::string content() const { return read_file(file_).value_or("(nothing)"); }
  // What an earlier try, of the same address, has left.
  void leave(const LoopbackServer& server, const std::string& bytes, const std::string& etag) {
    std::ofstream(file_, std::ios::binary) << bytes;
    std::ofstream(file_.string() + ".from") << server.url() << "/net.tgz\n" << etag << "\n";
  }

  const TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "net.tgz";
  const std::string bytes_ = noise(300000);
  DownloadRequest request_;
};

// The headers of a request that matter.
std::string range_of(const HttpRequest& request) {
  const auto it = request.headers.find("range");
  return it == request.headers.end() ? "all" : it->second;
}

TEST_F(Download, GetsAFile) {
  const LoopbackServer server(file_server(bytes_));
  std::uint64_t done = 0, total = 0;
  request_.progress = [&](std::uint64_t now, std::uint64_t all) { done = now, total = all; };
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);
  EXPECT_EQ(done, bytes_.size());
  EXPECT_EQ(total, bytes_.size());
  EXPECT_EQ(server.requests().front().target, "/net.tgz");
  EXPECT_THAT(folder_.listing(), ElementsAre("net.tgz"));
}

TEST_F(Download, GoesOnWhereAConnectionDropped) {
  int connections = 0;
  const auto whole = file_server(bytes_);
  const LoopbackServer server([&](const HttpRequest& request) {
    std::string answer = whole(request);
    // Each connection brings a third of what is missing.
    if (++connections < 3) answer.resize(answer.size() / 3);
    return answer;
  });
  EXPECT_EQ(error(server, 4), "");
  EXPECT_EQ(content(), bytes_);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(range_of(requests[0]), "all");
  EXPECT_THAT(range_of(requests[1]), ::testing::MatchesRegex("bytes=[0-9]+-"));
  EXPECT_EQ(requests[1].headers.at("if-range"), "\"v1\"");
}

TEST_F(Download, KeepsWhatHasArrivedForTheNextRun) {
  bool broken = true;
  const auto whole = file_server(bytes_);
  const LoopbackServer server([&](const HttpRequest& request) {
    std::string answer = whole(request);
    if (broken) answer.resize(100000);
    return answer;
  });
  EXPECT_THAT(error(server),
              ::testing::MatchesRegex("/net.tgz: the connection broke off after [0-9]+ bytes"));
  const std::string part = content();
  EXPECT_EQ(part, bytes_.substr(0, part.size()));
  broken = false;
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);
  EXPECT_EQ(range_of(server.requests().back()), "bytes=" + std::to_string(part.size()) + "-");
}

TEST_F(Download, StartsAgainWhereTheFileIsAnother) {
  const LoopbackServer server(file_server(bytes_, "\"v2\""));
  leave(server, "the beginning of version 1", "\"v1\"");
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);
}

TEST_F(Download, StartsAgainWhereTheServerKnowsNoRanges) {
  const LoopbackServer server([&](const HttpRequest&) { return ok(bytes_); });
  leave(server, "the beginning", "\"v1\"");
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);
  EXPECT_EQ(range_of(server.requests().front()), "bytes=13-");
}

TEST_F(Download, StartsAgainFromAnotherAddressOrWithoutAVersion) {
  const LoopbackServer server(file_server(bytes_));
  std::ofstream(file_) << "part";
  std::ofstream(file_.string() + ".from") << "http://elsewhere/net.tgz\n\"v1\"\n";
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(range_of(server.requests().back()), "all");
  leave(server, "part", "");
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(range_of(server.requests().back()), "all");
  EXPECT_EQ(content(), bytes_);
}

TEST_F(Download, KnowsAFileThatHasArrivedCompletely) {
  const LoopbackServer server(file_server(bytes_));
  leave(server, bytes_, "\"v1\"");
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Download, ThrowsAwayMoreThanThereIs) {
  const LoopbackServer server(file_server(bytes_));
  leave(server, bytes_ + "more", "\"v1\"");
  EXPECT_EQ(error(server, 2), "");
  EXPECT_EQ(content(), bytes_);
  EXPECT_EQ(range_of(server.requests().back()), "all");
}

TEST_F(Download, RefusesARangeThatItDidNotAskFor) {
  const LoopbackServer server([&](const HttpRequest&) {
    return std::string(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/300000\r\n"
        "Content-Length: 4\r\n\r\nevil");
  });
  leave(server, "the beginning", "\"v1\"");
  EXPECT_EQ(error(server),
            "/net.tgz: answers with the range 'bytes 0-3/300000', asked for bytes from 13");
  EXPECT_EQ(content(), "the beginning");
}

TEST_F(Download, FollowsRedirectsOfHttpOnly) {
  const auto redirect = [](const std::string& to) {
    return "HTTP/1.1 302 Found\r\nLocation: " + to +
           "\r\nContent-Length: 5\r\nConnection: close\r\n\r\nmoved";
  };
  const LoopbackServer server([&](const HttpRequest& request) {
    return request.target == "/net.tgz" ? redirect("/moved") : ok(bytes_);
  });
  EXPECT_EQ(error(server), "");
  EXPECT_EQ(content(), bytes_);

  const LoopbackServer to_file([&](const HttpRequest&) { return redirect("file:///etc/passwd"); });
  EXPECT_EQ(error(to_file),
            "/net.tgz: is, or redirects to, an address that is neither http nor https");
  const LoopbackServer circle([&](const HttpRequest&) { return redirect("/net.tgz"); });
  EXPECT_EQ(error(circle), "/net.tgz: redirects more than 5 times");
}

TEST_F(Download, SaysWhatTheServerAnswered) {
  const LoopbackServer missing([](const HttpRequest&) {
    return std::string("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found");
  });
  EXPECT_EQ(error(missing), "/net.tgz: answers with HTTP status 404");
  EXPECT_TRUE(folder_.listing().empty());
  const LoopbackServer empty([](const HttpRequest&) { return ok(""); });
  EXPECT_EQ(error(empty), "/net.tgz: answers with an empty file");
  const LoopbackServer silent([](const HttpRequest&) { return std::string(); });
  EXPECT_EQ(error(silent), "/net.tgz: the connection broke off after 0 bytes");
}

TEST_F(Download, RefusesFilesThatAreTooLarge) {
  request_.max_bytes = 1000;
  const LoopbackServer honest([&](const HttpRequest&) { return ok(bytes_); });
  EXPECT_EQ(error(honest), "/net.tgz: has 300000 bytes; slimc takes up to 1000");
  const LoopbackServer sly([&](const HttpRequest&) { return "HTTP/1.0 200 OK\r\n\r\n" + bytes_; });
  EXPECT_EQ(error(sly), "/net.tgz: sends more than 1000 bytes");
}

TEST_F(Download, GivesUpAServerThatDripsForEver) {
  const LoopbackServer server(LoopbackServer::Dripping{
      [](const HttpRequest&) { return "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\nnet"; }});
  request_.total_seconds = 1;
  EXPECT_THAT(error(server, 4),
              ::testing::MatchesRegex("/net.tgz: is not whole after 1 seconds \\([0-9]+ bytes\\); "
                                      "a further fetch goes on from there, --total-timeout gives "
                                      "it longer"));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Download, LeavesHttpsForNothingElse) {
  EXPECT_STREQ(redirect_protocols("https://example.org/net.tgz"), "https");
  EXPECT_STREQ(redirect_protocols("HTTPS://example.org/net.tgz"), "https");
  EXPECT_STREQ(redirect_protocols("http://example.org/net.tgz"), "http,https");
}

// What a terminal obeys, or shows as something else.
bool is_plain(const std::string& text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x20 && c != '\n') || c == 0x7f;
  });
  return !controls && text.find("\u202e") == std::string::npos;
}

TEST_F(Download, HostileHeadersReachNeitherTheWordsNorTheNote) {
  const std::string more =
      "ETag: \"v\x1b]0;title\x07\"\r\n folded\r\n\tslimc: error: forged\r\n"
      "Last-Modified: \u202eyadnuS\r\n";
  bool tagged = true;
  const LoopbackServer server([&](const HttpRequest&) {
    std::string answer =
        ok(bytes_, tagged ? more : more.substr(more.find("Last-Modified"))).substr(0, 100000);
    return answer;
  });
  for (const bool with_tag : {true, false}) {
    tagged = with_tag;
    const std::string words = error(server);
    EXPECT_THAT(words, ::testing::HasSubstr("broke off"));
    EXPECT_TRUE(is_plain(words)) << words;
    const std::string note = read_file(file_.string() + ".from").value_or("");
    EXPECT_FALSE(note.empty());
    EXPECT_TRUE(is_plain(note)) << note;
    EXPECT_EQ(std::count(note.begin(), note.end(), '\n'), 2) << note;
    std::filesystem::remove(file_);
  }

  const LoopbackServer status([](const HttpRequest&) {
    return std::string("HTTP/1.1 404 \x1b]0;title\x07 \u202e\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(error(status), "/net.tgz: answers with HTTP status 404");
  const LoopbackServer odd([](const HttpRequest&) {
    return std::string("HTTP/\x1b[2J 200 \u202e\r\nContent-Length: 0\r\n\r\n");
  });
  const std::string words = error(odd);
  EXPECT_FALSE(words.empty());
  EXPECT_TRUE(is_plain(words)) << words;
}

TEST_F(Download, SaysThatNobodyIsThere) {
  std::string url;
  {
    const LoopbackServer gone(file_server(bytes_));
    url = gone.url();
  }
  request_.url = url + "/net.tgz";
  request_.file = file_;
  const Result<void> result = download(request_);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().to_string(),
              ::testing::StartsWith(url + "/net.tgz: cannot be reached: "));
  request_.url = "ftp://127.0.0.1/net.tgz";
  EXPECT_EQ(download(request_).error().to_string(),
            "ftp://127.0.0.1/net.tgz: is, or redirects to, an address that is neither http nor "
            "https");
}

}  // namespace
}  // namespace slimc::frontend
