#include "rest/forwarding.h"

#include <fmt/format.h>

#include "rest/json.h"
#include "rest/reply.h"
#include "rest/resources.h"

namespace sluice::rest {
namespace {

// Two hops of the herder's 90 s; Java has no limit.
constexpr int64_t kTotalTimeoutMs = 185'000;

net::HttpCall call_of(const Exchange& exchange, std::string url) {
  net::HttpCall call;
  call.method = exchange.request.method;
  call.url = std::move(url);
  call.headers = {{"Accept", kJsonType}, {"User-Agent", "kafka-connect"}};
  call.total_timeout_ms = kTotalTimeoutMs;
  if (!exchange.request.body.empty()) {
    call.headers.emplace_back("Content-Type", kJsonType);
    call.body = exchange.request.body;
  }
  if (const auto authorization = exchange.request.header("authorization"))
    call.headers.emplace_back("Authorization", *authorization);
  return call;
}

/// The JSON of an error, which is told on as it is.
std::optional<net::ServerResponse> relayed_error(const net::HttpResponse& response) {
  const auto body = parse_json(response.body);
  if (!body.ok()) return std::nullopt;
  const Json* code = body->find("error_code");
  const Json* message = body->find("message");
  if (code == nullptr || message == nullptr) return std::nullopt;
  return error_reply(response.status, message->scalar_text().value_or(""));
}

}  // namespace

std::string next_hop(const Target& target, const std::string& url) {
  const bool is_first = !target.query_value("forward").has_value();
  if (!is_first && !query_flag(target, "forward", false)) return {};
  std::string next = url;
  while (next.ends_with('/')) next.pop_back();
  next += fmt::format("{}?forward={}", target.path, is_first);
  const bool is_restart = target.segments.size() == 3 && target.segments[2] == "restart";
  for (const char* name : {"includeTasks", "onlyFailed"}) {
    if (is_restart) next += fmt::format("&{}={}", name, query_flag(target, name, false));
  }
  return next;
}

net::ServerResponse relayed_reply(const Exchange& exchange, const net::HttpResponse& response) {
  if (response.status == 204) return empty_reply(204);
  if (response.status >= 200 && response.status < 300) {
    net::ServerResponse reply =
        response.body.empty() ? empty_reply(response.status) : json_reply(response.status, response.body);
    if (response.status != 201) return reply;
    const auto body = parse_json(response.body);
    const Json* name = body.ok() ? body->find("name") : nullptr;
    if (name != nullptr)
      reply.headers.emplace_back("Location", location_of(exchange, name->scalar_text().value_or("")));
    return reply;
  }
  if (response.status >= 400) {
    if (auto error = relayed_error(response)) return *std::move(error);
    return error_reply(500, fmt::format("Error trying to forward REST request: the other worker answered {} "
                                        "without saying why",
                                        response.status));
  }
  return error_reply(
      500, fmt::format("Unexpected status code when handling forwarded request: {}", response.status));
}

void HttpForwarder::forward(const std::shared_ptr<Exchange>& exchange, const std::string& url) {
  std::string next = next_hop(exchange->target, url);
  if (next.empty()) {
    return exchange->reply(error_reply(
        409, "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"));
  }
  if (url.empty()) {
    return exchange->reply(
        error_reply(409,
                    "Cannot complete request momentarily due to no known leader URL, likely "
                    "because a rebalance was underway."));
  }
  calls_.send(call_of(*exchange, std::move(next)), [exchange](const Result<net::HttpResponse>& response) {
    if (response.ok()) return exchange->reply(relayed_reply(*exchange, *response));
    const char* start = response.error().kind() == ErrorKind::kRetry
                            ? "IO Error trying to forward REST request: "
                            : "Error trying to forward REST request: ";
    exchange->reply(error_reply(500, start + response.error().message()));
  });
}

}  // namespace sluice::rest
