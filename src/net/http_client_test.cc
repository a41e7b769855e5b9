#include "net/http_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "net/test_http_server.h"

namespace sluice::net {
namespace {

TEST(HttpClient, SendsMethodHeadersAndBodyAndReadsTheAnswer) {
  TestHttpServer server([](const SeenRequest& request) {
    return TestHttpServer::response(201, "got " + request.body, "X-Name: value \r\n");
  });
  HttpClient client({});
  const std::string body(300'000, 'x');
  const auto response = client.send({"PUT", server.url() + "/a/../b?c=d", {{"X-Mine", "1"}}, body});
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "got " + body);
  EXPECT_EQ(response->header("x-name").value_or(""), "value");
  EXPECT_FALSE(response->header("absent"));
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "PUT");
  EXPECT_EQ(seen[0].target, "/a/../b?c=d");
  EXPECT_NE(seen[0].head.find("X-Mine: 1"), std::string::npos);
  EXPECT_EQ(seen[0].head.find("Expect"), std::string::npos);
}

TEST(HttpClient, KnowsRequestsWithoutBody) {
  TestHttpServer server([](const SeenRequest& request) {
    return request.method == "HEAD" ? "HTTP/1.1 200 X\r\nContent-Length: 7\r\n\r\n"
                                    : TestHttpServer::response(204, "");
  });
  HttpClient client({});
  const auto head = client.send({"HEAD", server.url() + "/x", {}, {}});
  ASSERT_TRUE(head.ok()) << head.error().message();
  EXPECT_EQ(head->header("content-length").value_or(""), "7");
  EXPECT_TRUE(head->body.empty());
  const auto removed = client.send({"DELETE", server.url() + "/x", {}, {}});
  ASSERT_TRUE(removed.ok()) << removed.error().message();
  EXPECT_EQ(removed->status, 204);
  const auto empty = client.send({"PUT", server.url() + "/x", {}, kEmptyBytes});
  ASSERT_TRUE(empty.ok()) << empty.error().message();
  EXPECT_NE(server.seen().back().head.find("Content-Length: 0"), std::string::npos);
}

TEST(HttpClient, SendsAgainOverAConnectionThatTheServerHadClosed) {
  std::atomic<int> requests{0};
  TestHttpServer server([&](const SeenRequest&) {
    ++requests;
    return "HTTP/1.1 200 X\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok" + std::string();
  });
  HttpClient client({});
  for (int i = 0; i < 3; ++i) {
    const auto response = client.send({"POST", server.url() + "/x", {}, "body"});
    ASSERT_TRUE(response.ok()) << response.error().message();
  }
  EXPECT_EQ(requests.load(), 3);
  for (const auto& request : server.seen()) EXPECT_EQ(request.body, "body");
}

TEST(HttpClient, NamesThePlaceButNoSecret) {
  HttpClient client({});
  const auto refused = client.send({"GET", "http://user:secret@127.0.0.1:1/path?token=secret", {}, {}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kRetry);
  EXPECT_NE(refused.error().message().find("127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(refused.error().message().find("secret"), std::string::npos);
  const auto wrong = client.send({"GET", "file:///etc/passwd", {}, {}});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().kind(), ErrorKind::kBadConfig);
}

TEST(HttpClient, AConnectionClosedWithoutAnswerIsToBeRetried) {
  TestHttpServer server([](const SeenRequest&) { return std::string(); });
  HttpClient client({});
  const auto response = client.send({"GET", server.url() + "/x", {}, {}});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind(), ErrorKind::kRetry);
}

TEST(HttpClient, GivesUpOnAServerThatHangs) {
  std::atomic<bool> release{false};
  TestHttpServer server([&](const SeenRequest&) {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return TestHttpServer::response(200, "");
  });
  HttpOptions options;
  options.total_timeout_ms = 200;
  HttpClient client(options);
  const auto response = client.send({"GET", server.url() + "/x", {}, {}});
  release = true;
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind(), ErrorKind::kRetry);
}

TEST(HttpClient, StopsAtOnceWhenAskedTo) {
  std::atomic<bool> release{false};
  TestHttpServer server([&](const SeenRequest&) {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return TestHttpServer::response(200, "");
  });
  StopSignal stop;
  HttpOptions options;
  options.stop = &stop;
  HttpClient client(options);
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  const auto started = std::chrono::steady_clock::now();
  const auto response = client.send({"GET", server.url() + "/x", {}, {}});
  const auto took = std::chrono::steady_clock::now() - started;
  release = true;
  stopper.join();
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind(), ErrorKind::kClosed);
  EXPECT_LT(took, std::chrono::seconds(5));
}

TEST(HttpClient, ARequestUnderWayMayFinishWithinItsGrace) {
  TestHttpServer server([](const SeenRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return TestHttpServer::response(200, "late");
  });
  StopSignal stop;
  HttpOptions options;
  options.stop = &stop;
  options.stop_grace_ms = 20'000;
  HttpClient client(options);
  stop.request_stop();
  const auto response = client.send({"GET", server.url() + "/x", {}, {}});
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->body, "late");
}

TEST(HttpClient, RefusesAnswersThatAreTooLarge) {
  TestHttpServer server(
      [](const SeenRequest&) { return TestHttpServer::response(200, std::string(5000, 'x')); });
  HttpOptions options;
  options.response_bytes_max = 1000;
  HttpClient client(options);
  const auto response = client.send({"GET", server.url() + "/x", {}, {}});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind(), ErrorKind::kFailed);
}

TEST(PercentEncode, KeepsWhatIsPlain) {
  EXPECT_EQ(percent_encode("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encode("a/b c+ü="), "a%2Fb%20c%2B%C3%BC%3D");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
}

}  // namespace
}  // namespace sluice::net
