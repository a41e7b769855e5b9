#include "kafka/security/kerberos_options.h"

#include <fmt/core.h>
#include <strings.h>

#include <charconv>
#include <string_view>

namespace sluice::kafka::security {
namespace {

std::string option(const JaasOptions& jaas, std::string_view name) {
  const auto found = jaas.find(name);
  return found == jaas.end() ? std::string() : found->second;
}

bool flag(const JaasOptions& jaas, std::string_view name) {
  return strcasecmp(option(jaas, name).c_str(), "true") == 0;
}

// Files only: other kinds of caches and keytabs are the system's business, not a connector's.
std::string file_option(const JaasOptions& jaas, std::string_view name) {
  std::string path = option(jaas, name);
  for (const std::string_view scheme : {"file://", "file:", "FILE:"}) {
    if (path.starts_with(scheme)) return path.substr(scheme.size());
  }
  return path;
}

Error bad_module(std::string_view why) {
  return bad_config(
      fmt::format("Invalid value [hidden] for configuration sasl.jaas.config: Krb5LoginModule {}", why));
}

template <typename Number>
Status read_number(const Property& property, std::string_view name, Number max, Number& number) {
  const std::string* text = property(name);
  if (text == nullptr) return {};
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= 0 && number <= max) return {};
  return bad_config(
      fmt::format("Invalid value {} for configuration {}: Value must be between 0 and {}", *text, name, max));
}

Result<std::string> service_name(const Property& property, const JaasOptions& jaas) {
  const std::string* configured = property("sasl.kerberos.service.name");
  const std::string in_jaas = option(jaas, "serviceName");
  if (configured == nullptr && in_jaas.empty()) {
    return bad_config(
        "No serviceName defined in either JAAS or Kafka config: set sasl.kerberos.service.name to the first "
        "part of the brokers' principal (usually kafka)");
  }
  if (configured == nullptr) return in_jaas;
  if (in_jaas.empty() || in_jaas == *configured) return *configured;
  return bad_config(
      fmt::format("Conflicting serviceName values found in JAAS and Kafka configs value in JAAS file {}, "
                  "value in Kafka config {}",
                  in_jaas, *configured));
}

// Java's rules for options that go together.
Status check_module(const KerberosOptions& options, const JaasOptions& jaas) {
  if (!options.use_keytab && !options.use_ticket_cache) {
    return bad_module("needs useKeyTab=true with keyTab and principal, or useTicketCache=true");
  }
  if (!options.use_keytab && !options.keytab.empty())
    return bad_module("has keyTab, but useKeyTab is not true");
  if (!options.use_ticket_cache && !options.ticket_cache.empty()) {
    return bad_module("has ticketCache, but useTicketCache is not true");
  }
  if (flag(jaas, "renewTicket") && !options.use_ticket_cache)
    return bad_module("has renewTicket, but useTicketCache is not true");
  if (options.use_keytab && options.principal.empty())
    return bad_module("with useKeyTab=true needs the option principal=\"name@REALM\"");
  return {};
}

}  // namespace

Result<KerberosOptions> kerberos_options(const Property& property, const JaasOptions& jaas) {
  constexpr std::string_view kPrefix = "sasl.kerberos.";
  KerberosOptions options;
  options.principal = option(jaas, "principal");
  options.use_keytab = flag(jaas, "useKeyTab");
  options.keytab = file_option(jaas, "keyTab");
  options.use_ticket_cache = flag(jaas, "useTicketCache");
  options.ticket_cache = file_option(jaas, "ticketCache");
  SLUICE_RETURN_IF_ERROR(check_module(options, jaas));
  SLUICE_ASSIGN_OR_RETURN(options.service_name, service_name(property, jaas));
  SLUICE_RETURN_IF_ERROR(
      read_number(property, fmt::format("{}ticket.renew.window.factor", kPrefix), 1.0, options.renew_share));
  SLUICE_RETURN_IF_ERROR(
      read_number(property, fmt::format("{}ticket.renew.jitter", kPrefix), 1.0, options.renew_jitter));
  constexpr int64_t kYearMs = 365LL * 86'400'000;
  SLUICE_RETURN_IF_ERROR(
      read_number(property, fmt::format("{}min.time.before.relogin", kPrefix), kYearMs, options.relogin_ms));
  return options;
}

}  // namespace sluice::kafka::security
