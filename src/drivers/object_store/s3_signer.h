#pragma once
// Signature Version 4 of Amazon's APIs. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "drivers/object_store/credentials.h"

namespace sluice::object_store {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct SigningRequest {
  std::string method;
  std::string path;          // percent-encoded
  Pairs query;               // not encoded
  Pairs headers;             // names in lower case, with host; all of them are signed
  std::string payload_hash;  // hex SHA-256 of the body
};

struct SigningScope {
  std::string region;
  std::string service = "s3";
  int64_t time_ms = 0;
};

std::string hex_sha256(BytesView bytes);
std::string base64_md5(BytesView bytes);
std::string base64(BytesView bytes);

/// "20130524T000000Z".
std::string amz_date(int64_t time_ms);
/// Sorted by name, encoded: what goes into the URL and into the signature.
std::string canonical_query(const Pairs& query);
/// The value of the Authorization header.
std::string authorization(const SigningRequest& request, const SigningScope& scope,
                          const Credentials& credentials);

}  // namespace sluice::object_store
