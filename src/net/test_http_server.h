#pragma once
// For tests: a server on a free port of 127.0.0.1 that answers each request by a function. One request per
// connection unless the function says otherwise.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::net {

struct SeenRequest {
  std::string method;
  std::string target;
  std::string head;  // the whole head, as it came
  std::string body;
};

class TestHttpServer {
 public:
  /// Returns the bytes of the answer; "" closes the connection without one.
  using Answer = std::function<std::string(const SeenRequest& request)>;

  explicit TestHttpServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    (void)::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    (void)::listen(listener_, 16);
    (void)::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TestHttpServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
    thread_.join();
  }
  TestHttpServer(const TestHttpServer&) = delete;
  TestHttpServer& operator=(const TestHttpServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<SeenRequest> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }

  static std::string response(int status, const std::string& body, const std::string& headers = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void serve() {
    while (!stopping_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      while (!stopping_ && serve_one(connection)) {
      }
      ::close(connection);
    }
  }

  bool serve_one(int connection) {
    std::string data;
    size_t head_end = std::string::npos;
    while ((head_end = data.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(connection, data)) return false;
    }
    SeenRequest request;
    request.head = data.substr(0, head_end);
    request.method = data.substr(0, data.find(' '));
    const size_t target = request.method.size() + 1;
    request.target = data.substr(target, data.find(' ', target) - target);
    const size_t length = content_length(request.head);
    while (data.size() < head_end + 4 + length) {
      if (!receive(connection, data)) return false;
    }
    request.body = data.substr(head_end + 4, length);
    const std::string answer = answer_(request);
    {
      std::lock_guard lock(mutex_);
      seen_.push_back(std::move(request));
    }
    if (answer.empty()) return false;
    return ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(answer.size());
  }

  static bool receive(int connection, std::string& data) {
    char buffer[65536];
    const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    data.append(buffer, static_cast<size_t>(count));
    return true;
  }

  static size_t content_length(std::string head) {
    std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
    const size_t at = head.find("content-length:");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 15));
  }

  const Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::thread thread_;
};

}  // namespace sluice::net
