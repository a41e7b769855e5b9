#pragma once
// Objects in a bucket of Amazon S3 or a store that speaks its protocol. Requests are signed here
// (s3_signer.h) and go through net/http_client.h. 5xx, 429, timeouts, resets and a wrong clock are tried
// again with exponential backoff and full jitter; a wrong clock is corrected by the server's.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/stop_signal.h"
#include "drivers/object_store/credentials.h"
#include "drivers/object_store/object_store.h"

namespace sluice::object_store {

struct S3Options {
  std::string bucket;
  std::string endpoint;  // empty: Amazon's for the region
  std::string region = "us-east-1";
  bool path_style = true;
  Credentials credentials;
  int retries = 3;
  int64_t retry_backoff_ms = 200;
  int64_t retry_backoff_max_ms = 20'000;
  std::string proxy_url;
  std::string proxy_user;
  std::string proxy_password;
  std::string storage_class;
  std::string canned_acl;
  std::string sse_algorithm;  // AES256 or aws:kms
  std::string sse_kms_key_id;
  std::string sse_customer_key;  // 32 bytes, for SSE-C
  std::vector<std::pair<std::string, std::string>> tags;
  bool send_digest = false;
  /// How long a request may go on once the stop signal has fired.
  int64_t stop_grace_ms = 0;
};

/// `stop` and `clock` outlive the store; `stop` may be null. Error kind kBadConfig: the endpoint is no URL.
Result<std::unique_ptr<ObjectStore>> open_s3_store(S3Options options, const StopSignal* stop,
                                                   const Clock& clock = system_clock());

}  // namespace sluice::object_store
