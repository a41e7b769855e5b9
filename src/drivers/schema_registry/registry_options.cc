#include "drivers/schema_registry/registry_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "net/java_tls.h"
#include "net/token_source.h"

namespace sluice::schema_registry {
namespace {

constexpr std::string_view kUrl = "schema.registry.url";
constexpr int64_t kMillisPerSecond = 1'000;

std::string text(const Property& property, std::string_view name) {
  const std::string* value = property(name);
  return value == nullptr ? std::string() : *value;
}

Error invalid(std::string_view name, std::string_view value, std::string_view why) {
  return bad_config(fmt::format("Invalid value {} for configuration {}: {}", value, name, why));
}

Result<int64_t> number(const Property& property, std::string_view name, int64_t otherwise) {
  const std::string* value = property(name);
  if (value == nullptr || value->empty()) return otherwise;
  int64_t parsed = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), parsed);
  if (error != std::errc() || end != value->data() + value->size()) {
    return invalid(name, *value, "Not a number of type LONG");
  }
  return parsed;
}

std::vector<std::string> list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('/')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return items;
}

/// Takes "user:password@" out of a URL, where it would show in messages.
std::string take_user_info(std::string& url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string::npos) return {};
  const size_t host = scheme + 3;
  const size_t at = url.find('@', host);
  if (at == std::string::npos || at > url.find('/', host)) return {};
  std::string user_info = url.substr(host, at - host);
  url.erase(host, at + 1 - host);
  return user_info;
}

void set_user(const std::string& user_info, ClientOptions& client) {
  const size_t colon = user_info.find(':');
  client.user = user_info.substr(0, colon);
  if (colon != std::string::npos) client.password = user_info.substr(colon + 1);
}

Status read_urls(const Property& property, ClientOptions& client) {
  client.urls = list(text(property, kUrl));
  if (client.urls.empty()) {
    return bad_config(fmt::format("Missing required configuration \"{}\" which has no default value.", kUrl));
  }
  for (std::string& url : client.urls) {
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
      return invalid(kUrl, url, "a URL of a schema registry begins with http:// or https://");
    }
    const std::string user_info = take_user_info(url);
    if (!user_info.empty()) set_user(user_info, client);
  }
  client.randomize_first_url = text(property, "schema.registry.url.randomize") == "true";
  return {};
}

Status read_basic(const Property& property, ClientOptions& client) {
  const std::string source = text(property, "basic.auth.credentials.source");
  if (source.empty() || source == "URL") return {};
  if (source != "USER_INFO") {
    return invalid("basic.auth.credentials.source", source, "it must be one of: URL, USER_INFO");
  }
  std::string user_info = text(property, "basic.auth.user.info");
  if (user_info.empty()) user_info = text(property, "schema.registry.basic.auth.user.info");
  if (user_info.find(':') == std::string::npos) {
    return bad_config("basic.auth.user.info must be given as user:password for USER_INFO");
  }
  set_user(user_info, client);
  return {};
}

Status read_oauth(const Property& property, ClientOptions& client) {
  net::OAuthOptions oauth;
  oauth.url = text(property, "bearer.auth.issuer.endpoint.url");
  oauth.client_id = text(property, "bearer.auth.client.id");
  oauth.client_secret = text(property, "bearer.auth.client.secret");
  oauth.scope = text(property, "bearer.auth.scope");
  oauth.ca_pem = client.http.ca_pem;
  if (oauth.url.empty() || oauth.client_id.empty()) {
    return bad_config(
        "bearer.auth.issuer.endpoint.url and bearer.auth.client.id must be given for OAUTHBEARER");
  }
  client.bearer_token = [source = net::shared_token_source(oauth)]() -> Result<std::string> {
    SLUICE_ASSIGN_OR_RETURN(net::Token token, source->token());
    return std::move(token.jwt);
  };
  return {};
}

