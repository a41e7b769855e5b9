#include "drivers/schema_registry/client.h"

#include <gtest/gtest.h>

#include <memory>

#include "drivers/schema_registry/registry.h"
#include "net/test_http_server.h"

namespace sluice::schema_registry {
namespace {

using net::SeenRequest;
using net::TestHttpServer;

constexpr const char* kSchemaBody = R"({"schema":"\"int\"","references":[]})";

ClientOptions options_for(std::vector<std::string> urls) {
  ClientOptions options;
  options.urls = std::move(urls);
  options.retry_wait_ms = 1;
  return options;
}

TEST(Client, AsksAsTheProtocolSays) {
  TestHttpServer server([](const SeenRequest&) {
    return TestHttpServer::response(200,
                                    R"({"id":7,"version":3,"subject":"a/b","schema":"\"int\"","guid":"g"})");
  });
  ClientOptions options = options_for({server.url()});
  options.user = "me";
  options.password = "secret";
  Client client(options, system_random());
  const auto reply =
      client.look_up("a/b", {SchemaType::kProtobuf, "syntax", {{"other.proto", "other", 2}}}, true);
  ASSERT_TRUE(reply.ok()) << reply.result.error().message();
  EXPECT_EQ(reply.result->id, 7);
  EXPECT_EQ(reply.result->version, 3);
  EXPECT_EQ(reply.result->guid, "g");
  const SeenRequest seen = server.seen().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/subjects/a%2Fb?normalize=true&deleted=false");
  EXPECT_EQ(seen.body,
            R"({"references":[{"name":"other.proto","subject":"other","version":2}],"schema":"syntax",)"
            R"("schemaType":"PROTOBUF"})");
  EXPECT_NE(seen.head.find("Authorization: Basic bWU6c2VjcmV0"), std::string::npos);
  EXPECT_NE(seen.head.find("Content-Type: application/vnd.schemaregistry.v1+json"), std::string::npos);
}

TEST(Client, SendsBearerTokensAndHeaders) {
  TestHttpServer server([](const SeenRequest&) { return TestHttpServer::response(200, kSchemaBody); });
  ClientOptions options = options_for({server.url()});
  options.bearer_token = [] { return Result<std::string>("t0ken"); };
  options.headers = {{"target-sr-cluster", "lsrc-1"}};
  Client client(options, system_random());
  ASSERT_TRUE(client.by_guid("0000-1").ok());
  const SeenRequest seen = server.seen().at(0);
  EXPECT_EQ(seen.target, "/schemas/guids/0000-1");
  EXPECT_NE(seen.head.find("Authorization: Bearer t0ken"), std::string::npos);
  EXPECT_NE(seen.head.find("target-sr-cluster: lsrc-1"), std::string::npos);
}

TEST(Client, TellsWhatIsMissingFromWhatIsRefused) {
  TestHttpServer server([](const SeenRequest& request) {
    if (request.target.starts_with("/schemas/ids/77")) {
      return TestHttpServer::response(404, R"({"error_code":40403,"message":"Schema 77 not found"})");
    }
    if (request.method == "POST") {
      return TestHttpServer::response(409, R"({"error_code":409,"message":"incompatible"})");
    }
    return TestHttpServer::response(401, "<html>who are you</html>");
  });
  Client client(options_for({server.url()}), system_random());
  const auto missing = client.by_id(77, "");
  EXPECT_TRUE(missing.is_missing());
  EXPECT_NE(missing.result.error().message().find("Schema 77 not found; error code: 40403"),
            std::string::npos);
  const auto refused = client.add("s", {SchemaType::kAvro, "\"int\"", {}}, false);
  EXPECT_FALSE(refused.is_missing());
  EXPECT_EQ(refused.code, 409);
  EXPECT_EQ(refused.result.error().kind(), ErrorKind::kBadRecord);
  EXPECT_EQ(client.latest("s").result.error().kind(), ErrorKind::kBadConfig);
}

TEST(Client, GoesOnWithTheNextUrlAndStaysThere) {
  TestHttpServer troubled([](const SeenRequest&) { return TestHttpServer::response(503, "busy"); });
  TestHttpServer good([](const SeenRequest&) { return TestHttpServer::response(200, kSchemaBody); });
  Client client(options_for({"http://127.0.0.1:1", troubled.url(), good.url()}), system_random());
  EXPECT_TRUE(client.by_id(1, "").ok());
  EXPECT_TRUE(client.by_id(2, "").ok());
  EXPECT_EQ(troubled.seen().size(), 1U);
  EXPECT_EQ(good.seen().size(), 2U);
}

