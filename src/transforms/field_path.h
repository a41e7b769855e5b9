#pragma once
// The way to a field inside nested structs or maps
// (org.apache.kafka.connect.transforms.field.SingleFieldPath).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::transforms {

/// Steps of a V2 path: dots part them, backticks hold names with dots together, a backslash before a backtick
/// makes it part of the name. None for an empty text. Error kind kBadConfig for a backtick without its twin.
Result<std::vector<std::string>> parse_field_path(std::string_view path);

}  // namespace sluice::transforms
