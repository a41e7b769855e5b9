#pragma once
// OpenSSL's settings for connections to brokers.

#include <openssl/ssl.h>

#include <memory>

#include "base/result.h"
#include "kafka/protocol/network.h"

namespace sluice::kafka::protocol {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

/// For clients, TLS 1.2 and above, verifying the peer's chain. Error kind kBadConfig; no error holds a
/// secret.
Result<SslContext> make_tls_context(const TlsConfig& config);

}  // namespace sluice::kafka::protocol
