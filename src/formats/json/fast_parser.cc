#include "formats/json/fast_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "formats/json/text_scan.h"

namespace sluice::json {
namespace {

using sdk::MapEntry;
using sdk::Value;

constexpr std::array<double, 23> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr ptrdiff_t kSafeDigits = 18;  // never overflow 64 bits
constexpr ptrdiff_t kNumberMax =
    100;  // characters; the lenient parser checks longer ones against Jackson's limit
constexpr uint64_t kExactMantissaMax = uint64_t{1} << 53;
constexpr size_t kSmallObject = 32;

/// Four hexadecimal digits, or -1.
int read_hex4(const char* at) {
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(at[i]);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

}  // namespace

bool FastParser::parse(char* text, size_t size, bool embedded, sdk::Arena& arena, Value& out,
                       const char*& end) {
  at_ = text;
  end_ = text + size;
  arena_ = &arena;
  non_ascii_ = 0;
  items_.clear();
  entries_.clear();
  skip_spaces();
  if (!embedded && *at_ != '{' && *at_ != '[') return false;
  if (!value(out, &shapes_.root(), 0)) return false;
  end = at_;
  return true;
}

inline void FastParser::skip_spaces() {
  if (static_cast<unsigned char>(*at_) > ' ') [[likely]]
    return;
  while (is_space(*at_)) ++at_;
}

bool FastParser::value(Value& out, Shape* shape, int depth) {
  switch (*at_) {
    case '"':
      return string(out);
    case '{':
      return object(out, shape, depth + 1);
    case '[':
      return array(out, shape, depth + 1);
    case 't':
    case 'f':
    case 'n':
      return literal(out);
    default:
      return number(out);
  }
}

inline bool FastParser::guess_key(const Shape::Key& key) {
  const uint32_t size = key.quoted_size;
  if (size == 0) return false;
  uint32_t equal = equal_bytes(at_, key.quoted.data());
  if (size > kBlock) equal |= equal_bytes(at_ + kBlock, key.quoted.data() + kBlock) << kBlock;
  const uint32_t wanted = size == 32 ? ~0U : (1U << size) - 1;
  return (equal & wanted) == wanted;
}

/// Reads a key with its colon, and what is known of its place. `ordered` stays true as long as keys come in
/// the shape's order, which proves that none came twice.
bool FastParser::key(Shape* shape, size_t& cursor, bool& ordered, Value& name, Shape*& child) {
  if (shape != nullptr && cursor < shape->keys.size() && guess_key(shape->keys[cursor])) [[likely]] {
    const Shape::Key& key = shape->keys[cursor++];
    at_ += key.quoted_size;
    name = key.name;
    child = key.child.get();
    return true;
  }
  child = nullptr;
  if (*at_ != '"' || !string(name) || name.as_string().size() > kNameLengthMax) return false;
  skip_spaces();
  if (*at_++ != ':') return false;
  Shape::Key* known = shape == nullptr ? nullptr : shapes_.find(*shape, cursor, name.as_string());
  if (known == nullptr) {
    ordered = false;
    return true;
  }
  const auto index = static_cast<size_t>(known - shape->keys.data());
  ordered = ordered && index >= cursor;
  cursor = index + 1;
  name = known->name;
  child = known->child.get();
  return true;
}

/// As long as the members are those of the object before, they go straight to where they will stay. There is
/// room for as many as that one had, so that no text makes more room than its objects need.
FastParser::Guess FastParser::guess_members(Value& out, Shape& shape, size_t& cursor, int depth) {
  const size_t known = std::min(shape.members, shape.keys.size());
  auto* const entries = static_cast<MapEntry*>(arena_->allocate(known * sizeof(MapEntry), alignof(MapEntry)));
  MapEntry* entry = entries;
  while (cursor < known && guess_key(shape.keys[cursor])) {
    const Shape::Key& key = shape.keys[cursor++];
    at_ += key.quoted_size;
    skip_spaces();
    new (entry) MapEntry{key.name, {}};
    if (!value(entry->value, key.child.get(), depth)) return Guess::kWrong;
    ++entry;
    skip_spaces();
    const char next = *at_++;
    if (next == '}') {
      shape.members = static_cast<size_t>(entry - entries);
      out = Value::map({entries, shape.members});
      return Guess::kDone;
    }
    if (next != ',') return Guess::kWrong;
    skip_spaces();
  }
  entries_.insert(entries_.end(), entries, entry);
  return Guess::kDiffers;
}

bool FastParser::object(Value& out, Shape* shape, int depth) {
  if (depth > kDepthMax) return false;
  ++at_;
  skip_spaces();
  if (*at_ == '}') {
    ++at_;
    out = Value::map({});
    return true;
  }
  const size_t first = entries_.size();
  size_t cursor = 0;
  bool ordered = true;
  if (shape != nullptr && shape->members > 0) [[likely]] {
    const Guess guess = guess_members(out, *shape, cursor, depth);
    if (guess != Guess::kDiffers) return guess == Guess::kDone;
  }
  while (true) {
    MapEntry entry;
    Shape* child = nullptr;
    if (!key(shape, cursor, ordered, entry.key, child)) return false;
    skip_spaces();
    if (!value(entry.value, child, depth)) return false;
    entries_.push_back(entry);
    skip_spaces();
    const char next = *at_++;
    if (next == ',') {
      skip_spaces();
      continue;
    }
    if (next != '}') return false;
    break;
  }
  const size_t count = ordered ? entries_.size() - first : pop_duplicates(first);
  auto* entries = static_cast<MapEntry*>(arena_->allocate(count * sizeof(MapEntry), alignof(MapEntry)));
  std::uninitialized_copy_n(entries_.begin() + static_cast<ptrdiff_t>(first), count, entries);
  entries_.resize(first);
  if (shape != nullptr) shape->members = count;
  out = Value::map({entries, count});
  return true;
}

/// Of equal keys the last one's value stays, at the first one's place. Returns how many entries are left.
size_t FastParser::pop_duplicates(size_t first) {
  const size_t count = entries_.size() - first;
  MapEntry* entries = entries_.data() + first;
  size_t left = 0;
  std::unordered_map<std::string_view, size_t> places;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = entries[i].key.as_string();
    size_t place = 0;
    if (count <= kSmallObject) {
      while (place < left && entries[place].key.as_string() != name) ++place;
    } else {
      place = places.try_emplace(name, left).first->second;
    }
    if (place == left) {
      entries[left++] = entries[i];
    } else {
      entries[place].value = entries[i].value;
    }
  }
  return left;
}

bool FastParser::array(Value& out, Shape* shape, int depth) {
  if (depth > kDepthMax) return false;
  ++at_;
  skip_spaces();
  if (*at_ == ']') {
    ++at_;
    out = Value::array({});
    return true;
  }
  const size_t first = items_.size();
  while (true) {
    Value item;
    if (!value(item, shape, depth)) return false;
    items_.push_back(item);
    skip_spaces();
    const char next = *at_++;
    if (next == ',') {
      skip_spaces();
      continue;
    }
    if (next != ']') return false;
    break;
  }
  const size_t count = items_.size() - first;
  auto* items = static_cast<Value*>(arena_->allocate(count * sizeof(Value), alignof(Value)));
  std::uninitialized_copy_n(items_.begin() + static_cast<ptrdiff_t>(first), count, items);
  items_.resize(first);
  out = Value::array({items, count});
  return true;
}

bool FastParser::string(Value& out) {
  char* const start = at_ + 1;
  char* at = start;
  while (true) {
    const StringBlock block = look_at_string(at);
    non_ascii_ |= block.non_ascii;
    if (block.special != 0) {
      at += std::countr_zero(block.special);
      break;
    }
    at += kBlock;
  }
  if (*at == '"') [[likely]] {
    out = Value::string({start, static_cast<size_t>(at - start)});
    at_ = at + 1;
    return true;
  }
  return *at == '\\' && unescape(start, at, out);
}

/// `at` is the first backslash; what is read is moved down over what the escapes leave free.
bool FastParser::unescape(char* start, char* at, Value& out) {
  char* to = at;
  while (*at != '"') {
    if (*at != '\\') {
      if (static_cast<unsigned char>(*at) < 0x20) return false;
      if (static_cast<unsigned char>(*at) >= 0x80) non_ascii_ = 1;
      *to++ = *at++;
    } else if (at[1] == 'u') {
      const int unit = read_hex4(at + 2);
      if (unit < 0) return false;
      at += 6;
      auto code = static_cast<uint32_t>(unit);
      if (code >= 0xD800 && code < 0xE000) {
        const int low = code < 0xDC00 && at[0] == '\\' && at[1] == 'u' ? read_hex4(at + 2) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return false;  // half a pair
        at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + static_cast<uint32_t>(low - 0xDC00);
      }
      to = put_utf8(to, code);
    } else {
      const char c = simple_escape(at[1]);
      if (c == 0) return false;
      *to++ = c;
      at += 2;
    }
  }
  out = Value::string({start, static_cast<size_t>(to - start)});
  at_ = at + 1;
  return true;
}

bool FastParser::number(Value& out) {
  const char* const start = at_;
  const bool negative = *at_ == '-';
  if (negative) ++at_;
  const char* const first = at_;
  if (!is_digit(*at_) || (*at_ == '0' && is_digit(at_[1]))) return false;
  uint64_t mantissa = 0;
  for (uint64_t word = load8(at_); are_8_digits(word) && at_ - first < kNumberMax; word = load8(at_)) {
    mantissa = mantissa * 100'000'000 + number_of_8_digits(word);
    at_ += 8;
  }
  for (; is_digit(*at_); ++at_) mantissa = mantissa * 10 + static_cast<uint64_t>(*at_ - '0');
  if (*at_ == '.' || (*at_ | 0x20) == 'e') return fraction(start, first, mantissa, negative, out);
  if (at_ - first > kSafeDigits) {
    if (at_ - first > kNumberMax) return false;
    int64_t integer = 0;
    if (std::from_chars(start, at_, integer).ec == std::errc()) {
      out = Value::int64(integer);
    } else if (exact_) {
      out = Value::bytes({start, static_cast<size_t>(at_ - start)});
    } else {
      out = Value::int64(static_cast<int64_t>(negative ? 0 - mantissa : mantissa));  // wraps, as Java does
    }
    return true;
  }
  out = Value::int64(negative ? -static_cast<int64_t>(mantissa) : static_cast<int64_t>(mantissa));
  return true;
}

bool FastParser::fraction(const char* start, const char* first_digit, uint64_t mantissa, bool negative,
                          Value& out) {
  ptrdiff_t digits = at_ - first_digit;
  int exponent = 0;
  if (*at_ == '.') {
    const char* const first = ++at_;
    for (; is_digit(*at_); ++at_) mantissa = mantissa * 10 + static_cast<uint64_t>(*at_ - '0');
    if (at_ == first) return false;
    exponent = static_cast<int>(first - at_);
    digits += at_ - first;
  }
  if ((*at_ | 0x20) == 'e') {
    ++at_;
    const bool down = *at_ == '-';
    if (*at_ == '-' || *at_ == '+') ++at_;
    const char* const first = at_;
    int written = 0;
    for (; is_digit(*at_) && at_ - first < 5; ++at_) written = written * 10 + (*at_ - '0');
    if (at_ == first || is_digit(*at_)) return false;
    exponent += down ? -written : written;
  }
  if (at_ - start > kNumberMax) return false;
  if (exact_) {
    out = Value::bytes({start, static_cast<size_t>(at_ - start)});
    return true;
  }
  double number = 0;
  if (digits <= kSafeDigits && mantissa <= kExactMantissaMax && exponent >= -22 && exponent <= 22) {
    number = static_cast<double>(mantissa);  // both factors are exact, so the result is correctly rounded
    number = exponent < 0 ? number / kPowersOfTen[static_cast<size_t>(-exponent)]
                          : number * kPowersOfTen[static_cast<size_t>(exponent)];
  } else if (std::from_chars(first_digit, at_, number).ec != std::errc()) {
    return false;
  }
  out =
      Value::float64(negative && number != 0 ? -number : number);  // Java's BigDecimal knows no negative zero
  return true;
}

bool FastParser::literal(Value& out) {
  if (std::memcmp(at_, "true", 4) == 0) {
    out = Value::boolean(true);
    at_ += 4;
  } else if (std::memcmp(at_, "false", 5) == 0) {
    out = Value::boolean(false);
    at_ += 5;
  } else if (std::memcmp(at_, "null", 4) == 0) {
    out = Value::null();
    at_ += 4;
  } else {
    return false;
  }
  return true;
}

}  // namespace sluice::json
