#include "connectors/sql/mariadb/innodb_status.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kList = "LIST OF TRANSACTIONS FOR EACH SESSION:";
constexpr std::string_view kEntry = "\n---TRANSACTION ";
constexpr std::string_view kCutOff = "... truncated...";
// MySQL numbers readers too: from here on.
constexpr uint64_t kReaders = uint64_t{1} << 48;

/// "10704" of "10704, ACTIVE 2 sec"; empty for those that do not write: "(0x7f18c0094680), ACTIVE",
/// "421984, not started".
std::string_view writer_of(std::string_view entry) {
  entry = entry.substr(0, entry.find('\n'));
  uint64_t number = 0;
  const auto parsed = std::from_chars(entry.data(), entry.data() + entry.size(), number);
  if (parsed.ec != std::errc() || number >= kReaders) return {};
  const auto digits = static_cast<size_t>(parsed.ptr - entry.data());
  return entry.substr(digits).starts_with(", not started") ? std::string_view() : entry.substr(0, digits);
}

}  // namespace

std::optional<std::vector<std::string>> innodb_writers(std::string_view status) {
  const size_t list = status.find(kList);
  if (list == std::string_view::npos || status.find(kCutOff) != std::string_view::npos) return std::nullopt;
  std::vector<std::string> writers;
  for (size_t at = status.find(kEntry, list); at != std::string_view::npos; at = status.find(kEntry, at)) {
    at += kEntry.size();
    if (const std::string_view writer = writer_of(status.substr(at)); !writer.empty())
      writers.emplace_back(writer);
  }
  std::sort(writers.begin(), writers.end());
  return writers;
}

}  // namespace sluice::connectors::sql
