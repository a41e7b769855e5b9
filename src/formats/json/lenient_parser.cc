#include "formats/json/lenient_parser.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_map>

#include "formats/json/text_scan.h"
#include "formats/json/utf16.h"

namespace sluice::json {
namespace {

using sdk::MapEntry;
using sdk::Value;

bool is_identifier_part(unsigned char c) {
  const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  return letter || is_digit(static_cast<char>(c)) || c == '_' || c == '$' || c >= 0x80;
}

Error too_long(const char* what, size_t size, size_t maximum, const char* method) {
  return bad_record(std::string(what) + " length (" + std::to_string(size) +
                    ") exceeds the maximum allowed (" + std::to_string(maximum) +
                    ", from `StreamReadConstraints." + method + "()`)");
}

}  // namespace

Error LenientParser::problem(const std::string& message) const {
  return bad_record(message + " at byte " + std::to_string(at_) + " of the JSON text");
}

Error LenientParser::unexpected(const char* wanted) const {
  if (at_end()) return problem(std::string("Unexpected end-of-input, expected ") + wanted);
  std::string message("Unexpected character (");
  if (peek() >= 0x20 && peek() < 0x7F) {
    message.append("'").append(1, static_cast<char>(peek())).append("' ");
  }
  return problem(message + "(code " + std::to_string(peek()) + ")): expected " + wanted);
}

void LenientParser::skip_spaces() {
  while (!at_end() && is_space(text_[at_])) ++at_;
}

Result<Value> LenientParser::parse(BytesView text) {
  SLUICE_ASSIGN_OR_RETURN(text_, to_utf8_by_guess(arena_, text));
  at_ = 0;
  skip_spaces();
  if (at_end()) return Value::null();
  const bool is_number = peek() == '-' || is_digit(static_cast<char>(peek()));
  SLUICE_ASSIGN_OR_RETURN(const Value result, value(0));
  if (is_number) SLUICE_RETURN_IF_ERROR(check_root_space());
  return result;
}

Status LenientParser::check_root_space() {
  if (at_end() || is_space(text_[at_])) return {};
  return unexpected("space separating root-level values");
}

Result<Value> LenientParser::value(int depth) {
  switch (peek()) {
    case '{':
      return object(depth + 1);
    case '[':
      return array(depth + 1);
    case '"':
      return string(kStringLengthMax, "String value");
    case 't':
    case 'f':
    case 'n':
      return literal();
    default:
      return number();
  }
}

Result<Value> LenientParser::object(int depth) {
  if (depth > kDepthMax) {
    return bad_record(
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
        "`StreamReadConstraints.getMaxNestingDepth()`)");
  }
  ++at_;
  std::vector<MapEntry> entries;
  std::unordered_map<std::string_view, size_t>
      places;  // of equal keys the last value stays, at the first place
  skip_spaces();
  while (peek() != '}' || !entries.empty()) {
    if (peek() != '"') return unexpected("double-quote to start field name");
    SLUICE_ASSIGN_OR_RETURN(const Value key, string(kNameLengthMax, "Name"));
    skip_spaces();
    if (peek() != ':') return unexpected("a colon to separate field name and value");
    ++at_;
    skip_spaces();
    SLUICE_ASSIGN_OR_RETURN(const Value item, value(depth));
    const auto [place, is_new] = places.try_emplace(key.as_string(), entries.size());
    if (is_new) {
      entries.push_back({key, item});
    } else {
      entries[place->second].value = item;
    }
    skip_spaces();
    if (peek() == '}') break;
    if (peek() != ',') return unexpected("a comma to separate Object entries");
    ++at_;
    skip_spaces();
  }
  ++at_;
  auto* copies = arena_.array<MapEntry>(entries.size());
  std::copy(entries.begin(), entries.end(), copies);
  return Value::map({copies, entries.size()});
}

Result<Value> LenientParser::array(int depth) {
  if (depth > kDepthMax) {
    return bad_record(
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
        "`StreamReadConstraints.getMaxNestingDepth()`)");
  }
  ++at_;
  std::vector<Value> items;
  skip_spaces();
  while (peek() != ']' || !items.empty()) {
    SLUICE_ASSIGN_OR_RETURN(const Value item, value(depth));
    items.push_back(item);
    skip_spaces();
    if (peek() == ']') break;
    if (peek() != ',') return unexpected("a comma to separate Array entries");
    ++at_;
    skip_spaces();
  }
  ++at_;
  auto* copies = arena_.array<Value>(items.size());
  std::copy(items.begin(), items.end(), copies);
  return Value::array({copies, items.size()});
}

Result<Value> LenientParser::string(size_t length_max, const char* what) {
  const bool is_name = length_max == kNameLengthMax;
  ++at_;
  units_.clear();
  while (peek() != '"') {
    if (at_end()) return unexpected("closing quote for a string value");
    if (peek() < 0x20) return unexpected("no unescaped control character in a string");
    if (peek() == '\\') {
      SLUICE_ASSIGN_OR_RETURN(const uint32_t unit, escape());
      units_.push_back(static_cast<uint16_t>(unit));
    } else if (peek() >= 0x80) {
      SLUICE_RETURN_IF_ERROR(utf8_units(is_name));
    } else {
      units_.push_back(peek());
      ++at_;
    }
  }
  ++at_;
  if (units_.size() > length_max) {
    return too_long(what, units_.size(), length_max,
                    what[0] == 'N' ? "getMaxNameLength" : "getMaxStringLength");
  }
  return Value::string(utf8_of_units(arena_, units_));
}

Result<uint32_t> LenientParser::escape() {
  ++at_;
  const unsigned char c = peek();
  if (const char simple = simple_escape(static_cast<char>(c)); simple != 0) {
    ++at_;
    return static_cast<uint32_t>(simple);
  }
  if (c != 'u') return unexpected("a valid character escape sequence");
  ++at_;
  uint32_t unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const int digit = at_end() ? -1 : hex_value(text_[at_]);
    if (digit < 0) return unexpected("a hex-digit for character escape sequence");
    unit = unit << 4 | static_cast<uint32_t>(digit);
  }
  return unit;
}

