#pragma once
// Joda-Time's DateTimeFormat patterns as path.format has them: letters stand for fields, their number for the
// width, quoted text and other characters for themselves. Names are English; other languages are refused
// where a pattern asks for names. Immutable.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/object_store/time_zone.h"

namespace sluice::connectors::object_store {

class JodaFormat {
 public:
  /// Error kind kBadConfig: a letter that Joda does not know, or a quote that is not closed; kUnsupported:
  /// the locale.
  static Result<JodaFormat> parse(std::string_view pattern, std::string_view locale);
  std::string format(int64_t utc_ms, const TimeZone& zone) const;

 private:
  struct Token {
    char letter;  // 0: literal
    int width;
    std::string literal;
  };
  std::vector<Token> tokens_;
};

}  // namespace sluice::connectors::object_store
