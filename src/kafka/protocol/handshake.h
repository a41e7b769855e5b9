#pragma once
// What happens on a new connection before the first request: which versions does the broker speak
// (ApiVersions), and who are we (SaslHandshake, SaslAuthenticate). Fed with frames, answers with frames.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "kafka/protocol/frame.h"
#include "kafka/protocol/sasl.h"

namespace sluice::kafka::protocol {

struct VersionRange {
  int16_t min = 0;
  int16_t max = 0;
};

class Handshake {
 public:
  using Write = std::function<void(std::string)>;
  /// `sasl` may be null: no login. `token` is for OAUTHBEARER, `begun` for GSSAPI.
  Handshake(std::string client_id, std::shared_ptr<const SaslConfig> sasl, BearerToken token, Random& random,
            Write write, std::unique_ptr<SaslExchange> begun = nullptr);

  void start();
  /// True when it is over. An error's kind is kRetry if a new connection may help.
  Result<bool> on_frame(BytesView frame);

  /// Once over: the version to use for `api`. Error kind kUnsupported.
  Result<int16_t> version_of(const ApiInfo& api) const;
  /// Once over: for how long the broker takes this login; 0: for ever.
  int64_t session_lifetime_ms() const { return session_lifetime_ms_; }

 private:
  enum class Stage : uint8_t { kVersions, kSaslHandshake, kSaslAuthenticate, kDone };

  template <typename Request>
  void send(const Request& request, int16_t version);
  template <typename Response>
  Result<Response> read(BytesView frame) const;
  Result<bool> on_versions(BytesView frame);
  Result<bool> on_sasl_handshake(BytesView frame);
  Result<bool> on_sasl_authenticate(BytesView frame);
  Status send_sasl_bytes(std::string bytes);

  const std::string client_id_;
  const std::shared_ptr<const SaslConfig> sasl_;
  const BearerToken token_;
  Random& random_;
  const Write write_;
  Stage stage_ = Stage::kVersions;
  int32_t correlation_id_ = 0;
  int16_t version_ = 0;  // of the request under way
  std::map<int16_t, VersionRange> ranges_;
  std::unique_ptr<SaslExchange> exchange_;
  int64_t session_lifetime_ms_ = 0;
};

}  // namespace sluice::kafka::protocol
