#include <fmt/format.h>

#include "rest/resources.h"

namespace sluice::rest {
namespace {

cluster::InternalRequest internal_request(const Exchange& exchange) {
  const auto header = [&](std::string_view name) -> std::optional<std::string> {
    const auto value = exchange.request.header(name);
    return value ? std::optional(std::string(*value)) : std::nullopt;
  };
  return {header("x-connect-request-signature-algorithm"), header("x-connect-authorization"),
          exchange.request.body};
}

cluster::Callback<cluster::Nothing> answer_204(const ExchangePtr& exchange) {
  return exchange->then<cluster::Nothing>([](cluster::Nothing) { return empty_reply(204); });
}

}  // namespace

void put_task_configs(Api& api, const ExchangePtr& exchange) {
  const auto body = read_body(exchange);
  if (!body) return;
  if (body->array() == nullptr) {
    return exchange->reply(
        error_reply(500, fmt::format("Expected an array of task configurations, not {}", body->kind())));
  }
  std::vector<cluster::RawConfig> configs;
  for (const Json& item : *body->array()) {
    auto config = to_raw_config(item);
    if (!config.ok()) return exchange->reply(error_reply(500, config.error().message()));
    configs.push_back(std::move(config).value());
  }
  api.set_deadline(*exchange);
  api.herder().put_task_configs(exchange->parameters[0], std::move(configs), internal_request(*exchange),
                                answer_204(exchange));
}

void fence_zombies(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().fence_zombies(exchange->parameters[0], internal_request(*exchange), answer_204(exchange));
}

}  // namespace sluice::rest
