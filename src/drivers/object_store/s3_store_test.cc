// The protocol's unhappy ways, against a server that does as it is told. The happy ones, with real
// signatures, are in tests/system/test_object_store.py.

#include "drivers/object_store/s3_store.h"

#include <gtest/gtest.h>

#include <atomic>

#include "drivers/object_store/object_writer.h"
#include "net/test_http_server.h"

namespace sluice::object_store {
namespace {

using net::SeenRequest;
using net::TestHttpServer;

std::string error_body(const std::string& code) {
  return "<Error><Code>" + code + "</Code><Message>because</Message></Error>";
}

std::unique_ptr<ObjectStore> store_at(const TestHttpServer& server, int retries = 3) {
  S3Options options;
  options.bucket = "lake";
  options.endpoint = server.url();
  options.credentials = {"id", "secret-key", ""};
  options.retries = retries;
  options.retry_backoff_ms = 1;
  auto store = open_s3_store(options, nullptr);
  EXPECT_TRUE(store.ok());
  return std::move(store).value();
}

TEST(S3Store, TriesAgainWhatMayPass) {
  std::atomic<int> requests{0};
  TestHttpServer server([&](const SeenRequest&) {
    switch (requests++) {
      case 0:
        return TestHttpServer::response(503, error_body("SlowDown"));
      case 1:
        return std::string();  // reset
      case 2:
        return TestHttpServer::response(400, error_body("RequestTimeout"));
      default:
        return TestHttpServer::response(200, "");
    }
  });
  const auto put = store_at(server)->put("a/b c", "bytes", {});
  EXPECT_TRUE(put.ok()) << put.error().message();
  EXPECT_EQ(server.seen().back().target, "/lake/a/b%20c");
  EXPECT_EQ(server.seen().back().body, "bytes");
}

TEST(S3Store, GivesUpAfterItsRetriesWithKindRetry) {
  TestHttpServer server(
      [&](const SeenRequest&) { return TestHttpServer::response(500, error_body("InternalError")); });
  const auto put = store_at(server, 2)->put("key", "bytes", {});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().kind(), ErrorKind::kRetry);
  EXPECT_EQ(server.seen().size(), 3U);
  EXPECT_NE(put.error().message().find("s3://lake/key"), std::string::npos);
}

TEST(S3Store, RefusalsFailAtOnceAndSayWhy) {
  TestHttpServer server([&](const SeenRequest& request) {
    if (request.target.find("denied") != std::string::npos)
      return TestHttpServer::response(403, error_body("AccessDenied"));
    if (request.target.find("secret") != std::string::npos) {
      return TestHttpServer::response(403, error_body("SignatureDoesNotMatch"));
    }
    return TestHttpServer::response(404, error_body("NoSuchBucket"));
  });
  auto store = store_at(server);
  for (const auto& [key, expected] :
       {std::pair{"denied", "AccessDenied"}, std::pair{"secret", "SignatureDoesNotMatch"},
        std::pair{"bucket", "NoSuchBucket"}}) {
    const auto put = store->put(key, "x", {});
    ASSERT_FALSE(put.ok());
    EXPECT_EQ(put.error().kind(), ErrorKind::kFailed);
    EXPECT_NE(put.error().message().find(expected), std::string::npos) << put.error().message();
    EXPECT_EQ(put.error().message().find("secret-key"), std::string::npos);
  }
  EXPECT_EQ(server.seen().size(), 3U);
}

TEST(S3Store, TakesOverTheServersClock) {
  std::atomic<int> requests{0};
  TestHttpServer server([&](const SeenRequest&) {
    if (requests++ == 0) {
      return TestHttpServer::response(403, error_body("RequestTimeTooSkewed"),
                                      "Date: Fri, 24 May 2013 00:00:00 GMT\r\n");
    }
    return TestHttpServer::response(200, "");
  });
  EXPECT_TRUE(store_at(server)->put("key", "x", {}).ok());
  EXPECT_NE(server.seen().back().head.find("x-amz-date: 20130524T0000"), std::string::npos);
}

TEST(S3Store, SendsLargeObjectsInParts) {
  TestHttpServer server([&](const SeenRequest& request) {
    if (request.target.ends_with("?uploads=")) {
      return TestHttpServer::response(200, "<R><UploadId>u&amp;1</UploadId></R>");
    }
    return TestHttpServer::response(200, "", "ETag: \"e" + std::to_string(request.body.size()) + "\"\r\n");
  });
  auto store = store_at(server);
  ObjectWriter writer(*store, "big", size_t{5} << 20);
  const std::string chunk(3 << 20, 'x');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(writer.write(chunk).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen[1].target, "/lake/big?partNumber=1&uploadId=u%261");
  EXPECT_EQ(seen[1].body.size(), size_t{5} << 20);
  EXPECT_EQ(seen[3].body.size(), size_t{2} << 20);
  EXPECT_NE(seen[4].body.find("<PartNumber>3</PartNumber><ETag>&quot;e2097152&quot;</ETag>"),
            std::string::npos);
}

TEST(S3Store, BelievesNoSuccessThatHidesAnError) {
  std::atomic<bool> works{false};
  std::atomic<bool> vanished{false};
  TestHttpServer server([&](const SeenRequest& request) {
    if (request.method == "HEAD") return std::string("HTTP/1.1 200 X\r\nContent-Length: 6291456\r\n\r\n");
    if (request.method == "POST" && request.target.find("uploadId") != std::string::npos) {
      if (vanished) return TestHttpServer::response(404, error_body("NoSuchUpload"));
      return TestHttpServer::response(
          200, works ? "<CompleteMultipartUploadResult/>" : error_body("InternalError"));
    }
    return TestHttpServer::response(200, "<R><UploadId>1</UploadId></R>", "ETag: \"e\"\r\n");
  });
  auto store = store_at(server, 0);
  ObjectWriter writer(*store, "big", size_t{5} << 20);
  ASSERT_TRUE(writer.write(std::string(6 << 20, 'x')).ok());
  const auto first = writer.finish({});
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().kind(), ErrorKind::kRetry);
  // The upload is gone, but an object of its size is there: it had worked after all.
  vanished = true;
  EXPECT_TRUE(writer.finish({}).ok());
}

