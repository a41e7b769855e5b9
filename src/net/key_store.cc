#include "net/key_store.h"

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include "net/jks.h"

namespace sluice::net {
namespace {

template <typename T, void (*release)(T*)>
struct Release {
  void operator()(T* object) const { release(object); }
};
void free_bio(BIO* bio) { BIO_free(bio); }
void free_certificates(STACK_OF(X509) * certificates) { sk_X509_pop_free(certificates, X509_free); }
using BioPtr = std::unique_ptr<BIO, Release<BIO, free_bio>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Release<X509, X509_free>>;
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), Release<STACK_OF(X509), free_certificates>>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, Release<PKCS12, PKCS12_free>>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

std::string pem_of(const X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), const_cast<X509*>(certificate));
  return text_of(out.get());
}

std::string pem_of(EVP_PKEY* key) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(out.get());
}

Result<std::string> certificate_pem(const std::string& der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const CertificatePtr certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (certificate == nullptr) return bad_config("a certificate in it cannot be read");
  return pem_of(certificate.get());
}

Result<std::string> chain_pem(const std::vector<std::string>& chain) {
  std::string all;
  for (const std::string& der : chain) {
    SLUICE_ASSIGN_OR_RETURN(const std::string pem, certificate_pem(der));
    all += pem;
  }
  return all;
}

Result<std::string> read_file(const std::string& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return bad_config("it cannot be read");
  return text.str();
}

const std::string& key_password(const KeyStore& store) {
  return store.key_password.empty() ? store.password : store.key_password;
}

Result<KeyAndChain> key_of_jks(const std::string& bytes, const KeyStore& store) {
  SLUICE_ASSIGN_OR_RETURN(const auto entries, parse_jks(bytes, store.password));
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [](const JksEntry& entry) { return !entry.encrypted_key.empty(); });
  if (found == entries.end()) return bad_config("it holds no private key");
  SLUICE_ASSIGN_OR_RETURN(const std::string der, decrypt_jks_key(found->encrypted_key, key_password(store)));
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const KeyPtr key(d2i_AutoPrivateKey(nullptr, &data, static_cast<long>(der.size())));
  if (key == nullptr) return bad_config("its private key cannot be read");
  SLUICE_ASSIGN_OR_RETURN(std::string chain, chain_pem(found->certificates));
  return KeyAndChain{pem_of(key.get()), std::move(chain)};
}

Result<std::string> trusted_of_jks(const std::string& bytes, const KeyStore& store) {
  SLUICE_ASSIGN_OR_RETURN(const auto entries, parse_jks(bytes, store.password));
  std::string all;
  for (const JksEntry& entry : entries) {
    if (!entry.encrypted_key.empty()) continue;
    SLUICE_ASSIGN_OR_RETURN(const std::string pem, chain_pem(entry.certificates));
    all += pem;
  }
  return all;
}

struct Pkcs12Content {
  KeyPtr key;
  CertificatePtr leaf;
  CertificatesPtr others;
};

Result<Pkcs12Content> read_pkcs12(const std::string& bytes, const KeyStore& store) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const Pkcs12Ptr archive(d2i_PKCS12(nullptr, &data, static_cast<long>(bytes.size())));
  if (archive == nullptr) {
    ERR_clear_error();
    return bad_config("it is neither a JKS nor a PKCS12 key store");
  }
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(archive.get(), store.password.c_str(), &key, &leaf, &others) != 1) {
    ERR_clear_error();
    return bad_config("the password is wrong, or the key store is damaged or encrypted in an outdated way");
  }
  return Pkcs12Content{KeyPtr(key), CertificatePtr(leaf), CertificatesPtr(others)};
}

std::string pem_of_all(const Pkcs12Content& content) {
  std::string all = content.leaf ? pem_of(content.leaf.get()) : std::string();
  for (int i = 0; i < sk_X509_num(content.others.get()); ++i)
    all += pem_of(sk_X509_value(content.others.get(), i));
  return all;
}

Result<KeyAndChain> key_of(const KeyStore& store) {
  SLUICE_ASSIGN_OR_RETURN(std::string bytes, read_file(store.file));
  if (store.type == "PEM") return KeyAndChain{bytes, bytes};
  if (is_jks(bytes)) return key_of_jks(bytes, store);
  SLUICE_ASSIGN_OR_RETURN(const Pkcs12Content content, read_pkcs12(bytes, store));
  if (content.key == nullptr) return bad_config("it holds no private key");
  return KeyAndChain{pem_of(content.key.get()), pem_of_all(content)};
}

Result<std::string> trusted_of(const KeyStore& store) {
  SLUICE_ASSIGN_OR_RETURN(std::string bytes, read_file(store.file));
  if (store.type == "PEM") return bytes;
  if (is_jks(bytes)) return trusted_of_jks(bytes, store);
  SLUICE_ASSIGN_OR_RETURN(const Pkcs12Content content, read_pkcs12(bytes, store));
  return pem_of_all(content);
}

/// As Java does, the type may be written in any case; only PEM changes what is done.
Result<KeyStore> checked(const KeyStore& store) {
  KeyStore result = store;
  for (char& c : result.type) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (result.type.empty() || result.type == "JKS" || result.type == "PKCS12" || result.type == "PEM")
    return result;
  return bad_config(fmt::format("the type {} is not known; allowed: JKS, PKCS12, PEM", store.type));
}

template <typename T>
Result<T> named(Result<T> result, const KeyStore& store) {
  if (result.ok()) return result;
  return bad_config(fmt::format("Key store {}: {}", store.file, result.error().message()));
}

}  // namespace

Result<KeyAndChain> load_key(const KeyStore& store) {
  auto known = checked(store);
  return named(known.ok() ? key_of(*known) : Result<KeyAndChain>(known.error()), store);
}

Result<std::string> load_trusted(const KeyStore& store) {
  auto known = checked(store);
  auto trusted = named(known.ok() ? trusted_of(*known) : Result<std::string>(known.error()), store);
  if (trusted.ok() && trusted->empty())
    return bad_config(fmt::format("Key store {}: it trusts no certificate", store.file));
  return trusted;
}

}  // namespace sluice::net
