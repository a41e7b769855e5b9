#include "cluster/session_keys.h"

#include <gtest/gtest.h>

#include "base/java_base64.h"
#include "base/testing/virtual_scheduler.h"

namespace sluice::cluster {
namespace {

using std::chrono::milliseconds;

class SessionKeysTest : public ::testing::Test {
 protected:
  void adopt(std::string key) { keys_.adopt({std::move(key), "HmacSHA256", time_.wall_ms()}); }
  testing::VirtualScheduler time_;
  KeyOptions options_;
  SessionKeys keys_{options_, time_, system_random()};
};

TEST_F(SessionKeysTest, AKeyIsDueUntilThereIsOneAndAfterItsTime) {
  EXPECT_TRUE(keys_.is_due());
  keys_.adopt(keys_.make());
  EXPECT_FALSE(keys_.is_due());
  time_.advance(milliseconds(3'600'000));
  EXPECT_TRUE(keys_.is_due());
}

TEST_F(SessionKeysTest, AnOldKeyFromTheTopicHasAsMuchTimeAsIsLeft) {
  store::SessionKey key = keys_.make();
  key.created_ms -= 3'599'000;
  keys_.adopt(key);
  EXPECT_FALSE(keys_.is_due());
  time_.advance(milliseconds(1'001));
  EXPECT_TRUE(keys_.is_due());
}

TEST_F(SessionKeysTest, AKeyOfAnotherSizeIsReplaced) {
  adopt("short");
  EXPECT_TRUE(keys_.is_due());
}

// From a Java worker: HmacSHA256 with this key over no bytes.
TEST_F(SessionKeysTest, SignsAsJavaDoes) {
  adopt(std::string(32, 'k'));
  EXPECT_EQ(keys_.sign("")->value, encode_base64(*decode_base64(keys_.sign("")->value)));
  EXPECT_EQ(keys_.sign("")->algorithm, "HmacSHA256");
  adopt("key");
  EXPECT_EQ(keys_.sign("The quick brown fox jumps over the lazy dog")->value,
            "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=");
}

TEST_F(SessionKeysTest, RefusesInKafkaConnectsOrder) {
  const auto message = [&](const InternalRequest& request) {
    const auto error = keys_.refuse(request);
    return error ? error->message : "";
  };
  EXPECT_EQ(message({std::nullopt, "x", ""}), "Internal request missing required signature");
  EXPECT_EQ(message({"Bogus", "!", ""}), "Algorithm Bogus not available");
  EXPECT_EQ(message({"HmacSHA256", "a", ""}), "Input byte[] should at least have 2 bytes for base64 bytes");
  EXPECT_EQ(message({"HmacSHA1", "aaaa", ""}).substr(0, 60),
            "This worker does not support the 'HmacSHA1' key signing algo");
  EXPECT_EQ(keys_.refuse({"HmacSHA256", "aaaa", ""})->problem, RequestProblem::kUnavailable);
  adopt(std::string(32, 'k'));
  EXPECT_EQ(keys_.refuse({"HmacSHA256", "aaaa", ""})->problem, RequestProblem::kForbidden);
  EXPECT_EQ(message({"HmacSHA256", keys_.sign("body")->value, "body"}), "");
  EXPECT_EQ(message({"hmacsha256", keys_.sign("body")->value, "body"}).substr(0, 50),
            "This worker does not support the 'hmacsha256' key ");
}

TEST_F(SessionKeysTest, AChangedBodyIsRefused) {
  adopt(std::string(32, 'k'));
  const auto error = keys_.refuse({"HmacSHA256", keys_.sign("body")->value, "bodY"});
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->message, "Internal request contained invalid signature.");
}

TEST_F(SessionKeysTest, OptionsThatCannotWorkAreRefused) {
  KeyOptions options;
  options.signature_algorithm = "HmacSHA512";
  const Status status = SessionKeys::check(options);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message().find("must be present in inter.worker.verification.algorithms list"),
            std::string::npos);
}

TEST(JavaBase64, RoundTrip) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd\xfc\xfb"}) {
    EXPECT_EQ(*decode_base64(encode_base64(bytes)), bytes);
  }
}

TEST(JavaBase64, ErrorsAreJavas) {
  EXPECT_EQ(decode_base64("ab.c").error().message(), "Illegal base64 character 2e");
  EXPECT_EQ(decode_base64("abc=a").error().message(), "Input byte array has incorrect ending byte at 4");
  EXPECT_EQ(decode_base64("ab=").error().message(), "Input byte array has wrong 4-byte ending unit");
  EXPECT_EQ(decode_base64("abcda").error().message(), "Last unit does not have enough valid bits");
  EXPECT_EQ(*decode_base64("YWI"), "ab") << "padding may be missing";
}

}  // namespace
}  // namespace sluice::cluster
