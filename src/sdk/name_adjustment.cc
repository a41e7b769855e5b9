#include "sdk/name_adjustment.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace sluice::sdk {
namespace {

constexpr size_t kTopicLengthMax = 249;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One character of the text as its units of UTF-16; moves `at` behind it.
std::pair<uint32_t, uint32_t> next_units(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return {lead, 0};
  int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  uint32_t point = lead & (0x3f >> more);
  for (; more > 0 && at < text.size(); --more)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  if (point < 0x10000) return {point, 0};
  point -= 0x10000;
  return {0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff)};
}

std::string replaced(NameMode mode, uint32_t unit) {
  if (mode != NameMode::kAvroUnicode) return "_";
  const std::string hex = fmt::format("{:x}", unit);
  return "_u" + (hex.size() <= 2 ? "00" + hex : hex);
}

std::string adjusted(NameMode mode, std::string_view name, bool dots) {
  if (mode == NameMode::kNone) return std::string(name);
  // With escapes by underscores, an underscore that begins a name is escaped too.
  const auto first = [&](char c) { return is_letter(c) || (c == '_' && mode == NameMode::kAvro); };
  std::string result;
  for (size_t at = 0; at < name.size();) {
    const bool is_first = at == 0;
    const char c = name[at];
    const bool valid = first(c) || (!is_first && (is_digit(c) || (dots && (c == '.' || c == '_'))));
    const auto [unit, second] = next_units(name, at);
    if (valid) {
      result += c;
      continue;
    }
    result += replaced(mode, unit);
    if (second != 0) result += replaced(mode, second);
    // Fields that differ in their first digit alone stay apart.
    if (is_first && is_digit(c) && mode == NameMode::kAvro) result += c;
  }
  return result;
}

}  // namespace

NameMode name_mode_of(std::string_view text) {
  if (text == "avro") return NameMode::kAvro;
  return text == "avro_unicode" ? NameMode::kAvroUnicode : NameMode::kNone;
}

std::string adjust_schema_name(NameMode mode, std::string_view name) { return adjusted(mode, name, true); }
std::string adjust_field_name(NameMode mode, std::string_view name) { return adjusted(mode, name, false); }

std::string adjust_topic_name(std::string_view name) {
  std::string topic;
  for (size_t at = 0; at < name.size();) {
    const char c = name[at];
    const bool valid = is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
    const auto [unit, second] = next_units(name, at);
    topic += valid ? c : '_';
    if (second != 0) topic += '_';
  }
  topic.resize(std::min(topic.size(), kTopicLengthMax));
  if (topic == ".") return "_";
  return topic == ".." ? "__" : topic;
}

}  // namespace sluice::sdk
