#pragma once
// The value of an Authorization header for basic authentication (RFC 7617).

#include <string>
#include <string_view>

namespace sluice::net {

std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace sluice::net
