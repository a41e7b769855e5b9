// TLS and SASL. Stores other than PEM and the mechanisms GSSAPI and OAUTHBEARER are refused with what to do
// instead.

#include <fmt/core.h>
#include <openssl/ssl.h>

#include "kafka/jaas.h"
#include "kafka/property_table.h"
#include "kafka/translation.h"

namespace sluice::kafka {
namespace {

constexpr std::string_view kPlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
constexpr std::string_view kScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";

bool is_pem(const Translation& translation, std::string_view type_property) {
  const std::string* type = translation.given_text(type_property);
  return type != nullptr && *type == "PEM";
}

// `store` is "keystore" or "truststore".
Status require_pem(const Translation& translation, std::string_view store) {
  const std::string type = fmt::format("ssl.{}.type", store);
  if (is_pem(translation, type)) return {};
  const std::string* given = translation.given_text(type);
  return bad_config(fmt::format(
      "Invalid value {} for configuration {}: only PEM is supported here. Export the store to PEM "
      "(keytool -exportcert -rfc, or openssl pkcs12 -in store.p12 -nodes) and set {}=PEM and ssl.{}.location "
      "to that "
      "file",
      given == nullptr ? "JKS" : *given, type, type, store));
}

Status translate_keystore(Translation& translation) {
  const std::string* key = translation.given_text("ssl.keystore.key");
  const std::string* chain = translation.given_text("ssl.keystore.certificate.chain");
  const std::string* location = translation.given_text("ssl.keystore.location");
  if (key == nullptr && chain == nullptr && location == nullptr) return {};
  SLUICE_RETURN_IF_ERROR(require_pem(translation, "keystore"));
  if (location != nullptr && (key != nullptr || chain != nullptr)) {
    return bad_config(
        "Both ssl.keystore.location and ssl.keystore.key or ssl.keystore.certificate.chain are "
        "specified, only one is allowed");
  }
  if (location != nullptr) {
    // One file holds the private key and the certificate chain.
    translation.set("ssl.key.location", *location);
    translation.set("ssl.certificate.location", *location);
  } else if (key == nullptr || chain == nullptr) {
    return bad_config("ssl.keystore.key and ssl.keystore.certificate.chain must be specified together");
  } else {
    translation.set("ssl.key.pem", *key);
    translation.set("ssl.certificate.pem", *chain);
  }
  const std::string* password = translation.given_text("ssl.key.password");
  if (password != nullptr) translation.set("ssl.key.password", *password);
  return {};
}

Status translate_truststore(Translation& translation) {
  const std::string* certificates = translation.given_text("ssl.truststore.certificates");
  const std::string* location = translation.given_text("ssl.truststore.location");
  if (certificates == nullptr && location == nullptr) return {};
  SLUICE_RETURN_IF_ERROR(require_pem(translation, "truststore"));
  if (certificates != nullptr && location != nullptr) {
    return bad_config(
        "Both ssl.truststore.location and ssl.truststore.certificates are specified, only one is "
        "allowed");
  }
  if (location != nullptr) {
    translation.set("ssl.ca.location", *location);
  } else {
    translation.set("ssl.ca.pem", *certificates);
  }
  return {};
}

// Java knows suites by their IANA names, OpenSSL by its own. TLS 1.3 suites are always on.
Status translate_ciphers(Translation& translation) {
  const std::string* given = translation.given_text("ssl.cipher.suites");
  if (given == nullptr) return {};
  std::string suites;
  for (const std::string& name : split_list(*given)) {
    const std::string_view known = OPENSSL_cipher_name(name.c_str());
    if (known == "(NONE)")
      return translation.invalid("ssl.cipher.suites", fmt::format("{} is not known here", name));
    if (known.substr(0, 4) == "TLS_") continue;
    suites.append(suites.empty() ? "" : ":").append(known);
  }
  if (!suites.empty()) translation.set("ssl.cipher.suites", suites);
  return {};
}

Status translate_tls(Translation& translation) {
  SLUICE_RETURN_IF_ERROR(translate_keystore(translation));
  SLUICE_RETURN_IF_ERROR(translate_truststore(translation));
  SLUICE_RETURN_IF_ERROR(translate_ciphers(translation));
  const std::string* identification = translation.given("ssl.endpoint.identification.algorithm");
  if (identification == nullptr) return {};
  if (!identification->empty() && *identification != "https" && *identification != "HTTPS") {
    return translation.invalid("ssl.endpoint.identification.algorithm",
                               "allowed: https, or empty for no check");
  }
  translation.set("ssl.endpoint.identification.algorithm", identification->empty() ? "none" : "https");
  return {};
}

Result<std::string> required_option(const JaasModule& module, std::string_view option) {
  const auto found = module.options.find(option);
  if (found != module.options.end() && !found->second.empty()) return found->second;
  return bad_config(
      fmt::format("Invalid value [hidden] for configuration sasl.jaas.config: {} needs the option "
                  "{}=\"…\"",
                  module.login_module, option));
}

Status translate_sasl(Translation& translation) {
  const std::string* given = translation.given_text("sasl.mechanism");
  const std::string mechanism = given == nullptr ? "GSSAPI" : *given;
  const bool is_plain = mechanism == "PLAIN";
  if (!is_plain && mechanism != "SCRAM-SHA-256" && mechanism != "SCRAM-SHA-512") {
    return bad_config(
        fmt::format("Invalid value {} for configuration sasl.mechanism: not supported yet; allowed: "
                    "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
                    mechanism));
  }
  const std::string* text = translation.given_text("sasl.jaas.config");
  if (text == nullptr) {
    return bad_config(
        fmt::format("sasl.jaas.config is missing: sasl.mechanism {} needs `{} required username=\"…\" "
                    "password=\"…\";`",
                    mechanism, is_plain ? kPlainModule : kScramModule));
  }
  SLUICE_ASSIGN_OR_RETURN(const JaasModule module, parse_jaas(*text));
  const std::string_view expected = is_plain ? kPlainModule : kScramModule;
  if (module.login_module != expected) {
    return bad_config(
        fmt::format("Invalid value [hidden] for configuration sasl.jaas.config: login module {} does "
                    "not fit sasl.mechanism {}, which needs {}",
                    module.login_module, mechanism, expected));
  }
  SLUICE_ASSIGN_OR_RETURN(std::string username, required_option(module, "username"));
  SLUICE_ASSIGN_OR_RETURN(std::string password, required_option(module, "password"));
  translation.set("sasl.mechanism", mechanism);
  translation.set("sasl.username", std::move(username));
  translation.set("sasl.password", std::move(password));
  return {};
}

}  // namespace

Status translate_security(Translation& translation) {
  const std::string* given = translation.given("security.protocol");
  const std::string protocol = given == nullptr ? "plaintext" : *given;
  translation.set("security.protocol", protocol);
  // As in Java, what the protocol does not use is not looked at.
  if (protocol == "ssl" || protocol == "sasl_ssl") SLUICE_RETURN_IF_ERROR(translate_tls(translation));
  if (protocol == "sasl_plaintext" || protocol == "sasl_ssl")
    SLUICE_RETURN_IF_ERROR(translate_sasl(translation));
  return {};
}

}  // namespace sluice::kafka
