// Values that stand for what is not there: defaults, and null in a required field.

#include <cmath>

#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/common/temporal.h"
#include "connectors/cdc/mysql/column_decoder.h"
#include "connectors/cdc/mysql/text_cells.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Arena;
using sdk::Value;

constexpr std::string_view kEpoch = "1970-01-01T00:00:00Z";
constexpr std::string_view kEmptyCollection{"\0\0\0\0\x01\x07\0\0\0\0\0\0\0", 13};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_word(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

/// "0", "0000-00-00 …" and the like; of instants the first one too, which stands for the time of the row.
bool is_zero_date(std::string_view text, bool instant) {
  if (text == "0" || (instant && text == "1970-01-01 00:00:00")) return true;
  const auto civil = parse_civil(text);
  return civil && (civil->zero() || civil->year == 0) && civil->micros_of_day == 0;
}

}  // namespace

Value ColumnDecoder::filler(Arena& arena) const {
  switch (form_) {
    case Form::kBoolean:
    case Form::kBit:
      return Value::boolean(false);
    case Form::kBits:
      return Value::bytes("");
    case Form::kInt16:
    case Form::kInt32:
    case Form::kInt64:
    case Form::kUnsigned64:
    case Form::kFloat32:
    case Form::kFloat64:
    case Form::kYear: {
      const auto zero = number_value(0, arena);
      return zero.ok() ? *zero : Value::null();
    }
    case Form::kDecimal: {
      const auto zero = decimal_of_text("0", arena);
      return zero.ok() ? *zero : Value::null();
    }
    case Form::kBytes:
      return binary_value(options_.binaries, "", arena);
    case Form::kDate:
      return date_value(options_.times, 0, arena);
    case Form::kTime:
      return time_value(options_.times, coarse(), 0, arena);
    case Form::kDateTime:
      return timestamp_value(options_.times, coarse(), 0, arena);
    case Form::kInstant:
      return Value::string(kEpoch);
    case Form::kJson:
      return Value::string("{}");
    case Form::kGeometry: {
      const auto empty = geometry_value(kEmptyCollection, arena);
      return empty.ok() ? *empty : Value::null();
    }
    case Form::kVector:
      return Value::array({});
    default:
      return Value::string("");
  }
}

std::optional<Value> ColumnDecoder::default_value(Arena& arena) const {
  if (!column_.has_default || !column_.default_text) return std::nullopt;
  const std::string_view text = arena.copy(*column_.default_text);
  const std::string_view bare = trimmed(text);
  const bool yes = is_word(bare, "true");
  const auto decoded = [&](const Result<Value>& value) {
    return value.ok() && !value->is_null() ? std::optional(*value) : std::nullopt;
  };
  switch (form_) {
    case Form::kText:
    case Form::kEnum:
    case Form::kSet:
    case Form::kJson:
    case Form::kUuid:
    case Form::kAddress:
      return Value::string(text);
    case Form::kBytes:
      return binary_value(options_.binaries, text, arena);
    case Form::kBoolean:
    case Form::kBit:
      if (yes || is_word(bare, "false")) return Value::boolean(yes);
      return Value::boolean(bare.find_first_not_of("0b'") != std::string_view::npos);
    case Form::kBits: {
      // Digits of a bit string.
      std::string bytes((bare.size() + 7) / 8, '\0');
      for (size_t i = 0; i < bare.size(); ++i) {
        const size_t bit = bare.size() - 1 - i;
        if (bare[i] == '1') bytes[bytes.size() - 1 - bit / 8] |= static_cast<char>(1 << bit % 8);
      }
      return bits_value(bytes, arena);
    }
    case Form::kDate:
    case Form::kDateTime:
    case Form::kInstant:
      if (is_zero_date(bare, form_ == Form::kInstant))
        return column_.optional ? std::nullopt : std::optional(filler(arena));
      return decoded(temporal_of_text(bare, std::max(0, length()), arena));
    case Form::kTime: {
      const auto civil = parse_civil(bare);
      if (!civil) return decoded(temporal_of_text(bare, std::max(0, length()), arena));
      return time_value(options_.times, coarse(), civil->micros_of_day, arena);
    }
    case Form::kInt16:
    case Form::kInt32:
    case Form::kInt64:
    case Form::kUnsigned64:
    case Form::kYear: {
      if (yes || is_word(bare, "false")) return decoded(number_value(yes ? 1 : 0, arena));
      const auto whole = number_of_text(bare, arena);
      if (whole.ok()) return *whole;
      // Whole numbers may have a default with a fraction.
      char* end = nullptr;
      const std::string copy(bare);
      const double real = std::strtod(copy.c_str(), &end);
      if (end == copy.c_str()) return std::nullopt;
      return decoded(number_value(std::llround(real), arena));
    }
    case Form::kDecimal: {
      const std::string_view digits = yes ? "1" : is_word(bare, "false") ? "0" : bare;
      return decoded(decimal_of_text(digits, arena));
    }
    case Form::kFloat32:
    case Form::kFloat64:
      return decoded(number_of_text(yes ? "1" : bare, arena));
    default:
      return std::nullopt;
  }
}

}  // namespace sluice::connectors::cdc::mysql
