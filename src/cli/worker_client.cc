#include "cli/worker_client.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

namespace sluice::cli {
namespace {

constexpr const char* kDefaultUrl = "http://localhost:8083";
/// Longer than a worker takes to give up by itself.
constexpr int64_t kTimeoutMs = 100'000;

net::HttpOptions options() {
  net::HttpOptions options;
  options.total_timeout_ms = kTimeoutMs;
  return options;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

std::string worker_url(const std::string& option) {
  if (!option.empty()) return option;
  const char* variable = std::getenv("SLUICE_URL");  // NOLINT(concurrency-mt-unsafe): one thread
  return variable != nullptr && *variable != 0 ? variable : kDefaultUrl;
}

WorkerClient::WorkerClient(std::string url) : url_(without_slash(std::move(url))), http_(options()) {}

Result<nlohmann::json> WorkerClient::get(const std::string& path) { return call("GET", path, {}); }

Result<nlohmann::json> WorkerClient::post(const std::string& path, const nlohmann::json& body) {
  return call("POST", path, body.dump());
}

Result<nlohmann::json> WorkerClient::call(std::string_view method, const std::string& path,
                                          const std::string& body) {
  net::HttpRequest request;
  request.method = method;
  request.url = url_ + path;
  if (!body.empty()) {
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
  }
  auto response = http_.send(request);
  if (!response.ok()) {
    return response.error().wrap(response.error().kind(),
                                 "The worker cannot be asked (--url or SLUICE_URL say where it is)");
  }
  auto json = nlohmann::json::parse(response->body, nullptr, false);
  if (response->status < 300 && !json.is_discarded()) return json;
  const bool has_message = json.is_object() && json.contains("message") && json["message"].is_string();
  return failed(has_message ? json["message"].get<std::string>()
                            : fmt::format("The worker answered with status {}", response->status));
}

std::string connector_path(const std::string& connector) {
  return "/connectors/" + net::percent_encode(connector);
}

}  // namespace sluice::cli
