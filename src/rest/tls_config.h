#pragma once
// ssl.* of the worker's configuration, for its https listeners and for its requests to other workers.

#include "base/result.h"
#include "net/tls.h"
#include "sdk/config/config_def.h"
#include "sdk/properties.h"

namespace sluice::rest {

void define_tls(sdk::ConfigDef& def);

/// If any key starts with `prefix`, only such keys count, else the plain ones. Error kind kBadConfig.
Result<net::TlsOptions> read_server_tls(const sdk::Properties& worker, std::string_view prefix);
Result<net::TlsOptions> read_client_tls(const sdk::Properties& worker, std::string_view prefix);

}  // namespace sluice::rest
