#include "kafka/protocol/handshake.h"

#include <gtest/gtest.h>

#include "kafka/protocol/error_codes.h"

namespace sluice::kafka::protocol {
namespace {

// A broker's side, one frame at a time.
class HandshakeTest : public ::testing::Test {
 protected:
  Handshake begin(const std::string& mechanism = "") {
    std::shared_ptr<SaslConfig> sasl;
    if (!mechanism.empty()) {
      sasl = std::make_shared<SaslConfig>(SaslConfig{mechanism, "alice", "secret", nullptr, nullptr});
    }
    return {"client", sasl, {"token", {}}, system_random(), [this](const std::string& frame) {
              sent_ = frame.substr(4);
            }};
  }

  /// The request that was just sent.
  template <typename Request>
  Request sent() {
    const auto header = read_request_header(sent_);
    EXPECT_TRUE(header.has_value());
    EXPECT_EQ(header->api_key, Request::kApi.key);
    version_ = header->api_version;
    correlation_id_ = header->correlation_id;
    auto request = decode_body<Request>(BytesView(sent_).substr(header->size), version_);
    EXPECT_TRUE(request.ok());
    return request.value();
  }

  template <typename Response>
  Result<bool> answer(Handshake& handshake, const Response& response) {
    return answer(handshake, response, version_);
  }
  template <typename Response>
  Result<bool> answer(Handshake& handshake, const Response& response, int16_t version) {
    return handshake.on_frame(BytesView(response_frame(response, version, correlation_id_)).substr(4));
  }

  static ApiVersionsResponse versions(int16_t error_code = 0) {
    ApiVersionsResponse response;
    response.error_code = error_code;
    response.api_keys = {{18, 0, 4}, {17, 0, 1}, {36, 0, 2}, {11, 2, 7}, {12, 9, 12}};
    return response;
  }

  std::string sent_;
  int16_t version_ = 0;
  int32_t correlation_id_ = 0;
};

TEST_F(HandshakeTest, IsOverWhenTheVersionsAreKnown) {
  auto handshake = begin();
  handshake.start();
  sent<ApiVersionsRequest>();
  EXPECT_EQ(version_, 4);
  EXPECT_TRUE(answer(handshake, versions()).value());
  EXPECT_EQ(handshake.version_of(JoinGroupRequest::kApi).value(), 7);
  EXPECT_EQ(handshake.version_of(HeartbeatRequest::kApi).error().message(),
            "The broker supports Heartbeat in versions 9 to 12, this client 0 to 4");
  EXPECT_EQ(handshake.version_of(SyncGroupRequest::kApi).error().kind(), ErrorKind::kUnsupported);
}

TEST_F(HandshakeTest, AsksAgainInAVersionThatTheBrokerKnows) {
  auto handshake = begin();
  handshake.start();
  sent<ApiVersionsRequest>();
  ApiVersionsResponse too_new;
  too_new.error_code = kUnsupportedVersion;
  too_new.api_keys = {{18, 0, 2}};
  EXPECT_FALSE(answer(handshake, too_new, 0).value());
  sent<ApiVersionsRequest>();
  EXPECT_EQ(version_, 2);
  EXPECT_TRUE(answer(handshake, versions()).value());
}

TEST_F(HandshakeTest, LogsIn) {
  auto handshake = begin("PLAIN");
  handshake.start();
  sent<ApiVersionsRequest>();
  EXPECT_FALSE(answer(handshake, versions()).value());
  EXPECT_EQ(sent<SaslHandshakeRequest>().mechanism, "PLAIN");
  EXPECT_EQ(version_, 1);
  EXPECT_FALSE(answer(handshake, SaslHandshakeResponse{0, {"PLAIN"}}).value());
  EXPECT_EQ(sent<SaslAuthenticateRequest>().auth_bytes, std::string("\0alice\0secret", 13));
  SaslAuthenticateResponse accepted;
  accepted.session_lifetime_ms = 3'600'000;
  EXPECT_TRUE(answer(handshake, accepted).value());
  EXPECT_EQ(handshake.session_lifetime_ms(), 3'600'000);
}

TEST_F(HandshakeTest, NamesTheMechanismsThatTheBrokerHas) {
  auto handshake = begin("SCRAM-SHA-512");
  handshake.start();
  sent<ApiVersionsRequest>();
  EXPECT_FALSE(answer(handshake, versions()).value());
  sent<SaslHandshakeRequest>();
  const auto refused = answer(handshake, SaslHandshakeResponse{33, {"PLAIN", "GSSAPI"}});
  EXPECT_EQ(refused.error().message(),
            "Client SASL mechanism 'SCRAM-SHA-512' not enabled in the server, enabled mechanisms are [PLAIN, "
            "GSSAPI]");
  EXPECT_EQ(refused.error().kind(), ErrorKind::kFailed);
}

TEST_F(HandshakeTest, ATokenThatIsRefusedIsAFailedLogin) {
  auto handshake = begin("OAUTHBEARER");
  handshake.start();
  sent<ApiVersionsRequest>();
  EXPECT_FALSE(answer(handshake, versions()).value());
  sent<SaslHandshakeRequest>();
  EXPECT_FALSE(answer(handshake, SaslHandshakeResponse{0, {"OAUTHBEARER"}}).value());
  EXPECT_EQ(sent<SaslAuthenticateRequest>().auth_bytes,
            "n,,\x01"
            "auth=Bearer token\x01\x01");
  SaslAuthenticateResponse challenge;
  challenge.auth_bytes = R"({"status":"invalid_token"})";
  EXPECT_FALSE(answer(handshake, challenge).value());
  EXPECT_EQ(sent<SaslAuthenticateRequest>().auth_bytes, "\x01");
  SaslAuthenticateResponse refused;
  refused.error_code = kSaslAuthenticationFailed;
  refused.error_message = "{\"status\":\"invalid_token\"}";
  const auto over = answer(handshake, refused);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().exception_class(), "org.apache.kafka.common.errors.SaslAuthenticationException");
}

TEST_F(HandshakeTest, RefusesWhatItDidNotAskFor) {
  auto handshake = begin();
  handshake.start();
  sent<ApiVersionsRequest>();
  correlation_id_ += 1;
  EXPECT_EQ(answer(handshake, versions()).error().kind(), ErrorKind::kRetry);
  EXPECT_FALSE(begin().on_frame("").ok());
}

}  // namespace
}  // namespace sluice::kafka::protocol
