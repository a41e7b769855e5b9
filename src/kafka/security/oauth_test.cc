#include <fmt/core.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kafka/security/oauth_options.h"
#include "net/oauth_assertion.h"
#include "net/test_http_server.h"
#include "net/token_source.h"

namespace sluice::kafka::security {
namespace {

using net::base64url;
using net::Grant;
using net::OAuthOptions;
using net::read_claims;
using net::TokenSource;

using Properties = std::map<std::string, std::string, std::less<>>;

/// Stands still unless told otherwise.
class StillClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now; }
  int64_t steady_ms() const override { return now; }
  int64_t now = 1'700'000'000'000;
};

Result<OAuthOptions> options_of(const Properties& properties, const JaasOptions& jaas = {}) {
  return oauth_options(
      [&](std::string_view name) {
        const auto found = properties.find(name);
        return found == properties.end() ? nullptr : &found->second;
      },
      jaas);
}

std::string unsigned_token(int64_t expires_seconds) {
  return base64url(R"({"alg":"none"})") + "." +
         base64url(fmt::format(R"({{"sub":"alice","exp":{}}})", expires_seconds)) + ".";
}

std::string temporary_file(const std::string& name) {
  return (std::filesystem::temp_directory_path() / fmt::format("oauth_test-{}-{}", ::getpid(), name))
      .string();
}

class OAuthTest : public testing::Test {
 protected:
  OAuthTest()
      : server_([this](const net::SeenRequest&) {
          const std::string token = unsigned_token(clock_.now / 1000 + 100);
          return net::TestHttpServer::response(status_, R"({"access_token":")" + token + R"("})");
        }),
        url_(server_.url() + "/token") {
    allow_token_urls({url_});
  }

  TokenSource source(Properties properties, const JaasOptions& jaas = {}) {
    properties["sasl.oauthbearer.token.endpoint.url"] = url_;
    const auto options = options_of(properties, jaas);
    EXPECT_TRUE(options.ok()) << options.error().message();
    return {*options, clock_, system_random()};
  }

  StillClock clock_;
  int status_ = 200;
  net::TestHttpServer server_;
  const std::string url_;
};

TEST_F(OAuthTest, ClientCredentials) {
  TokenSource tokens = source({{"sasl.oauthbearer.client.credentials.client.id", "me"},
                               {"sasl.oauthbearer.client.credentials.client.secret", "pass:word"},
                               {"sasl.oauthbearer.scope", "a b"}});
  const auto token = tokens.token();
  ASSERT_TRUE(token.ok()) << token.error().message();
  EXPECT_EQ(token->principal, "alice");
  EXPECT_EQ(token->expires_ms, clock_.now + 100'000);
  const net::SeenRequest request = server_.seen().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/token");
  EXPECT_EQ(request.body, "grant_type=client_credentials&scope=a%20b");
  EXPECT_NE(request.head.find("Authorization: Basic bWU6cGFzczp3b3Jk"), std::string::npos);
}

TEST_F(OAuthTest, OptionsOfTheLoginModule) {
  TokenSource tokens = source({}, {{"clientId", "me"}, {"clientSecret", "s"}, {"extension_cluster", "blue"}});
  EXPECT_TRUE(tokens.token().ok());
  EXPECT_EQ(tokens.extensions(), (std::map<std::string, std::string>{{"cluster", "blue"}}));
}

TEST_F(OAuthTest, AsksAgainWhenTheTokenGrowsOld) {
  TokenSource tokens = source({}, {{"clientId", "me"}, {"clientSecret", "s"}});
  for (const int64_t second : {0, 79, 81, 82}) {
    clock_.now = 1'700'000'000'000 + second * 1000;
    EXPECT_TRUE(tokens.token().ok());
  }
  EXPECT_EQ(server_.seen().size(), 2U);
}

TEST_F(OAuthTest, AnOldTokenIsGoodWhileTheEndpointIsDown) {
  TokenSource tokens = source({}, {{"clientId", "me"}, {"clientSecret", "s"}});
  ASSERT_TRUE(tokens.token().ok());
  status_ = 503;
  clock_.now += 90'000;
  EXPECT_TRUE(tokens.token().ok());
  clock_.now += 20'000;
  const auto late = tokens.token();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind(), ErrorKind::kRetry);
  status_ = 401;
  EXPECT_EQ(tokens.token().error().kind(), ErrorKind::kFailed);
}

