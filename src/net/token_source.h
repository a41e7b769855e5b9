#pragma once
// Where this process gets its OAuth 2.0 access tokens: asked for once, kept until they grow old, shared by
// every client with the same settings. Thread-safe.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "net/http_client.h"
#include "net/oauth_options.h"

namespace sluice::net {

struct Token {
  std::string jwt;
  std::string principal;
  int64_t expires_ms = 0;  // since 1970
};

class TokenSource {
 public:
  TokenSource(OAuthOptions options, const Clock& clock, Random& random);

  /// One that is good for a while longer; asks for a new one, blocking, when four fifths of the old one's
  /// life are over. Error kinds: kRetry when the endpoint cannot be reached or is troubled, else kFailed or
  /// kBadConfig. No secret and no token in errors.
  Result<Token> token();
  const std::map<std::string, std::string>& extensions() const { return options_.extensions; }

 private:
  Result<std::string> ask();
  Result<std::string> request_body();
  Result<Token> fetch();

  const OAuthOptions options_;
  const Clock& clock_;
  Random& random_;
  HttpClient http_;
  std::mutex mutex_;
  std::optional<Token> token_;
  int64_t renew_at_ms_ = 0;
};

/// The one source of this process for these options.
std::shared_ptr<TokenSource> shared_token_source(const OAuthOptions& options);

}  // namespace sluice::net
