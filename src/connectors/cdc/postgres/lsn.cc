#include "connectors/cdc/postgres/lsn.h"

#include <fmt/core.h>

#include <charconv>

namespace sluice::connectors::cdc::postgres {

std::string lsn_text(Lsn lsn) { return fmt::format("{:X}/{:X}", lsn >> 32, lsn & 0xffff'ffff); }

std::optional<Lsn> parse_lsn(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const auto part = [](std::string_view digits) -> std::optional<uint64_t> {
    uint32_t number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return {};
    return number;
  };
  const auto high = part(text.substr(0, slash));
  const auto low = part(text.substr(slash + 1));
  return high && low ? std::optional(*high << 32 | *low) : std::nullopt;
}

}  // namespace sluice::connectors::cdc::postgres
