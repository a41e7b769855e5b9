// TLS and SASL.

#include <fmt/core.h>
#include <openssl/ssl.h>

#include "kafka/jaas.h"
#include "kafka/property_table.h"
#include "kafka/security/ticket_source.h"
#include "kafka/translation.h"
#include "net/java_tls.h"
#include "net/token_source.h"

namespace sluice::kafka {
namespace {

constexpr std::string_view kKerberosModule = "com.sun.security.auth.module.Krb5LoginModule";
constexpr std::string_view kPlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
constexpr std::string_view kOAuthModule =
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
constexpr std::string_view kScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";

/// OpenSSL's names. Suites of TLS 1.3 are always on: the library has no setting for them.
std::string cipher_list(const std::vector<std::string>& suites) {
  std::string all;
  for (const std::string& suite : suites) {
    const std::string_view name = OPENSSL_cipher_name(suite.c_str());
    if (!name.starts_with("TLS_")) all.append(all.empty() ? "" : ":").append(name);
  }
  return all;
}

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
  const std::string ciphers = cipher_list(options.cipher_suites);
  if (!ciphers.empty()) translation.set("ssl.cipher.suites", ciphers);
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

// Java's class for it; any other would be code that we cannot run.
Status check_callback_handler(const Translation& translation) {
  constexpr std::string_view kName = "sasl.login.callback.handler.class";
  const std::string* given = translation.given_text(kName);
  if (given == nullptr || given->ends_with(".OAuthBearerLoginCallbackHandler")) return {};
  return translation.invalid(kName,
                             "a Java class cannot be run here; allowed: "
                             "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
}

Status translate_oauth(Translation& translation, const JaasModule& module, const std::string& mechanism) {
  SLUICE_RETURN_IF_ERROR(check_callback_handler(translation));
  const auto property = [&](std::string_view name) { return translation.given_text(name); };
  SLUICE_ASSIGN_OR_RETURN(const auto options, security::oauth_options(property, module.options));
  translation.set("sasl.mechanism", mechanism);
  translation.config.token_source = net::shared_token_source(options);
  return {};
}

// librdkafka would run kinit in a shell; tickets are had without it (security/ticket_source.h).
Status translate_kerberos(Translation& translation, const JaasModule& module, const std::string& mechanism) {
  const auto property = [&](std::string_view name) { return translation.given_text(name); };
  SLUICE_ASSIGN_OR_RETURN(const auto options, security::kerberos_options(property, module.options));
  translation.set("sasl.mechanism", mechanism);
  translation.set("sasl.kerberos.service.name", options.service_name);
  translation.set("sasl.kerberos.min.time.before.relogin", "0");
  translation.config.ticket_source = security::shared_ticket_source(options);
  return {};
}

Status translate_password(Translation& translation, const JaasModule& module, const std::string& mechanism) {
  SLUICE_ASSIGN_OR_RETURN(std::string username, required_option(module, "username"));
  SLUICE_ASSIGN_OR_RETURN(std::string password, required_option(module, "password"));
  translation.set("sasl.mechanism", mechanism);
  translation.set("sasl.username", std::move(username));
  translation.set("sasl.password", std::move(password));
  return {};
}

struct Mechanism {
  std::string_view name;
  std::string_view login_module;
  std::string_view options;  // what the module cannot do without, for an error text
  Status (*translate)(Translation& translation, const JaasModule& module, const std::string& mechanism);
};

constexpr std::string_view kPasswordOptions = " username=\"…\" password=\"…\"";
constexpr Mechanism kMechanisms[] = {
    {"GSSAPI", kKerberosModule, " useKeyTab=true keyTab=\"…\" principal=\"…\"", translate_kerberos},
    {"PLAIN", kPlainModule, kPasswordOptions, translate_password},
    {"SCRAM-SHA-256", kScramModule, kPasswordOptions, translate_password},
    {"SCRAM-SHA-512", kScramModule, kPasswordOptions, translate_password},
    {"OAUTHBEARER", kOAuthModule, "", translate_oauth},
};

const Mechanism* find_mechanism(std::string_view name) {
  for (const Mechanism& mechanism : kMechanisms) {
    if (mechanism.name == name) return &mechanism;
  }
  return nullptr;
}

Status translate_sasl(Translation& translation) {
  const std::string* given = translation.given_text("sasl.mechanism");
  const std::string mechanism = given == nullptr ? "GSSAPI" : *given;
  const Mechanism* known = find_mechanism(mechanism);
  if (known == nullptr) {
    return bad_config(
        fmt::format("Invalid value {} for configuration sasl.mechanism: not supported; allowed: "
                    "GSSAPI, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER",
                    mechanism));
  }
  const std::string_view expected = known->login_module;
  const std::string* text = translation.given_text("sasl.jaas.config");
  if (text == nullptr) {
    return bad_config(fmt::format("sasl.jaas.config is missing: sasl.mechanism {} needs `{} required{};`",
                                  mechanism, expected, known->options));
  }
  SLUICE_ASSIGN_OR_RETURN(const JaasModule module, parse_jaas(*text));
  if (module.login_module != expected) {
    return bad_config(
        fmt::format("Invalid value [hidden] for configuration sasl.jaas.config: login module {} does "
                    "not fit sasl.mechanism {}, which needs {}",
                    module.login_module, mechanism, expected));
  }
  return known->translate(translation, module, mechanism);
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
