// Decimals: an unscaled two's complement number and a scale, with the texts of java.math.BigDecimal.
// Numbers up to 16 bytes take a short way; longer ones go through limbs of nine decimal digits.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <vector>

#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

__extension__ using Int128 = __int128;  // ISO C++ has no name for it
__extension__ using Uint128 = unsigned __int128;

constexpr size_t kShortBytes = 15;
constexpr size_t kShortDigits = 36;
constexpr uint32_t kLimb = 1'000'000'000;
constexpr int kLimbDigits = 9;

Error not_a_decimal(std::string_view text) {
  std::string message("Not a decimal number: ");
  return bad_record(message.append(text.substr(0, 100)));
}

/// The magnitude's digits without leading zeros, "0" for zero.
std::string digits_of_short(Uint128 magnitude) {
  std::array<char, 40> buffer;
  char* at = buffer.data() + buffer.size();
  do {
    *--at = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude != 0);
  return {at, static_cast<size_t>(buffer.data() + buffer.size() - at)};
}

/// `magnitude` is big endian and unsigned.
std::string digits_of_long(const std::vector<uint8_t>& magnitude) {
  std::vector<uint32_t> limbs{0};
  for (const uint8_t byte : magnitude) {
    uint64_t carry = byte;
    for (uint32_t& limb : limbs) {
      carry += static_cast<uint64_t>(limb) << 8;
      limb = static_cast<uint32_t>(carry % kLimb);
      carry /= kLimb;
    }
    if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
  }
  std::string digits = std::to_string(limbs.back());
  for (size_t i = limbs.size() - 1; i-- > 0;) {
    const std::string limb = std::to_string(limbs[i]);
    digits.append(kLimbDigits - limb.size(), '0').append(limb);
  }
  return digits;
}

struct SignedDigits {
  bool negative = false;
  std::string digits;
};

SignedDigits digits_of(BytesView unscaled) {
  SignedDigits result;
  result.negative = !unscaled.empty() && (static_cast<uint8_t>(unscaled[0]) & 0x80) != 0;
  if (unscaled.size() <= kShortBytes) {
    Int128 number = result.negative ? -1 : 0;
    for (const char c : unscaled) number = number * 256 + static_cast<uint8_t>(c);
    result.digits = digits_of_short(static_cast<Uint128>(result.negative ? -number : number));
    return result;
  }
  std::vector<uint8_t> magnitude(unscaled.begin(), unscaled.end());
  if (result.negative) {
    for (uint8_t& byte : magnitude) byte = static_cast<uint8_t>(~byte);
    for (size_t i = magnitude.size(); i-- > 0 && ++magnitude[i] == 0;) {
    }
    if (std::all_of(magnitude.begin(), magnitude.end(), [](uint8_t byte) { return byte == 0; })) {
      magnitude.insert(magnitude.begin(), 1);  // the most negative number of its length
    }
  }
  result.digits = digits_of_long(magnitude);
  return result;
}

/// Big endian two's complement bytes, cut to the minimal length, copied into the arena.
BytesView minimal(Arena& arena, const uint8_t* bytes, size_t size) {
  return arena.copy(minimal_unscaled({reinterpret_cast<const char*>(bytes), size}));
}

BytesView bytes_of_short(Arena& arena, bool negative, std::string_view digits) {
  Int128 number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  if (negative) number = -number;
  std::array<uint8_t, 16> bytes;
  for (size_t i = bytes.size(); i-- > 0; number >>= 8) bytes[i] = static_cast<uint8_t>(number);
  return minimal(arena, bytes.data(), bytes.size());
}

BytesView bytes_of_long(Arena& arena, bool negative, std::string_view digits) {
  std::vector<uint32_t> words;  // little endian, base 2^32
  for (size_t at = 0; at < digits.size();) {
    const size_t taken = std::min<size_t>(kLimbDigits, digits.size() - at);
    uint32_t chunk = 0;
    uint64_t factor = 1;
    for (size_t i = 0; i < taken; ++i, factor *= 10)
      chunk = chunk * 10 + static_cast<uint32_t>(digits[at + i] - '0');
    uint64_t carry = chunk;
    for (uint32_t& word : words) {
      carry += word * factor;
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) words.push_back(static_cast<uint32_t>(carry));
    at += taken;
  }
  std::vector<uint8_t> bytes(words.size() * 4 + 1, 0);
  for (size_t i = 0; i < words.size() * 4; ++i) {
    bytes[bytes.size() - 1 - i] = static_cast<uint8_t>(words[i / 4] >> (8 * (i % 4)));
  }
  if (negative) {
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(~byte);
    for (size_t i = bytes.size(); i-- > 0 && ++bytes[i] == 0;) {
    }
  }
  return minimal(arena, bytes.data(), bytes.size());
}

BytesView bytes_of(Arena& arena, bool negative, std::string_view digits) {
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  return digits.size() <= kShortDigits ? bytes_of_short(arena, negative, digits)
                                       : bytes_of_long(arena, negative, digits);
}

