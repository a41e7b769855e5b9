#pragma once
// java.text.SimpleDateFormat in UTC with English names: all its pattern letters, lenient reading. Immutable
// after compile, except that two-digit years are read within 80 years before the time of the compilation, as
// in Java. Zones by name: UTC, GMT and those of the United States and Europe; another one cannot be read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transforms/java_calendar.h"

namespace sluice::transforms {

/// The field that a letter of a pattern stands for; zones have none.
CalendarField calendar_field_of(char letter);

class JavaDateFormat {
 public:
  /// `now_ms` places two-digit years. Error kind kBadConfig with IllegalArgumentException's message.
  static Result<JavaDateFormat> compile(std::string_view pattern, int64_t now_ms);

  const std::string& pattern() const { return pattern_; }
  void format(std::string& out, int64_t ms) const;
  /// What follows the text that the pattern takes is ignored. Nothing if the text does not fit.
  std::optional<int64_t> parse(std::string_view text) const;

 private:
  struct Part {
    char letter = 0;        // 0: `literal`
    int count = 0;          // of the letter
    bool adjacent = false;  // a number follows at once: this one ends after `count` digits
    std::string literal;
  };
  class Reader;
  void add_literal(std::string text);
  Status add_letters(char letter, int count);
  void find_adjacent_numbers();
  static void format_part(std::string& out, const Part& part, const CalendarDate& date);

  std::string pattern_;
  std::vector<Part> parts_;
  int64_t century_start_ms_ = 0;
  int century_start_year_ = 0;
};

}  // namespace sluice::transforms
