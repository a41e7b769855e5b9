#include "sdk/data/value_parser.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "sdk/data/java_date.h"
#include "sdk/data/java_number.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

constexpr int kDepthMax = 1000;
constexpr size_t kDateLength = 10;
constexpr size_t kTimeLength = 13;
constexpr size_t kTimestampLength = 24;
constexpr int64_t kDayMs = 86'400'000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Java's length of the text.
size_t utf16_length(std::string_view text) {
  size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    length += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return length;
}

/// Cuts the text at `: , { } [ ] "` unless a backslash stands before them (Values.Parser).
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  size_t mark() const { return at_ - (peeked_ ? peeked_->size() : 0); }
  void rewind_to(size_t mark) {
    at_ = mark;
    peeked_.reset();
  }
  bool has_next() const { return peeked_.has_value() || at_ < text_.size(); }
  std::string_view original() const { return text_; }

  std::string_view next() {
    if (!peeked_) return cut();
    const std::string_view token = *peeked_;
    peeked_.reset();
    return token;
  }

  /// The next `count` tokens as one text, or nothing (and no move) if there are fewer.
  std::optional<std::string_view> next(int count) {
    const size_t start = mark();
    for (int i = 0; i < count; ++i) {
      if (!has_next()) {
        rewind_to(start);
        return std::nullopt;
      }
      next();
    }
    return text_.substr(start, at_ - start);
  }

  /// Takes the next token, blank ones before it included, if it is the expected one, spaces aside.
  bool take(std::string_view expected) {
    if (!peeked_) {
      if (!has_next()) return false;
      peeked_ = cut();
    }
    while (trim(*peeked_).empty() && at_ < text_.size()) peeked_ = cut();
    if (trim(*peeked_) != expected) return false;
    peeked_.reset();
    return true;
  }

 private:
  std::string_view cut() {
    const size_t start = at_;
    bool escaped = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        escaped = !escaped;
        continue;
      }
      const bool delimiter = std::string_view(":,{}[]\"").find(c) != std::string_view::npos;
      if (delimiter && !escaped) {
        if (start == at_) ++at_;
        break;
      }
      escaped = false;
    }
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::optional<std::string_view> peeked_;
};

/// The schema that fits all elements seen so far (Values.SchemaMerger).
class CommonSchema {
 public:
  void merge(const ParsedValue& value) {
    if (!value.schema || !compatible_) return;
    schema_ = schema_ ? merged(schema_, value.schema) : value.schema;
    compatible_ = schema_ != nullptr;
  }
  const SchemaPtr& schema() const { return schema_; }

 private:
  static SchemaPtr merged(const SchemaPtr& left, const SchemaPtr& right) {
    const bool other_temporal = left->logical() != Logical::kNone && right->logical() != Logical::kNone &&
                                left->logical() != right->logical();
    if (other_temporal) return nullptr;  // Java calls all of them by the last one's name, whatever they are
    if (left->type() == right->type()) {
      if (left->optional() == right->optional()) return left->optional() ? left : right;
      return same_schema(left.get(), right.get()) ? left : nullptr;
    }
    if (left->type() > Type::kFloat64 || right->type() > Type::kFloat64) return nullptr;
    return left->type() > right->type() ? left : right;
  }

  SchemaPtr schema_;
  bool compatible_ = true;
};

class Parser {
 public:
  Parser(Arena& arena, std::string_view text) : arena_(arena), tokens_(text) {}

  /// `embedded`: inside an array or a map, where nothing but quoted text is a string.
  Result<ParsedValue> parse(bool embedded, int depth) {
    if (depth > kDepthMax) {
      too_deep_ = true;
      return bad_record("Nested deeper than 1000 levels");
    }
    if (!tokens_.has_next()) return ParsedValue{};
    if (embedded && tokens_.take("\"")) return quoted();
    if (take_word(embedded, "null")) return ParsedValue{};
    if (take_word(embedded, "true")) return ParsedValue{Schema::boolean(), Value::boolean(true)};
    if (take_word(embedded, "false")) return ParsedValue{Schema::boolean(), Value::boolean(false)};
    const size_t start = tokens_.mark();
    if (tokens_.take("[")) {
      auto result = array(depth);
      if (result.ok() || too_deep_) return result;
      tokens_.rewind_to(start);
    } else if (tokens_.take("{")) {
      auto result = map(depth);
      if (result.ok() || too_deep_) return result;
      tokens_.rewind_to(start);
    }
    const std::string_view token = tokens_.next();
    if (trim(token).empty()) return text_value(token);
    return bare(embedded, trim(token));
  }

