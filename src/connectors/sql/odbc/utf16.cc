#include "connectors/sql/odbc/utf16.h"

#include <algorithm>
#include <cstdint>

namespace sluice::connectors::sql {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

/// The code point at `at`, which moves on.
char32_t next_of_utf8(std::string_view text, size_t& at) {
  const auto first = static_cast<uint8_t>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 && first < 0xF5 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4) return kReplacement;
  char32_t point = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || !is_continuation(text[at])) return kReplacement;
    point = point << 6 | (static_cast<uint8_t>(text[at++]) & 0x3F);
  }
  constexpr char32_t kLowest[] = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point < 0xE000;
  return point < kLowest[more] || surrogate || point > 0x10FFFF ? kReplacement : point;
}

char32_t next_of_utf16(std::u16string_view text, size_t& at) {
  const char16_t first = text[at++];
  if (first < 0xD800 || first >= 0xE000) return first;
  const bool pair = first < 0xDC00 && at < text.size() && text[at] >= 0xDC00 && text[at] < 0xE000;
  if (!pair) return kReplacement;
  return 0x10000 + ((static_cast<char32_t>(first) - 0xD800) << 10) + (text[at++] - 0xDC00);
}

size_t put(char* to, char32_t point) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    to[0] = static_cast<char>(point);
    return 1;
  }
  if (point < 0x800) {
    to[0] = static_cast<char>(0xC0 | point >> 6);
    to[1] = tail(0);
    return 2;
  }
  if (point < 0x10000) {
    to[0] = static_cast<char>(0xE0 | point >> 12);
    to[1] = tail(6);
    to[2] = tail(0);
    return 3;
  }
  to[0] = static_cast<char>(0xF0 | point >> 18);
  to[1] = tail(12);
  to[2] = tail(6);
  to[3] = tail(0);
  return 4;
}

size_t utf8_size(std::u16string_view text) {
  size_t size = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t point = next_of_utf16(text, at);
    size += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return size;
}

}  // namespace

void append_utf16(std::u16string& out, std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const char32_t point = next_of_utf8(text, at);
    if (point < 0x10000) {
      out.push_back(static_cast<char16_t>(point));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (point >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 | (point & 0x3FF)));
    }
  }
}

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  append_utf16(out, text);
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out(utf8_size(text), '\0');
  char* to = out.data();
  for (size_t at = 0; at < text.size();) to += put(to, next_of_utf16(text, at));
  return out;
}

std::string_view to_utf8(sdk::Arena& arena, std::u16string_view text) {
  if (text.empty()) return {"", 0};
  const size_t size = utf8_size(text);
  char* const bytes = static_cast<char*>(arena.allocate(size, 1));
  if (size == text.size()) {  // all of it ASCII
    std::transform(text.begin(), text.end(), bytes, [](char16_t unit) { return static_cast<char>(unit); });
    return {bytes, size};
  }
  char* to = bytes;
  for (size_t at = 0; at < text.size();) to += put(to, next_of_utf16(text, at));
  return {bytes, size};
}

}  // namespace sluice::connectors::sql
