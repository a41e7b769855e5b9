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

/// One exchange. Errors never hold a secret; their kind is kFailed: trying again would not help.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  virtual std::string first() = 0;
  /// The answer to what the broker said; none: the broker has proved itself too, the exchange is over.
  virtual Result<std::optional<std::string>> next(BytesView from_broker) = 0;
};

/// An exchange that is being begun; whoever lets go of it is not interested any more.
struct ExchangeUnderWay {
  std::promise<Result<std::unique_ptr<SaslExchange>>> begun;
  std::future<Result<std::unique_ptr<SaslExchange>>> exchange = begun.get_future();
};

/// Begins exchanges that have to ask other servers first: GSSAPI. Thread-safe.
class ExchangeStarter {
 public:
  virtual ~ExchangeStarter() = default;
  /// With the broker at `host`. Never blocks. Error kind kRetry: may work later.
  virtual std::shared_ptr<ExchangeUnderWay> begin(const std::string& host) = 0;
};

struct SaslConfig {
  std::string mechanism;  // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI
  std::string username;
  std::string password;
  std::shared_ptr<BearerTokens> tokens;      // OAUTHBEARER only
  std::shared_ptr<ExchangeStarter> starter;  // GSSAPI only
};

/// Of every mechanism but GSSAPI. `token` is for OAUTHBEARER. Error kind kBadConfig for an unknown mechanism.
Result<std::unique_ptr<SaslExchange>> make_sasl_exchange(const SaslConfig& config, const BearerToken& token,
                                                         Random& random);

/// An error with Java's class for a login that was refused.
Error authentication_failed(std::string message);

}  // namespace sluice::kafka::protocol
