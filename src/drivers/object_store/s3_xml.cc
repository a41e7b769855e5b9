#include "drivers/object_store/s3_xml.h"

#include <array>
#include <charconv>
#include <utility>

namespace sluice::object_store {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};

/// `name` without & and ;. Characters beyond ASCII come as themselves from S3, so numbers above 127 are not
/// expected.
void append_entity(std::string& out, std::string_view name) {
  for (const auto& [known, character] : kEntities) {
    if (name == known) {
      out += character;
      return;
    }
  }
  if (name.size() > 1 && name[0] == '#') {
    const bool is_hex = name[1] == 'x';
    const std::string_view digits = name.substr(is_hex ? 2 : 1);
    int code = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
    if (parsed.ec == std::errc() && code > 0 && code < 128) {
      out += static_cast<char>(code);
      return;
    }
  }
  out += '&';
  out += name;
  out += ';';
}

}  // namespace

std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> found;
  const std::string open = "<" + std::string(name);
  const std::string close = "</" + std::string(name) + ">";
  for (size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at + 1)) {
    const size_t after_name = at + open.size();
    const bool whole_name = after_name < xml.size() && (xml[after_name] == '>' || xml[after_name] == ' ');
    if (!whole_name) continue;
    const size_t start = xml.find('>', after_name);
    if (start == std::string_view::npos) break;
    const size_t end = xml.find(close, start);
    if (end == std::string_view::npos) break;
    found.push_back(xml.substr(start + 1, end - start - 1));
    at = end;
  }
  return found;
}

std::string xml_text(std::string_view xml, std::string_view name) {
  const auto elements = xml_elements(xml, name);
  std::string out;
  if (elements.empty()) return out;
  const std::string_view raw = elements.front();
  for (size_t at = 0; at < raw.size(); ++at) {
    const size_t end = raw[at] == '&' ? raw.find(';', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += raw[at];
      continue;
    }
    append_entity(out, raw.substr(at + 1, end - at - 1));
    at = end;
  }
  return out;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    bool escaped = false;
    for (const auto& [name, character] : kEntities) {
      if (c != character) continue;
      out += "&" + std::string(name) + ";";
      escaped = true;
    }
    if (!escaped) out += c;
  }
  return out;
}

}  // namespace sluice::object_store