/// One character of two to four bytes, decoded without the checks that Jackson does not make either.
Status LenientParser::utf8_units(bool is_name) {
  const unsigned char lead = peek();
  int more = 0;
  int32_t code = 0;
  if ((lead & 0xE0) == 0xC0) {
    more = 1;
    code = lead & 0x1F;
  } else if ((lead & 0xF0) == 0xE0) {
    more = 2;
    code = lead & 0x0F;
  } else if ((lead & 0xF8) == 0xF0) {
    more = 3;
    code = lead & 0x07;
  } else {
    return unexpected("a valid UTF-8 start byte");
  }
  ++at_;
  for (int i = 0; i < more; ++i, ++at_) {
    if (at_end() || (peek() & 0xC0) != 0x80) return unexpected("a valid UTF-8 middle byte");
    code = code << 6 | (peek() & 0x3F);
  }
  if (more == 3) {
    code -= 0x10000;  // too large and too small codes become the odd units that Java makes of them
    units_.push_back(static_cast<uint16_t>(is_name ? 0xD800 + (code >> 10) : 0xD800 | (code >> 10)));
    code = 0xDC00 | (code & 0x3FF);
  }
  units_.push_back(static_cast<uint16_t>(code));
  return {};
}

Result<Value> LenientParser::number() {
  std::string digits;
  const bool negative = peek() == '-';
  if (negative) ++at_;
  if (!is_digit(static_cast<char>(peek())))
    return unexpected("a valid value (number, String, array, object, 'true', 'false' or 'null')");
  while (peek() == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) ++at_;
  for (; is_digit(static_cast<char>(peek())); ++at_) digits.push_back(text_[at_]);
  size_t length = digits.size();
  bool whole = true;
  if (peek() == '.') {
    whole = false;
    digits.push_back('.');
    ++at_;
    if (!is_digit(static_cast<char>(peek()))) return unexpected("a digit after the decimal point");
    for (; is_digit(static_cast<char>(peek())); ++at_, ++length) digits.push_back(text_[at_]);
  }
  if (peek() == 'e' || peek() == 'E') {
    whole = false;
    digits.push_back(text_[at_++]);
    if (peek() == '-' || peek() == '+') digits.push_back(text_[at_++]);
    if (!is_digit(static_cast<char>(peek()))) return unexpected("a digit after the exponent indicator");
    for (; is_digit(static_cast<char>(peek())); ++at_, ++length) digits.push_back(text_[at_]);
  }
  if (length > kNumberLengthMax)
    return too_long("Number value", length, kNumberLengthMax, "getMaxNumberLength");
  return number_value(negative, whole, digits);
}

/// `digits` is the number without sign and leading zeros.
Result<Value> LenientParser::number_value(bool negative, bool whole, const std::string& digits) {
  const std::string text = (negative ? "-" : "") + digits;
  const char* last = text.data() + text.size();
  if (whole) {
    int64_t integer = 0;
    if (std::from_chars(text.data(), last, integer).ec == std::errc()) return Value::int64(integer);
    if (exact_) return Value::bytes(arena_.copy(text));
    uint64_t wrapped = 0;
    for (const char c : digits) wrapped = wrapped * 10 + static_cast<uint64_t>(c - '0');
    return Value::int64(static_cast<int64_t>(negative ? 0 - wrapped : wrapped));
  }
  const size_t exponent_at = digits.find_first_of("eE");
  const size_t point_at = digits.find('.');
  const std::string_view mantissa = std::string_view(digits).substr(0, exponent_at);
  int64_t exponent = 0;
  if (exponent_at != std::string::npos) {
    const char* first = digits.data() + exponent_at + (digits[exponent_at + 1] == '+' ? 2 : 1);
    const auto [end, code] = std::from_chars(first, digits.data() + digits.size(), exponent);
    const int64_t scale =
        (point_at == std::string::npos ? 0 : static_cast<int64_t>(mantissa.size() - point_at - 1)) - exponent;
    if (code != std::errc() || exponent != static_cast<int32_t>(exponent) ||
        scale != static_cast<int32_t>(scale)) {
      return problem("Malformed numeric value");
    }
  }
  if (exact_) return Value::bytes(arena_.copy(text));
  const bool zero = mantissa.find_first_not_of("0.") == std::string_view::npos;
  double number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec == std::errc::result_out_of_range) {
    const auto before_point = static_cast<int64_t>(std::min(point_at, mantissa.size())) -
                              static_cast<int64_t>(mantissa.find_first_not_of("0."));
    number = !zero && before_point + exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
  }
  return Value::float64(negative && !zero ? -number : number);  // Java's BigDecimal knows no negative zero
}

Result<Value> LenientParser::literal() {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text_.substr(at_, word.size()) != word) continue;
    const size_t after = at_ + word.size();
    if (after < text_.size() && is_identifier_part(static_cast<unsigned char>(text_[after]))) break;
    at_ = after;
    return word == "null" ? Value::null() : Value::boolean(word == "true");
  }
  return problem(
      "Unrecognized token: was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
      "'false')");
}

}  // namespace sluice::json
