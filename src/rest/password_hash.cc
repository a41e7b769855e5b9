#include "rest/password_hash.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <optional>

namespace sluice::rest {
namespace {

constexpr uint64_t kLogCost = 14;
constexpr uint64_t kLogCostMax = 20;  // 1 GB: a file must not be able to ask for more
constexpr uint64_t kBlockSize = 8;
constexpr uint64_t kParallel = 1;
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
constexpr uint64_t kMemoryMax = uint64_t{2} << 30;

struct Parts {
  uint64_t log_cost = 0;
  std::string salt;
  std::string hash;
};

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::string> from_base64(std::string_view text, size_t wanted_bytes) {
  std::string padded(text);
  while (padded.size() % 4 != 0) padded.push_back('=');
  std::string bytes(padded.size() / 4 * 3 + 1, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  if (size < 0 || static_cast<size_t>(size) < wanted_bytes) return std::nullopt;
  bytes.resize(wanted_bytes);
  return bytes;
}

std::optional<std::string> derive(std::string_view password, const std::string& salt, uint64_t log_cost) {
  std::string hash(kHashBytes, '\0');
  const int done =
      EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(), uint64_t{1} << log_cost, kBlockSize, kParallel, kMemoryMax,
                     reinterpret_cast<unsigned char*>(hash.data()), hash.size());
  return done == 1 ? std::optional(hash) : std::nullopt;
}

std::optional<Parts> parse(std::string_view text) {
  constexpr std::string_view kStart = "$scrypt$ln=";
  constexpr std::string_view kRest = ",r=8,p=1$";
  if (!text.starts_with(kStart)) return std::nullopt;
  text.remove_prefix(kStart.size());
  Parts parts;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), parts.log_cost);
  if (code != std::errc() || parts.log_cost < 10 || parts.log_cost > kLogCostMax) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (!text.starts_with(kRest)) return std::nullopt;
  text.remove_prefix(kRest.size());
  const size_t dollar = text.find('$');
  if (dollar == std::string_view::npos) return std::nullopt;
  const auto salt = from_base64(text.substr(0, dollar), kSaltBytes);
  const auto hash = from_base64(text.substr(dollar + 1), kHashBytes);
  if (!salt || !hash) return std::nullopt;
  parts.salt = *salt;
  parts.hash = *hash;
  return parts;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
    return failed("OpenSSL has no random bytes");
  const auto hash = derive(password, salt, kLogCost);
  if (!hash) return failed("OpenSSL could not hash the password");
  return fmt::format("$scrypt$ln={},r={},p={}${}${}", kLogCost, kBlockSize, kParallel, to_base64(salt),
                     to_base64(*hash));
}

bool verify_password(std::string_view password, std::string_view hash) {
  const auto parts = parse(hash);
  if (!parts) return false;
  const auto derived = derive(password, parts->salt, parts->log_cost);
  return derived && equal_secrets(*derived, parts->hash);
}

bool is_password_hash(std::string_view text) { return parse(text).has_value(); }

bool equal_secrets(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace sluice::rest
