#include "connectors/object_store/intent.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace sluice::connectors::object_store {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::string_view kMark = "{\"sluice\":";

std::optional<int64_t> take_number(std::string_view& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

}  // namespace

void OffsetSet::add(int64_t offset) {
  if (!spans_.empty() && offset <= spans_.back().last) return;
  if (!spans_.empty() && offset == spans_.back().last + 1) {
    spans_.back().last = offset;
  } else {
    spans_.push_back({offset, offset});
  }
}

bool OffsetSet::contains(int64_t offset) const {
  const auto span =
      std::lower_bound(spans_.begin(), spans_.end(), offset,
                       [](const Span& candidate, int64_t wanted) { return candidate.last < wanted; });
  return span != spans_.end() && span->first <= offset;
}

std::string OffsetSet::text(int64_t start) const {
  std::string out;
  for (const Span& span : spans_) {
    out += fmt::format("{}{}", out.empty() ? "" : ",", span.first - start);
    if (span.last != span.first) out += fmt::format("-{}", span.last - start);
  }
  return out;
}

Result<OffsetSet> OffsetSet::parse(std::string_view text, int64_t start) {
  OffsetSet set;
  while (!text.empty()) {
    const auto first = take_number(text);
    auto last = first;
    if (first && !text.empty() && text.front() == '-') {
      text.remove_prefix(1);
      last = take_number(text);
    }
    if (!first || !last || *last < *first) return failed("the skipped offsets are not readable");
    set.spans_.push_back({start + *first, start + *last});
    if (!text.empty()) text.remove_prefix(1);
  }
  return set;
}

std::string Intent::text() const {
  nlohmann::ordered_json out;
  out["sluice"] = kVersion;  // first: it is what looks_like_intent() looks at
  out["end"] = end;
  out["keys"] = keys;
  for (const ClockStep& step : clock) out["clock"].push_back({step.offset - start, step.time_ms});
  if (!skipped.empty()) out["skipped"] = skipped.text(start);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<int64_t> Intent::clock_at(int64_t offset) const {
  std::optional<int64_t> time;
  for (const ClockStep& step : clock) {
    if (step.offset > offset) break;
    time = step.time_ms;
  }
  return time;
}

bool looks_like_intent(std::string_view metadata) { return metadata.starts_with(kMark); }

Result<Intent> parse_intent(int64_t start, std::string_view text) {
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("sluice") || !parsed.contains("end") ||
      !parsed["end"].is_number()) {
    return failed("the metadata of the committed offset is not readable");
  }
  if (parsed["sluice"] != kVersion) {
    return failed(
        fmt::format("the metadata of the committed offset was written by a later version of Sluice ({})",
                    parsed["sluice"].dump()));
  }
  Intent intent;
  intent.start = start;
  intent.end = parsed["end"].get<int64_t>();
  if (intent.end < start)
    return failed("the metadata of the committed offset names an end before the offset");
  try {
    if (parsed.contains("keys")) intent.keys = parsed["keys"].get<sdk::Properties>();
    if (parsed.contains("clock")) {
      for (const json& step : parsed["clock"]) {
        intent.clock.push_back({start + step.at(0).get<int64_t>(), step.at(1).get<int64_t>()});
      }
    }
    if (parsed.contains("skipped")) {
      SLUICE_ASSIGN_OR_RETURN(intent.skipped, OffsetSet::parse(parsed["skipped"].get<std::string>(), start));
    }
  } catch (const json::exception& error) {
    return failed(fmt::format("the metadata of the committed offset is damaged: {}", error.what()));
  }
  return intent;
}

}  // namespace sluice::connectors::object_store
