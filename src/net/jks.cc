#include "net/jks.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>

namespace sluice::net {
namespace {

constexpr uint32_t kMagic = 0xFEEDFEED;
constexpr uint32_t kKeyEntry = 1;
constexpr uint32_t kCertificateEntry = 2;
constexpr size_t kDigestBytes = 20;
constexpr std::string_view kDigestSalt = "Mighty Aphrodite";
using Digest = std::array<unsigned char, kDigestBytes>;

/// Big-endian reader; after the first failure everything reads as empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  size_t position() const { return position_; }

  uint64_t number(size_t width) {
    uint64_t value = 0;
    for (const char byte : take(width)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::string_view text() { return take(number(2)); }
  std::string_view block() { return take(number(4)); }

 private:
  std::string_view take(size_t count) {
    if (!ok_ || bytes_.size() - position_ < count) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = bytes_.substr(position_, count);
    position_ += count;
    return taken;
  }

  std::string_view bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

/// UTF-16, big-endian, as the JDK hashes passwords.
std::string wide(std::string_view password) {
  std::string out;
  for (const char c : password) {
    out += '\0';
    out += c;
  }
  return out;
}

Digest sha1(std::initializer_list<std::string_view> parts) {
  Digest digest{};
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha1(), nullptr);
  for (const std::string_view part : parts) EVP_DigestUpdate(context, part.data(), part.size());
  EVP_DigestFinal_ex(context, digest.data(), nullptr);
  EVP_MD_CTX_free(context);
  return digest;
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool same(const Digest& digest, std::string_view bytes) {
  return bytes.size() == digest.size() && CRYPTO_memcmp(digest.data(), bytes.data(), digest.size()) == 0;
}

JksEntry read_entry(Reader& reader, uint64_t version, uint64_t tag) {
  JksEntry entry;
  entry.alias = reader.text();
  reader.number(8);  // when it was made
  uint64_t certificates = 1;
  if (tag == kKeyEntry) {
    entry.encrypted_key = reader.block();
    certificates = reader.number(4);
  }
  for (uint64_t i = 0; i < certificates && reader.ok(); ++i) {
    if (version == 2) reader.text();  // the kind, always X.509
    entry.certificates.emplace_back(reader.block());
  }
  return entry;
}

}  // namespace

bool is_jks(std::string_view bytes) { return Reader(bytes).number(4) == kMagic; }

Result<std::vector<JksEntry>> parse_jks(std::string_view bytes, std::string_view password) {
  if (!is_jks(bytes) || bytes.size() < kDigestBytes) return bad_config("it is no JKS key store");
  const std::string_view body = bytes.substr(0, bytes.size() - kDigestBytes);
  if (!password.empty() && !same(sha1({wide(password), kDigestSalt, body}), bytes.substr(body.size()))) {
    return bad_config("the password is wrong, or the key store was tampered with");
  }
  Reader reader(body);
  reader.number(4);
  const uint64_t version = reader.number(4);
  if (version != 1 && version != 2) return bad_config(fmt::format("it has the unknown version {}", version));
  const uint64_t count = reader.number(4);
  std::vector<JksEntry> entries;
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t tag = reader.number(4);
    if (reader.ok() && tag != kKeyEntry && tag != kCertificateEntry)
      return bad_config(fmt::format("entry {} has the unknown kind {}", i + 1, tag));
    entries.push_back(read_entry(reader, version, tag));
  }
  if (!reader.ok()) return bad_config(fmt::format("it is cut short at byte {}", reader.position()));
  return entries;
}

// The JDK's own cipher (sun.security.provider.KeyProtector): salt, key XOR a chain of SHA-1 digests, check.
Result<std::string> decrypt_jks_key(std::string_view encrypted_key, std::string_view password) {
  const auto* data = reinterpret_cast<const unsigned char*>(encrypted_key.data());
  X509_SIG* wrapped = d2i_X509_SIG(nullptr, &data, static_cast<long>(encrypted_key.size()));
  if (wrapped == nullptr) return bad_config("its private key cannot be read");
  const ASN1_OCTET_STRING* octets = nullptr;
  X509_SIG_get0(wrapped, nullptr, &octets);
  const std::string sealed(reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
                           static_cast<size_t>(ASN1_STRING_length(octets)));
  X509_SIG_free(wrapped);
  if (sealed.size() < 2 * kDigestBytes) return bad_config("its private key is cut short");

  const std::string secret = wide(password);
  const std::string_view all = sealed;
  std::string key(all.substr(kDigestBytes, all.size() - 2 * kDigestBytes));
  Digest stream = sha1({secret, all.substr(0, kDigestBytes)});
  for (size_t i = 0; i < key.size(); ++i) {
    if (i != 0 && i % kDigestBytes == 0) stream = sha1({secret, view(stream)});
    key[i] = static_cast<char>(static_cast<unsigned char>(key[i]) ^ stream[i % kDigestBytes]);
  }
  if (!same(sha1({secret, key}), all.substr(all.size() - kDigestBytes)))
    return bad_config("the password of its private key is wrong");
  return key;
}

}  // namespace sluice::net
