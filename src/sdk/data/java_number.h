#pragma once
// Java's reading of number texts (Double.parseDouble, Float.parseFloat). Writing them is in values.h.

#include <optional>
#include <string_view>

namespace sluice::sdk {

/// Decimal and hexadecimal forms, "NaN", "Infinity" and a type suffix ("1.5f"), as Java takes them; empty for
/// everything Java refuses. Correctly rounded; too large becomes infinite, too small becomes zero.
std::optional<double> parse_java_float64(std::string_view text);
std::optional<float> parse_java_float32(std::string_view text);

}  // namespace sluice::sdk