/// Inserts the point `scale` digits from the right, with zeros before it as needed.
void append_pointed(std::string& out, std::string_view digits, size_t scale) {
  if (digits.size() > scale) {
    out.append(digits.substr(0, digits.size() - scale)).push_back('.');
    out.append(digits.substr(digits.size() - scale));
  } else {
    out.append("0.").append(scale - digits.size(), '0').append(digits);
  }
}

}  // namespace

BytesView minimal_unscaled(BytesView bytes) {
  const auto is_needless = [](unsigned char first, unsigned char second) {
    return (first == 0x00 && second < 0x80) || (first == 0xFF && second >= 0x80);
  };
  while (bytes.size() > 1 &&
         is_needless(static_cast<unsigned char>(bytes[0]), static_cast<unsigned char>(bytes[1]))) {
    bytes.remove_prefix(1);
  }
  return bytes;
}

void append_decimal_text(std::string& out, BytesView unscaled, int32_t scale) {
  const auto [negative, digits] = digits_of(unscaled);
  if (negative) out.push_back('-');
  const int64_t adjusted = -static_cast<int64_t>(scale) + static_cast<int64_t>(digits.size()) - 1;
  if (scale == 0) {
    out.append(digits);
  } else if (scale > 0 && adjusted >= -6) {
    append_pointed(out, digits, static_cast<size_t>(scale));
  } else {
    out.push_back(digits[0]);
    if (digits.size() > 1) out.append(".").append(digits, 1);
    if (adjusted != 0) out.append(adjusted > 0 ? "E+" : "E").append(std::to_string(adjusted));
  }
}

void append_decimal_plain(std::string& out, BytesView unscaled, int32_t scale) {
  const auto [negative, digits] = digits_of(unscaled);
  if (negative) out.push_back('-');
  if (scale > 0) {
    append_pointed(out, digits, static_cast<size_t>(scale));
    return;
  }
  out.append(digits);
  if (digits != "0") out.append(static_cast<size_t>(-static_cast<int64_t>(scale)), '0');
}

Result<Value> parse_decimal(Arena& arena, std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  std::string digits;
  int64_t scale = 0;
  bool point = false;
  size_t at = 0;
  for (; at < rest.size() && ((rest[at] >= '0' && rest[at] <= '9') || (rest[at] == '.' && !point)); ++at) {
    if (rest[at] == '.') {
      point = true;
    } else {
      digits.push_back(rest[at]);
      if (point) ++scale;
    }
  }
  if (digits.empty()) return not_a_decimal(text);
  if (at < rest.size()) {
    if ((rest[at] | 0x20) != 'e') return not_a_decimal(text);
    std::string_view exponent_text = rest.substr(at + 1);
    if (exponent_text.size() > 1 && exponent_text[0] == '+' && exponent_text[1] != '-')
      exponent_text.remove_prefix(1);
    int32_t exponent = 0;
    const char* last = exponent_text.data() + exponent_text.size();
    const auto [end, code] = std::from_chars(exponent_text.data(), last, exponent);
    if (code != std::errc() || end != last) return not_a_decimal(text);
    scale -= exponent;
  }
  if (scale != static_cast<int16_t>(scale)) {
    return bad_record("Scale of decimal number out of range (-32768 to 32767): " +
                      std::string(text.substr(0, 100)));
  }
  return Value::decimal(bytes_of(arena, negative, digits), static_cast<int32_t>(scale));
}

BytesView unscaled_of(Arena& arena, int64_t value) {
  std::array<uint8_t, 8> bytes;
  for (size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<uint8_t>(value);
  return minimal(arena, bytes.data(), bytes.size());
}

Result<Value> rescale_decimal(Arena& arena, const Value& decimal, int32_t scale) {
  const int64_t growth = static_cast<int64_t>(scale) - decimal.decimal_scale();
  if (growth == 0) return decimal;
  auto [negative, digits] = digits_of(decimal.as_bytes());
  if (digits == "0") return Value::decimal(decimal.as_bytes(), scale);
  if (growth > 0) {
    digits.append(static_cast<size_t>(growth), '0');
  } else {
    const auto dropped = static_cast<size_t>(-growth);
    if (dropped >= digits.size() || digits.find_last_not_of('0') >= digits.size() - dropped) {
      return bad_record("Rounding necessary");
    }
    digits.resize(digits.size() - dropped);
  }
  return Value::decimal(bytes_of(arena, negative, digits), scale);
}

double decimal_to_float64(const Value& decimal) {
  auto [negative, text] = digits_of(decimal.as_bytes());
  const int64_t magnitude = static_cast<int64_t>(text.size()) - decimal.decimal_scale();
  text.append("e").append(std::to_string(-decimal.decimal_scale()));
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc::result_out_of_range) {
    value = magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return negative ? -value : value;
}

}  // namespace sluice::sdk
