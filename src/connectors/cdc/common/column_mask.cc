#include "connectors/cdc/common/column_mask.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>

#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Kind;
using sdk::Value;

/// Bytes that `text` takes if it is cut after `units` units of UTF-16, as Java counts.
size_t prefix_bytes(std::string_view text, size_t units) {
  size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const size_t wide = bytes == 4 ? 2 : 1;
    if (units < wide) break;
    units -= wide;
    at += bytes;
  }
  return std::min(at, text.size());
}

class Stars final : public ColumnMask {
 public:
  explicit Stars(int length) : stars_(static_cast<size_t>(length), '*') {}
  Value apply(const Value&, sdk::Arena& arena) const override { return Value::string(arena.copy(stars_)); }

 private:
  const std::string stars_;
};

class Truncation final : public ColumnMask {
 public:
  explicit Truncation(int length) : length_(static_cast<size_t>(length)) {}
  Value apply(const Value& value, sdk::Arena&) const override {
    if (value.kind() == Kind::kString) {
      const std::string_view text = value.as_string();
      return text.size() <= length_ ? value : Value::string(text.substr(0, prefix_bytes(text, length_)));
    }
    return value.kind() == Kind::kBytes ? Value::bytes(value.as_bytes().substr(0, length_)) : value;
  }

 private:
  const size_t length_;
};

const EVP_MD* digest_of(std::string name) {
  // Java: SHA-256, SHA-512/256, SHA3-256, MD5; OpenSSL: SHA256, SHA512-256, SHA3-256, MD5.
  if (name.starts_with("SHA-")) name.erase(3, 1);
  std::replace(name.begin(), name.end(), '/', '-');
  return EVP_get_digestbyname(name.c_str());
}

/// The text as Java's serialization writes a String: what the first version of Debezium's hash is taken of.
std::string java_serialized(std::string_view text) {
  std::string bytes("\xac\xed\x00\x05", 4);
  const bool is_long = text.size() > 0xffff;
  bytes += is_long ? '\x7c' : '\x74';
  for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) bytes += static_cast<char>(text.size() >> shift);
  return bytes.append(text);
}

class Hash final : public ColumnMask {
 public:
  Hash(const MaskRule& rule, int column_length)
      : digest_(digest_of(rule.algorithm)),
        salt_(rule.salt),
        serialized_(rule.kind == MaskRule::Kind::kHash),
        length_(column_length > 0 ? static_cast<size_t>(column_length) : std::string::npos) {}

  Value apply(const Value& value, sdk::Arena& arena) const override {
    if (value.kind() != Kind::kString) return Value::null();
    const std::string text(value.as_string());
    const std::string bytes = salt_ + (serialized_ ? java_serialized(text) : text);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), hash, &size, digest_, nullptr);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", hash[i]);
    return Value::string(arena.copy(std::string_view(hex).substr(0, length_)));
  }

 private:
  const EVP_MD* const digest_;
  const std::string salt_;
  const bool serialized_;
  const size_t length_;
};

}  // namespace

Status check_mask(const MaskRule& rule) {
  if (rule.algorithm.empty() || digest_of(rule.algorithm) != nullptr) return {};
  return bad_config(
      fmt::format("the hash algorithm {} is not known; use SHA-256 or another that "
                  "java.security.MessageDigest has",
                  rule.algorithm));
}

ColumnMaskPtr make_mask(const MaskRule& rule, bool is_text, int column_length) {
  switch (rule.kind) {
    case MaskRule::Kind::kStars:
      return is_text ? std::make_shared<Stars>(rule.length) : nullptr;
    case MaskRule::Kind::kHash:
    case MaskRule::Kind::kHashV2:
      return is_text ? std::make_shared<Hash>(rule, column_length) : nullptr;
    case MaskRule::Kind::kTruncate:
      return std::make_shared<Truncation>(rule.length);
  }
  return nullptr;
}

void tell_mask(const MaskRule& rule, int column_length, sdk::SchemaBuilder& schema) {
  if (rule.kind != MaskRule::Kind::kTruncate) {
    schema.parameter("masked", "true");
  } else if (column_length == kNoLength || column_length > rule.length) {
    schema.parameter("truncateLength", std::to_string(rule.length));
  }
}

}  // namespace sluice::connectors::cdc
