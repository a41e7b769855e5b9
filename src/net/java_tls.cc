#include "net/java_tls.h"

#include <fmt/core.h>
#include <openssl/ssl.h>

#include "net/key_store.h"

namespace sluice::net {
namespace {

std::string text(const TlsProperty& property, std::string_view name) {
  const std::string* value = property(name);
  return value == nullptr ? std::string() : *value;
}

std::vector<std::string> list(std::string_view value) {
  std::vector<std::string> items;
  while (!value.empty()) {
    const size_t comma = value.find(',');
    std::string_view item = value.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
  }
  return items;
}

Error invalid(std::string_view name, std::string_view value, std::string_view why) {
  return bad_config(fmt::format("Invalid value {} for configuration {}: {}", value, name, why));
}

/// Java takes keys and certificates as text for type PEM only.
Status require_pem(const TlsProperty& property, std::string_view type_name, std::string_view what) {
  const std::string type = text(property, type_name);
  if (type == "PEM") return {};
  return bad_config(fmt::format("{} type is {}. Set {}=PEM", what, type.empty() ? "JKS" : type, type_name));
}

Status read_identity(const TlsProperty& property, TlsOptions& options) {
  const std::string key = text(property, "ssl.keystore.key");
  const std::string chain = text(property, "ssl.keystore.certificate.chain");
  const std::string file = text(property, "ssl.keystore.location");
  options.key_password = text(property, "ssl.key.password");
  if (!file.empty() && !(key.empty() && chain.empty())) {
    return bad_config(
        "Both ssl.keystore.location and ssl.keystore.key or ssl.keystore.certificate.chain are specified, "
        "only one is allowed");
  }
  if (key.empty() != chain.empty())
    return bad_config("ssl.keystore.key and ssl.keystore.certificate.chain must be specified together");
  if (!key.empty()) {
    SLUICE_RETURN_IF_ERROR(require_pem(property, "ssl.keystore.type",
                                       "SSL private key can be specified only for PEM, but key store"));
  }
  options.key_pem = key;
  options.certificates_pem = chain;
  if (file.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(KeyAndChain loaded,
                          load_key({text(property, "ssl.keystore.type"), file,
                                    text(property, "ssl.keystore.password"), options.key_password}));
  options.key_pem = std::move(loaded.key_pem);
  options.certificates_pem = std::move(loaded.certificates_pem);
  return {};
}

Status read_trust(const TlsProperty& property, TlsOptions& options) {
  options.trusted_pem = text(property, "ssl.truststore.certificates");
  const std::string file = text(property, "ssl.truststore.location");
  if (!file.empty() && !options.trusted_pem.empty()) {
    return bad_config(
        "Both ssl.truststore.location and ssl.truststore.certificates are specified, only one is allowed");
  }
  if (!options.trusted_pem.empty()) {
    return require_pem(property, "ssl.truststore.type",
                       "SSL trust store certs can be specified only for PEM, but trust store");
  }
  if (file.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(
      options.trusted_pem,
      load_trusted(
          {text(property, "ssl.truststore.type"), file, text(property, "ssl.truststore.password"), {}}));
  return {};
}

Status read_ciphers(const TlsProperty& property, TlsOptions& options) {
  options.cipher_suites = list(text(property, "ssl.cipher.suites"));
  for (const std::string& name : options.cipher_suites) {
    if (std::string_view(OPENSSL_cipher_name(name.c_str())) == "(NONE)")
      return invalid("ssl.cipher.suites", name, "this cipher suite is not known here");
  }
  return {};
}

Status read_client_auth(const TlsProperty& property, TlsOptions& options) {
  const std::string asked = text(property, "ssl.client.auth");
  if (asked.empty() || asked == "none") return {};
  if (asked != "requested" && asked != "required") {
    return invalid("ssl.client.auth", asked, "String must be one of: required, requested, none");
  }
  options.client_auth = asked == "required" ? ClientAuth::kRequired : ClientAuth::kRequested;
  return {};
}

}  // namespace

Result<TlsOptions> tls_options(const TlsProperty& property) {
  TlsOptions options;
  SLUICE_RETURN_IF_ERROR(read_identity(property, options));
  SLUICE_RETURN_IF_ERROR(read_trust(property, options));
  SLUICE_RETURN_IF_ERROR(read_ciphers(property, options));
  SLUICE_RETURN_IF_ERROR(read_client_auth(property, options));
  options.protocols = list(text(property, "ssl.enabled.protocols"));
  const std::string* identification = property("ssl.endpoint.identification.algorithm");
  if (identification != nullptr && !identification->empty() && *identification != "https" &&
      *identification != "HTTPS") {
    return invalid("ssl.endpoint.identification.algorithm", *identification,
                   "allowed: https, or empty for no check");
  }
  options.verify_host = identification == nullptr || !identification->empty();
  return options;
}

}  // namespace sluice::net
