#include "kafka/protocol/scram.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>

namespace sluice::kafka::protocol {
namespace {

constexpr size_t kNonceBytes = 18;
constexpr int kIterationsMin = 4096;
// PBKDF2 runs on the caller's thread: no broker may ask for more than about a second of it.
constexpr int kIterationsMax = 1'000'000;
constexpr std::string_view kGs2Header = "n,,";
constexpr std::string_view kGs2HeaderBase64 = "biws";

std::string encode_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  bytes.resize(static_cast<size_t>(size) - padding);
  return bytes;
}

// "=" and "," stand for themselves in names only when escaped.
std::string escape_name(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '=') {
      escaped.append("=3D");
    } else if (c == ',') {
      escaped.append("=2C");
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

// The value of attribute `name` in "a=…,b=…".
std::optional<std::string_view> attribute(std::string_view message, char name) {
  while (!message.empty()) {
    const std::string_view part = message.substr(0, message.find(','));
    if (part.size() >= 2 && part[0] == name && part[1] == '=') return part.substr(2);
    message.remove_prefix(std::min(message.size(), part.size() + 1));
  }
  return std::nullopt;
}

class ScramExchange final : public SaslExchange {
 public:
  ScramExchange(ScramHash hash, const std::string& username, std::string password, Random& random)
      : digest_(hash == ScramHash::kSha256 ? EVP_sha256() : EVP_sha512()),
        name_(hash == ScramHash::kSha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512"),
        password_(std::move(password)),
        nonce_(encode_base64(random.bytes(kNonceBytes))),
        first_bare_(fmt::format("n={},r={}", escape_name(username), nonce_)) {}

  std::string first() override { return std::string(kGs2Header) + first_bare_; }

  Result<std::optional<std::string>> next(BytesView from_broker) override {
    if (!server_signature_.empty()) return verify(from_broker);
    return answer(from_broker);
  }

 private:
  Result<std::optional<std::string>> answer(std::string_view server_first) {
    const auto nonce = attribute(server_first, 'r');
    const auto salt_text = attribute(server_first, 's');
    const auto iterations_text = attribute(server_first, 'i');
    const auto salt = salt_text ? decode_base64(*salt_text) : std::nullopt;
    int iterations = 0;
    if (iterations_text) {
      const char* end = iterations_text->data() + iterations_text->size();
      if (std::from_chars(iterations_text->data(), end, iterations).ptr != end) iterations = 0;
    }
    if (!nonce || !salt || iterations <= 0) {
      return authentication_failed(fmt::format("Invalid {} server first message", name_));
    }
    if (nonce->size() <= nonce_.size() || nonce->substr(0, nonce_.size()) != nonce_) {
      return authentication_failed("Invalid server nonce: does not start with client nonce");
    }
    if (iterations < kIterationsMin || iterations > kIterationsMax) {
      return authentication_failed(fmt::format("Requested iterations {} for {}: allowed: {} to {}",
                                               iterations, name_, kIterationsMin, kIterationsMax));
    }
    return final_message(server_first, *nonce, *salt, iterations);
  }

  std::string final_message(std::string_view server_first, std::string_view nonce, const std::string& salt,
                            int iterations) {
    const std::string without_proof = fmt::format("c={},r={}", kGs2HeaderBase64, nonce);
    const std::string auth = fmt::format("{},{},{}", first_bare_, server_first, without_proof);
    const std::string salted = salted_password(salt, iterations);
    std::string proof = hmac(salted, "Client Key");
    const std::string signature = hmac(hash(proof), auth);
    for (size_t i = 0; i < proof.size(); ++i) {
      proof[i] =
          static_cast<char>(static_cast<unsigned char>(proof[i]) ^ static_cast<unsigned char>(signature[i]));
    }
    server_signature_ = hmac(hmac(salted, "Server Key"), auth);
    return fmt::format("{},p={}", without_proof, encode_base64(proof));
  }

  Result<std::optional<std::string>> verify(std::string_view server_final) const {
    if (const auto error = attribute(server_final, 'e')) {
      return authentication_failed(
          fmt::format("Sasl authentication using {} failed with error: {}", name_, *error));
    }
    const auto text = attribute(server_final, 'v');
    const auto signature = text ? decode_base64(*text) : std::nullopt;
    if (!signature || signature->size() != server_signature_.size() ||
        CRYPTO_memcmp(signature->data(), server_signature_.data(), signature->size()) != 0) {
      return authentication_failed("Invalid server signature in server final message");
    }
    return std::nullopt;
  }

  std::string salted_password(std::string_view salt, int iterations) const {
    std::string out(static_cast<size_t>(EVP_MD_get_size(digest_)), '\0');
    PKCS5_PBKDF2_HMAC(password_.data(), static_cast<int>(password_.size()),
                      reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                      iterations, digest_, static_cast<int>(out.size()),
                      reinterpret_cast<unsigned char*>(out.data()));
    return out;
  }

  std::string hmac(std::string_view key, std::string_view text) const {
    std::string out(static_cast<size_t>(EVP_MD_get_size(digest_)), '\0');
    unsigned int size = 0;
    HMAC(digest_, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(out.data()), &size);
    return out;
  }

  std::string hash(std::string_view text) const {
    std::string out(static_cast<size_t>(EVP_MD_get_size(digest_)), '\0');
    EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, digest_,
               nullptr);
    return out;
  }

  const EVP_MD* digest_;
  std::string_view name_;
  std::string password_;
  std::string nonce_;
  std::string first_bare_;
  std::string server_signature_;  // empty until our final message is out
};

}  // namespace

std::unique_ptr<SaslExchange> make_scram_exchange(ScramHash hash, const std::string& username,
                                                  std::string password, Random& random) {
  return std::make_unique<ScramExchange>(hash, username, std::move(password), random);
}

}  // namespace sluice::kafka::protocol
