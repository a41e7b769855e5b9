#pragma once
// What a TLS server or client shows and trusts, as PEM text in memory. Loading it from files and key stores
// is the caller's business.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::net {

enum class ClientAuth : uint8_t { kNone, kRequested, kRequired };

struct TlsOptions {
  std::string certificates_pem;  // own chain, leaf first; servers need one
  std::string key_pem;
  std::string key_password;
  std::string trusted_pem;  // empty: the system's (clients), nobody (servers)
  ClientAuth client_auth = ClientAuth::kNone;
  bool verify_host = true;                 // clients: the certificate must name the host
  std::vector<std::string> protocols;      // "TLSv1.2", "TLSv1.3"; empty: both
  std::vector<std::string> cipher_suites;  // standard names, as Java has them; empty: OpenSSL's default
};

/// Ready for connections. Immutable, shared, thread-safe.
class TlsContext {
 public:
  class Impl;
  /// Error kind kBadConfig says which part OpenSSL refuses, never its content.
  static Result<std::shared_ptr<TlsContext>> server(const TlsOptions& options);
  static Result<std::shared_ptr<TlsContext>> client(const TlsOptions& options);

  explicit TlsContext(std::unique_ptr<Impl> impl);
  ~TlsContext();
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::net
