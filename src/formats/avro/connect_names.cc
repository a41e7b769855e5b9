#include "formats/avro/connect_names.h"

#include <fmt/format.h>

#include <cctype>

namespace sluice::avro {
namespace {

/// java.net.URLEncoder.
std::string url_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_kept =
        (byte < 0x80 && std::isalnum(byte) != 0) || c == '.' || c == '-' || c == '*' || c == '_';
    if (is_kept) {
      result += c;
    } else if (c == ' ') {
      result += '+';
    } else {
      result += fmt::format("%{:02X}", byte);
    }
  }
  return result;
}

}  // namespace

bool is_map_entry(const Schema& schema) {
  if (schema.type != Type::kRecord) return false;
  if (schema.space == kNamespace && schema.name == kMapEntry) return true;
  const std::string* internal = schema.text_property(kInternalTypeProperty);
  return internal != nullptr && *internal == kMapEntry;
}

std::string scrubbed(std::string_view name) {
  if (name.empty()) return {};
  std::string result = url_encoded(name);
  const auto first = static_cast<unsigned char>(result.front());
  if (std::isalpha(first) == 0 && first != '_') result.insert(0, 1, 'x');
  for (char& c : result) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return result;
}

std::string union_field(const Schema& branch, size_t index, const ConnectOptions& options) {
  if (options.generalized_sum_types) return fmt::format("{}{}", kGeneralUnionFieldPrefix, index);
  if (!branch.is_named()) return std::string(type_name(branch.type));
  if (options.enhanced_schemas) return branch.full_name();
  return options.scrub_invalid_names ? scrubbed(branch.name) : branch.name;
}

std::string bytes_of_json_text(std::string_view utf8) {
  std::string result;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      result += utf8[i];
    } else if ((lead == 0xc2 || lead == 0xc3) && i + 1 < utf8.size()) {
      result += static_cast<char>((lead << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
    } else {
      result += '?';
      while (i + 1 < utf8.size() && (static_cast<unsigned char>(utf8[i + 1]) & 0xc0) == 0x80) ++i;
    }
  }
  return result;
}

std::string json_text_of_bytes(std::string_view bytes) {
  std::string result;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xc0 | (byte >> 6));
      result += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return result;
}

}  // namespace sluice::avro
