#include "rest/cors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sluice::rest {
namespace {

constexpr std::string_view kDefaultMethods = "GET,POST,HEAD";
constexpr std::string_view kAllowedHeaders = "X-Requested-With,Content-Type,Accept,Origin";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (const auto item = trimmed(list.substr(0, end)); !item.empty()) items.emplace_back(item);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return items;
}

/// Without backtracking over more than the last star, so that no pattern is slow.
bool matches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

Cors::Cors(const std::string& origins, const std::string& methods) : origins_(split(origins)) {
  const auto given = split(methods);
  methods_ = given.empty() ? std::string(kDefaultMethods) : fmt::format("{}", fmt::join(given, ","));
}

bool Cors::is_allowed(std::string_view origin) const {
  return std::any_of(origins_.begin(), origins_.end(),
                     [&](const std::string& pattern) { return matches(pattern, origin); });
}

void Cors::apply(const net::ServerRequest& request, net::ServerResponse& response) const {
  if (origins_.empty()) return;
  response.headers.emplace_back("Vary", "Origin");
  const auto origin = request.header("origin");
  if (!origin || !is_allowed(*origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  if (request.method != "OPTIONS" || !request.header("access-control-request-method")) return;
  response.headers.emplace_back("Access-Control-Allow-Methods", methods_);
  std::vector<std::string> headers;
  const auto allowed = split(kAllowedHeaders);
  for (const std::string& wanted : split(request.header("access-control-request-headers").value_or(""))) {
    const bool is_known = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& header) {
      return equals_ignoring_case(header, wanted);
    });
    if (is_known) headers.push_back(wanted);
  }
  if (!headers.empty())
    response.headers.emplace_back("Access-Control-Allow-Headers", fmt::format("{}", fmt::join(headers, ",")));
  response.headers.emplace_back("Access-Control-Max-Age", "60");
}

}  // namespace sluice::rest
