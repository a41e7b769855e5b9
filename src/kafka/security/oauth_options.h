#pragma once
// Java's properties of SASL OAUTHBEARER (KIP-768, KIP-1139).

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::kafka::security {

/// The value of a property, or null if it is not given.
using Property = std::function<const std::string*(std::string_view name)>;
/// Options of the login module in sasl.jaas.config.
using JaasOptions = std::map<std::string, std::string, std::less<>>;

enum class Grant : uint8_t { kClientCredentials, kJwtBearer, kFile };

struct AssertionOptions {
  std::string file;  // a ready one; empty: made from the rest
  std::string private_key_file;
  std::string passphrase;
  std::string algorithm = "RS256";
  std::string audience, issuer, subject;  // empty: left out
  int64_t lifetime_seconds = 300;
  int64_t not_before_seconds = 60;
  bool with_id = false;
};

struct OAuthOptions {
  Grant grant = Grant::kClientCredentials;
  std::string url;  // token endpoint; kFile: the file's path
  std::string client_id, client_secret, scope;
  bool url_encode_header = false;
  AssertionOptions assertion;
  std::map<std::string, std::string> extensions;  // of the first SASL message (KIP-342)
  int64_t timeout_ms = 10'000;
  std::string ca_pem;  // whom to trust; empty: the system's authorities
};

/// The operator's list, once at start, before any client is made. Empty: nothing is allowed.
void allow_token_urls(std::vector<std::string> urls);

/// Error kind kBadConfig names the property; secrets never appear.
Result<OAuthOptions> oauth_options(const Property& property, const JaasOptions& jaas);

}  // namespace sluice::kafka::security
