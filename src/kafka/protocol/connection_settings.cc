#include "kafka/protocol/connection_settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "kafka/client_config.h"
#include "kafka/protocol/bearer_tokens.h"
#include "kafka/protocol/gssapi.h"
#include "net/java_tls.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;

const std::string* find_setting(const ClientConfig& config, std::string_view name) {
  for (const auto& [key, value] : config.settings) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string setting(const ClientConfig& config, std::string_view name) {
  const std::string* found = find_setting(config, name);
  return found == nullptr ? "" : *found;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The translation has checked it.
void read_number(const sdk::Properties& properties, std::string_view key, milliseconds& value) {
  const std::string* given = sdk::find(properties, key);
  if (given == nullptr) return;
  const std::string_view text = trimmed(*given);
  int64_t number = 0;
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr == end) value = milliseconds(number);
}

// "host:port,[::1]:port", checked by the translation.
std::vector<BrokerAddress> addresses_of(std::string_view list) {
  std::vector<BrokerAddress> addresses;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    const size_t colon = one.rfind(':');
    std::string_view host = one.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    uint16_t port = 0;
    std::from_chars(one.data() + colon + 1, one.data() + one.size(), port);
    addresses.push_back({std::string(host), port});
  }
  return addresses;
}

Result<std::shared_ptr<net::TlsContext>> tls_of(const sdk::Properties& properties) {
  constexpr std::string_view kIdentification = "ssl.endpoint.identification.algorithm";
  const auto property = [&](std::string_view name) -> const std::string* {
    const std::string* given = sdk::find(properties, name);
    // Empty means "no check" there, "not given" everywhere else.
    return given != nullptr && given->empty() && name != kIdentification ? nullptr : given;
  };
  SLUICE_ASSIGN_OR_RETURN(const net::TlsOptions options, net::tls_options(property));
  return net::TlsContext::client(options);
}

}  // namespace

BrokerClientConfig ConnectionSettings::broker_client() const {
  BrokerClientConfig config;
  config.client_id = client_id;
  config.sasl = sasl;
  config.reconnect_backoff = reconnect_backoff;
  config.reconnect_backoff_max = reconnect_backoff_max;
  return config;
}

Result<ConnectionSettings> connection_settings(const sdk::Properties& properties,
                                               const std::string& client_id) {
  SLUICE_ASSIGN_OR_RETURN(const ClientConfig config, translate(ClientKind::kAdmin, properties, client_id));
  ConnectionSettings settings;
  settings.bootstrap = addresses_of(setting(config, "bootstrap.servers"));
  settings.client_id = setting(config, "client.id");
  const std::string protocol = setting(config, "security.protocol");
  if (protocol == "ssl" || protocol == "sasl_ssl") {
    SLUICE_ASSIGN_OR_RETURN(settings.tls, tls_of(properties));
  }
  if (protocol == "sasl_plaintext" || protocol == "sasl_ssl") {
    SaslConfig sasl{setting(config, "sasl.mechanism"), setting(config, "sasl.username"),
                    setting(config, "sasl.password"), nullptr, nullptr};
    if (config.token_source != nullptr) sasl.tokens = make_bearer_tokens(config.token_source);
    if (config.ticket_source != nullptr) sasl.starter = make_gssapi_starter(config.ticket_source);
    settings.sasl = std::make_shared<SaslConfig>(std::move(sasl));
  }
  read_number(properties, "request.timeout.ms", settings.request_timeout);
  read_number(properties, "retry.backoff.ms", settings.retry_backoff);
  read_number(properties, "retry.backoff.max.ms", settings.retry_backoff_max);
  read_number(properties, "reconnect.backoff.ms", settings.reconnect_backoff);
  read_number(properties, "reconnect.backoff.max.ms", settings.reconnect_backoff_max);
  return settings;
}

}  // namespace sluice::kafka::protocol
