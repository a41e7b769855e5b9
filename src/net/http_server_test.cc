#include "net/http_server.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "net/testing_socket.h"

namespace sluice::net {
namespace {

using std::chrono::milliseconds;

class HttpServerTest : public testing::Test {
 protected:
  void start(ServerLimits limits = {}) {
    ServerOptions options;
    options.listeners = {{"127.0.0.1", 0, nullptr}};
    options.limits = limits;
    options.on_request = [this](const ServerRequest& request, const ServerOptions::Respond& respond) {
      ++requests_;
      if (request.target == "/later") {
        later_ = std::async(std::launch::async, [respond] {
          std::this_thread::sleep_for(milliseconds(100));
          respond({200, {}, "at last", false});
        });
        return;
      }
      ServerResponse response;
      response.body = request.method + " " + request.target + " " + std::to_string(request.body.size());
      if (request.target == "/large") response.body = std::string(size_t{3} << 20, 'x');
      if (request.target == "/none") response = {204, {}, "", false};
      response.headers.emplace_back("X-Bad", "a\r\nInjected: yes");
      respond(std::move(response));
    };
    auto server = HttpServer::start(threads_, std::move(options));
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = std::move(server).value();
  }
  uint16_t port() const { return server_->ports().at(0); }
  std::string ask(std::string_view bytes) const {
    RawClient client(port());
    EXPECT_TRUE(client.connected());
    client.send(bytes);
    return client.read();
  }
  static std::string status_of(const std::string& answer) { return answer.substr(9, 3); }

  std::atomic<int> requests_{0};
  std::future<void> later_;
  IoThreads threads_;
  std::unique_ptr<HttpServer> server_;
};

constexpr const char* kClose = "Host: x\r\nConnection: close\r\n";

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read("GET /a?b=c 0");
    EXPECT_EQ(status_of(answer), "200") << answer;
    EXPECT_NE(answer.find("Content-Length: 12"), std::string::npos) << answer;
    EXPECT_EQ(answer.find("\nInjected"), std::string::npos);
  }
  EXPECT_FALSE(client.closed());
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  const std::string answers = client.read("GET /3");
  EXPECT_LT(answers.find("GET /1"), answers.find("at last"));
  EXPECT_LT(answers.find("at last"), answers.find("GET /3"));
}

TEST_F(HttpServerTest, BodiesWithALengthAndInChunks) {
  start();
  EXPECT_NE(
      ask(std::string("POST / HTTP/1.1\r\n") + kClose + "Content-Length: 5\r\n\r\nhello").find("POST / 5"),
      std::string::npos);
  EXPECT_NE(ask(std::string("POST / HTTP/1.1\r\n") + kClose +
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
                .find("POST / 7"),
            std::string::npos);
}

TEST_F(HttpServerTest, HeadAndNoContentHaveNoBody) {
  start();
  const std::string head = ask(std::string("HEAD /a HTTP/1.1\r\n") + kClose + "\r\n");
  EXPECT_NE(head.find("Content-Length: 9"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  const std::string none = ask(std::string("GET /none HTTP/1.1\r\n") + kClose + "\r\n");
  EXPECT_EQ(none.find("Content-Length"), std::string::npos) << none;
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  start();
  EXPECT_GT(ask(std::string("GET /large HTTP/1.1\r\n") + kClose + "\r\n").size(), size_t{3} << 20);
}

TEST_F(HttpServerTest, SaysContinueToThoseWhoAsk) {
  start();
  RawClient client(port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(status_of(client.read("POST / 5")), "200");
}

TEST_F(HttpServerTest, AmbiguousRequestsAreRefused) {
  start();
  for (const char* head :
       {"Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
        "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", "Host: x\r\nContent-Length: -1\r\n",
        "Host: x\r\nContent-Length: 5 5\r\n", "Host: x\r\nHost: y\r\n", "",
        "Host: x\r\nContent-Length : 5\r\n", "Host: x\r\nBad Name: 5\r\n"}) {
    const std::string answer = ask(std::string("POST / HTTP/1.1\r\n") + head + "\r\n0\r\n\r\n");
    EXPECT_EQ(status_of(answer), "400") << head << answer;
  }
  for (const char* line :
       {"GET\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n"}) {
    EXPECT_EQ(status_of(ask(line)), "400") << line;
  }
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerTest, ALargeHeadIsRefused) {
  start();
  EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n")),
            "431");
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 20'000; ++i) many += "a" + std::to_string(i) + ": b\r\n";
  EXPECT_EQ(status_of(ask(many + "\r\n")), "431");
}

TEST_F(HttpServerTest, ALargeBodyIsRefusedBeforeItComes) {
  start();
  EXPECT_EQ(status_of(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n")), "413");
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  RawClient client(port());
  client.send(chunked);
  for (int i = 0; i < 40 && client.send(chunk); ++i) {
  }
  EXPECT_EQ(status_of(client.read()), "413");
}

TEST_F(HttpServerTest, AllBodiesTogetherAreLimited) {
  ServerLimits limits;
  limits.all_bodies_bytes_max = 1000;
  start(limits);
  RawClient first(port());
  first.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + std::string(800, 'x'));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(
      status_of(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n" + std::string(500, 'y'))),
      "503");
  first.send(std::string(100, 'x'));
  EXPECT_EQ(status_of(first.read("POST / 900")), "200");
}

TEST_F(HttpServerTest, ASlowHeadEndsInTime) {
  ServerLimits limits;
  limits.head_timeout = milliseconds(200);
  start(limits);
  RawClient client(port());
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100 && client.send("a"); ++i) {
    if (!client.read("HTTP", 20).empty() || client.closed()) break;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
}

TEST_F(HttpServerTest, ASlowBodyEndsInTime) {
  ServerLimits limits;
  limits.stall_timeout = milliseconds(200);
  start(limits);
  RawClient stalled(port());
  stalled.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nx");
  EXPECT_EQ(status_of(stalled.read()), "408");
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosed) {
  ServerLimits limits;
  limits.idle_timeout = milliseconds(100);
  start(limits);
  RawClient client(port());
  EXPECT_EQ(client.read(), "");
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, IdleConnectionsMakeRoomForNewOnes) {
  ServerLimits limits;
  limits.connections_max = 50;
  start(limits);
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(std::make_unique<RawClient>(port()));
  EXPECT_EQ(status_of(ask(std::string("GET / HTTP/1.1\r\n") + kClose + "\r\n")), "200");
}

TEST_F(HttpServerTest, StopLetsRequestsEnd) {
  start();
  RawClient client(port());
  client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  while (requests_ == 0) std::this_thread::sleep_for(milliseconds(1));
  server_->stop(std::chrono::seconds(5));
  EXPECT_NE(client.read().find("at last"), std::string::npos);
  EXPECT_FALSE(RawClient(port()).connected());
}

TEST_F(HttpServerTest, ATakenPortIsSaid) {
  start();
  ServerOptions options;
  options.listeners = {{"127.0.0.1", port(), nullptr}};
  const auto second = HttpServer::start(threads_, std::move(options));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message(),
            "Could not listen on http://127.0.0.1:" + std::to_string(port()) +
                ": Address already in use. Set 'listeners' to another address or port.");
}

}  // namespace
}  // namespace sluice::net
