#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

using cluster::Nothing;

cluster::Callback<Nothing> answer_with(const ExchangePtr& exchange, int status) {
  return exchange->then<Nothing>([status](Nothing) { return empty_reply(status); });
}

}  // namespace

void restart_connector(Api& api, const ExchangePtr& exchange) {
  const cluster::RestartOptions options{.connector = exchange->parameters[0],
                                        .only_failed = query_flag(exchange->target, "onlyFailed", false),
                                        .include_tasks = query_flag(exchange->target, "includeTasks", false)};
  api.set_deadline(*exchange);
  if (!options.only_failed && !options.include_tasks)
    return api.herder().restart_connector(options.connector, answer_with(exchange, 204));
  api.herder().restart(
      options, exchange->then<cluster::ConnectorStatus>(
                   [](const cluster::ConnectorStatus& plan) { return json_reply(202, to_json(plan)); }));
}

void restart_task(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().restart_task({exchange->parameters[0], std::stoi(exchange->parameters[1])},
                            answer_with(exchange, 204));
}

void pause_connector(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().pause(exchange->parameters[0], answer_with(exchange, 202));
}

void resume_connector(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().resume(exchange->parameters[0], answer_with(exchange, 202));
}

void stop_connector(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().stop(exchange->parameters[0], answer_with(exchange, 204));
}

void get_topics(Api& api, const ExchangePtr& exchange) {
  using Topics = std::set<std::string>;
  api.set_deadline(*exchange);
  api.herder().active_topics(exchange->parameters[0],
                             exchange->then<Topics>([name = exchange->parameters[0]](const Topics& topics) {
                               return json_reply(200, topics_json(name, topics));
                             }));
}

void reset_topics(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().reset_active_topics(exchange->parameters[0], answer_with(exchange, 202));
}

}  // namespace sluice::rest
