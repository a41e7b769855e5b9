#pragma once
// Who we are to a broker, and the client's side of the exchanges that prove it. Not thread-safe.

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace sluice::kafka::protocol {

struct SaslConfig {
  std::string mechanism;  // PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
  std::string username;
  std::string password;
};

/// One exchange. Errors never hold a secret; their kind is kFailed: trying again would not help.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;
  virtual std::string first() = 0;
  /// The answer to what the broker said; none: the broker has proved itself too, the exchange is over.
  virtual Result<std::optional<std::string>> next(BytesView from_broker) = 0;
};

/// Error kind kBadConfig for an unknown mechanism.
Result<std::unique_ptr<SaslExchange>> make_sasl_exchange(const SaslConfig& config, Random& random);

/// An error with Java's class for a login that was refused.
Error authentication_failed(std::string message);

}  // namespace sluice::kafka::protocol
