#pragma once
// Inside the folder: the functions behind the routes (org.apache.kafka.connect.runtime.rest.resources).

#include <memory>
#include <optional>

#include "rest/api.h"
#include "rest/exchange.h"
#include "rest/json.h"

namespace sluice::rest {

using ExchangePtr = std::shared_ptr<Exchange>;

void get_root(Api& api, const ExchangePtr& exchange);
void get_health(Api& api, const ExchangePtr& exchange);
/// For Prometheus.
void get_metrics(Api& api, const ExchangePtr& exchange);

void list_connectors(Api& api, const ExchangePtr& exchange);
void create_connector(Api& api, const ExchangePtr& exchange);
void get_connector(Api& api, const ExchangePtr& exchange);
void get_config(Api& api, const ExchangePtr& exchange);
void put_config(Api& api, const ExchangePtr& exchange);
void patch_config(Api& api, const ExchangePtr& exchange);
void delete_connector(Api& api, const ExchangePtr& exchange);
void get_status(Api& api, const ExchangePtr& exchange);
void get_tasks(Api& api, const ExchangePtr& exchange);
void get_task_status(Api& api, const ExchangePtr& exchange);

void restart_connector(Api& api, const ExchangePtr& exchange);
void restart_task(Api& api, const ExchangePtr& exchange);
void pause_connector(Api& api, const ExchangePtr& exchange);
void resume_connector(Api& api, const ExchangePtr& exchange);
void stop_connector(Api& api, const ExchangePtr& exchange);
void get_topics(Api& api, const ExchangePtr& exchange);
void reset_topics(Api& api, const ExchangePtr& exchange);

void get_offsets(Api& api, const ExchangePtr& exchange);
void alter_offsets(Api& api, const ExchangePtr& exchange);
void reset_offsets(Api& api, const ExchangePtr& exchange);

void get_dead_letters(Api& api, const ExchangePtr& exchange);
void replay_dead_letters(Api& api, const ExchangePtr& exchange);
void signal_connector(Api& api, const ExchangePtr& exchange);

void list_plugins(Api& api, const ExchangePtr& exchange);
void get_plugin_config(Api& api, const ExchangePtr& exchange);
void validate_config(Api& api, const ExchangePtr& exchange);

void list_loggers(Api& api, const ExchangePtr& exchange);
void get_logger(Api& api, const ExchangePtr& exchange);
void set_logger(Api& api, const ExchangePtr& exchange);

void put_task_configs(Api& api, const ExchangePtr& exchange);
void fence_zombies(Api& api, const ExchangePtr& exchange);

/// The body as JSON; answers with 500 and returns nothing when it is none.
std::optional<Json> read_body(const ExchangePtr& exchange);
/// The same as a configuration.
std::optional<cluster::RawConfig> read_config(const ExchangePtr& exchange);

/// The whole URL of a connector for the Location header, as the client can reach it.
std::string location_of(const Exchange& exchange, std::string_view connector);

}  // namespace sluice::rest
