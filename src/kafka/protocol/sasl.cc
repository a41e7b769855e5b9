#include "kafka/protocol/sasl.h"

#include <fmt/core.h>

#include "kafka/protocol/scram.h"

namespace sluice::kafka::protocol {
namespace {

// RFC 4616; no authorisation id, as Java's client.
class PlainExchange final : public SaslExchange {
 public:
  explicit PlainExchange(const SaslConfig& config) {
    message_.push_back('\0');
    message_.append(config.username).push_back('\0');
    message_.append(config.password);
  }
  std::string first() override { return message_; }
  Result<std::optional<std::string>> next(BytesView /*from_broker*/) override { return std::nullopt; }

 private:
  std::string message_;
};

// RFC 7628, as Java's client: what a broker answers to a token that it takes is empty.
class BearerExchange final : public SaslExchange {
 public:
  explicit BearerExchange(const BearerToken& token) : message_("n,,\x01") {
    message_.append("auth=Bearer ").append(token.jwt);
    for (const auto& [key, value] : token.extensions) {
      message_.append("\x01").append(key).append("=").append(value);
    }
    message_.append("\x01\x01");
  }
  std::string first() override { return message_; }
  Result<std::optional<std::string>> next(BytesView from_broker) override {
    if (from_broker.empty()) return std::nullopt;
    // The broker has said in JSON what it holds against the token. This makes it say so in its error code.
    return std::optional<std::string>("\x01");
  }

 private:
  std::string message_;
};

}  // namespace

Error authentication_failed(std::string message) {
  return failed(std::move(message)).as_java("org.apache.kafka.common.errors.SaslAuthenticationException");
}

Result<std::unique_ptr<SaslExchange>> make_sasl_exchange(const SaslConfig& config, const BearerToken& token,
                                                         Random& random) {
  if (config.mechanism == "OAUTHBEARER") return std::make_unique<BearerExchange>(token);
  if (config.mechanism == "PLAIN") return std::make_unique<PlainExchange>(config);
  if (config.mechanism == "SCRAM-SHA-256") {
    return make_scram_exchange(ScramHash::kSha256, config.username, config.password, random);
  }
  if (config.mechanism == "SCRAM-SHA-512") {
    return make_scram_exchange(ScramHash::kSha512, config.username, config.password, random);
  }
  return bad_config(
      fmt::format("Invalid value {} for configuration sasl.mechanism: allowed: PLAIN, SCRAM-SHA-256, "
                  "SCRAM-SHA-512, OAUTHBEARER",
                  config.mechanism));
}

}  // namespace sluice::kafka::protocol
