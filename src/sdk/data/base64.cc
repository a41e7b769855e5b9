#include "sdk/data/base64.h"

#include <array>
#include <cstdint>

namespace sluice::sdk {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr uint8_t kInvalid = 0xFF;

constexpr std::array<uint8_t, 256> make_reverse() {
  std::array<uint8_t, 256> table{};
  for (auto& entry : table) entry = kInvalid;
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  return table;
}
constexpr std::array<uint8_t, 256> kReverse = make_reverse();

}  // namespace

char* write_base64(char* out, BytesView bytes) {
  const auto* in = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3) {
    const uint32_t group = static_cast<uint32_t>(in[0]) << 16 | static_cast<uint32_t>(in[1]) << 8 | in[2];
    *out++ = kAlphabet[group >> 18];
    *out++ = kAlphabet[group >> 12 & 63];
    *out++ = kAlphabet[group >> 6 & 63];
    *out++ = kAlphabet[group & 63];
  }
  if (left > 0) {
    const uint32_t group =
        static_cast<uint32_t>(in[0]) << 16 | (left == 2 ? static_cast<uint32_t>(in[1]) << 8 : 0);
    *out++ = kAlphabet[group >> 18];
    *out++ = kAlphabet[group >> 12 & 63];
    *out++ = left == 2 ? kAlphabet[group >> 6 & 63] : '=';
    *out++ = '=';
  }
  return out;
}

void append_base64(std::string& out, BytesView bytes) {
  const size_t start = out.size();
  out.resize(start + base64_size(bytes.size()));
  write_base64(out.data() + start, bytes);
}

std::optional<BytesView> decode_base64(Arena& arena, std::string_view text) {
  if (text.empty()) return kEmptyBytes;
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  const size_t size = text.size() / 4 * 3 - padding;
  auto* bytes = static_cast<char*>(arena.allocate(size + 2, 1));
  char* out = bytes;
  for (size_t i = 0; i < text.size(); i += 4) {
    uint32_t group = 0;
    for (size_t j = 0; j < 4; ++j) {
      const bool is_padding = i + j >= text.size() - padding;
      const uint8_t bits = is_padding ? 0 : kReverse[static_cast<uint8_t>(text[i + j])];
      if (bits == kInvalid) return std::nullopt;
      group = group << 6 | bits;
    }
    *out++ = static_cast<char>(group >> 16);
    *out++ = static_cast<char>(group >> 8);
    *out++ = static_cast<char>(group);
  }
  return BytesView(bytes, size);
}

}  // namespace sluice::sdk
