#pragma once
// The Authorization header of basic authentication, as Java's extension reads it (BasicAuthCredentials).

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::rest {

struct Credentials {
  std::string user;
  std::string password;
};

/// Nothing for another scheme or a text without a colon. Error kind kBadRecord for what is not Base64, with
/// the text of Java's decoder.
Result<std::optional<Credentials>> parse_basic_auth(std::string_view header);

}  // namespace sluice::rest