 private:
  static Result<ParsedValue> text_value(std::string_view text) {
    return ParsedValue{Schema::string(), Value::string(text)};
  }

  bool take_word(bool embedded, std::string_view word) {
    const size_t start = tokens_.mark();
    if (tokens_.take(word) && (embedded || !tokens_.has_next())) return true;
    tokens_.rewind_to(start);
    return false;
  }

  Result<ParsedValue> bare(bool embedded, std::string_view token) {
    if (is_digit(token[0])) {
      if (auto temporal = temporal_of_tokens(token)) return *temporal;
    }
    if (is_digit(token[0]) || token[0] == '+' || token[0] == '-') {
      auto decimal = parse_decimal(arena_, token);
      if (decimal.ok()) return number(*decimal);
    }
    if (embedded) return bad_record("Failed to parse embedded value");
    return text_value(tokens_.original());
  }

  Result<ParsedValue> quoted() {
    const size_t start = tokens_.mark();
    size_t end = start;
    while (tokens_.has_next()) {
      end = tokens_.mark();
      if (tokens_.take("\"")) break;
      tokens_.next();
      end = tokens_.mark();
    }
    // Spaces between the last word and the quote are skipped by take(), as in Java.
    const std::string_view content = tokens_.original().substr(start, end - start);
    if (auto temporal = temporal_of(content)) return *temporal;
    return text_value(content);
  }

  /// Times hold colons, which cut them into five tokens.
  std::optional<ParsedValue> temporal_of_tokens(std::string_view token) {
    const size_t start = tokens_.mark();
    if (const auto rest = tokens_.next(4)) {
      const std::string joined = std::string(token).append(*rest);
      if (auto temporal = temporal_of(joined)) return temporal;
    }
    tokens_.rewind_to(start);
    return temporal_of(token);
  }

