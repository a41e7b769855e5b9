#include "drivers/object_store/s3_signer.h"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/check.h"
#include "net/http_client.h"

namespace sluice::object_store {
namespace {

std::string digest(BytesView bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm, nullptr);
  SLUICE_CHECK(done == 1, "OpenSSL has this digest");
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hmac(BytesView key, BytesView text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  unsigned int size = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &size);
  SLUICE_CHECK(done != nullptr, "OpenSSL has SHA-256");
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hex(BytesView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::string hex_sha256(BytesView bytes) { return hex(digest(bytes, EVP_sha256())); }

std::string base64_md5(BytesView bytes) { return base64(digest(bytes, EVP_md5())); }

std::string base64(BytesView bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return out;
}

std::string amz_date(int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text;
  const size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
  return {text.data(), size};
}

std::string canonical_query(const Pairs& query) {
  Pairs encoded;
  for (const auto& [name, value] : query)
    encoded.emplace_back(net::percent_encode(name), net::percent_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

std::string authorization(const SigningRequest& request, const SigningScope& scope,
                          const Credentials& credentials) {
  Pairs headers = request.headers;
  std::sort(headers.begin(), headers.end());
  std::string lines;
  std::string names;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", name, value);
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical = request.method + "\n" + request.path + "\n" + canonical_query(request.query) +
                                "\n" + lines + "\n" + names + "\n" + request.payload_hash;
  const std::string date_time = amz_date(scope.time_ms);
  const std::string date = date_time.substr(0, 8);
  const std::string where = date + "/" + scope.region + "/" + scope.service + "/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + date_time + "\n" + where + "\n" + hex_sha256(canonical);
  std::string key = hmac("AWS4" + credentials.secret_access_key, date);
  for (const std::string& part : {scope.region, scope.service, std::string("aws4_request")})
    key = hmac(key, part);
  return "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" + where +
         ",SignedHeaders=" + names + ",Signature=" + hex(hmac(key, to_sign));
}

}  // namespace sluice::object_store
