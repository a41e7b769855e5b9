// Against a real S3 server, which system_test.py of the connector starts: SLUICE_TEST_S3 is "endpoint bucket
// id secret region". Without it there is nothing to test.

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "drivers/object_store/object_writer.h"
#include "drivers/object_store/s3_store.h"

namespace sluice::object_store {
namespace {

class S3Live : public testing::Test {
 protected:
  void SetUp() override {
    const char* place = std::getenv("SLUICE_TEST_S3");
    if (place == nullptr) GTEST_SKIP() << "SLUICE_TEST_S3 is not set";
    std::istringstream words(place);
    words >> options_.endpoint >> options_.bucket >> options_.credentials.access_key_id >>
        options_.credentials.secret_access_key >> options_.region;
    options_.retry_backoff_ms = 1;
    store_ = open();
  }
  std::unique_ptr<ObjectStore> open() {
    auto opened = open_s3_store(options_, nullptr);
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }
  static void expect_refused(const Status& status, const char* why) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind(), ErrorKind::kFailed);
    EXPECT_NE(status.error().message().find(why), std::string::npos) << status.error().message();
  }

  S3Options options_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(S3Live, PutHeadListRemove) {
  ASSERT_TRUE(store_->check().ok()) << store_->check().error().message();
  for (const char* key : {"live/a b+c=ü/one", "live/'quoted'&", "live/empty"}) {
    const auto put = store_->put(key, std::string_view(key).ends_with("empty") ? "" : "bytes", {});
    ASSERT_TRUE(put.ok()) << put.error().message();
  }
  const auto listed = store_->list("live/");
  ASSERT_TRUE(listed.ok()) << listed.error().message();
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ((*listed)[0].key, "live/'quoted'&");
  EXPECT_EQ(store_->head("live/a b+c=ü/one").value()->size, 5U);
  EXPECT_FALSE(store_->head("live/none").value().has_value());
  for (const auto& object : *listed) EXPECT_TRUE(store_->remove(object.key).ok());
  EXPECT_TRUE(store_->list("live/").value().empty());
}

TEST_F(S3Live, ConditionalPut) {
  const PutOptions only_if_absent{.only_if_absent = true};
  ASSERT_TRUE(store_->put("condition", "first", only_if_absent).ok());
  const auto second = store_->put("condition", "second", only_if_absent);
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(already_exists(second.error())) << second.error().message();
  EXPECT_TRUE(store_->put("condition", "third", {}).ok());
}

TEST_F(S3Live, Multipart) {
  options_.send_digest = true;
  store_ = open();
  ObjectWriter writer(*store_, "parts/big", size_t{5} << 20);
  std::string chunk(1 << 20, 'x');
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(writer.write(chunk).ok());
  EXPECT_FALSE(store_->head("parts/big").value().has_value()) << "invisible before the end";
  const auto finished = writer.finish({});
  ASSERT_TRUE(finished.ok()) << finished.error().message();
  EXPECT_EQ(store_->head("parts/big").value()->size, size_t{12} << 20);
}

TEST_F(S3Live, AbortedUploadsLeaveNothing) {
  {
    ObjectWriter writer(*store_, "parts/aborted", size_t{5} << 20);
    ASSERT_TRUE(writer.write(std::string(6 << 20, 'x')).ok());
  }
  EXPECT_FALSE(store_->head("parts/aborted").value().has_value());
}

TEST_F(S3Live, RefusalsNameTheirReason) {
  S3Options good = options_;
  options_.credentials.secret_access_key = "wrong";
  expect_refused(open()->check(), "SignatureDoesNotMatch");
  expect_refused(open()->put("x", "y", {}), "SignatureDoesNotMatch");
  options_ = good;
  options_.credentials.access_key_id = "nobody";
  expect_refused(open()->check(), "access key ID");
  options_ = good;
  options_.bucket = "no-such-bucket";
  expect_refused(open()->check(), "NoSuchBucket");
  expect_refused(open()->put("x", "y", {}), "s3://no-such-bucket/x");
}

}  // namespace
}  // namespace sluice::object_store
