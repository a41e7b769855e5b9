#include "kafka/protocol/sasl.h"

#include <gtest/gtest.h>

#include "kafka/protocol/testing/hex.h"

namespace sluice::kafka::protocol {
namespace {

class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes(size_t count) override { return bytes_.substr(0, count); }

 private:
  std::string bytes_;
};

std::unique_ptr<SaslExchange> exchange(const std::string& mechanism, Random& random,
                                       const std::string& username = "user") {
  auto made = make_sasl_exchange({mechanism, username, "pencil", nullptr, nullptr}, {}, random);
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

TEST(Sasl, Plain) {
  const auto plain = exchange("PLAIN", system_random());
  EXPECT_EQ(plain->first(), std::string("\0user\0pencil", 12));
  const auto done = plain->next("");
  ASSERT_TRUE(done.ok());
  EXPECT_FALSE(done.value().has_value());
}

TEST(Sasl, OAuthBearer) {
  const BearerToken token{"a.b.c", {{"logicalCluster", "lkc-1"}}};
  auto made = make_sasl_exchange({"OAUTHBEARER", "", "", nullptr, nullptr}, token, system_random());
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->first(),
            "n,,\x01"
            "auth=Bearer a.b.c\x01logicalCluster=lkc-1\x01\x01");
  EXPECT_EQ((*made)->next(R"({"status":"invalid_token"})").value(), "\x01");
  EXPECT_FALSE((*made)->next("").value().has_value());
}

TEST(Sasl, RefusesUnknownMechanisms) {
  const auto made = make_sasl_exchange({"GSSAPI", "u", "p", nullptr, nullptr}, {}, system_random());
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().kind(), ErrorKind::kBadConfig);
}

// The expected proofs were computed by an independent script (Python's hashlib and hmac).
class Scram : public ::testing::Test {
 protected:
  // 18 bytes whose base64 is this nonce.
  static constexpr const char* kNonceBytes = "ad10e94b8f5c06c5e5b4b3f9b5a9d0e7f6c1";
  FixedRandom random_{testing::from_hex(kNonceBytes)};
  const std::string nonce_ = "rRDpS49cBsXltLP5tanQ5/bB";
};

TEST_F(Scram, ProvesBothSides) {
  const auto scram = exchange("SCRAM-SHA-256", random_);
  EXPECT_EQ(scram->first(), "n,,n=user,r=" + nonce_);
  const auto answer =
      scram->next("r=" + nonce_ + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(
      answer.value(),
      "c=biws,r=" + nonce_ + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=oJhwzmpLe1WX891aaTr6bOo9X4OmNxorQbpU5A/gBD0=");
  const auto done = scram->next("v=YhEq/xy5dgHaxb5xtVjitVNGdmdaCLGLFfEyVdkuep0=");
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_FALSE(done.value().has_value());
}

TEST_F(Scram, Sha512) {
  const auto scram = exchange("SCRAM-SHA-512", random_);
  const auto answer = scram->next("r=" + nonce_ + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=5000");
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(
      answer.value(),
      "c=biws,r=" + nonce_ +
          "x,p=cx8ADJs0UmYFKJKUBAvCZuq781qy676BwfIbDrp0D8UU07qFsnxdYqHIw06FtzT7yho1YJ1ARonIeQB8irArKQ==");
  EXPECT_TRUE(
      scram
          ->next("v=JP7wkBXttZUToYEaxsNnVhwFS4RMn+AvdXrbGIrnNZpF8gY6h/WWA3UJGiPqo/N3C/N2P63zj8Bmi9X5up7Qdw==")
          .ok());
}

TEST_F(Scram, EscapesNames) {
  EXPECT_EQ(exchange("SCRAM-SHA-512", random_, "a=b,c")->first(), "n,,n=a=3Db=2Cc,r=" + nonce_);
}

TEST_F(Scram, RefusesWhatABrokerMayNotSay) {
  for (const std::string& message :
       {std::string(), std::string("r="), "r=" + nonce_ + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=" + nonce_ + "x,s=W22Z,i=4095", "r=" + nonce_ + "x,s=W22Z,i=2000000000",
        "r=" + nonce_ + "x,s=?,i=4096", "r=" + nonce_ + "x,s=W22Z,i=4096a",
        std::string("r=other,s=W22Z,i=4096")}) {
    EXPECT_FALSE(exchange("SCRAM-SHA-256", random_)->next(message).ok()) << message;
  }
}

TEST_F(Scram, RefusesABrokerThatDoesNotKnowThePassword) {
  for (const char* message :
       {"v=AAAA", "", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", "e=unknown-user"}) {
    const auto scram = exchange("SCRAM-SHA-256", random_);
    ASSERT_TRUE(scram->next("r=" + nonce_ + "x,s=W22Z,i=4096").ok());
    const auto verified = scram->next(message);
    ASSERT_FALSE(verified.ok());
    EXPECT_EQ(verified.error().kind(), ErrorKind::kFailed);
    EXPECT_EQ(verified.error().exception_class(),
              "org.apache.kafka.common.errors.SaslAuthenticationException");
  }
}

}  // namespace
}  // namespace sluice::kafka::protocol
