#include "cluster/session_keys.h"
#include "base/java_base64.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace sluice::cluster {
namespace {

/// What Java's platform offers under these names; `key_bytes` is its generator's default.
struct MacAlgorithm {
  std::string_view name;
  const EVP_MD* (*digest)();
  size_t key_bytes;
};
constexpr std::array<MacAlgorithm, 6> kAlgorithms{{
    {"HmacSHA256", EVP_sha256, 32},
    {"HmacSHA1", EVP_sha1, 64},
    {"HmacSHA224", EVP_sha224, 28},
    {"HmacSHA384", EVP_sha384, 48},
    {"HmacSHA512", EVP_sha512, 64},
    {"HmacMD5", EVP_md5, 64},
}};

const MacAlgorithm* find_algorithm(std::string_view name) {
  const auto equal = [&](const MacAlgorithm& known) {
    return std::equal(known.name.begin(), known.name.end(), name.begin(), name.end(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    });
  };
  const auto* found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(), equal);
  return found == kAlgorithms.end() ? nullptr : found;
}

std::string mac(const MacAlgorithm& algorithm, const std::string& key, std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(body.data());
  ::HMAC(algorithm.digest(), key.data(), static_cast<int>(key.size()), data, body.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

size_t key_bytes(const KeyOptions& options) {
  if (options.key_bits) return static_cast<size_t>((*options.key_bits + 7) / 8);
  const MacAlgorithm* algorithm = find_algorithm(options.generation_algorithm);
  return algorithm == nullptr ? 32 : algorithm->key_bytes;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool are_equal(const std::string& left, const std::string& right) {
  return left.size() == right.size() && ::CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

SessionKeys::SessionKeys(const KeyOptions& options, const Clock& clock, Random& random)
    : options_(options), clock_(clock), random_(random) {}

Status SessionKeys::check(const KeyOptions& options) {
  const auto invalid = [](const std::string& value, std::string_view key, std::string_view reason) {
    return bad_config(fmt::format("Invalid value {} for configuration {}: {}", value, key, reason));
  };
  if (find_algorithm(options.generation_algorithm) == nullptr) {
    return invalid(options.generation_algorithm, "inter.worker.key.generation.algorithm",
                   options.generation_algorithm + " KeyGenerator not available");
  }
  std::vector<std::string> macs = options.verification_algorithms;
  macs.push_back(options.signature_algorithm);
  for (const std::string& name : macs) {
    if (find_algorithm(name) != nullptr) continue;
    return invalid(name, "inter.worker.signature.algorithm", fmt::format("Algorithm {} not available", name));
  }
  if (!contains(options.verification_algorithms, options.signature_algorithm)) {
    return invalid(options.signature_algorithm, "inter.worker.signature.algorithm",
                   "Signature algorithm must be present in inter.worker.verification.algorithms list");
  }
  return {};
}

/// The key's age is measured once against the wall clock, then runs on a clock that does not jump.
void SessionKeys::adopt(const store::SessionKey& key) {
  const int64_t ttl = options_.ttl.count();
  const int64_t age = std::clamp<int64_t>(clock_.wall_ms() - key.created_ms, 0, ttl);
  key_ = key;
  due_ms_ = clock_.steady_ms() + ttl - age;
}

bool SessionKeys::is_due() const {
  if (!key_) return true;
  if (key_->algorithm != options_.generation_algorithm || key_->key.size() != key_bytes(options_))
    return true;
  return options_.ttl.count() > 0 && clock_.steady_ms() >= due_ms_;
}

store::SessionKey SessionKeys::make() const {
  return {random_.bytes(key_bytes(options_)), options_.generation_algorithm, clock_.wall_ms()};
}

std::optional<SessionKeys::Signature> SessionKeys::sign(std::string_view body) const {
  const MacAlgorithm* algorithm = find_algorithm(options_.signature_algorithm);
  if (!key_ || algorithm == nullptr) return std::nullopt;
  return Signature{encode_base64(mac(*algorithm, key_->key, body)), options_.signature_algorithm};
}

std::optional<RequestError> SessionKeys::refuse(const InternalRequest& request) const {
  const auto error = [](RequestProblem problem, std::string message) {
    return RequestError{problem, std::move(message), {}};
  };
  if (!request.algorithm || !request.signature) {
    return error(RequestProblem::kBadRequest, "Internal request missing required signature");
  }
  const MacAlgorithm* algorithm = find_algorithm(*request.algorithm);
  if (algorithm == nullptr) {
    return error(RequestProblem::kBadRequest, fmt::format("Algorithm {} not available", *request.algorithm));
  }
  const auto signature = decode_base64(*request.signature);
  if (!signature.ok()) return error(RequestProblem::kBadRequest, signature.error().message());
  if (!contains(options_.verification_algorithms, *request.algorithm)) {
    return error(RequestProblem::kBadRequest,
                 fmt::format("This worker does not support the '{}' key signing algorithm used by other "
                             "workers. This worker is currently configured to use: [{}]. Check that all "
                             "workers' configuration files permit the same set of signature algorithms, and "
                             "correct any misconfigured worker and restart it.",
                             *request.algorithm, fmt::join(options_.verification_algorithms, ", ")));
  }
  if (!key_) {
    return error(RequestProblem::kUnavailable,
                 "This worker is still starting up and has not been able to read a session key from the "
                 "config topic yet");
  }
  if (!are_equal(mac(*algorithm, key_->key, request.body), *signature)) {
    return error(RequestProblem::kForbidden, "Internal request contained invalid signature.");
  }
  return std::nullopt;
}

bool SessionKeys::is_signed(std::string_view body, const std::string& signature) const {
  const auto expected = sign(body);
  return expected && are_equal(expected->value, signature);
}

}  // namespace sluice::cluster