Status read_bearer(const Property& property, ClientOptions& client) {
  const std::string cluster = text(property, "bearer.auth.logical.cluster");
  const std::string pool = text(property, "bearer.auth.identity.pool.id");
  if (!cluster.empty()) client.headers.emplace_back("target-sr-cluster", cluster);
  if (!pool.empty()) client.headers.emplace_back("Confluent-Identity-Pool-Id", pool);
  const std::string source = text(property, "bearer.auth.credentials.source");
  if (source == "OAUTHBEARER") return read_oauth(property, client);
  if (!source.empty() && source != "STATIC_TOKEN") {
    return invalid("bearer.auth.credentials.source", source, "it must be one of: STATIC_TOKEN, OAUTHBEARER");
  }
  const std::string token = text(property, "bearer.auth.token");
  if (!token.empty()) client.bearer_token = [token] { return Result<std::string>(token); };
  return {};
}

Status read_http(const Property& property, net::HttpOptions& http) {
  const auto tls_property = [&](std::string_view name) {
    return property("schema.registry." + std::string(name));
  };
  SLUICE_ASSIGN_OR_RETURN(const net::TlsOptions tls, net::tls_options(tls_property));
  http.ca_pem = tls.trusted_pem;
  http.certificate_pem = tls.certificates_pem;
  http.key_pem = tls.key_pem;
  http.key_password = tls.key_password;
  http.verify_host = tls.verify_host;
  SLUICE_ASSIGN_OR_RETURN(http.connect_timeout_ms, number(property, "http.connect.timeout.ms", 60'000));
  SLUICE_ASSIGN_OR_RETURN(http.stall_timeout_ms, number(property, "http.read.timeout.ms", 60'000));
  SLUICE_ASSIGN_OR_RETURN(const int64_t port, number(property, "proxy.port", -1));
  const std::string proxy = text(property, "proxy.host");
  if (!proxy.empty() && port > 0) http.proxy_url = fmt::format("http://{}:{}", proxy, port);
  return {};
}

Status read_retries(const Property& property, ClientOptions& client) {
  SLUICE_ASSIGN_OR_RETURN(const int64_t retries, number(property, "max.retries", 3));
  client.max_retries = static_cast<int>(retries);
  SLUICE_ASSIGN_OR_RETURN(client.retry_wait_ms, number(property, "retries.wait.ms", 1'000));
  SLUICE_ASSIGN_OR_RETURN(client.retry_wait_max_ms, number(property, "retries.max.wait.ms", 20'000));
  return {};
}

Status read_caches(const Property& property, RegistryOptions& options) {
  SLUICE_ASSIGN_OR_RETURN(const int64_t schemas, number(property, "max.schemas.per.subject", 1'000));
  options.schemas_max = static_cast<size_t>(std::max<int64_t>(schemas, 1));
  SLUICE_ASSIGN_OR_RETURN(const int64_t latest, number(property, "latest.cache.ttl.sec", -1));
  options.latest_ms = latest < 0 ? -1 : latest * kMillisPerSecond;
  SLUICE_ASSIGN_OR_RETURN(const int64_t missing, number(property, "missing.id.cache.ttl.sec", -1));
  if (missing >= 0) options.missing_ms = missing * kMillisPerSecond;
  options.saved_schemas_dir = text(property, "sluice.registry.saved.schemas.dir");
  return {};
}

}  // namespace

Result<RegistryOptions> registry_options(const Property& property) {
  RegistryOptions options;
  SLUICE_RETURN_IF_ERROR(read_urls(property, options.client));
  SLUICE_RETURN_IF_ERROR(read_http(property, options.client.http));
  SLUICE_RETURN_IF_ERROR(read_basic(property, options.client));
  SLUICE_RETURN_IF_ERROR(read_bearer(property, options.client));
  SLUICE_RETURN_IF_ERROR(read_retries(property, options.client));
  SLUICE_RETURN_IF_ERROR(read_caches(property, options));
  return options;
}

Result<std::shared_ptr<Registry>> open_registry(const Property& property) {
  nlohmann::json asked;  // tells apart what must not share a registry
  const Property noting = [&](std::string_view name) {
    const std::string* value = property(name);
    if (value != nullptr) asked[std::string(name)] = *value;
    return value;
  };
  SLUICE_ASSIGN_OR_RETURN(const RegistryOptions options, registry_options(noting));
  return shared_registry(asked.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), options);
}

}  // namespace sluice::schema_registry
