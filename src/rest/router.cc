#include "rest/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "rest/reply.h"

namespace sluice::rest {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string media_type(std::string_view header) { return lower(trimmed(header.substr(0, header.find(';')))); }

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (pattern.size() > 1) {
    pattern.remove_prefix(1);
    const size_t end = std::min(pattern.find('/'), pattern.size());
    segments.push_back(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
  return segments;
}

bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!pattern[i].starts_with('{') && pattern[i] != segments[i]) return false;
  }
  return true;
}

/// Java's Integer.valueOf, in its own notation afterwards.
std::optional<std::string> integer_text(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  int32_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::to_string(number);
}

/// In the order in which Java lists them.
net::ServerResponse options_reply(const std::vector<const Route*>& routes, std::string_view accept) {
  std::vector<std::string_view> allowed;
  for (const std::string_view method : {"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH"}) {
    const bool is_there = std::any_of(routes.begin(), routes.end(), [&](const Route* route) {
      return route->method == method || (method == "HEAD" && route->method == "GET");
    });
    if (is_there || method == "OPTIONS") allowed.push_back(method);
  }
  net::ServerResponse response;
  response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ",")));
  const std::string type = media_type(accept.substr(0, accept.find(',')));
  if (type.empty() || type == "*/*" || type == "text/plain") {
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = fmt::format("{}", fmt::join(allowed, ", "));
  } else {
    response.headers.emplace_back("Content-Type", type);
  }
  return response;
}

}  // namespace

bool accepts_json(std::string_view accept) {
  if (trimmed(accept).empty()) return true;
  while (!accept.empty()) {
    const size_t end = std::min(accept.find(','), accept.size());
    const std::string type = media_type(accept.substr(0, end));
    if (type == "*/*" || type == "application/*" || type == kJsonType) return true;
    accept.remove_prefix(std::min(end + 1, accept.size()));
  }
  return false;
}

Router::Router(const std::vector<Route>& routes) {
  for (const Route& route : routes) patterns_.push_back({split(route.pattern), route});
}

std::variant<Match, net::ServerResponse> Router::match(const net::ServerRequest& request,
                                                       const Target& target) const {
  std::vector<const Route*> fitting;
  const Pattern* chosen = nullptr;
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  for (const Pattern& pattern : patterns_) {
    if (!fits(pattern.segments, target.segments)) continue;
    fitting.push_back(&pattern.route);
    if (pattern.route.method == method) chosen = &pattern;
  }
  if (fitting.empty()) return unmatched_reply(404);
  const std::string_view accept = request.header("accept").value_or("");
  if (request.method == "OPTIONS") return options_reply(fitting, accept);
  if (chosen == nullptr) return unmatched_reply(405);
  const auto type = request.header("content-type");
  const bool is_json = !type || trimmed(*type).empty() || media_type(*type) == kJsonType;
  if (!is_json && !chosen->route.is_internal) return unmatched_reply(415);
  if (!chosen->route.is_text && !accepts_json(accept)) return unmatched_reply(406);

  Match match{&chosen->route, {}};
  for (size_t i = 0; i < chosen->segments.size(); ++i) {
    if (chosen->segments[i] == "{}") match.parameters.push_back(target.segments[i]);
    if (chosen->segments[i] != "{#}") continue;
    auto number = integer_text(target.segments[i]);
    if (!number) return error_reply(404, "HTTP 404 Not Found");
    match.parameters.push_back(*std::move(number));
  }
  return match;
}

}  // namespace sluice::rest
