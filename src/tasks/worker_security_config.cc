// The security options of a distributed worker's own clients and of its REST listeners, as a table: names,
// types and defaults are Kafka's (SslConfigs, SaslConfigs, SslClientAuth of 4.1).

#include <array>

#include "tasks/worker_config_keys.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigDef;
using sdk::ConfigDefault;
using sdk::ConfigType;
using sdk::Importance;

constexpr auto kString = ConfigType::kString;
constexpr auto kPassword = ConfigType::kPassword;
constexpr auto kClass = ConfigType::kClass;
constexpr auto kList = ConfigType::kList;
constexpr auto kLong = ConfigType::kLong;
constexpr auto kInt = ConfigType::kInt;
constexpr auto kShort = ConfigType::kShort;
constexpr auto kDouble = ConfigType::kDouble;
constexpr auto kBoolean = ConfigType::kBoolean;
constexpr auto kHigh = Importance::kHigh;
constexpr auto kMedium = Importance::kMedium;
constexpr auto kLow = Importance::kLow;

struct Row {
  const char* name;
  ConfigType type;
  const char* value;  // null: unset
  Importance importance;
  const char* doc;
};

constexpr std::array kRows{
    Row{"security.protocol", kString, "PLAINTEXT", kMedium,
        "How brokers are talked to: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL."},
    Row{"ssl.client.auth", kString, "none", kLow, "Whether REST clients must show a certificate."},
    Row{"ssl.protocol", kString, "TLSv1.3", kMedium, "Newest version of TLS."},
    Row{"ssl.provider", kString, nullptr, kMedium, "Java's security provider; without a meaning here."},
    Row{"ssl.cipher.suites", kList, nullptr, kLow, "Allowed cipher suites, by Java's names."},
    Row{"ssl.enabled.protocols", kList, "TLSv1.2,TLSv1.3", kMedium, "Allowed versions of TLS."},
    Row{"ssl.keystore.type", kString, "JKS", kMedium, "JKS, PKCS12 or PEM."},
    Row{"ssl.keystore.location", kString, nullptr, kHigh, "File with our key and certificate."},
    Row{"ssl.keystore.password", kPassword, nullptr, kHigh, "Password of that file."},
    Row{"ssl.key.password", kPassword, nullptr, kHigh, "Password of the key in it."},
    Row{"ssl.keystore.key", kPassword, nullptr, kHigh, "Our key in PEM, instead of a file."},
    Row{"ssl.keystore.certificate.chain", kPassword, nullptr, kHigh, "Our certificates in PEM."},
    Row{"ssl.truststore.certificates", kPassword, nullptr, kHigh, "Whom to trust, in PEM."},
    Row{"ssl.truststore.type", kString, "JKS", kMedium, "JKS, PKCS12 or PEM."},
    Row{"ssl.truststore.location", kString, nullptr, kHigh, "File with the certificates of whom to trust."},
    Row{"ssl.truststore.password", kPassword, nullptr, kHigh, "Password of that file."},
    Row{"ssl.keymanager.algorithm", kString, "SunX509", kLow, "Of Java; without a meaning here."},
    Row{"ssl.trustmanager.algorithm", kString, "PKIX", kLow, "Of Java; without a meaning here."},
    Row{"ssl.endpoint.identification.algorithm", kString, "https", kLow,
        "https: a broker's certificate must name its host; empty: it need not."},
    Row{"ssl.secure.random.implementation", kString, nullptr, kLow, "Of Java; without a meaning here."},
    Row{"ssl.engine.factory.class", kClass, nullptr, kLow, "Of Java; without a meaning here."},
    Row{"sasl.mechanism", kString, "GSSAPI", kMedium, "How this worker proves who it is."},
    Row{"sasl.jaas.config", kPassword, nullptr, kMedium, "Login module and its options, as in a JAAS file."},
    Row{"sasl.client.callback.handler.class", kClass, nullptr, kMedium, "Of Java; without a meaning here."},
    Row{"sasl.login.callback.handler.class", kClass, nullptr, kMedium, "Of Java; without a meaning here."},
    Row{"sasl.login.class", kClass, nullptr, kMedium, "Of Java; without a meaning here."},
    Row{"sasl.kerberos.service.name", kString, nullptr, kMedium, "Kerberos name of the brokers."},
    Row{"sasl.kerberos.kinit.cmd", kString, "/usr/bin/kinit", kLow, "Of Java; no program is run here."},
    Row{"sasl.kerberos.ticket.renew.window.factor", kDouble, "0.8", kLow, "When a ticket is renewed."},
    Row{"sasl.kerberos.ticket.renew.jitter", kDouble, "0.05", kLow, "Random part of that time."},
    Row{"sasl.kerberos.min.time.before.relogin", kLong, "60000", kLow, "Shortest time between logins."},
    Row{"sasl.login.refresh.window.factor", kDouble, "0.8", kLow, "When a token is renewed."},
    Row{"sasl.login.refresh.window.jitter", kDouble, "0.05", kLow, "Random part of that time."},
    Row{"sasl.login.refresh.min.period.seconds", kShort, "60", kLow, "Shortest time between renewals."},
    Row{"sasl.login.refresh.buffer.seconds", kShort, "300", kLow, "Time left when a token is renewed."},
    Row{"sasl.login.connect.timeout.ms", kInt, nullptr, kLow, "For connecting to the token endpoint."},
    Row{"sasl.login.read.timeout.ms", kInt, nullptr, kLow, "For its answer."},
    Row{"sasl.login.retry.backoff.ms", kLong, "100", kLow, "First pause before it is asked again."},
    Row{"sasl.login.retry.backoff.max.ms", kLong, "10000", kLow, "Longest such pause."},
    Row{"sasl.oauthbearer.jwt.retriever.class", kClass,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", kMedium,
        "Where tokens come from."},
    Row{"sasl.oauthbearer.jwt.validator.class", kClass,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", kMedium, "How they are checked."},
    Row{"sasl.oauthbearer.scope", kString, nullptr, kMedium, "Scope that is asked for."},
    Row{"sasl.oauthbearer.client.credentials.client.id", kString, nullptr, kMedium, "Client id."},
    Row{"sasl.oauthbearer.client.credentials.client.secret", kPassword, nullptr, kMedium, "Client secret."},
    Row{"sasl.oauthbearer.assertion.algorithm", kString, "RS256", kMedium, "ES256 or RS256."},
    Row{"sasl.oauthbearer.assertion.claim.aud", kString, nullptr, kMedium, "Audience of the assertion."},
    Row{"sasl.oauthbearer.assertion.claim.exp.seconds", kInt, "300", kLow, "How long an assertion is valid."},
    Row{"sasl.oauthbearer.assertion.claim.iss", kString, nullptr, kMedium, "Its issuer."},
    Row{"sasl.oauthbearer.assertion.claim.jti.include", kBoolean, "false", kMedium, "Whether it has an id."},
    Row{"sasl.oauthbearer.assertion.claim.nbf.seconds", kInt, "60", kLow, "How far back it is valid."},
    Row{"sasl.oauthbearer.assertion.claim.sub", kString, nullptr, kMedium, "Its subject."},
    Row{"sasl.oauthbearer.assertion.file", kString, nullptr, kMedium, "File with an assertion."},
    Row{"sasl.oauthbearer.assertion.private.key.file", kString, nullptr, kMedium, "Key that signs it."},
    Row{"sasl.oauthbearer.assertion.private.key.passphrase", kPassword, nullptr, kMedium, "Its password."},
    Row{"sasl.oauthbearer.assertion.template.file", kString, nullptr, kMedium, "Template of assertions."},
    Row{"sasl.oauthbearer.scope.claim.name", kString, "scope", kLow, "Claim with the scope."},
    Row{"sasl.oauthbearer.sub.claim.name", kString, "sub", kLow, "Claim with the subject."},
    Row{"sasl.oauthbearer.token.endpoint.url", kString, nullptr, kMedium, "Where tokens are asked for."},
    Row{"sasl.oauthbearer.jwks.endpoint.url", kString, nullptr, kMedium, "Where keys of tokens are found."},
    Row{"sasl.oauthbearer.jwks.endpoint.refresh.ms", kLong, "3600000", kLow, "How often they are read."},
    Row{"sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", kLong, "100", kLow,
        "First pause after a failure."},
    Row{"sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", kLong, "10000", kLow, "Longest such pause."},
    Row{"sasl.oauthbearer.clock.skew.seconds", kInt, "30", kLow, "Tolerated difference of clocks."},
    Row{"sasl.oauthbearer.expected.audience", kList, nullptr, kLow, "Audience that a token must have."},
    Row{"sasl.oauthbearer.expected.issuer", kString, nullptr, kLow, "Issuer that a token must have."},
    Row{"sasl.oauthbearer.header.urlencode", kBoolean, "false", kLow, "Whether credentials are URL-encoded."},
};

}  // namespace

void define_security(ConfigDef& def) {
  for (const Row& row : kRows) {
    const ConfigDefault value = row.value == nullptr ? ConfigDefault(nullptr) : ConfigDefault(row.value);
    def.define(key(row.name, row.type, value, row.importance, row.doc));
  }
}

}  // namespace sluice::tasks
