#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/clock.h"
#include "base/log.h"
#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string logger_of(const Exchange& exchange) {
  const std::string& name = exchange.parameters[0];
  return lower(name) == log::kRootLogger ? log::kRootLogger : name;
}

}  // namespace

void list_loggers(Api&, const ExchangePtr& exchange) {
  exchange->reply(json_reply(200, to_json(log::loggers())));
}

void get_logger(Api&, const ExchangePtr& exchange) {
  const auto loggers = log::loggers();
  const auto found = loggers.find(logger_of(*exchange));
  if (found == loggers.end())
    return exchange->reply(error_reply(404, fmt::format("Logger {} not found.", exchange->parameters[0])));
  exchange->reply(json_reply(200, to_json(found->second)));
}

void set_logger(Api& api, const ExchangePtr& exchange) {
  const auto body = read_config(exchange);
  if (!body) return;
  const auto wanted = body->find("level");
  if (wanted == body->end() || !wanted->second) {
    return exchange->reply(error_reply(400, "Desired 'level' parameter was not specified in request."));
  }
  const auto level = log::parse_level(*wanted->second);
  if (!level)
    return exchange->reply(error_reply(404, fmt::format("invalid log level '{}'.", *wanted->second)));
  const std::string scope = lower(exchange->target.query_value("scope").value_or("worker"));
  if (scope == "cluster") {
    api.set_deadline(*exchange);
    return api.herder().set_cluster_log_level(
        logger_of(*exchange), std::string(log::level_name(*level)),
        exchange->then<cluster::Nothing>([](cluster::Nothing) { return empty_reply(204); }));
  }
  if (scope != "worker") log::warn("Unknown scope '{}' of a log level: it is set on this worker only", scope);
  exchange->reply(
      json_reply(200, to_json(log::set_level(logger_of(*exchange), *level, system_clock().wall_ms()))));
}

}  // namespace sluice::rest
