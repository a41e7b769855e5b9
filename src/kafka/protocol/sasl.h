#pragma once
// Who we are to a broker, and the client's side of the exchanges that prove it. Not thread-safe.

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace sluice::kafka::protocol {

/// What OAUTHBEARER shows: a token, and whatever else the broker wants to know (KIP-342).
struct BearerToken {
  std::string jwt;
  std::map<std::string, std::string> extensions;
};

/// Where tokens come from. Thread-safe.
class BearerTokens {
 public:
  virtual ~BearerTokens() = default;
  /// Never blocks; the token may take its time. Error kind kRetry: may be there later.
  virtual std::shared_future<Result<BearerToken>> ask() = 0;
};

struct SaslConfig {
  std::string mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER
  std::string username;
  std::string password;
  std::shared_ptr<BearerTokens> tokens;  // OAUTHBEARER only
};

/// One exchange. Errors never hold a secret; their kind is kFailed: trying again would not help.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  virtual std::string first() = 0;
  /// The answer to what the broker said; none: the broker has proved itself too, the exchange is over.
  virtual Result<std::optional<std::string>> next(BytesView from_broker) = 0;
};

/// `token` is for OAUTHBEARER. Error kind kBadConfig for an unknown mechanism.
Result<std::unique_ptr<SaslExchange>> make_sasl_exchange(const SaslConfig& config, const BearerToken& token,
                                                         Random& random);

/// An error with Java's class for a login that was refused.
Error authentication_failed(std::string message);

}  // namespace sluice::kafka::protocol
