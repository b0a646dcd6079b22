// An HTTP server of a few lines on 127.0.0.1 that answers what a test tells it to, also what no
// decent server would.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slimc::frontend::testing {

struct HttpRequest {
  std::string target;                          // "/net.tgz"
  std::map<std::string, std::string> headers;  // names in lower case
};

// The bytes of an answer as they go over the wire; then the connection is closed.
using Answer = std::function<std::string(const HttpRequest&)>;

class LoopbackServer {
 public:
  explicit LoopbackServer(Answer answer);
  // Goes on behind each answer, a byte now and then, until who asked has gone.
  struct Dripping {
    Answer answer;
  };
  explicit LoopbackServer(Dripping dripping);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  std::string url() const;  // "http://127.0.0.1:41234"
  std::vector<HttpRequest> requests() const;

 private:
  void serve();
  void talk(int connection);

  Answer answer_;
  std::atomic<bool> drips_ = false;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

// "HTTP/1.1 200 OK", headers with the body's length, the body.
std::string ok(const std::string& body, const std::string& more_headers = "");

// A server of one file, with ranges and an ETag.
Answer file_server(std::string bytes, std::string etag = "\"v1\"");

}  // namespace slimc::frontend::testing
