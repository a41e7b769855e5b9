#include "cluster/replayed_offsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace sluice::cluster {
namespace {

/// Brokers take 4096 bytes (offset.metadata.max.bytes).
constexpr size_t kMetadataBytesMax = 4000;

bool take_number(std::string_view& text, int64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

Result<ReplayedOffsets> ReplayedOffsets::parse(const kafka::OffsetAndMetadata& committed) {
  ReplayedOffsets result;
  result.below_ = std::max<int64_t>(committed.offset, 0);
  std::string_view rest = committed.metadata;
  while (!rest.empty()) {
    int64_t from = 0;
    int64_t to = 0;
    const bool is_range = take_number(rest, from) && take(rest, '-') && take_number(rest, to) && from < to &&
                          (rest.empty() || (take(rest, ',') && !rest.empty()));
    if (!is_range) {
      return failed(fmt::format("The offset that keeps what was replayed has metadata of somebody else: '{}'",
                                committed.metadata));
    }
    result.add(from, to);
  }
  return result;
}

bool ReplayedOffsets::contains(int64_t offset) const {
  if (offset < below_) return true;
  const auto after = ranges_.upper_bound(offset);
  return after != ranges_.begin() && offset < std::prev(after)->second;
}

void ReplayedOffsets::add(int64_t from, int64_t to) {
  auto next = ranges_.upper_bound(from);
  if (next != ranges_.begin() && std::prev(next)->second >= from) --next;
  while (next != ranges_.end() && next->first <= to) {
    from = std::min(from, next->first);
    to = std::max(to, next->second);
    next = ranges_.erase(next);
  }
  if (from > below_) {
    ranges_.emplace(from, to);
  } else {
    below_ = std::max(below_, to);
  }
}

Result<kafka::OffsetAndMetadata> ReplayedOffsets::committed() const {
  kafka::OffsetAndMetadata result;
  result.offset = below_;
  for (const auto& [from, to] : ranges_) {
    if (!result.metadata.empty()) result.metadata += ',';
    result.metadata += fmt::format("{}-{}", from, to);
  }
  if (result.metadata.size() > kMetadataBytesMax) {
    return failed(
        fmt::format("Too many letters were picked one by one: replay those between offset {} and {} first",
                    below_, ranges_.rbegin()->first));
  }
  return result;
}

}  // namespace sluice::cluster
