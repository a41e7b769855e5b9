#include "net/oauth_assertion.h"

#include <fmt/core.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

namespace sluice::net {
namespace {

using nlohmann::json;

constexpr int kEs256HalfBytes = 32;

struct KeyDelete {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct DigestDelete {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct BioDelete {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDelete>;

Result<std::string> read_file(const std::string& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return bad_config(fmt::format("{} cannot be read", file));
  return text.str();
}

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<KeyPtr> read_key(const AssertionOptions& options) {
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_file(options.private_key_file));
  const std::unique_ptr<BIO, BioDelete> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  KeyPtr key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>(options.passphrase.c_str())));
  if (key != nullptr) return key;
  ERR_clear_error();
  return bad_config(
      fmt::format("{} holds no private key in PEM, or its passphrase is wrong", options.private_key_file));
}

/// JSON web signatures want the two numbers side by side, OpenSSL gives them as DER.
std::string raw_signature(const std::string& der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size()));
  if (signature == nullptr) return {};
  std::string raw(2 * kEs256HalfBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, kEs256HalfBytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + kEs256HalfBytes, kEs256HalfBytes);
  ECDSA_SIG_free(signature);
  return raw;
}

Result<std::string> sign(const std::string& text, EVP_PKEY* key, const std::string& algorithm) {
  const std::unique_ptr<EVP_MD_CTX, DigestDelete> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  const bool ready = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                     EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1;
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (!ready || EVP_DigestSign(context.get(), out, &size, bytes, text.size()) != 1) {
    ERR_clear_error();
    return bad_config(fmt::format("The private key cannot sign with {}", algorithm));
  }
  signature.resize(size);
  if (algorithm != "ES256") return signature;
  return raw_signature(signature);
}

std::string decode_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const size_t padding = (4 - plain.size() % 4) % 4;
  plain.append(padding, '=');
  std::string out(plain.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size()));
  if (size < 0) return {};
  out.resize(static_cast<size_t>(size) - padding);
  return out;
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

Result<std::string> make_assertion(const AssertionOptions& options, const Clock& clock, Random& random) {
  if (!options.file.empty()) {
    SLUICE_ASSIGN_OR_RETURN(const std::string ready, read_file(options.file));
    return trimmed(ready);
  }
  SLUICE_ASSIGN_OR_RETURN(const KeyPtr key, read_key(options));
  const int64_t now = clock.wall_ms() / 1000;
  json claims{
      {"iat", now}, {"exp", now + options.lifetime_seconds}, {"nbf", now - options.not_before_seconds}};
  if (!options.audience.empty()) claims["aud"] = options.audience;
  if (!options.issuer.empty()) claims["iss"] = options.issuer;
  if (!options.subject.empty()) claims["sub"] = options.subject;
  if (options.with_id) claims["jti"] = base64url(random.bytes(16));
  const json header{{"alg", options.algorithm}, {"typ", "JWT"}};
  const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
  SLUICE_ASSIGN_OR_RETURN(const std::string signature, sign(text, key.get(), options.algorithm));
  return text + "." + base64url(signature);
}

Result<JwtClaims> read_claims(std::string_view jwt) {
  const size_t first = jwt.find('.');
  const size_t second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos) return failed("The token is no JSON web token");
  const json claims =
      json::parse(decode_base64url(jwt.substr(first + 1, second - first - 1)), nullptr, false);
  if (!claims.is_object()) return failed("The token's claims are no JSON object");
  const auto subject = claims.find("sub");
  const auto expires = claims.find("exp");
  if (subject == claims.end() || !subject->is_string()) return failed("The token lacks the claim sub");
  if (expires == claims.end() || !expires->is_number()) return failed("The token lacks the claim exp");
  const double seconds = expires->get<double>();
  if (!(std::abs(seconds) < 1e14)) return failed("The token's claim exp is out of range");
  return JwtClaims{subject->get<std::string>(), static_cast<int64_t>(seconds * 1000)};
}

}  // namespace sluice::net
