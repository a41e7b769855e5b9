#include "kafka/protocol/handshake.h"

#include <algorithm>

#include "kafka/protocol/error_codes.h"

namespace sluice::kafka::protocol {
namespace {

constexpr const char* kSoftwareName = "sluice";
constexpr const char* kSoftwareVersion = "1.0";

// Of an ApiVersions response: it comes first in every version.
int16_t error_code_of(BytesView frame) {
  Reader reader(frame, false);
  reader.int32();
  return reader.int16();
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

}  // namespace

Handshake::Handshake(std::string client_id, std::shared_ptr<const SaslConfig> sasl, BearerToken token,
                     Random& random, Write write, std::unique_ptr<SaslExchange> begun)
    : client_id_(std::move(client_id)),
      sasl_(std::move(sasl)),
      token_(std::move(token)),
      random_(random),
      write_(std::move(write)),
      exchange_(std::move(begun)) {}

template <typename Request>
void Handshake::send(const Request& request, int16_t version) {
  version_ = version;
  write_(request_frame(request, version, ++correlation_id_, client_id_));
}

template <typename Response>
Result<Response> Handshake::read(BytesView frame) const {
  if (correlation_id_of(frame) != correlation_id_) return retriable("The broker answered out of order");
  return decode_body<Response>(body_of_response(frame, Response::kApi, version_), version_);
}

void Handshake::start() {
  send(ApiVersionsRequest{kSoftwareName, kSoftwareVersion}, ApiVersionsRequest::kApi.max_version);
}

Result<bool> Handshake::on_frame(BytesView frame) {
  switch (stage_) {
    case Stage::kVersions:
      return on_versions(frame);
    case Stage::kSaslHandshake:
      return on_sasl_handshake(frame);
    case Stage::kSaslAuthenticate:
      return on_sasl_authenticate(frame);
    case Stage::kDone:
      break;
  }
  return true;
}

Result<bool> Handshake::on_versions(BytesView frame) {
  // A broker that does not know our version answers in version 0 and says which it knows.
  const bool too_new = error_code_of(frame) == kUnsupportedVersion;
  const int16_t asked = version_;
  if (too_new) version_ = 0;
  SLUICE_ASSIGN_OR_RETURN(const auto response, read<ApiVersionsResponse>(frame));
  ranges_.clear();
  for (const auto& api : response.api_keys) ranges_[api.api_key] = {api.min_version, api.max_version};
  if (too_new && asked > 0) {
    const auto known = ranges_.find(ApiVersionsRequest::kApi.key);
    const int16_t broker_max = known == ranges_.end() ? int16_t{0} : known->second.max;
    send(ApiVersionsRequest{kSoftwareName, kSoftwareVersion},
         std::clamp<int16_t>(broker_max, 0, static_cast<int16_t>(asked - 1)));
    return false;
  }
  if (response.error_code != kNoError)
    return error_of(response.error_code, "Cannot ask a broker for its versions");
  if (sasl_ == nullptr) {
    stage_ = Stage::kDone;
    return true;
  }
  SLUICE_ASSIGN_OR_RETURN(const int16_t version, version_of(SaslHandshakeRequest::kApi));
  stage_ = Stage::kSaslHandshake;
  send(SaslHandshakeRequest{sasl_->mechanism}, version);
  return false;
}

Result<bool> Handshake::on_sasl_handshake(BytesView frame) {
  SLUICE_ASSIGN_OR_RETURN(const auto response, read<SaslHandshakeResponse>(frame));
  if (response.error_code == kUnsupportedSaslMechanism) {
    return failed(fmt::format(
                      "Client SASL mechanism '{}' not enabled in the server, enabled mechanisms are [{}]",
                      sasl_->mechanism, joined(response.mechanisms)))
        .as_java("org.apache.kafka.common.errors.UnsupportedSaslMechanismException");
  }
  if (response.error_code != kNoError) return error_of(response.error_code, "Cannot begin to log in");
  if (exchange_ == nullptr) {
    SLUICE_ASSIGN_OR_RETURN(exchange_, make_sasl_exchange(*sasl_, token_, random_));
  }
  stage_ = Stage::kSaslAuthenticate;
  SLUICE_RETURN_IF_ERROR(send_sasl_bytes(exchange_->first()));
  return false;
}

Status Handshake::send_sasl_bytes(std::string bytes) {
  SLUICE_ASSIGN_OR_RETURN(const int16_t version, version_of(SaslAuthenticateRequest::kApi));
  send(SaslAuthenticateRequest{std::move(bytes)}, version);
  return {};
}

Result<bool> Handshake::on_sasl_authenticate(BytesView frame) {
  SLUICE_ASSIGN_OR_RETURN(const auto response, read<SaslAuthenticateResponse>(frame));
  if (response.error_code == kSaslAuthenticationFailed) {
    return authentication_failed(
        response.error_message.value_or(std::string(text_of(kSaslAuthenticationFailed))));
  }
  if (response.error_code != kNoError) return error_of(response.error_code, "Cannot log in");
  SLUICE_ASSIGN_OR_RETURN(auto answer, exchange_->next(response.auth_bytes));
  if (answer) {
    SLUICE_RETURN_IF_ERROR(send_sasl_bytes(*std::move(answer)));
    return false;
  }
  session_lifetime_ms_ = response.session_lifetime_ms;
  exchange_.reset();
  stage_ = Stage::kDone;
  return true;
}

Result<int16_t> Handshake::version_of(const ApiInfo& api) const {
  const auto found = ranges_.find(api.key);
  if (found == ranges_.end()) {
    return unsupported(fmt::format("The broker does not support {}", api.name));
  }
  const VersionRange broker = found->second;
  const int16_t version = std::min(api.max_version, broker.max);
  if (version >= std::max(api.min_version, broker.min)) return version;
  return unsupported(fmt::format("The broker supports {} in versions {} to {}, this client {} to {}",
                                 api.name, broker.min, broker.max, api.min_version, api.max_version));
}

}  // namespace sluice::kafka::protocol
