#pragma once
// Private keys and certificates from where Java users keep them: JKS, PKCS12 and PEM files. As the JDK does,
// JKS and PKCS12 are told apart by their content, whatever the type says.

#include <string>

#include "base/result.h"

namespace sluice::net {

struct KeyStore {
  std::string type;  // "JKS", "PKCS12", "PEM", any case; empty: JKS
  std::string file;
  std::string password;
  std::string key_password;  // empty: the store's
};

struct KeyAndChain {
  std::string key_pem;           // not encrypted, unless it came from a PEM file
  std::string certificates_pem;  // leaf first
};

// Error kind kBadConfig names the file and what is wrong with it; no secret.

/// The first private key of the store.
Result<KeyAndChain> load_key(const KeyStore& store);
/// All certificates that the store trusts, as one PEM text.
Result<std::string> load_trusted(const KeyStore& store);

}  // namespace sluice::net
