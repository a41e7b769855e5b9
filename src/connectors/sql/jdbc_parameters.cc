#include "connectors/sql/jdbc_parameters.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What stands before `separator`, which goes with it.
std::string_view take_until(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

}  // namespace

std::optional<std::string> decode_percents(std::string_view text, Plus plus) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result.push_back(text[i] == '+' && plus == Plus::kBlank ? ' ' : text[i]);
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
    result.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
    i += 2;
  }
  if (result.find('\0') != std::string::npos) return std::nullopt;
  return result;
}

Result<JdbcParameters> take_jdbc_parameters(std::string_view& url, Plus plus, std::string_view form) {
  std::string_view text = url;
  url = take_until(text, '?');
  JdbcParameters parameters;
  while (!text.empty()) {
    std::string_view value = take_until(text, '&');
    if (value.empty()) continue;
    const std::string_view name = take_until(value, '=');
    auto decoded = decode_percents(value, plus);
    if (!decoded) return bad_config(fmt::format("{}; the parameter '{}' is wrongly encoded", form, name));
    parameters.emplace_back(name, std::move(*decoded));
  }
  return parameters;
}

}  // namespace sluice::connectors::sql
