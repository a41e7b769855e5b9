// Values of the hstore extension.

#include <fmt/core.h>

#include <algorithm>

#include "connectors/cdc/common/java_hash.h"
#include "connectors/cdc/postgres/text_values.h"

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr size_t kShownMax = 80;

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
  order_as_java(entries, java_table(entries.size()), [](const auto& entry) { return entry.first; });
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
