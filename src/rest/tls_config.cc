#include "rest/tls_config.h"

#include "net/java_tls.h"

namespace sluice::rest {
namespace {

using sdk::ConfigType;
using sdk::Importance;

struct TlsKey {
  const char* name;
  ConfigType type;
  const char* fallback;  // null: none
  const char* doc;
};

constexpr TlsKey kKeys[] = {
    {"ssl.client.auth", ConfigType::kString, "none",
     "Whether https clients must show a certificate: required, requested or none."},
    {"ssl.protocol", ConfigType::kString, "TLSv1.3", "Without a meaning here; see ssl.enabled.protocols."},
    {"ssl.enabled.protocols", ConfigType::kList, "TLSv1.2,TLSv1.3", "Versions of TLS that are spoken."},
    {"ssl.cipher.suites", ConfigType::kList, nullptr,
     "Cipher suites, by their standard names; unset: OpenSSL's."},
    {"ssl.keystore.type", ConfigType::kString, "JKS", "JKS, PKCS12 or PEM."},
    {"ssl.keystore.location", ConfigType::kString, nullptr,
     "File with the private key and its certificates."},
    {"ssl.keystore.password", ConfigType::kPassword, nullptr, "Password of that file."},
    {"ssl.key.password", ConfigType::kPassword, nullptr,
     "Password of the key in it, where it has one of its own."},
    {"ssl.keystore.key", ConfigType::kPassword, nullptr, "The private key itself as PEM."},
    {"ssl.keystore.certificate.chain", ConfigType::kPassword, nullptr, "Its certificates as PEM."},
    {"ssl.truststore.type", ConfigType::kString, "JKS", "JKS, PKCS12 or PEM."},
    {"ssl.truststore.location", ConfigType::kString, nullptr, "File with the certificates to trust."},
    {"ssl.truststore.password", ConfigType::kPassword, nullptr, "Password of that file."},
    {"ssl.truststore.certificates", ConfigType::kPassword, nullptr, "The certificates to trust as PEM."},
    {"ssl.endpoint.identification.algorithm", ConfigType::kString, "https",
     "https: the certificate of another worker must name its host; empty: it need not."},
};

/// The keys that count, without the prefix.
sdk::Properties chosen_keys(const sdk::Properties& worker, std::string_view prefix) {
  sdk::Properties prefixed = sdk::with_prefix(worker, prefix);
  if (!prefixed.empty()) return prefixed;
  sdk::Properties plain;
  for (const auto& [key, value] : worker) {
    if (key.starts_with("ssl.")) plain.emplace(key, value);
  }
  return plain;
}

Result<net::TlsOptions> read(const sdk::Properties& keys) {
  return net::tls_options([&keys](std::string_view name) { return sdk::find(keys, name); });
}

}  // namespace

void define_tls(sdk::ConfigDef& def) {
  for (const TlsKey& row : kKeys) {
    sdk::ConfigKey key;
    key.name = row.name;
    key.type = row.type;
    key.importance = Importance::kMedium;
    key.doc = row.doc;
    if (row.fallback == nullptr) {
      key.default_value = nullptr;
    } else {
      key.default_value = std::string(row.fallback);
    }
    def.define(std::move(key));
  }
}

Result<net::TlsOptions> read_server_tls(const sdk::Properties& worker, std::string_view prefix) {
  SLUICE_ASSIGN_OR_RETURN(net::TlsOptions options, read(chosen_keys(worker, prefix)));
  if (options.client_auth != net::ClientAuth::kNone && options.trusted_pem.empty())
    return bad_config(
        "ssl.client.auth asks for client certificates: set ssl.truststore.location to whom to trust");
  return options;
}

Result<net::TlsOptions> read_client_tls(const sdk::Properties& worker, std::string_view prefix) {
  return read(chosen_keys(worker, prefix));
}

}  // namespace sluice::rest
