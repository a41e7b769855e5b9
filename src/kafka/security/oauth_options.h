#pragma once
// Java's properties of SASL OAUTHBEARER (KIP-768, KIP-1139).

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/oauth_options.h"

namespace sluice::kafka::security {

/// The value of a property, or null if it is not given.
using Property = std::function<const std::string*(std::string_view name)>;
/// Options of the login module in sasl.jaas.config.
using JaasOptions = std::map<std::string, std::string, std::less<>>;

/// The operator's list, once at start, before any client is made. Empty: nothing is allowed.
void allow_token_urls(std::vector<std::string> urls);

/// Error kind kBadConfig names the property; secrets never appear.
Result<net::OAuthOptions> oauth_options(const Property& property, const JaasOptions& jaas);

}  // namespace sluice::kafka::security
