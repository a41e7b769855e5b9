#pragma once
// Calls of Confluent's schema registry protocol, one HTTP request each, blocking: on the caller's thread,
// with the retries of the options. Thread-safe. Nothing is cached here (see registry.h).

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "drivers/schema_registry/schema.h"
#include "net/http_client.h"

namespace sluice::schema_registry {

struct ClientOptions {
  std::vector<std::string> urls;  // tried in turn; at least one
  bool randomize_first_url = false;
  std::string user, password;  // basic authentication; both empty: none
  /// The token of bearer authentication, asked before each request; empty function: none.
  std::function<Result<std::string>()> bearer_token;
  net::HttpHeaders headers;  // sent with each request
  net::HttpOptions http;
  int max_retries = 3;
  int64_t retry_wait_ms =
      1'000;  // the longest before the first retry; doubles, and a random part of it is waited
  int64_t retry_wait_max_ms = 20'000;
};

/// What the registry said, or why it said nothing. Error kinds: kRetry: no registry can be reached, or they
/// are in trouble; kBadConfig: it does not let us in; kBadRecord: its answer is no, as `code` says.
template <typename T>
struct Reply {
  Result<T> result;
  int32_t code = 0;  // the registry's error code, e.g. 40403, 409; 0: none

  bool ok() const { return result.ok(); }
  /// The registry does not have it.
  bool is_missing() const { return code / 100 == 404; }
};

class Client {
 public:
  /// `random` outlives the client.
  Client(ClientOptions options, Random& random);

  // `subject` tells the registry in which context to look; may be empty.
  Reply<RegisteredSchema> by_id(int32_t id, const std::string& subject);
  Reply<RegisteredSchema> by_guid(const std::string& guid);
  Reply<RegisteredSchema> latest(const std::string& subject);
  Reply<RegisteredSchema> version(const std::string& subject, int32_t version);
  Reply<RegisteredSchema> latest_with_metadata(const std::string& subject,
                                               const std::map<std::string, std::string>& properties);
  /// The version under which the subject has this schema.
  Reply<RegisteredSchema> look_up(const std::string& subject, const SchemaText& schema, bool normalize);
  /// The same, adding it if need be; some registries tell no version.
  Reply<RegisteredSchema> add(const std::string& subject, const SchemaText& schema, bool normalize);
  /// Every place where the schema is known.
  Reply<std::vector<SubjectVersion>> places_of(int32_t id, const std::string& subject);

  /// The first URL, for messages.
  const std::string& url() const { return options_.urls.front(); }

 private:
  struct Call {
    const char* method = "GET";
    std::string path;  // with its query
    std::string body;
  };
  template <typename T, typename Parse>
  Reply<T> ask(const Call& call, const Parse& parse);
  Result<net::HttpResponse> send(const Call& call);
  Result<net::HttpResponse> send_once(const std::string& url, const Call& call);
  void wait_before_retry(int retry);

  const ClientOptions options_;
  Random& random_;
  net::HttpClient http_;
  std::atomic<size_t> first_url_;  // the one that answered last
};

}  // namespace sluice::schema_registry
