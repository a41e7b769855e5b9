#include "kafka/protocol/tls_context.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sluice::kafka::protocol {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, CertificateFree>;

std::unique_ptr<BIO, BioFree> reader_of(const std::string& pem) {
  return std::unique_ptr<BIO, BioFree>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// OpenSSL's last word, and an empty queue for the next one.
std::string reason() {
  const uint64_t code = ERR_peek_last_error();
  ERR_clear_error();
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return code == 0 ? "unknown reason" : text.data();
}

int give_password(char* buffer, int size, int /*writing*/, void* password) {
  const auto* text = static_cast<const std::string*>(password);
  const size_t length = std::min(text->size(), static_cast<size_t>(size));
  std::memcpy(buffer, text->data(), length);
  return static_cast<int>(length);
}

Status trust(SSL_CTX* context, const std::string& ca_pem) {
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  const auto bio = reader_of(ca_pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (const Certificate certificate{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) {
      return bad_config(fmt::format("Cannot use a certificate of the truststore: {}", reason()));
    }
    ++count;
  }
  // The end of the file is an error of OpenSSL's too.
  ERR_clear_error();
  if (count == 0)
    return bad_config(
        "The truststore holds no PEM certificate: check ssl.truststore.location or "
        "ssl.truststore.certificates");
  return {};
}

Status identify(SSL_CTX* context, const TlsConfig& config) {
  const auto chain = reader_of(config.certificate_pem);
  const Certificate own{PEM_read_bio_X509_AUX(chain.get(), nullptr, nullptr, nullptr)};
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return bad_config(fmt::format("Cannot use the certificate of the keystore: {}", reason()));
  }
  while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    SSL_CTX_add0_chain_cert(context, issuer);
  }
  ERR_clear_error();
  const auto bio = reader_of(config.key_pem);
  std::string password = config.key_password;
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, &password));
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return bad_config(fmt::format("Cannot use the private key of the keystore: {}", reason()));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return bad_config("The private key of the keystore does not belong to its certificate");
  }
  return {};
}

}  // namespace

Result<SslContext> make_tls_context(const TlsConfig& config) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return failed(fmt::format("Cannot set up TLS: {}", reason()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SLUICE_RETURN_IF_ERROR(trust(context.get(), config.ca_pem));
  if (!config.certificate_pem.empty()) SLUICE_RETURN_IF_ERROR(identify(context.get(), config));
  if (!config.ciphers.empty() && SSL_CTX_set_cipher_list(context.get(), config.ciphers.c_str()) != 1) {
    return bad_config(
        fmt::format("Invalid value {} for configuration ssl.cipher.suites: {}", config.ciphers, reason()));
  }
  return context;
}

}  // namespace sluice::kafka::protocol
