// TLS and SASL. The mechanisms GSSAPI and OAUTHBEARER are refused with what to do instead.

#include <fmt/core.h>

#include "kafka/jaas.h"
#include "kafka/property_table.h"
#include "kafka/translation.h"
#include "net/java_tls.h"

namespace sluice::kafka {
namespace {

constexpr std::string_view kPlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
constexpr std::string_view kScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";

Status translate_tls(Translation& translation) {
  constexpr std::string_view kIdentification = "ssl.endpoint.identification.algorithm";
  const auto property = [&](std::string_view name) {
    // Empty means "no check" there, "not given" everywhere else.
    return name == kIdentification ? translation.given(name) : translation.given_text(name);
  };
  SLUICE_ASSIGN_OR_RETURN(net::TlsOptions options, net::tls_options(property));
  if (!options.key_pem.empty()) {
    translation.set("ssl.key.pem", std::move(options.key_pem));
    translation.set("ssl.certificate.pem", std::move(options.certificates_pem));
    if (!options.key_password.empty()) translation.set("ssl.key.password", std::move(options.key_password));
  }
  if (!options.trusted_pem.empty()) translation.set("ssl.ca.pem", std::move(options.trusted_pem));
  // Suites of TLS 1.3 are always on: the library has no setting for them.
  if (!options.ciphers.empty()) translation.set("ssl.cipher.suites", std::move(options.ciphers));
  if (property(kIdentification) != nullptr)
    translation.set(kIdentification, options.verify_host ? "https" : "none");
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
