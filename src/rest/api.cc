#include "rest/api.h"

#include "rest/reply.h"
#include "rest/resources.h"

namespace sluice::rest {
namespace {

constexpr std::chrono::milliseconds kHerderTimeout{90'000};

}  // namespace

void Api::set_deadline(Exchange& exchange) {
  exchange.set_deadline(threads_, kHerderTimeout, [watch = watch_] {
    const std::string stage = watch->stage();
    return error_reply(500, stage.empty() ? "Request timed out" : "Request timed out. " + stage);
  });
}

std::vector<Route> routes() {
  constexpr Role kViewer = Role::kViewer;
  constexpr Role kOperator = Role::kOperator;
  constexpr Role kAdmin = Role::kAdmin;
  return {
      {"GET", "/", &get_root, kViewer},
      {"GET", "/health", &get_health, kViewer},
      {"GET", "/metrics", &get_metrics, kViewer, false, true},
      {"GET", "/connectors", &list_connectors, kViewer},
      {"POST", "/connectors", &create_connector, kAdmin},
      {"GET", "/connectors/{}", &get_connector, kViewer},
      {"DELETE", "/connectors/{}", &delete_connector, kAdmin},
      {"GET", "/connectors/{}/config", &get_config, kViewer},
      {"PUT", "/connectors/{}/config", &put_config, kAdmin},
      {"PATCH", "/connectors/{}/config", &patch_config, kAdmin},
      {"GET", "/connectors/{}/status", &get_status, kViewer},
      {"POST", "/connectors/{}/restart", &restart_connector, kOperator},
      {"PUT", "/connectors/{}/pause", &pause_connector, kOperator},
      {"PUT", "/connectors/{}/resume", &resume_connector, kOperator},
      {"PUT", "/connectors/{}/stop", &stop_connector, kOperator},
      {"GET", "/connectors/{}/tasks", &get_tasks, kViewer},
      {"POST", "/connectors/{}/tasks", &put_task_configs, kAdmin, true},
      {"PUT", "/connectors/{}/fence", &fence_zombies, kAdmin, true},
      {"GET", "/connectors/{}/tasks/{#}/status", &get_task_status, kViewer},
      {"POST", "/connectors/{}/tasks/{#}/restart", &restart_task, kOperator},
      {"GET", "/connectors/{}/topics", &get_topics, kViewer},
      {"PUT", "/connectors/{}/topics/reset", &reset_topics, kOperator},
      {"GET", "/connectors/{}/offsets", &get_offsets, kViewer},
      {"PATCH", "/connectors/{}/offsets", &alter_offsets, kAdmin},
      {"DELETE", "/connectors/{}/offsets", &reset_offsets, kAdmin},
      {"GET", "/connectors/{}/dead-letters", &get_dead_letters, kOperator},
      {"POST", "/connectors/{}/dead-letters/replay", &replay_dead_letters, kOperator},
      {"POST", "/connectors/{}/signals", &signal_connector, kOperator},
      {"GET", "/connector-plugins", &list_plugins, kViewer},
      {"GET", "/connector-plugins/{}/config", &get_plugin_config, kViewer},
      {"PUT", "/connector-plugins/{}/config/validate", &validate_config, kOperator},
  };
}

std::vector<Route> admin_routes() {
  return {
      {"GET", "/admin/loggers", &list_loggers, Role::kViewer},
      {"GET", "/admin/loggers/{}", &get_logger, Role::kViewer},
      {"PUT", "/admin/loggers/{}", &set_logger, Role::kAdmin},
  };
}

}  // namespace sluice::rest