TEST(Client, TriesAgainAndGivesUp) {
  std::atomic<int> left = 2;
  TestHttpServer server([&](const SeenRequest&) {
    return left-- > 0 ? TestHttpServer::response(500, R"({"error_code":50001,"message":"store"})")
                      : TestHttpServer::response(200, kSchemaBody);
  });
  ClientOptions options = options_for({server.url()});
  options.max_retries = 2;
  Client client(options, system_random());
  EXPECT_TRUE(client.by_id(1, "").ok());
  left = 100;
  const auto reply = client.by_id(2, "");
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.result.error().kind(), ErrorKind::kRetry);
  EXPECT_NE(reply.result.error().message().find(server.url()), std::string::npos);
}

TEST(Registry, AsksOncePerSchemaHoweverManyAsk) {
  TestHttpServer server([](const SeenRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return TestHttpServer::response(200, kSchemaBody);
  });
  RegistryOptions options;
  options.client = options_for({server.url()});
  Registry registry(options, system_clock(), system_random());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(registry.by_id(1, "s").ok()); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server.seen().size(), 1U);
}

class HandClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now; }
  int64_t steady_ms() const override { return now; }
  int64_t now = 0;
};

TEST(Registry, RemembersForAWhileWhatIsNotThere) {
  bool there = false;
  TestHttpServer server([&](const SeenRequest&) {
    return there ? TestHttpServer::response(200, kSchemaBody)
                 : TestHttpServer::response(404, R"({"error_code":40403,"message":"no"})");
  });
  HandClock clock;
  RegistryOptions options;
  options.client = options_for({server.url()});
  options.missing_ms = 1'000;
  Registry registry(options, clock, system_random());
  EXPECT_TRUE(registry.by_id(1, "s").is_missing());
  there = true;
  EXPECT_TRUE(registry.by_id(1, "s").is_missing());
  EXPECT_EQ(server.seen().size(), 1U);
  clock.now = 1'000;
  EXPECT_TRUE(registry.by_id(1, "s").ok());
}

TEST(Registry, ForgetsTheLeastRecentlyUsed) {
  TestHttpServer server([](const SeenRequest&) { return TestHttpServer::response(200, kSchemaBody); });
  RegistryOptions options;
  options.client = options_for({server.url()});
  options.schemas_max = 2;
  Registry registry(options, system_clock(), system_random());
  for (const int id : {1, 2, 1, 3, 1, 2}) EXPECT_TRUE(registry.by_id(id, "").ok());
  EXPECT_EQ(server.seen().size(), 4U);  // 1, 2, 3 and 2 again
}

TEST(Registry, ResolvesReferencesDepthFirstAndStopsAtCycles) {
  TestHttpServer server([](const SeenRequest& request) {
    const bool is_a = request.target.starts_with("/subjects/a/");
    const std::string other = is_a ? "b" : "a";
    return TestHttpServer::response(200, R"({"schema":")" + std::string(is_a ? "A" : "B") +
                                             R"(","references":[{"name":"n)" + other + R"(","subject":")" +
                                             other + R"(","version":1}]})");
  });
  RegistryOptions options;
  options.client = options_for({server.url()});
  Registry registry(options, system_clock(), system_random());
  const auto references = registry.references_of({SchemaType::kAvro, "X", {{"na", "a", 1}}});
  ASSERT_TRUE(references.ok()) << references.error().message();
  ASSERT_EQ(references->size(), 2U);
  EXPECT_EQ(references->at(0).first, "nb");
  EXPECT_EQ(references->at(1).second->schema.text, "A");
}

TEST(Registry, StartsWithoutARegistryWhenAsked) {
  const std::string folder = testing::TempDir() + "/saved-schemas";
  RegistryOptions options;
  options.saved_schemas_dir = folder;
  std::string url;
  {
    TestHttpServer server([](const SeenRequest&) { return TestHttpServer::response(200, kSchemaBody); });
    url = server.url();
    options.client = options_for({url});
    Registry registry(options, system_clock(), system_random());
    EXPECT_TRUE(registry.by_id(1, "").ok());
  }
  Registry offline(options, system_clock(), system_random());
  const auto kept = offline.by_id(1, "");
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ((*kept.result)->schema.text, "\"int\"");
  EXPECT_EQ(offline.by_id(2, "").result.error().kind(), ErrorKind::kRetry);
}

}  // namespace
}  // namespace sluice::schema_registry