TEST_F(OAuthTest, JwtBearerSignsItsAssertion) {
  const std::string file = temporary_file("key.pem");
  EVP_PKEY* key = EVP_EC_gen("P-256");
  FILE* out = std::fopen(file.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  EVP_PKEY_free(key);
  TokenSource tokens = source({{"sasl.oauthbearer.jwt.retriever.class", "a.JwtBearerJwtRetriever"},
                               {"sasl.oauthbearer.assertion.private.key.file", file},
                               {"sasl.oauthbearer.assertion.algorithm", "ES256"},
                               {"sasl.oauthbearer.assertion.claim.sub", "worker"},
                               {"sasl.oauthbearer.assertion.claim.aud", "us"},
                               {"sasl.oauthbearer.assertion.claim.iss", "me"},
                               {"sasl.oauthbearer.assertion.claim.exp.seconds", "60"},
                               {"sasl.oauthbearer.assertion.claim.nbf.seconds", "5"},
                               {"sasl.oauthbearer.assertion.claim.jti.include", "true"}});
  const auto token = tokens.token();
  std::filesystem::remove(file);
  ASSERT_TRUE(token.ok()) << token.error().message();
  const std::string body = server_.seen().at(0).body;
  const std::string start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ASSERT_TRUE(body.starts_with(start)) << body;
  const auto claims = read_claims(body.substr(start.size()));
  ASSERT_TRUE(claims.ok());
  EXPECT_EQ(claims->subject, "worker");
  EXPECT_EQ(claims->expires_ms, clock_.now + 60'000);
  EXPECT_EQ(body.size() - body.rfind('.') - 1, 86U);  // 64 bytes
}

TEST_F(OAuthTest, TokensFromAFile) {
  const std::string file = temporary_file("token");
  std::ofstream(file) << unsigned_token(clock_.now / 1000 + 10) << "\n";
  allow_token_urls({"file://" + file});
  const auto options = options_of({{"sasl.oauthbearer.token.endpoint.url", "file://" + file}});
  ASSERT_TRUE(options.ok());
  TokenSource tokens(*options, clock_, system_random());
  EXPECT_EQ(tokens.token().value().principal, "alice");
  std::filesystem::remove(file);
}

TEST_F(OAuthTest, OnlyWhatTheOperatorAllowsIsAsked) {
  const auto refused = options_of({{"sasl.oauthbearer.token.endpoint.url", "file:///etc/passwd"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("sluice.oauthbearer.allowed.urls"), std::string::npos);
}

TEST_F(OAuthTest, WhatIsMissingIsNamed) {
  EXPECT_NE(options_of({}).error().message().find("sasl.oauthbearer.token.endpoint.url"), std::string::npos);
  const Properties endpoint{{"sasl.oauthbearer.token.endpoint.url", url_}};
  EXPECT_NE(options_of(endpoint).error().message().find("client.id"), std::string::npos);
  EXPECT_NE(options_of(endpoint, {{"clientId", "me"}}).error().message().find("client.secret"),
            std::string::npos);
}

TEST(ReadClaims, RefusesWhatIsNoToken) {
  EXPECT_FALSE(read_claims("").ok());
  EXPECT_FALSE(read_claims("a.b").ok());
  EXPECT_FALSE(read_claims("a.!!!!.c").ok());
  EXPECT_FALSE(read_claims("a." + base64url("{}") + ".c").ok());
  EXPECT_FALSE(read_claims("a." + base64url(R"({"sub":"x","exp":1e300})") + ".c").ok());
}

}  // namespace
}  // namespace sluice::kafka::security
