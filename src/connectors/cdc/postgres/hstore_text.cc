// Values of the hstore extension.

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/postgres/text_values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr size_t kShownMax = 80;
constexpr size_t kFirstTable = 16;

/// String.hashCode over units of UTF-16, spread as java.util.HashMap does.
uint32_t java_hash(std::string_view text) {
  uint32_t hash = 0;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    uint32_t point = lead;
    if (lead >= 0x80) {
      int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      point = lead & (0x3f >> more);
      for (; more > 0 && at < text.size(); --more)
        point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
    }
    if (point >= 0x10000) {
      hash = 31 * hash + 0xd800 + ((point - 0x10000) >> 10);
      point = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    hash = 31 * hash + point;
  }
  return hash ^ hash >> 16;
}

void order_as_java(HstoreEntries& entries) {
  size_t table = kFirstTable;
  while (entries.size() > table / 4 * 3) table *= 2;
  std::stable_sort(entries.begin(), entries.end(), [&](const auto& left, const auto& right) {
    return (java_hash(left.first) & (table - 1)) < (java_hash(right.first) & (table - 1));
  });
}

/// "text in quotes", its escapes resolved; or NULL.
bool take_item(std::string_view& rest, std::optional<std::string>& item) {
  if (rest.starts_with("NULL")) {
    rest.remove_prefix(4);
    item.reset();
    return true;
  }
  if (!rest.starts_with('"')) return false;
  std::string text;
  size_t at = 1;
  for (; at < rest.size() && rest[at] != '"'; ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
    text += rest[at];
  }
  if (at >= rest.size()) return false;
  rest.remove_prefix(at + 1);
  item = std::move(text);
  return true;
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04X}", static_cast<int>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

}  // namespace

Result<HstoreEntries> parse_hstore(std::string_view text) {
  HstoreEntries entries;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::optional<std::string> key;
    std::optional<std::string> value;
    bool read = take_item(rest, key) && key && rest.starts_with("=>");
    if (read) {
      rest.remove_prefix(2);
      read = take_item(rest, value) && (rest.empty() || rest.starts_with(", "));
    }
    if (!read) return bad_record(fmt::format("'{}' is no hstore", text.substr(0, kShownMax)));
    entries.emplace_back(*std::move(key), std::move(value));
    rest.remove_prefix(std::min<size_t>(2, rest.size()));
  }
  order_as_java(entries);
  return entries;
}

std::string hstore_json(const HstoreEntries& entries) {
  std::string json = "{";
  for (const auto& [key, value] : entries) {
    if (json.size() > 1) json += ',';
    append_json_text(json, key);
    json += ':';
    if (value) {
      append_json_text(json, *value);
    } else {
      json += "null";
    }
  }
  return json + "}";
}

}  // namespace sluice::connectors::cdc::postgres
