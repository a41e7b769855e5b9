#pragma once
// JSON web tokens: what is needed of them to ask for one and to pass it on (RFC 7519, RFC 7523).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "net/oauth_options.h"

namespace sluice::net {

/// A signed assertion, or the ready one of the file. Error kind kBadConfig names the file.
Result<std::string> make_assertion(const AssertionOptions& options, const Clock& clock, Random& random);

struct JwtClaims {
  std::string subject;
  int64_t expires_ms = 0;  // since 1970
};

/// Not verified: that is the broker's to do. Error kind kFailed: it is no JSON web token, or lacks a claim.
Result<JwtClaims> read_claims(std::string_view jwt);

std::string base64url(std::string_view bytes);

}  // namespace sluice::net
