#pragma once
// Inside the folder: looking at 16 and 8 bytes of text at once. Every function may read that far beyond the
// place it is given; callers see to the padding.

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sluice::json {

inline constexpr int kBlock = 16;

/// What stands in a block of kBlock bytes, one bit per byte, the first byte lowest.
struct StringBlock {
  uint32_t special;    // a quote, a backslash or a control character
  uint32_t non_ascii;  // the upper half
};

#if defined(__SSE2__)

inline StringBlock look_at_string(const char* at) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  const __m128i special = _mm_or_si128(_mm_or_si128(quote, backslash), control);
  return {static_cast<uint32_t>(_mm_movemask_epi8(special)), static_cast<uint32_t>(_mm_movemask_epi8(block))};
}

/// One bit per byte that JSON text as Jackson writes it has in another form: what is special in a string, and
/// the characters of four bytes.
inline uint32_t find_escapes(const char* at) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i four = _mm_cmpeq_epi8(_mm_max_epu8(block, _mm_set1_epi8(static_cast<char>(0xF0))), block);
  return look_at_string(at).special | static_cast<uint32_t>(_mm_movemask_epi8(four));
}

/// One bit per equal byte of two blocks.
inline uint32_t equal_bytes(const char* left, const char* right) {
  const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(left));
  const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(right));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(a, b)));
}

#else

inline StringBlock look_at_string(const char* at) {
  StringBlock result{0, 0};
  for (int i = 0; i < kBlock; ++i) {
    const auto c = static_cast<unsigned char>(at[i]);
    if (c == '"' || c == '\\' || c < 0x20) result.special |= 1U << i;
    if (c >= 0x80) result.non_ascii |= 1U << i;
  }
  return result;
}

inline uint32_t find_escapes(const char* at) {
  uint32_t found = look_at_string(at).special;
  for (int i = 0; i < kBlock; ++i)
    found |= static_cast<uint32_t>(static_cast<unsigned char>(at[i]) >= 0xF0) << i;
  return found;
}

inline uint32_t equal_bytes(const char* left, const char* right) {
  uint32_t equal = 0;
  for (int i = 0; i < kBlock; ++i) equal |= static_cast<uint32_t>(left[i] == right[i]) << i;
  return equal;
}

#endif

inline uint64_t load8(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The two below want the first byte lowest; on a big-endian machine no eight bytes ever count as digits.
inline bool are_8_digits(uint64_t word) {
  if constexpr (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) return false;
  return ((word & 0xF0F0F0F0F0F0F0F0) | (((word + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) ==
         0x3333333333333333;
}

/// The number that eight digits make: pairs, then fours, then all.
inline uint64_t number_of_8_digits(uint64_t word) {
  word = (word & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
  word = (word & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  return (word & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The value of a hexadecimal digit, or -1.
inline int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Appends a character of any code up to 0x10FFFF.
inline char* put_utf8(char* out, uint32_t code) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | code >> 6);
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = static_cast<char>(0xE0 | code >> 12);
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | code >> 18);
    *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  return out;
}

/// What a backslash and this letter stand for, or 0.
inline char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace sluice::json
