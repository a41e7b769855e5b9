#pragma once
// Every property of Java's producer, consumer and admin client (4.1) and what becomes of it. Inside this room
// only.

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "base/result.h"
#include "kafka/client_config.h"

namespace sluice::kafka {

/// Which clients have the property; bits.
enum Kinds : uint8_t { kP = 1, kC = 2, kA = 4, kPC = kP | kC, kAll = kP | kC | kA };

enum class Treatment : uint8_t {
  kMapped,       // checked as Java does, moved into the library's range, set under its name
  kTranslated,   // checked as Java does; client_config.cc makes of it what it takes
  kMeaningless,  // nothing here does what it is about: named once in the log
  kRefused,      // ignoring it would do harm; `note` says what to do
};

enum class ValueType : uint8_t { kString, kBool, kInt, kLong, kDouble, kList, kClass, kPassword };

inline constexpr int64_t kNoMin = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kNoMax = std::numeric_limits<int64_t>::max();

struct Range {
  int64_t min = kNoMin;
  int64_t max = kNoMax;
};

struct PropertyRule {
  std::string_view java;
  Kinds kinds;
  Treatment treatment;
  ValueType type;
  std::string_view native;   // kMapped: the library's name
  Range range;               // what Java allows
  Range native_range;        // what the library allows; values are moved into it
  std::string_view allowed;  // "a, b, c": the only values; empty: any
  bool any_case;             // `allowed` in any case, lower case for the library
  std::string_view note;     // kRefused: why, and what to do; kMeaningless: why, for readers of the table
};

std::span<const PropertyRule> property_rules();

/// Null if a client of this kind has no such property.
const PropertyRule* find_rule(ClientKind kind, std::string_view java);

/// Java's check of type and range, with Java's error text; then the value as the library takes it.
Result<std::string> checked_value(const PropertyRule& rule, std::string_view value);

/// Numbers and booleans of checked values.
int64_t to_number(std::string_view checked);

/// "Invalid value X for configuration K: why"; passwords are shown as [hidden].
Error invalid_value(const PropertyRule& rule, std::string_view value, std::string_view why);

std::string_view trimmed(std::string_view text);

}  // namespace sluice::kafka
