#include "formats/json_schema/uri.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace sluice::json_schema {
namespace {

struct Parts {
  std::string_view scheme;     // with its colon
  std::string_view authority;  // with its slashes
  std::string_view path;
  std::string_view query;     // with its question mark
  std::string_view fragment;  // with its #
};

Parts split(std::string_view uri) {
  Parts parts;
  const size_t colon = uri.find_first_of(":/?#");
  const auto of_scheme = [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-' || c == '.'; };
  if (colon != std::string_view::npos && colon > 0 && uri[colon] == ':' &&
      std::all_of(uri.begin(), uri.begin() + static_cast<std::ptrdiff_t>(colon), of_scheme)) {
    parts.scheme = uri.substr(0, colon + 1);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    const size_t end = std::min(uri.find_first_of("/?#", 2), uri.size());
    parts.authority = uri.substr(0, end);
    uri.remove_prefix(end);
  }
  const size_t fragment = std::min(uri.find('#'), uri.size());
  parts.fragment = uri.substr(fragment);
  uri = uri.substr(0, fragment);
  const size_t query = std::min(uri.find('?'), uri.size());
  parts.query = uri.substr(query);
  parts.path = uri.substr(0, query);
  return parts;
}

/// Without "." and "..".
std::string plain_path(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool rooted = path.starts_with('/');
  bool folder = false;
  for (size_t at = rooted ? 1 : 0; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    folder = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!folder) {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string plain;
  for (const std::string_view segment : kept) {
    if (rooted || !plain.empty() || &segment != kept.data()) plain += '/';
    plain += segment;
  }
  if (folder) plain += '/';
  return plain;
}

std::string merged(const Parts& base, std::string_view path) {
  if (path.starts_with('/')) return plain_path(path);
  if (!base.authority.empty() && base.path.empty()) return plain_path("/" + std::string(path));
  const size_t slash = base.path.rfind('/');
  const std::string folder(slash == std::string_view::npos ? "" : base.path.substr(0, slash + 1));
  return plain_path(folder + std::string(path));
}

std::string join(std::string_view scheme, std::string_view authority, std::string_view path,
                 std::string_view query, std::string_view fragment) {
  std::string uri(scheme);
  return uri.append(authority).append(path).append(query).append(fragment);
}

}  // namespace

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const Parts to = split(reference);
  if (base.empty() || !to.scheme.empty()) return std::string(reference);
  const Parts from = split(base);
  if (!to.authority.empty()) return join(from.scheme, to.authority, to.path, to.query, to.fragment);
  if (to.path.empty()) {
    const std::string_view query = to.query.empty() ? from.query : to.query;
    return join(from.scheme, from.authority, from.path, query, to.fragment);
  }
  // "urn:a:b" has nothing that a relative path could be relative to.
  const bool opaque = !from.scheme.empty() && from.authority.empty() && !from.path.starts_with('/');
  if (opaque) return std::string(reference);
  return join(from.scheme, from.authority, merged(from, to.path), to.query, to.fragment);
}

std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri) {
  const size_t at = uri.find('#');
  if (at == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, at), uri.substr(at + 1)};
}

std::string unescape_uri(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    const char letter = static_cast<char>(c | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  };
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      plain += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

}  // namespace sluice::json_schema