  static std::optional<ParsedValue> temporal_of(std::string_view token) {
    std::string text;  // without the backslashes before colons
    for (size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '\\' && i + 1 < token.size() && token[i + 1] == ':') continue;
      text.push_back(token[i]);
    }
    static const SchemaPtr date = SchemaBuilder::date().build_or_die();
    static const SchemaPtr time = SchemaBuilder::time().build_or_die();
    static const SchemaPtr timestamp = SchemaBuilder::timestamp().build_or_die();
    const size_t length = utf16_length(text);
    if (length == kTimeLength) {
      const auto ms = parse_java_date(text, kTimePattern);
      if (ms) return ParsedValue{time, Value::time(static_cast<int32_t>(*ms))};
    } else if (length == kTimestampLength) {
      const auto ms = parse_java_date(text, kTimestampPattern);
      if (ms) return ParsedValue{timestamp, Value::timestamp(*ms)};
    } else if (length == kDateLength) {
      const auto ms = parse_java_date(text, kDatePattern);
      if (ms) return ParsedValue{date, Value::date(static_cast<int32_t>(*ms / kDayMs))};
    }
    return std::nullopt;
  }

  /// The narrowest type that holds the number (Values.parseAsNumber).
  Result<ParsedValue> number(const Value& decimal) {
    const auto whole =
        decimal.decimal_scale() == 0 ? Result<Value>(decimal) : rescale_decimal(arena_, decimal, 0);
    if (whole.ok() && whole->as_bytes().size() <= sizeof(int64_t))
      return integer(low_bits(whole->as_bytes()));
    std::string text;
    append_decimal_text(text, decimal.as_bytes(), decimal.decimal_scale());
    const float narrow = parse_java_float32(text).value_or(0);
    if (std::isfinite(narrow) && decimal.decimal_scale() != 0) {
      return ParsedValue{Schema::float32(), Value::float32(narrow)};
    }
    const double wide = decimal_to_float64(decimal);
    if (std::isfinite(wide) && decimal.decimal_scale() != 0)
      return ParsedValue{Schema::float64(), Value::float64(wide)};
    return ParsedValue{SchemaBuilder::decimal(decimal.decimal_scale()).build_or_die(), decimal};
  }

  static int64_t low_bits(BytesView bytes) {
    uint64_t bits = static_cast<unsigned char>(bytes[0]) >= 0x80 ? ~uint64_t{0} : 0;
    for (const char c : bytes) bits = bits << 8 | static_cast<unsigned char>(c);
    return static_cast<int64_t>(bits);
  }

  static Result<ParsedValue> integer(int64_t number) {
    if (number == static_cast<int8_t>(number)) {
      return ParsedValue{Schema::int8(), Value::int8(static_cast<int8_t>(number))};
    }
    if (number == static_cast<int16_t>(number)) {
      return ParsedValue{Schema::int16(), Value::int16(static_cast<int16_t>(number))};
    }
    if (number == static_cast<int32_t>(number)) {
      return ParsedValue{Schema::int32(), Value::int32(static_cast<int32_t>(number))};
    }
    return ParsedValue{Schema::int64(), Value::int64(number)};
  }

  Result<ParsedValue> array(int depth) {
    std::vector<Value> items;
    CommonSchema common;
    while (tokens_.has_next()) {
      if (tokens_.take("]")) return finish_array(items, common.schema());
      if (tokens_.take(",")) return bad_record("Unable to parse an empty array element");
      SLUICE_ASSIGN_OR_RETURN(const ParsedValue element, parse(true, depth + 1));
      common.merge(element);
      items.push_back(element.value);
      const size_t here = tokens_.mark();
      if (tokens_.take("]")) {
        tokens_.rewind_to(here);
      } else if (!tokens_.take(",")) {
        return bad_record("Array elements missing ',' delimiter");
      }
    }
    return bad_record("Array is missing terminating ']'");
  }

  Result<ParsedValue> finish_array(const std::vector<Value>& items, const SchemaPtr& element) {
    SchemaBuilder builder = element ? SchemaBuilder::array(element) : SchemaBuilder(Type::kArray);
    auto* values = arena_.array<Value>(items.size());
    for (size_t i = 0; i < items.size(); ++i) {
      values[i] = items[i];
      if (element) {
        SLUICE_ASSIGN_OR_RETURN(values[i], convert_to_schema(arena_, *element, nullptr, items[i]));
      }
    }
    return ParsedValue{builder.build_or_die(), Value::array({values, items.size()})};
  }

  Result<ParsedValue> map(int depth) {
    MapBuilder entries;
    CommonSchema keys;
    CommonSchema values;
    while (tokens_.has_next()) {
      if (tokens_.take("}")) return finish_map(entries, keys.schema(), values.schema());
      if (tokens_.take(",")) return bad_record("Unable to parse a map entry with no key or value");
      SLUICE_ASSIGN_OR_RETURN(const ParsedValue key, parse(true, depth + 1));
      if (key.value.is_null()) return bad_record("Map entry may not have a null key");
      if (!tokens_.take(":")) return bad_record("Map entry is missing ':'");
      SLUICE_ASSIGN_OR_RETURN(const ParsedValue value, parse(true, depth + 1));
      entries.put({key.value, value.value});
      tokens_.take(",");
      keys.merge(key);
      values.merge(value);
    }
    return bad_record("Map is missing terminating '}'");
  }

  Result<ParsedValue> finish_map(const MapBuilder& entries, const SchemaPtr& key, const SchemaPtr& value) {
    MapBuilder aligned;
    for (MapEntry entry : entries.entries()) {
      if (key) {
        SLUICE_ASSIGN_OR_RETURN(entry.key, convert_to_schema(arena_, *key, nullptr, entry.key));
      }
      if (key && value) {
        SLUICE_ASSIGN_OR_RETURN(entry.value, convert_to_schema(arena_, *value, nullptr, entry.value));
      }
      aligned.put(entry);
    }
    return ParsedValue{map_schema(key, key ? value : nullptr), aligned.build(arena_)};
  }

  static SchemaPtr map_schema(const SchemaPtr& key, const SchemaPtr& value) {
    return SchemaBuilder::loose_map(key, value).build_or_die();
  }

  Arena& arena_;
  Tokens tokens_;
  bool too_deep_ = false;
};

}  // namespace

Result<ParsedValue> parse_value_text(Arena& arena, std::string_view text) {
  if (text.empty()) return ParsedValue{Schema::string(), Value::string(text)};
  SLUICE_ASSIGN_OR_RETURN(ParsedValue parsed, Parser(arena, text).parse(false, 0));
  if (parsed.schema) arena.keep(parsed.schema);
  return parsed;
}

}  // namespace sluice::sdk
