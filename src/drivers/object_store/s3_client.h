#pragma once
// One signed request to S3 at a time per thread, with retries; the operations are in s3_store.cc.
// Thread-safe.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "drivers/object_store/s3_signer.h"
#include "drivers/object_store/s3_store.h"
#include "net/http_client.h"

namespace sluice::object_store {

struct S3Request {
  std::string method;
  std::string key;  // empty: the bucket
  Pairs query;
  Pairs headers;  // names in lower case; signed
  BytesView body;
};

class S3Client {
 public:
  S3Client(S3Options options, const StopSignal* stop, const Clock& clock);

  /// The endpoint is an http or https URL.
  Status check_endpoint() const;
  /// The answer if it is a success (2xx), or of a status in `accepted`; else an error that names bucket, key,
  /// the server's code and message.
  Result<net::HttpResponse> send(const S3Request& request, std::initializer_list<int> accepted = {});

  const S3Options& options() const { return options_; }
  /// What a failed answer means; for answers that hide an error behind 200, too.
  Error error_of(const S3Request& request, const net::HttpResponse& response) const;
  std::string describe(std::string_view key) const;

 private:
  Result<net::HttpResponse> send_once(const S3Request& request);
  bool correct_clock(const net::HttpResponse& response);
  Status back_off(int attempt) const;
  std::string host() const;
  std::string path_of(const std::string& key) const;

  const S3Options options_;
  const StopSignal* const stop_;
  const Clock& clock_;
  net::HttpClient http_;
  std::string scheme_;
  std::string host_;       // with port, without bucket
  std::string base_path_;  // of the endpoint
  std::atomic<int64_t> clock_offset_ms_{0};
};

}  // namespace sluice::object_store
