#include "rest/uri.h"

#include <algorithm>
#include <cctype>

namespace sluice::rest {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return bad_record("Bad Request");
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!is_utf8(decoded)) return bad_record("Bad UTF-8 encoding");
  if (decoded.find('\0') != std::string::npos) return bad_record("Illegal Path Character");
  return decoded;
}

Status add_segments(std::string_view path, std::vector<std::string>& segments) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    if (path.empty()) return {};
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment.empty()) return bad_record("Ambiguous URI empty segment");
    SLUICE_ASSIGN_OR_RETURN(std::string decoded, decode(segment.substr(0, segment.find(';')), false));
    segments.push_back(std::move(decoded));
    path.remove_prefix(end);
  }
  return {};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(at < text.size() ? text[at] : 0); };
    const unsigned char first = byte(i);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) return false;
    for (size_t k = 1; k < size; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    const unsigned char second = byte(i + 1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||  // overlong, surrogates
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += size;
  }
  return true;
}

std::optional<std::string_view> Target::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<Target> parse_target(std::string_view text) {
  text = text.substr(0, text.find('#'));
  Target target;
  const size_t question = text.find('?');
  target.path = text.substr(0, question);
  if (target.path.empty() || target.path.front() != '/') return bad_record("Bad Request");
  SLUICE_RETURN_IF_ERROR(add_segments(target.path, target.segments));
  std::string_view query =
      question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    SLUICE_ASSIGN_OR_RETURN(std::string name, decode(pair.substr(0, equals), true));
    SLUICE_ASSIGN_OR_RETURN(std::string value, decode(pair.substr(std::min(equals + 1, pair.size())), true));
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return target;
}

bool query_flag(const Target& target, std::string_view name, bool fallback) {
  const auto value = target.query_value(name);
  if (!value || value->empty()) return fallback;
  static constexpr std::string_view kTrue = "true";
  return std::equal(value->begin(), value->end(), kTrue.begin(), kTrue.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

}  // namespace sluice::rest