TEST(S3Store, ConditionalPutTellsThatTheKeyIsTaken) {
  TestHttpServer server(
      [&](const SeenRequest&) { return TestHttpServer::response(412, error_body("PreconditionFailed")); });
  const auto put = store_at(server)->put("key", "x", {.only_if_absent = true});
  ASSERT_FALSE(put.ok());
  EXPECT_TRUE(already_exists(put.error()));
  EXPECT_NE(server.seen().back().head.find("if-none-match: *"), std::string::npos);
}

TEST(S3Store, ListsPageByPage) {
  TestHttpServer server([&](const SeenRequest& request) {
    const bool second = request.target.find("continuation-token=t%3D") != std::string::npos;
    return TestHttpServer::response(200, second ? "<L><Contents><Key>a</Key><Size>1</Size></Contents></L>"
                                                : "<L><Contents><Key>b&amp;</Key><Size>22</Size></Contents>"
                                                  "<NextContinuationToken>t=</NextContinuationToken></L>");
  });
  const auto listed = store_at(server)->list("p");
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ((*listed)[0].key, "a");
  EXPECT_EQ((*listed)[1].key, "b&");
  EXPECT_EQ((*listed)[1].size, 22U);
}

TEST(S3Store, RefusesEndpointsThatAreNone) {
  S3Options options;
  options.endpoint = "localhost:9000";
  const auto store = open_s3_store(options, nullptr);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().kind(), ErrorKind::kBadConfig);
}

TEST(Credentials, AreReadFromAProfile) {
  const std::string text =
      "# c\n[default]\naws_access_key_id = a\n aws_secret_access_key=b\n\n[other]\n"
      "aws_access_key_id=c\naws_secret_access_key=d==\naws_session_token = e\n";
  EXPECT_EQ(parse_credentials_file(text, "default").secret_access_key, "b");
  const Credentials other = parse_credentials_file(text, "other");
  EXPECT_EQ(other.secret_access_key, "d==");
  EXPECT_EQ(other.session_token, "e");
  EXPECT_TRUE(parse_credentials_file(text, "none").access_key_id.empty());
}

}  // namespace
}  // namespace sluice::object_store
