#include <fmt/format.h>

#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {

/// What a signal may be is the connector's to say; here it is an object.
void signal_connector(Api& api, const ExchangePtr& exchange) {
  const auto body = read_body(exchange);
  if (!body) return;
  if (body->object() == nullptr) {
    return exchange->reply(
        error_reply(400, fmt::format("Expected an object with 'type' and 'data', not {}", body->kind())));
  }
  api.set_deadline(*exchange);
  api.herder().signal(exchange->parameters[0], to_text(*body),
                      exchange->then<std::string>(
                          [](const std::string& message) { return json_reply(200, message_json(message)); }));
}

}  // namespace sluice::rest
