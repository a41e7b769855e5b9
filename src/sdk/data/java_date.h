#pragma once
// Dates, times and timestamps as texts in the three ISO 8601 forms of Kafka Connect's Values, read and
// written as Java's SimpleDateFormat does (lenient, UTC).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::sdk {

/// Milliseconds since 1970 UTC of "yyyy-MM-dd", "HH:mm:ss.SSSZ", "yyyy-MM-ddTHH:mm:ss.SSSZ" (which one is
/// told by the letters of `pattern`, with T and Z as themselves). Fields may overflow ("2019-13-45"); what
/// follows is ignored.
std::optional<int64_t> parse_java_date(std::string_view text, std::string_view pattern);

inline constexpr std::string_view kDatePattern = "y-M-d";
inline constexpr std::string_view kTimePattern = "H:m:s.SZ";
inline constexpr std::string_view kTimestampPattern = "y-M-dTH:m:s.SZ";

/// The form by magnitude: below one day a time, whole days a date, else a timestamp (Values.dateFormatFor).
void append_java_date(std::string& out, int64_t ms);

}  // namespace sluice::sdk
