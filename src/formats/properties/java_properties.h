#pragma once
// Java properties text as java.util.Properties.load reads it: `=`, `:` or blanks separate, `#` and `!`
// comment, `\` continues a line and escapes. Kafka Connect reads worker files as UTF-8 here, where Java reads
// ISO-8859-1 plus \u escapes.

#include <string_view>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::formats {

/// Later keys win. Error kind kBadConfig names the line of a malformed \u escape.
Result<sdk::Properties> parse_java_properties(std::string_view text);

}  // namespace sluice::formats
