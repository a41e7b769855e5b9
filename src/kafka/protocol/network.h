#pragma once
// The real network: TCP, or TLS with the system's OpenSSL, on one I/O thread. Callbacks come through the
// scheduler. Nothing of Boost shows here.

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/scheduler.h"
#include "kafka/protocol/group_link.h"

namespace sluice::kafka::protocol {

struct TlsConfig {
  std::string ca_pem;           // whom to trust; empty: whom the system trusts
  std::string certificate_pem;  // ours, with its chain; empty: none
  std::string key_pem;
  std::string key_password;  // empty: the key is not encrypted
  std::string ciphers;       // OpenSSL's names, up to TLS 1.2; empty: OpenSSL's defaults
  bool verify_host = true;
};

/// Outlives its links; `scheduler` outlives it. Error kind kBadConfig when the certificates or the key cannot
/// be used. A host name that the resolver hangs on delays the destructor until it gives up.
Result<std::unique_ptr<GroupNetwork>> make_network(Scheduler& scheduler, const std::optional<TlsConfig>& tls);

}  // namespace sluice::kafka::protocol
