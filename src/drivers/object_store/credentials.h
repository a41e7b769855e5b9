#pragma once
// Where the keys of S3 requests come from: given ones, the environment, the shared credentials file.
// More (web identity, instance metadata) belong behind the same function.

#include <string>

#include "base/result.h"

namespace sluice::object_store {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for long-lived keys
};

/// `given` if it is complete; else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN) unless a
/// profile is asked for; else `profile` (or AWS_PROFILE, or "default") in AWS_SHARED_CREDENTIALS_FILE (or
/// ~/.aws/credentials). Error kind kBadConfig says where was looked.
Result<Credentials> find_credentials(const Credentials& given, const std::string& profile);

/// The section [profile] of a credentials file's text; incomplete if it is not there.
Credentials parse_credentials_file(const std::string& text, const std::string& profile);

}  // namespace sluice::object_store
