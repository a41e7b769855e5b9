#pragma once
// Reads Java key stores of type JKS (sun.security.provider.JavaKeyStore of the JDK): private keys with their
// chains, and trusted certificates, all as DER.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::net {

struct JksEntry {
  std::string alias;
  std::string encrypted_key;              // EncryptedPrivateKeyInfo; empty: a trusted certificate
  std::vector<std::string> certificates;  // of a key its chain, leaf first
};

bool is_jks(std::string_view bytes);

/// Checks the store's digest unless `password` is empty. Error kind kBadConfig: a wrong password, or what is
/// broken and at which byte.
Result<std::vector<JksEntry>> parse_jks(std::string_view bytes, std::string_view password);

/// The private key as PKCS #8 DER. Error kind kBadConfig for a wrong password.
Result<std::string> decrypt_jks_key(std::string_view encrypted_key, std::string_view password);

}  // namespace sluice::net
