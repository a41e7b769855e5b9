#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "net/channel.h"

namespace sluice::net {
namespace {

namespace ssl = boost::asio::ssl;

boost::asio::const_buffer buffer_of(const std::string& text) { return {text.data(), text.size()}; }

Error refused(const char* what, const ErrorCode& why) {
  ERR_clear_error();
  return bad_config(std::string("TLS: OpenSSL refuses ") + what + ": " + why.message());
}

Status set_protocols(ssl::context& context, const std::vector<std::string>& protocols) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  if (protocols.empty()) return {};
  bool is_known = false;
  const auto has = [&](const char* name) {
    const bool found = std::find(protocols.begin(), protocols.end(), name) != protocols.end();
    is_known = is_known || found;
    return found;
  };
  if (!has("TLSv1.2")) SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
  if (!has("TLSv1.3")) SSL_CTX_set_max_proto_version(native, TLS1_2_VERSION);
  if (!is_known) return bad_config("ssl.enabled.protocols must hold TLSv1.2 or TLSv1.3");
  return {};
}

/// Java's names are the standard's; OpenSSL has its own for TLS 1.2 and a list apart for TLS 1.3.
Status set_ciphers(SSL_CTX* context, const std::vector<std::string>& suites) {
  std::string older;
  std::string newer;
  for (const std::string& suite : suites) {
    const bool is_newer = suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_");
    const std::string name = is_newer ? suite : OPENSSL_cipher_name(suite.c_str());
    if (name == "(NONE)") return bad_config("ssl.cipher.suites: OpenSSL has no cipher suite " + suite);
    std::string& list = is_newer ? newer : older;
    list += (list.empty() ? "" : ":") + name;
  }
  if (!older.empty() && SSL_CTX_set_cipher_list(context, older.c_str()) != 1)
    return bad_config("ssl.cipher.suites: OpenSSL refuses " + older);
  if (!newer.empty() && SSL_CTX_set_ciphersuites(context, newer.c_str()) != 1)
    return bad_config("ssl.cipher.suites: OpenSSL refuses " + newer);
  return {};
}

Status set_identity(ssl::context& context, const TlsOptions& options) {
  ErrorCode error;
  if (options.certificates_pem.empty()) return {};
  context.use_certificate_chain(buffer_of(options.certificates_pem), error);
  if (error) return refused("the certificate chain", error);
  context.set_password_callback([password = options.key_password](auto, auto) { return password; }, error);
  context.use_private_key(buffer_of(options.key_pem), ssl::context::pem, error);
  if (error) return refused("the private key", error);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return bad_config("TLS: the private key does not belong to the certificate");
  return {};
}

Status set_common(ssl::context& context, const TlsOptions& options) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SLUICE_RETURN_IF_ERROR(set_protocols(context, options.protocols));
  SLUICE_RETURN_IF_ERROR(set_ciphers(native, options.cipher_suites));
  SLUICE_RETURN_IF_ERROR(set_identity(context, options));
  if (options.trusted_pem.empty()) return {};
  ErrorCode error;
  context.add_certificate_authority(buffer_of(options.trusted_pem), error);
  if (error) return refused("the trusted certificates", error);
  return {};
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::server(const TlsOptions& options) {
  if (options.certificates_pem.empty() || options.key_pem.empty())
    return bad_config("An https listener needs a certificate and its key: set ssl.keystore.location");
  auto impl = std::make_unique<Impl>(ssl::context::tls_server);
  SLUICE_RETURN_IF_ERROR(set_common(impl->context, options));
  int mode = SSL_VERIFY_NONE;
  if (options.client_auth != ClientAuth::kNone) mode = SSL_VERIFY_PEER;
  if (options.client_auth == ClientAuth::kRequired) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(impl->context.native_handle(), mode, nullptr);
  static constexpr unsigned char kSessionContext[] = "sluice";
  SSL_CTX_set_session_id_context(impl->context.native_handle(), kSessionContext, sizeof kSessionContext - 1);
  return std::make_shared<TlsContext>(std::move(impl));
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsOptions& options) {
  auto impl = std::make_unique<Impl>(ssl::context::tls_client);
  SLUICE_RETURN_IF_ERROR(set_common(impl->context, options));
  ErrorCode error;
  if (options.trusted_pem.empty()) impl->context.set_default_verify_paths(error);
  SSL_CTX_set_verify(impl->context.native_handle(), SSL_VERIFY_PEER, nullptr);
  impl->verify_host = options.verify_host;
  return std::make_shared<TlsContext>(std::move(impl));
}

}  // namespace sluice::net
