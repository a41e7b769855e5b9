#include "formats/protobuf/connect_names.h"

#include <algorithm>

namespace sluice::protobuf {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) { return is_upper(c) || is_lower(c) || is_digit(c) || c == '_'; }
char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

/// As java.net.URLEncoder, of which only what the caller keeps matters: letters, digits and the two hex
/// digits of each byte.
std::string url_encoded(std::string_view name) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    if (is_plain(c) || c == '.' || c == '-' || c == '*' || c == ' ') {
      out += is_plain(c) ? c : '_';
    } else {
      out += '_';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 0xf];
    }
  }
  return out;
}

/// Guava's LOWER_UNDERSCORE to UPPER_CAMEL.
std::string upper_camel(std::string_view name) {
  std::string out;
  bool is_first = true;
  for (const char c : name) {
    if (c == '_') {
      is_first = true;
    } else {
      out += is_first ? upper(c) : lower(c);
      is_first = false;
    }
  }
  return out;
}

/// Guava's UPPER_CAMEL to LOWER_UNDERSCORE.
std::string lower_underscore(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && is_upper(name[i])) out += '_';
    out += lower(name[i]);
  }
  return out;
}

}  // namespace

bool is_union(const sdk::Schema& schema) {
  if (schema.type() != sdk::Type::kStruct) return false;
  return (schema.name() && schema.name()->starts_with(kUnion)) || schema.parameter(kGeneralUnion) != nullptr;
}

const std::string* enum_name(const sdk::Schema& schema) {
  const bool may_be = schema.type() == sdk::Type::kString || schema.type() == sdk::Type::kInt32;
  if (!may_be) return nullptr;
  const std::string* general = schema.parameter(kGeneralEnum);
  return general != nullptr && schema.type() == sdk::Type::kString ? general : schema.parameter(kEnum);
}

std::string scrubbed(std::string_view name, const ConnectOptions& options) {
  if (!options.scrub_invalid_names || name.empty()) return std::string(name);
  const bool begins_well = is_upper(name.front()) || is_lower(name.front());
  if (begins_well && std::ranges::all_of(name, is_plain)) return std::string(name);
  std::string out = url_encoded(name);
  // A replaced first byte is a '%' when Java looks whether the name needs an x.
  if (is_digit(name.front()) || name.front() == '_') out.insert(out.begin(), 'x');
  return out;
}

std::string map_entry_name(std::string_view map_name) {
  std::string out =
      map_name.find('_') == std::string_view::npos ? std::string(map_name) : upper_camel(map_name);
  return out.append(kEntrySuffix);
}

std::string map_name(std::string_view entry_name) {
  const size_t dot = entry_name.rfind('.') + 1;  // 0: there is none
  std::string_view last = entry_name.substr(dot);
  if (!last.ends_with(kEntrySuffix)) return std::string(entry_name);
  last.remove_suffix(kEntrySuffix.size());
  return std::string(entry_name.substr(0, dot)) + lower_underscore(last);
}

}  // namespace sluice::protobuf
