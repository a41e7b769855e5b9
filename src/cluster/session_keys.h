#pragma once
// The key that members of a group of protocol `sessioned` share, and what it signs: internal requests and the
// hellos of links (KIP-507; org.apache.kafka.connect.runtime.rest.InternalRequestSignature). The leader makes
// keys, everybody adopts what the config topic says.

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "cluster/herder.h"
#include "cluster/herder_options.h"
#include "store/config_store.h"

namespace sluice::cluster {

class SessionKeys {
 public:
  /// References outlive it.
  SessionKeys(const KeyOptions& options, const Clock& clock, Random& random);

  /// Names that this process cannot use: kBadConfig, Kafka Connect's texts.
  static Status check(const KeyOptions& options);

  void adopt(const store::SessionKey& key);
  bool has_key() const { return key_.has_value(); }
  /// The leader has to make a new key: there is none, it is too old, or of another algorithm or size.
  bool is_due() const;
  store::SessionKey make() const;

  struct Signature {
    std::string value;  // Base64
    std::string algorithm;
  };
  /// None without a key.
  std::optional<Signature> sign(std::string_view body) const;
  /// What is wrong with the request's signature; checked in Kafka Connect's order.
  std::optional<RequestError> refuse(const InternalRequest& request) const;
  /// Of a hello, signed with this worker's own algorithm.
  bool is_signed(std::string_view body, const std::string& signature) const;

 private:
  const KeyOptions& options_;
  const Clock& clock_;
  Random& random_;
  std::optional<store::SessionKey> key_;
  int64_t due_ms_ = 0;  // Clock::steady_ms
};

}  // namespace sluice::cluster
