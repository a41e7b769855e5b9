#pragma once
// Java's ssl.* properties as TlsOptions: the one place that knows them, for Kafka's clients and for
// listeners.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/tls.h"

namespace sluice::net {

/// The value under a name such as "ssl.keystore.location", prefixes cut off; null if it is not given.
using TlsProperty = std::function<const std::string*(std::string_view name)>;

/// Reads key stores (JKS, PKCS12, PEM) and inline PEM; maps cipher names. Error kind kBadConfig with Java's
/// texts where Java has one. Secrets never appear in errors.
Result<TlsOptions> tls_options(const TlsProperty& property);

}  // namespace sluice::net
