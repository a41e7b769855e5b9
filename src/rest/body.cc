// What several resources do with bodies and names.

#include <fmt/format.h>

#include <cctype>

#include "rest/resources.h"

namespace sluice::rest {

std::optional<Json> read_body(const ExchangePtr& exchange) {
  if (exchange->request.body.empty()) {
    exchange->reply(error_reply(500, "The request has no body; it needs one in JSON"));
    return std::nullopt;
  }
  auto json = parse_json(exchange->request.body);
  if (!json.ok()) {
    exchange->reply(error_reply(500, json.error().message()));
    return std::nullopt;
  }
  return std::move(json).value();
}

std::optional<cluster::RawConfig> read_config(const ExchangePtr& exchange) {
  const auto body = read_body(exchange);
  if (!body) return std::nullopt;
  auto config = to_raw_config(*body);
  if (!config.ok()) {
    exchange->reply(error_reply(500, config.error().message()));
    return std::nullopt;
  }
  return std::move(config).value();
}

std::string location_of(const Exchange& exchange, std::string_view connector) {
  static constexpr std::string_view kPlain = "-._~!$&'()*+,;=:@";
  std::string name;
  for (const char c : connector) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || kPlain.find(c) != std::string_view::npos) {
      name.push_back(c);
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return fmt::format("{}://{}/connectors/{}", exchange.request.is_tls ? "https" : "http",
                     exchange.request.header("host").value_or("localhost"), name);
}

}  // namespace sluice::rest
