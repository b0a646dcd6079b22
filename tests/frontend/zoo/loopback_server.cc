#include "tests/frontend/zoo/loopback_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <utility>

namespace slimc::frontend::testing {
namespace {

HttpRequest parse(const std::string& head) {
  HttpRequest request;
  const std::size_t from = head.find(' ') + 1;
  request.target = head.substr(from, head.find(' ', from) - from);
  for (std::size_t line = head.find("\r\n"); line != std::string::npos;) {
    const std::size_t begin = line + 2;
    line = head.find("\r\n", begin);
    const std::string text = head.substr(begin, line - begin);
    const std::size_t colon = text.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = text.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers[name] = text.substr(colon + 2);
  }
  return request;
}

}  // namespace

LoopbackServer::LoopbackServer(Answer answer) : answer_(std::move(answer)) {
  // A proxy for the outside world has no business here.
  setenv("no_proxy", "127.0.0.1", 1);
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(socket_, generic, size), 0);
  EXPECT_EQ(listen(socket_, 8), 0);
  EXPECT_EQ(getsockname(socket_, generic, &size), 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

LoopbackServer::LoopbackServer(Dripping dripping) : LoopbackServer(std::move(dripping.answer)) {
  drips_ = true;
}

LoopbackServer::~LoopbackServer() {
  shutdown(socket_, SHUT_RDWR);  // accept() fails
  thread_.join();
  close(socket_);
}

std::string LoopbackServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<HttpRequest> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::serve() {
  while (true) {
    const int connection = accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    talk(connection);
    close(connection);
  }
}

void LoopbackServer::talk(int connection) {
  std::string head;
  char buffer[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    head.append(buffer, static_cast<std::size_t>(got));
  }
  const HttpRequest request = parse(head);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const std::string bytes = answer_(request);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
  while (drips_ && send(connection, ".", 1, MSG_NOSIGNAL) == 1) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string ok(const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more_headers + "Connection: close\r\n\r\n" + body;
}

Answer file_server(std::string bytes, std::string etag) {
  return [bytes = std::move(bytes), etag = std::move(etag)](const HttpRequest& request) {
    const std::string tag = "ETag: " + etag + "\r\n";
    const auto range = request.headers.find("range");
    if (range == request.headers.end() || request.headers.at("if-range") != etag) {
      return ok(bytes, tag);
    }
    const std::size_t from = std::stoul(range->second.substr(std::string("bytes=").size()));
    const std::string size = std::to_string(bytes.size());
    if (from >= bytes.size()) {
      return "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */" + size +
             "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(from) + "-" +
           std::to_string(bytes.size() - 1) + "/" + size +
           "\r\nContent-Length: " + std::to_string(bytes.size() - from) + "\r\n" + tag +
           "Connection: close\r\n\r\n" + bytes.substr(from);
  };
}

}  // namespace slimc::frontend::testing
