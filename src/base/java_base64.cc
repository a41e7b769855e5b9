#include "base/java_base64.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace sluice {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int kNoDigit = -1;

std::array<int16_t, 256> make_digits() {
  std::array<int16_t, 256> digits{};
  digits.fill(kNoDigit);
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int16_t>(i);
  }
  return digits;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) text += j <= left ? kAlphabet[group >> (18U - 6U * j) & 63U] : '=';
  }
  return text;
}

Result<std::string> decode_base64(std::string_view text) {
  static const std::array<int16_t, 256> kDigits = make_digits();
  if (text.size() == 1) return failed("Input byte[] should at least have 2 bytes for base64 bytes");
  std::string bytes;
  uint32_t group = 0;
  size_t digits = 0;
  size_t at = 0;
  for (; at < text.size() && text[at] != '='; ++at) {
    const auto symbol = static_cast<unsigned char>(text[at]);
    const int digit = kDigits[symbol];
    if (digit == kNoDigit) return failed(fmt::format("Illegal base64 character {:x}", symbol));
    group = group << 6U | static_cast<uint32_t>(digit);
    if (++digits % 4 != 0) continue;
    bytes += static_cast<char>(group >> 16U & 255U);
    bytes += static_cast<char>(group >> 8U & 255U);
    bytes += static_cast<char>(group & 255U);
    group = 0;
  }
  const size_t rest = digits % 4;
  const bool has_padding = at < text.size();
  if (has_padding) {
    const bool two = rest == 2 && at + 1 < text.size() && text[at + 1] == '=';
    if (!two && rest != 3) return failed("Input byte array has wrong 4-byte ending unit");
    at += two ? 2 : 1;
  }
  if (rest == 1) return failed("Last unit does not have enough valid bits");
  if (rest == 2) bytes += static_cast<char>(group >> 4U & 255U);
  if (rest == 3) {
    bytes += static_cast<char>(group >> 10U & 255U);
    bytes += static_cast<char>(group >> 2U & 255U);
  }
  if (at < text.size()) return failed(fmt::format("Input byte array has incorrect ending byte at {}", at));
  return bytes;
}

}  // namespace sluice
