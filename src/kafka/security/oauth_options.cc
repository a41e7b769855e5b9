#include "kafka/security/oauth_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "net/java_tls.h"

namespace sluice::kafka::security {
namespace {

constexpr std::string_view kEndpoint = "sasl.oauthbearer.token.endpoint.url";
constexpr std::string_view kRetriever = "sasl.oauthbearer.jwt.retriever.class";
constexpr std::string_view kExtensionPrefix = "extension_";

std::mutex allowed_mutex;
std::vector<std::string>& allowed_urls() {
  static std::vector<std::string> urls;
  return urls;
}

std::string text(const Property& property, std::string_view name) {
  const std::string* value = property(name);
  return value == nullptr ? std::string() : *value;
}

/// The property, else the older option of the login module.
std::string either(const Property& property, std::string_view name, const JaasOptions& jaas,
                   std::string_view option) {
  std::string value = text(property, name);
  if (!value.empty()) return value;
  const auto found = jaas.find(option);
  return found == jaas.end() ? std::string() : found->second;
}

Error missing(std::string_view name, std::string_view why) {
  return bad_config(fmt::format("The configuration {} is required: {}", name, why));
}

Status check_allowed(const std::string& url) {
  const std::lock_guard lock(allowed_mutex);
  const auto& allowed = allowed_urls();
  if (std::find(allowed.begin(), allowed.end(), url) != allowed.end()) return {};
  return bad_config(
      fmt::format("Invalid value {} for configuration {}: tokens may come only from what the worker's "
                  "sluice.oauthbearer.allowed.urls lists",
                  url, kEndpoint));
}

Status read_number(const Property& property, std::string_view name, int64_t& number) {
  const std::string value = text(property, name);
  if (value.empty()) return {};
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem == std::errc() && end == value.data() + value.size() && number >= 0) return {};
  return bad_config(
      fmt::format("Invalid value {} for configuration {}: Value must be at least 0", value, name));
}

Status read_assertion(const Property& property, net::AssertionOptions& assertion) {
  const auto option = [&](std::string_view name) {
    return text(property, fmt::format("sasl.oauthbearer.assertion.{}", name));
  };
  assertion.file = option("file");
  assertion.private_key_file = option("private.key.file");
  assertion.passphrase = option("private.key.passphrase");
  if (const std::string algorithm = option("algorithm"); !algorithm.empty()) assertion.algorithm = algorithm;
  assertion.audience = option("claim.aud");
  assertion.issuer = option("claim.iss");
  assertion.subject = option("claim.sub");
  assertion.with_id = option("claim.jti.include") == "true";
  SLUICE_RETURN_IF_ERROR(
      read_number(property, "sasl.oauthbearer.assertion.claim.exp.seconds", assertion.lifetime_seconds));
  SLUICE_RETURN_IF_ERROR(
      read_number(property, "sasl.oauthbearer.assertion.claim.nbf.seconds", assertion.not_before_seconds));
  if (!option("template.file").empty()) {
    return bad_config(
        "sasl.oauthbearer.assertion.template.file is not supported here; use "
        "sasl.oauthbearer.assertion.claim.* "
        "or a ready assertion in sasl.oauthbearer.assertion.file");
  }
  if (assertion.file.empty() && assertion.private_key_file.empty()) {
    return missing("sasl.oauthbearer.assertion.private.key.file",
                   "the JWT bearer grant signs its assertions with it");
  }
  if (assertion.algorithm != "RS256" && assertion.algorithm != "ES256") {
    return bad_config(
        fmt::format("Invalid value {} for configuration sasl.oauthbearer.assertion.algorithm: String must be "
                    "one of (case "
                    "insensitive): ES256, RS256",
                    assertion.algorithm));
  }
  return {};
}

Status read_credentials(const Property& property, const JaasOptions& jaas, net::OAuthOptions& options) {
  constexpr std::string_view kPrefix = "sasl.oauthbearer.client.credentials.";
  options.client_id = either(property, fmt::format("{}client.id", kPrefix), jaas, "clientId");
  options.client_secret = either(property, fmt::format("{}client.secret", kPrefix), jaas, "clientSecret");
  options.url_encode_header = text(property, "sasl.oauthbearer.header.urlencode") == "true";
  if (options.client_id.empty()) return missing(fmt::format("{}client.id", kPrefix), "who asks for a token");
  if (options.client_secret.empty())
    return missing(fmt::format("{}client.secret", kPrefix), "the proof of who asks");
  return {};
}

}  // namespace

void allow_token_urls(std::vector<std::string> urls) {
  const std::lock_guard lock(allowed_mutex);
  allowed_urls() = std::move(urls);
}

Result<net::OAuthOptions> oauth_options(const Property& property, const JaasOptions& jaas) {
  net::OAuthOptions options;
  options.url = text(property, kEndpoint);
  if (options.url.empty()) return missing(kEndpoint, "where tokens come from");
  SLUICE_RETURN_IF_ERROR(check_allowed(options.url));
  options.scope = either(property, "sasl.oauthbearer.scope", jaas, "scope");
  for (const auto& [name, value] : jaas) {
    if (name.starts_with(kExtensionPrefix)) options.extensions[name.substr(kExtensionPrefix.size())] = value;
  }
  SLUICE_RETURN_IF_ERROR(read_number(property, "sasl.login.read.timeout.ms", options.timeout_ms));
  const auto of_module = [&](std::string_view name) {
    const auto found = jaas.find(name);
    return found == jaas.end() ? nullptr : &found->second;
  };
  SLUICE_ASSIGN_OR_RETURN(net::TlsOptions tls, net::tls_options(of_module));
  options.ca_pem = std::move(tls.trusted_pem);
  const std::string retriever = text(property, kRetriever);
  if (options.url.starts_with("file:")) {
    options.grant = net::Grant::kFile;
    options.url.erase(0, options.url.starts_with("file://") ? 7 : 5);
    return options;
  }
  if (retriever.ends_with("JwtBearerJwtRetriever")) {
    options.grant = net::Grant::kJwtBearer;
    SLUICE_RETURN_IF_ERROR(read_assertion(property, options.assertion));
    return options;
  }
  SLUICE_RETURN_IF_ERROR(read_credentials(property, jaas, options));
  return options;
}

}  // namespace sluice::kafka::security
