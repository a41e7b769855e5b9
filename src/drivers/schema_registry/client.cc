#include "drivers/schema_registry/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "drivers/schema_registry/schema_json.h"
#include "net/basic_authorization.h"

namespace sluice::schema_registry {
namespace {

using nlohmann::json;

constexpr const char* kMediaType = "application/vnd.schemaregistry.v1+json";
constexpr std::string_view kRestException =
    "io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException";
constexpr std::array kPassingStatuses{408, 429};
constexpr int kServerTrouble = 500;

bool passes(int status) {
  return status >= kServerTrouble || std::ranges::find(kPassingStatuses, status) != kPassingStatuses.end();
}

std::string with_subject(const std::string& path, const std::string& subject) {
  return subject.empty() ? path : path + "?subject=" + net::percent_encode(subject);
}

// As Confluent's clients word it: "Subject 'x' not found.; error code: 40401".
Error refusal(int status, int32_t code, const std::string& message) {
  const std::string text = fmt::format("{}; error code: {}", message, code);
  if (status == 401 || status == 403) {
    return bad_config("The schema registry does not let us in: " + text).as_java(kRestException);
  }
  return bad_record(text).as_java(kRestException);
}

}  // namespace

Client::Client(ClientOptions options, Random& random)
    : options_(std::move(options)), random_(random), http_(options_.http) {
  first_url_ = options_.randomize_first_url ? random_.number() % options_.urls.size() : 0;
}

Reply<RegisteredSchema> Client::by_id(int32_t id, const std::string& subject) {
  return ask<RegisteredSchema>({"GET", with_subject(fmt::format("/schemas/ids/{}", id), subject), {}},
                               [&](const json& body) {
                                 RegisteredSchema schema = registered_schema(body);
                                 schema.id = id;
                                 return schema;
                               });
}

Reply<RegisteredSchema> Client::by_guid(const std::string& guid) {
  return ask<RegisteredSchema>({"GET", "/schemas/guids/" + net::percent_encode(guid), {}},
                               [&](const json& body) {
                                 RegisteredSchema schema = registered_schema(body);
                                 schema.guid = guid;
                                 return schema;
                               });
}

Reply<RegisteredSchema> Client::latest(const std::string& subject) {
  return ask<RegisteredSchema>(
      {"GET", fmt::format("/subjects/{}/versions/latest", net::percent_encode(subject)), {}},
      registered_schema);
}

Reply<RegisteredSchema> Client::version(const std::string& subject, int32_t version) {
  // Deleted versions too: what refers to them must stay readable.
  return ask<RegisteredSchema>(
      {"GET",
       fmt::format("/subjects/{}/versions/{}?deleted=true", net::percent_encode(subject), version),
       {}},
      registered_schema);
}

Reply<RegisteredSchema> Client::latest_with_metadata(const std::string& subject,
                                                     const std::map<std::string, std::string>& properties) {
  std::string path = fmt::format("/subjects/{}/metadata", net::percent_encode(subject));
  char separator = '?';
  for (const auto& [key, value] : properties) {
    path += fmt::format("{}key={}&value={}", separator, net::percent_encode(key), net::percent_encode(value));
    separator = '&';
  }
  return ask<RegisteredSchema>({"GET", std::move(path), {}}, registered_schema);
}

Reply<RegisteredSchema> Client::look_up(const std::string& subject, const SchemaText& schema,
                                        bool normalize) {
  return ask<RegisteredSchema>(
      {"POST",
       fmt::format("/subjects/{}?normalize={}&deleted=false", net::percent_encode(subject), normalize),
       json_text(schema)},
      registered_schema);
}

Reply<RegisteredSchema> Client::add(const std::string& subject, const SchemaText& schema, bool normalize) {
  return ask<RegisteredSchema>(
      {"POST", fmt::format("/subjects/{}/versions?normalize={}", net::percent_encode(subject), normalize),
       json_text(schema)},
      [&](const json& body) {
        RegisteredSchema out = registered_schema(body);
        out.subject = subject;
        if (out.schema.text.empty()) out.schema = schema;
        return out;
      });
}

Reply<std::vector<SubjectVersion>> Client::places_of(int32_t id, const std::string& subject) {
  return ask<std::vector<SubjectVersion>>(
      {"GET", with_subject(fmt::format("/schemas/ids/{}/versions", id), subject), {}}, [](const json& body) {
        std::vector<SubjectVersion> places;
        for (const json& place : body) {
          places.push_back({text_member(place, "subject"), number_member(place, "version")});
        }
        return places;
      });
}

template <typename T, typename Parse>
Reply<T> Client::ask(const Call& call, const Parse& parse) {
  const Result<net::HttpResponse> response = send(call);
  if (!response.ok()) return {response.error()};
  const json body = json::parse(response->body, nullptr, false);
  if (response->status == 200) {
    if (body.is_object() || body.is_array()) return {parse(body)};
    return {
        retriable(fmt::format("The answer of {} is not JSON: is it the URL of a schema registry?", url()))};
  }
  // Without a body of its own it is not the registry that answers, but what stands before it.
  const bool is_registry = body.is_object() && body.contains("error_code");
  const int32_t code = is_registry ? number_member(body, "error_code") : response->status;
  const std::string message =
      is_registry ? text_member(body, "message") : fmt::format("HTTP status {}", response->status);
  const Error error =
      passes(response->status)
          ? retriable(fmt::format("{}; error code: {}", message, code)).as_java(kRestException)
          : refusal(response->status, code, message);
  return {error.with_context("Schema registry " + url()), code};
}

Result<net::HttpResponse> Client::send(const Call& call) {
  Result<net::HttpResponse> last = retriable("no schema registry was asked");
  for (int round = 0; round <= options_.max_retries; ++round) {
    if (round > 0) wait_before_retry(round);
    const size_t first = first_url_;
    for (size_t i = 0; i < options_.urls.size(); ++i) {
      const size_t index = (first + i) % options_.urls.size();
      last = send_once(options_.urls[index], call);
      if (last.ok() ? !passes(last->status) : last.error().kind() != ErrorKind::kRetry) {
        first_url_ = index;
        return last;
      }
    }
  }
  return last;
}

Result<net::HttpResponse> Client::send_once(const std::string& url, const Call& call) {
  net::HttpRequest request;
  request.method = call.method;
  request.url = url + call.path;
  request.headers = options_.headers;
  request.headers.emplace_back("Accept", fmt::format("{}, application/json", kMediaType));
  if (!call.body.empty()) {
    request.headers.emplace_back("Content-Type", kMediaType);
    request.body = call.body;
  }
  if (options_.bearer_token) {
    SLUICE_ASSIGN_OR_RETURN(const std::string token, options_.bearer_token());
    request.headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!options_.user.empty() || !options_.password.empty()) {
    request.headers.emplace_back("Authorization", net::basic_authorization(options_.user, options_.password));
  }
  return http_.send(request);
}

void Client::wait_before_retry(int retry) {
  const int doublings = std::min(retry - 1, 20);
  const int64_t longest = std::min(options_.retry_wait_max_ms, options_.retry_wait_ms << doublings);
  const auto wait = static_cast<int64_t>(random_.fraction() * static_cast<double>(longest));
  std::this_thread::sleep_for(std::chrono::milliseconds(wait));
}

}  // namespace sluice::schema_registry
