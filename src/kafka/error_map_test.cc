#include "kafka/error_map.h"

#include <gtest/gtest.h>

#include "kafka/native.h"

namespace sluice::kafka {
namespace {

TEST(ErrorMapTest, KindAndJavaClass) {
  const Error error = to_error(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "Send to t");
  EXPECT_EQ(error.kind(), ErrorKind::kFailed);
  EXPECT_EQ(error.exception_class(), "org.apache.kafka.common.errors.TopicAuthorizationException");
  EXPECT_EQ(error.message(), "Send to t: Broker: Topic authorization failed");
  EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR__TRANSPORT, {}, "gone").message(), "gone");
  EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR__TRANSPORT, {}).kind(), ErrorKind::kRetry);
  EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR__PURGE_QUEUE, {}).kind(), ErrorKind::kClosed);
  EXPECT_EQ(to_error(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, {}).kind(), ErrorKind::kFenced);
}

TEST(ErrorMapTest, WhatIsUnknownHasFailed) {
  const Error error = to_error(RD_KAFKA_RESP_ERR__BAD_MSG, "x");
  EXPECT_EQ(error.kind(), ErrorKind::kFailed);
  EXPECT_EQ(error.exception_class(), "org.apache.kafka.connect.errors.ConnectException");
}

TEST(ErrorMapTest, ABrokerThatGoesAwayIsNoWrongPassword) {
  EXPECT_TRUE(
      ends_client(RD_KAFKA_RESP_ERR__AUTHENTICATION, "Authentication failed: Invalid username or password"));
  EXPECT_TRUE(
      ends_client(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                  "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's …"));
  EXPECT_FALSE(
      ends_client(RD_KAFKA_RESP_ERR__AUTHENTICATION,
                  "SASL PLAIN mechanism handshake failed: Local: Broker transport failure: broker's …"));
  EXPECT_FALSE(ends_client(RD_KAFKA_RESP_ERR__TRANSPORT, "gone"));
}

TEST(ErrorMapTest, FlagsOfTheLibraryCount) {
  // An error object without flags: neither fatal nor retriable.
  const NativeError plain(rd_kafka_error_new(RD_KAFKA_RESP_ERR__TIMED_OUT, "late"));
  EXPECT_EQ(to_error(*plain, "w").kind(), ErrorKind::kRetry);
  EXPECT_EQ(to_error(*plain, "w").message(), "w: late");
}

}  // namespace
}  // namespace sluice::kafka
