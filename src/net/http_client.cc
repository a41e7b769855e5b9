#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace sluice::net {
namespace {

constexpr size_t kIdleHandlesMax = 16;

/// libcurl wants to be initialised once, before any thread uses it.
void init_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// One request under way.
struct Exchange {
  const HttpOptions& options;
  BytesView body;
  BytesView to_send;
  HttpResponse response;
  bool too_large = false;
  std::optional<std::chrono::steady_clock::time_point> stop_seen{};
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

size_t on_header(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {  // a new answer: after 100 Continue or a proxy's
    exchange.response.headers.clear();
    return line.size();
  }
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    exchange.response.headers.emplace_back(lower(trimmed(line.substr(0, colon))),
                                           trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

size_t on_body(char* data, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.response.body.size() + size * count > exchange.options.response_bytes_max) {
    exchange.too_large = true;
    return 0;
  }
  exchange.response.body.append(data, size * count);
  return size * count;
}

size_t on_read(char* out, size_t size, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const size_t bytes = std::min(size * count, exchange.to_send.size());
  std::memcpy(out, exchange.to_send.data(), bytes);
  exchange.to_send.remove_prefix(bytes);
  return bytes;
}

/// Back to the start, when a reused connection turns out to be dead.
int on_seek(void* user, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (origin != SEEK_SET || offset < 0 || static_cast<size_t>(offset) > exchange.body.size())
    return CURL_SEEKFUNC_FAIL;
  exchange.to_send = exchange.body.substr(static_cast<size_t>(offset));
  return CURL_SEEKFUNC_OK;
}

/// Called at least once a second while a request runs.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.options.stop == nullptr || !exchange.options.stop->stop_requested()) return 0;
  const auto now = std::chrono::steady_clock::now();
  if (!exchange.stop_seen) exchange.stop_seen = now;
  return now - *exchange.stop_seen >= std::chrono::milliseconds(exchange.options.stop_grace_ms) ? 1 : 0;
}

/// Scheme, host and port only: paths and queries may hold secrets.
std::string place_of(const std::string& url) {
  const size_t scheme = url.find("://");
  const size_t start = scheme == std::string::npos ? 0 : scheme + 3;
  std::string host = url.substr(start, url.find_first_of("/?#", start) - start);
  if (const size_t at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  return scheme == std::string::npos ? host : host.insert(0, url, 0, start);
}

Error error_of(CURLcode code, const char* detail, const std::string& url) {
  const std::string text =
      fmt::format("{}: {}", place_of(url), *detail != '\0' ? detail : curl_easy_strerror(code));
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return closed("stopped while talking to " + place_of(url));
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return bad_config(text);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
      return failed(text);
    default:
      return retriable(text);
  }
}

class HeaderList {
 public:
  explicit HeaderList(const HttpHeaders& headers) {
    for (const auto& [name, value] : headers) add(fmt::format("{}: {}", name, value));
    add("Expect:");  // a round trip per request that no server of ours needs
  }
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  curl_slist* get() const { return list_; }

 private:
  void add(const std::string& line) {
    if (curl_slist* longer = curl_slist_append(list_, line.c_str()); longer != nullptr) list_ = longer;
  }
  curl_slist* list_ = nullptr;
};

}  // namespace

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

class HttpClient::Impl {
 public:
  explicit Impl(HttpOptions options) : options_(std::move(options)) { init_curl(); }
  ~Impl() {
    for (CURL* handle : idle_) curl_easy_cleanup(handle);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<HttpResponse> send(const HttpRequest& request) {
    CURL* handle = take_handle();
    if (handle == nullptr) return failed("libcurl could not be initialised");
    Exchange exchange{options_, request.body, request.body, {}};
    char detail[CURL_ERROR_SIZE] = "";
    const HeaderList headers(request.headers);
    set_common(handle, exchange, detail);
    set_request(handle, request, headers);
    const CURLcode code = curl_easy_perform(handle);
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    give_back(handle);
    if (exchange.too_large) {
      return failed(fmt::format("{}: the answer is larger than {} bytes", place_of(request.url),
                                options_.response_bytes_max));
    }
    if (code != CURLE_OK) return error_of(code, detail, request.url);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }

 private:
  CURL* take_handle() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return curl_easy_init();
    CURL* handle = idle_.back();
    idle_.pop_back();
    return handle;
  }

  /// A handle keeps its open connections for the next request.
  void give_back(CURL* handle) {
    curl_easy_reset(handle);
    std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleHandlesMax) {
      idle_.push_back(handle);
    } else {
      curl_easy_cleanup(handle);
    }
  }

  void set_common(CURL* handle, Exchange& exchange, char* detail) const {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, options_.user_agent.c_str());
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_ms));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout_ms));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>((options_.stall_timeout_ms + 999) / 1000));
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &on_read);
    curl_easy_setopt(handle, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, &on_seek);
    curl_easy_setopt(handle, CURLOPT_SEEKDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, options_.verify_tls ? 1L : 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, options_.verify_tls && options_.verify_host ? 2L : 0L);
    if (!options_.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    set_blob(handle, CURLOPT_CAINFO_BLOB, options_.ca_pem);
    set_blob(handle, CURLOPT_SSLCERT_BLOB, options_.certificate_pem);
    set_blob(handle, CURLOPT_SSLKEY_BLOB, options_.key_pem);
    if (!options_.key_password.empty())
      curl_easy_setopt(handle, CURLOPT_KEYPASSWD, options_.key_password.c_str());
    if (options_.proxy_url.empty()) return;
    curl_easy_setopt(handle, CURLOPT_PROXY, options_.proxy_url.c_str());
    if (options_.proxy_user.empty()) return;
    curl_easy_setopt(handle, CURLOPT_PROXYUSERNAME, options_.proxy_user.c_str());
    curl_easy_setopt(handle, CURLOPT_PROXYPASSWORD, options_.proxy_password.c_str());
  }

  static void set_blob(CURL* handle, CURLoption option, const std::string& pem) {
    if (pem.empty()) return;
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(handle, option, &blob);
  }

  static void set_request(CURL* handle, const HttpRequest& request, const HeaderList& headers) {
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // keys may hold "..": the server's business
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    if (request.total_timeout_ms > 0)
      curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout_ms));
    if (request.method == "HEAD") {
      curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
      return;
    }
    const bool has_body = !is_null(request.body) || request.method == "PUT" || request.method == "POST";
    if (has_body) {
      curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  const HttpOptions options_;
  std::mutex mutex_;
  std::vector<CURL*> idle_;
};

HttpClient::HttpClient(HttpOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request) { return impl_->send(request); }

std::string percent_encode(std::string_view text, bool keep_slashes) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' ||
                       c == '~' || (keep_slashes && c == '/');
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace sluice::net
