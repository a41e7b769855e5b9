#include "drivers/object_store/s3_client.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <random>
#include <thread>

#include "base/log.h"
#include "drivers/object_store/s3_xml.h"

namespace sluice::object_store {
namespace {

constexpr int64_t kClockSkewMs = 60'000;

net::HttpOptions http_options(const S3Options& options, const StopSignal* stop) {
  net::HttpOptions http;
  http.proxy_url = options.proxy_url;
  http.proxy_user = options.proxy_user;
  http.proxy_password = options.proxy_password;
  http.stop = stop;
  http.stop_grace_ms = options.stop_grace_ms;
  return http;
}

std::string code_of(const net::HttpResponse& response) { return xml_text(response.body, "Code"); }

bool may_pass(int status, const std::string& code) {
  return status >= 500 || status == 429 || status == 408 || code == "RequestTimeout" || code == "SlowDown" ||
         code == "InternalError" || code == "OperationAborted";
}

/// What to do about the codes that users meet.
std::string_view advice(const std::string& code, int status) {
  if (code == "NoSuchBucket") return "create the bucket, or correct its name";
  if (code == "AccessDenied" || code == "AllAccessDisabled")
    return "the credentials need the right to write there";
  if (code == "InvalidAccessKeyId") return "the access key id is unknown to the store";
  if (code == "SignatureDoesNotMatch") return "the secret access key is wrong, or a proxy changes requests";
  if (code == "ExpiredToken") return "the credentials have expired";
  if (code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed")
    return "correct s3.region or store.url";
  if (!code.empty()) return "";
  if (status == 403) return "the credentials are wrong or lack the right";
  if (status == 404) return "the bucket or the endpoint's path does not exist";
  return "";
}

}  // namespace

S3Client::S3Client(S3Options options, const StopSignal* stop, const Clock& clock)
    : options_(std::move(options)), stop_(stop), clock_(clock), http_(http_options(options_, stop)) {
  const std::string endpoint =
      options_.endpoint.empty() ? "https://s3." + options_.region + ".amazonaws.com" : options_.endpoint;
  const size_t scheme = endpoint.find("://");
  if (scheme == std::string::npos) return;
  scheme_ = endpoint.substr(0, scheme);
  const std::string rest = endpoint.substr(scheme + 3);
  const size_t slash = std::min(rest.find('/'), rest.size());
  host_ = rest.substr(0, slash);
  base_path_ = rest.substr(slash);
  while (base_path_.ends_with('/')) base_path_.pop_back();
}

Status S3Client::check_endpoint() const {
  if ((scheme_ == "http" || scheme_ == "https") && !host_.empty()) return {};
  return bad_config(fmt::format("The object store's endpoint must be an http:// or https:// URL, not {}",
                                options_.endpoint));
}

std::string S3Client::describe(std::string_view key) const {
  return fmt::format("s3://{}/{}", options_.bucket, key);
}

std::string S3Client::host() const { return options_.path_style ? host_ : options_.bucket + "." + host_; }

std::string S3Client::path_of(const std::string& key) const {
  std::string path = base_path_;
  if (options_.path_style) path += "/" + net::percent_encode(options_.bucket);
  path += "/" + net::percent_encode(key, true);
  if (key.empty() && path.size() > 1) path.pop_back();
  return path;
}

Result<net::HttpResponse> S3Client::send_once(const S3Request& request) {
  const int64_t now_ms = clock_.wall_ms() + clock_offset_ms_.load();
  SigningRequest signing{request.method, path_of(request.key), request.query, request.headers,
                         hex_sha256(request.body)};
  signing.headers.emplace_back("host", host());
  signing.headers.emplace_back("x-amz-content-sha256", signing.payload_hash);
  signing.headers.emplace_back("x-amz-date", amz_date(now_ms));
  const Credentials& credentials = options_.credentials;
  if (!credentials.session_token.empty()) {
    signing.headers.emplace_back("x-amz-security-token", credentials.session_token);
  }
  net::HttpRequest http;
  http.method = request.method;
  http.url = scheme_ + "://" + host() + signing.path;
  if (!request.query.empty()) http.url += "?" + canonical_query(request.query);
  for (const auto& header : signing.headers) {
    if (header.first != "host") http.headers.push_back(header);
  }
  http.headers.emplace_back("Authorization",
                            authorization(signing, {options_.region, "s3", now_ms}, credentials));
  http.body = request.body;
  return http_.send(http);
}

Result<net::HttpResponse> S3Client::send(const S3Request& request, std::initializer_list<int> accepted) {
  for (int attempt = 0;; ++attempt) {
    auto response = send_once(request);
    const bool is_last = attempt >= options_.retries;
    if (!response.ok()) {
      if (response.error().kind() != ErrorKind::kRetry)
        return response.error().with_context(describe(request.key));
      if (is_last) return response.error().with_context(describe(request.key));
    } else {
      const int status = response->status;
      if (status / 100 == 2 || std::find(accepted.begin(), accepted.end(), status) != accepted.end())
        return response;
      const bool again = may_pass(status, code_of(*response)) || correct_clock(*response);
      if (!again || is_last) return error_of(request, *response);
    }
    SLUICE_RETURN_IF_ERROR(back_off(attempt));
  }
}

Error S3Client::error_of(const S3Request& request, const net::HttpResponse& response) const {
  const std::string code = code_of(response);
  std::string text = fmt::format("{} {} answered {}", request.method, describe(request.key), response.status);
  if (!code.empty()) text += fmt::format(" {}: {}", code, xml_text(response.body, "Message"));
  if (const std::string_view hint = advice(code, response.status); !hint.empty())
    text += fmt::format(" ({})", hint);
  if (response.status == 412 || code == "PreconditionFailed")
    return already_exists_error(describe(request.key));
  return may_pass(response.status, code) ? retriable(text) : failed(text);
}

/// Takes over the server's time if that is why it refused.
bool S3Client::correct_clock(const net::HttpResponse& response) {
  const auto date = response.header("date");
  if (response.status != 403 || !date) return false;
  std::tm utc{};
  if (strptime(std::string(*date).c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc) == nullptr) return false;
  const int64_t server_ms = static_cast<int64_t>(timegm(&utc)) * 1000;
  const int64_t offset_ms = server_ms - clock_.wall_ms();
  if (std::llabs(offset_ms - clock_offset_ms_.load()) < kClockSkewMs) return false;
  log::warn("The clock differs from the object store's by {} s; using the store's", offset_ms / 1000);
  clock_offset_ms_.store(offset_ms);
  return true;
}

Status S3Client::back_off(int attempt) const {
  thread_local std::mt19937_64 random(std::random_device{}());
  const double exponential =
      static_cast<double>(options_.retry_backoff_ms) * std::pow(2.0, std::min(attempt, 30));
  const auto limit =
      static_cast<int64_t>(std::min(exponential, static_cast<double>(options_.retry_backoff_max_ms)));
  const std::chrono::milliseconds pause(
      std::uniform_int_distribution<int64_t>(0, std::max<int64_t>(limit, 0))(random));
  if (stop_ == nullptr) {
    std::this_thread::sleep_for(pause);
  } else if (stop_->wait_for(pause)) {
    return closed("stopped while waiting for the object store");
  }
  return {};
}

}  // namespace sluice::object_store
