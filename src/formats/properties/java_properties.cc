#include "formats/properties/java_properties.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace sluice::formats {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Takes one natural line, without its end.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
    return line;
  }
  text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  return line;
}

bool continues(std::string_view line) {
  const size_t last = line.find_last_not_of('\\');
  const size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

struct LogicalLine {
  std::string text;
  int number;  // of its first natural line
};

std::vector<LogicalLine> logical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  int number = 0;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const int first = ++number;
    skip_blanks(line);
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    std::string whole;
    while (continues(line)) {
      whole.append(line.substr(0, line.size() - 1));
      if (text.empty()) {
        line = {};
        break;
      }
      line = take_line(text);
      ++number;
      skip_blanks(line);
    }
    whole.append(line);
    lines.push_back({std::move(whole), first});
  }
  return lines;
}

void append_utf8(std::string& out, uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

std::optional<uint32_t> hex4(std::string_view text) {
  uint32_t code = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, code, 16);
  return error == std::errc() && end == text.data() + 4 ? std::optional(code) : std::nullopt;
}

/// `\uXXXX`, with the second half of a surrogate pair where there is one. `rest` stands behind "\u".
bool take_unicode(std::string_view& rest, std::string& out) {
  auto code = hex4(rest);
  if (!code) return false;
  rest.remove_prefix(4);
  if (*code >= 0xd800 && *code < 0xdc00 && rest.starts_with("\\u")) {
    const auto low = hex4(rest.substr(2));
    if (low && *low >= 0xdc00 && *low < 0xe000) {
      rest.remove_prefix(6);
      code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
    }
  }
  const bool is_lone_surrogate = *code >= 0xd800 && *code < 0xe000;
  append_utf8(out, is_lone_surrogate ? 0xfffd : *code);
  return true;
}

/// Unescapes up to the end, or up to the first separator of a key.
bool unescape(std::string_view& rest, bool is_key, std::string& out) {
  while (!rest.empty()) {
    const char c = rest.front();
    if (is_key && (c == '=' || c == ':' || is_blank(c))) return true;
    rest.remove_prefix(1);
    if (c != '\\' || rest.empty()) {
      out.push_back(c);
      continue;
    }
    const char escaped = rest.front();
    rest.remove_prefix(1);
    switch (escaped) {
      case 't':
        out.push_back('\t');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'u':
        if (!take_unicode(rest, out)) return false;
        break;
      default:
        out.push_back(escaped);
    }
  }
  return true;
}

}  // namespace

Result<sdk::Properties> parse_java_properties(std::string_view text) {
  sdk::Properties properties;
  for (const LogicalLine& line : logical_lines(text)) {
    std::string_view rest = line.text;
    std::string key;
    std::string value;
    bool ok = unescape(rest, true, key);
    skip_blanks(rest);
    if (!rest.empty() && (rest.front() == '=' || rest.front() == ':')) rest.remove_prefix(1);
    skip_blanks(rest);
    ok = ok && unescape(rest, false, value);
    if (!ok)
      return bad_config(
          fmt::format("line {}: malformed \\uxxxx escape, four hex digits are needed", line.number));
    properties.insert_or_assign(std::move(key), std::move(value));
  }
  return properties;
}

}  // namespace sluice::formats
