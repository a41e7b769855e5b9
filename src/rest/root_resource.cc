#include <fmt/format.h>

#include "base/metrics.h"
#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

constexpr std::chrono::milliseconds kHealthTimeout{10'000};

net::ServerResponse health_reply(int status, std::string_view word, std::string message,
                                 const std::string& stage) {
  if (!stage.empty()) message += " " + stage;
  return json_reply(status, fmt::format("{{\"status\":{},\"message\":{}}}", quoted(word), quoted(message)));
}

}  // namespace

void get_root(Api& api, const ExchangePtr& exchange) {
  exchange->reply(json_reply(200, fmt::format("{{\"version\":{},\"commit\":{},\"kafka_cluster_id\":{}}}",
                                              quoted(api.facts().version), quoted(api.facts().commit),
                                              quoted(api.herder().kafka_cluster_id()))));
}

void get_health(Api& api, const ExchangePtr& exchange) {
  exchange->set_deadline(api.threads(), kHealthTimeout, [watch = api.watch()] {
    if (!watch->is_ready())
      return health_reply(503, "starting", "Worker is still starting up.", watch->stage());
    return health_reply(
        500, "unhealthy",
        "Worker was unable to handle this request and may be unable to handle other requests.",
        watch->stage());
  });
  api.herder().ping(exchange->then<cluster::Nothing>([](cluster::Nothing) {
    return health_reply(200, "healthy", "Worker has completed startup and is ready to handle requests.", {});
  }));
}

void get_metrics(Api&, const ExchangePtr& exchange) {
  exchange->reply({200,
                   {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                   metrics::registry().prometheus_text(),
                   false});
}

}  // namespace sluice::rest
