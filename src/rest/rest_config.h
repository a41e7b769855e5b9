#pragma once
// The options of the REST API in the worker's configuration, and what they come to.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/http_server.h"
#include "net/tls.h"
#include "rest/cors.h"
#include "rest/header_rules.h"
#include "rest/users_file.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::rest {

/// Options that the definition of the worker (tasks/worker_config.h) does not have: TLS, and our own.
const sdk::ConfigDef& rest_config();

struct ListenAddress {
  bool is_https = false;
  std::string host;
  uint16_t port = 0;
};

/// "protocol://host:port". Error kind kBadConfig with Java's texts.
Result<ListenAddress> parse_listener(std::string_view text);

struct RestOptions {
  std::vector<ListenAddress> listeners;
  bool admin_on_regular = true;
  std::vector<ListenAddress> admin_listeners;
  std::optional<std::string> advertised_host;
  std::optional<uint16_t> advertised_port;
  std::optional<std::string> advertised_listener;  // "http" or "https"

  Cors cors{"", ""};
  HeaderRules header_rules;
  std::optional<Users> users;  // none: everybody may do everything
  bool names_scheme = false;
  std::vector<std::string> allowed_hosts;  // of the Host header; empty: any, as in Java
  net::ServerLimits limits;
  int io_threads = 2;
  std::optional<net::TlsOptions> tls;        // of the regular listeners; none without https
  std::optional<net::TlsOptions> admin_tls;  // of the admin listeners
  net::TlsOptions client_tls;                // towards other workers
};

/// Reads the files that the options name. Error kind kBadConfig names option and value.
Result<RestOptions> read_rest_options(const sdk::Properties& worker);

/// The URL that other workers and the group are told, with a slash at its end (RestServer.advertisedUrl).
/// `ports` are those that the listeners are bound to.
std::string advertised_url(const RestOptions& options, const std::vector<uint16_t>& ports);

}  // namespace sluice::rest
