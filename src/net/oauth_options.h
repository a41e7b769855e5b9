#pragma once
// How OAuth 2.0 access tokens are got: client credentials (RFC 6749, 4.4), a JWT assertion (RFC 7523), a
// file.

#include <cstdint>
#include <map>
#include <string>

namespace sluice::net {

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

}  // namespace sluice::net
