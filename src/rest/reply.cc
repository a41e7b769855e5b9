#include "rest/reply.h"

#include <fmt/format.h>

#include <utility>

#include "formats/json/json_writer.h"

namespace sluice::rest {
namespace {

std::string error_body(int status, std::string_view message) {
  json::TextBuffer out;
  out.append("{\"error_code\":");
  json::write_integer(out, status);
  out.append(",\"message\":");
  json::write_string(out, message);
  out.push_back('}');
  return std::string(out.view());
}

}  // namespace

net::ServerResponse json_reply(int status, std::string body) {
  return {status, {{"Content-Type", kJsonType}}, std::move(body), false};
}

net::ServerResponse empty_reply(int status) { return {status, {}, {}, false}; }

net::ServerResponse error_reply(int status, std::string_view message) {
  return json_reply(status, error_body(status, message));
}

net::ServerResponse unmatched_reply(int status) {
  static constexpr std::pair<int, std::string_view> kNames[] = {{404, "Not Found"},
                                                                {405, "Method Not Allowed"},
                                                                {406, "Not Acceptable"},
                                                                {415, "Unsupported Media Type"}};
  std::string_view name;
  for (const auto& [code, text] : kNames) {
    if (code == status) name = text;
  }
  return {status, {}, error_body(status, fmt::format("HTTP {} {}", status, name)), false};
}

net::ServerResponse error_reply(const cluster::RequestError& error) {
  return error_reply(status_of(error.problem), error.message);
}

int status_of(cluster::RequestProblem problem) {
  using cluster::RequestProblem;
  switch (problem) {
    case RequestProblem::kBadRequest:
      return 400;
    case RequestProblem::kForbidden:
      return 403;
    case RequestProblem::kNotFound:
      return 404;
    case RequestProblem::kConflict:
    case RequestProblem::kForward:
      return 409;
    case RequestProblem::kUnavailable:
      return 503;
    case RequestProblem::kInternal:
      break;
  }
  return 500;
}

}  // namespace sluice::rest
