#include "connectors/cdc/mysql/gtid_set.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace sluice::connectors::cdc::mysql {
namespace {

template <typename T>
bool number_in(std::string_view text, T& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty();
}

/// What stands before the next separator, which is taken too.
std::string_view take_part(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::string without_spaces(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') result += c;
  }
  return result;
}

}  // namespace

Result<GtidSet> GtidSet::parse(Flavour flavour, std::string_view text) {
  GtidSet set(flavour);
  const std::string all = without_spaces(text);
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view part = take_part(rest, ',');
    if (part.empty()) continue;
    if (!(flavour == Flavour::kMySql ? set.parse_source(part) : set.parse_domain(part)))
      return bad_config(fmt::format("'{}' is not a set of global transaction ids", text));
  }
  return set;
}

bool GtidSet::parse_source(std::string_view text) {
  std::string source(take_part(text, ':'));
  if (source.empty() || text.empty()) return false;
  std::transform(source.begin(), source.end(), source.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (!text.empty()) {
    std::string_view part = take_part(text, ':');
    const std::string_view first = take_part(part, '-');
    Interval interval;
    if (!number_in(first, interval.first) || !number_in(part.empty() ? first : part, interval.last) ||
        interval.last < interval.first)
      return false;
    add(source, interval);
  }
  return true;
}

bool GtidSet::parse_domain(std::string_view text) {
  uint32_t domain = 0;
  Last last;
  if (!number_in(take_part(text, '-'), domain) || !number_in(take_part(text, '-'), last.server) ||
      !number_in(text, last.sequence))
    return false;
  domains_[domain] = last;
  return true;
}

std::string GtidSet::text() const {
  std::string text;
  for (const auto& [source, intervals] : sources_) {
    text += (text.empty() ? "" : ",") + source;
    for (const Interval& one : intervals)
      text +=
          one.first == one.last ? fmt::format(":{}", one.first) : fmt::format(":{}-{}", one.first, one.last);
  }
  for (const auto& [domain, last] : domains_)
    text += fmt::format("{}{}-{}-{}", text.empty() ? "" : ",", domain, last.server, last.sequence);
  return text;
}

void GtidSet::add(const std::string& source, uint64_t number) { add(source, Interval{number, number}); }

void GtidSet::add(const std::string& source, Interval interval) {
  auto& intervals = sources_[source];
  // Nearly always the next number.
  if (!intervals.empty() && intervals.back().last + 1 == interval.first) {
    intervals.back().last = interval.last;
    return;
  }
  intervals.push_back(interval);
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.first < b.first; });
  size_t kept = 0;
  for (size_t i = 1; i < intervals.size(); ++i) {
    if (intervals[i].first <= intervals[kept].last + 1)
      intervals[kept].last = std::max(intervals[kept].last, intervals[i].last);
    else
      intervals[++kept] = intervals[i];
  }
  intervals.resize(kept + 1);
}

void GtidSet::add(uint32_t domain, uint32_t server, uint64_t sequence) {
  domains_[domain] = {server, sequence};
}

void GtidSet::add_all(const GtidSet& other) {
  for (const auto& [source, intervals] : other.sources_) {
    for (const Interval& one : intervals) add(source, one);
  }
  for (const auto& [domain, last] : other.domains_) domains_[domain] = last;
}

bool GtidSet::contains(const GtidSet& other) const {
  if (!other.without(*this).sources_.empty()) return false;
  return std::all_of(other.domains_.begin(), other.domains_.end(), [&](const auto& one) {
    const auto found = domains_.find(one.first);
    return found != domains_.end() && found->second.sequence >= one.second.sequence;
  });
}

GtidSet GtidSet::without(const GtidSet& other) const {
  GtidSet rest(flavour_);
  for (const auto& [source, intervals] : sources_) {
    const auto found = other.sources_.find(source);
    for (Interval one : intervals) {
      if (found != other.sources_.end()) {
        for (const Interval& taken : found->second) {
          if (taken.last < one.first || taken.first > one.last) continue;
          if (taken.first > one.first) rest.add(source, Interval{one.first, taken.first - 1});
          one.first = taken.last + 1;
        }
      }
      if (one.first <= one.last) rest.add(source, one);
    }
  }
  return rest;
}

GtidSet GtidSet::only(const std::function<bool(const std::string&)>& keep) const {
  GtidSet kept = *this;
  std::erase_if(kept.sources_, [&](const auto& one) { return !keep(one.first); });
  std::erase_if(kept.domains_,
                [&](const auto& one) { return !keep(fmt::format("{}-{}", one.first, one.second.server)); });
  return kept;
}

}  // namespace sluice::connectors::cdc::mysql
