#pragma once
// Java's properties of SASL GSSAPI: sasl.kerberos.* and the options of Krb5LoginModule.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "kafka/security/oauth_options.h"

namespace sluice::kafka::security {

struct KerberosOptions {
  std::string service_name;  // of the brokers' principals: "kafka" in kafka/host@REALM
  std::string principal;     // empty: whose the ticket cache is
  bool use_keytab = false;
  std::string keytab;  // a file; empty: the system's
  bool use_ticket_cache = false;
  std::string ticket_cache;  // a file; empty: the process's
  // A ticket is renewed after this share of its life, plus a random part of the jitter.
  double renew_share = 0.8;
  double renew_jitter = 0.05;
  int64_t relogin_ms = 60'000;  // between two logins, while there is a ticket
};

/// Error kind kBadConfig names the property or option.
Result<KerberosOptions> kerberos_options(const Property& property, const JaasOptions& jaas);

}  // namespace sluice::kafka::security
