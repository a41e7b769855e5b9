#include "net/token_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/shared_instance.h"
#include "net/basic_authorization.h"
#include "net/oauth_assertion.h"

namespace sluice::net {
namespace {

using nlohmann::json;

constexpr size_t kAnswerBytesMax = 1 << 20;
constexpr int kServerTrouble = 500;
constexpr int kTooMany = 429;

HttpOptions http_options(const OAuthOptions& options) {
  HttpOptions http;
  http.connect_timeout_ms = options.timeout_ms;
  http.total_timeout_ms = options.timeout_ms;
  http.response_bytes_max = kAnswerBytesMax;
  http.ca_pem = options.ca_pem;
  return http;
}

std::string basic(const OAuthOptions& options) {
  const auto part = [&](const std::string& text) {
    return options.url_encode_header ? percent_encode(text) : text;
  };
  return basic_authorization(part(options.client_id), part(options.client_secret));
}

Result<std::string> token_of(const std::string& answer) {
  const json body = json::parse(answer, nullptr, false);
  for (const char* name : {"access_token", "id_token"}) {
    if (body.is_object() && body.contains(name) && body[name].is_string())
      return body[name].get<std::string>();
  }
  return failed("The token endpoint's answer holds no access_token");
}

}  // namespace

TokenSource::TokenSource(OAuthOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random), http_(http_options(options_)) {}

Result<Token> TokenSource::token() {
  const std::lock_guard lock(mutex_);
  if (!token_ || clock_.wall_ms() >= renew_at_ms_) {
    auto fresh = fetch();
    // An old one that still holds is better than none.
    if (!fresh.ok() && (!token_ || clock_.wall_ms() >= token_->expires_ms)) return fresh.error();
    if (fresh.ok()) {
      token_ = std::move(fresh).value();
      const int64_t now = clock_.wall_ms();
      renew_at_ms_ = now + std::max<int64_t>(0, token_->expires_ms - now) / 5 * 4;
    }
  }
  return *token_;
}

Result<Token> TokenSource::fetch() {
  SLUICE_ASSIGN_OR_RETURN(std::string jwt, ask());
  SLUICE_ASSIGN_OR_RETURN(JwtClaims claims, read_claims(jwt));
  return Token{std::move(jwt), std::move(claims.subject), claims.expires_ms};
}

Result<std::string> TokenSource::ask() {
  if (options_.grant == Grant::kFile) {
    const std::ifstream in(options_.url);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return failed(fmt::format("The token file {} cannot be read", options_.url));
    std::string jwt = text.str();
    std::erase_if(jwt, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    return jwt;
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string body, request_body());
  HttpRequest request;
  request.method = "POST";
  request.url = options_.url;
  request.body = body;
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  if (options_.grant == Grant::kClientCredentials)
    request.headers.emplace_back("Authorization", basic(options_));
  SLUICE_ASSIGN_OR_RETURN(const HttpResponse response, http_.send(request));
  if (response.status == 200) return token_of(response.body);
  const std::string what = fmt::format("The token endpoint {} answered {}", options_.url, response.status);
  if (response.status >= kServerTrouble || response.status == kTooMany) return retriable(what);
  return failed(what);
}

Result<std::string> TokenSource::request_body() {
  std::string body = "grant_type=client_credentials";
  if (options_.grant == Grant::kJwtBearer) {
    SLUICE_ASSIGN_OR_RETURN(const std::string assertion, make_assertion(options_.assertion, clock_, random_));
    body = "grant_type=" + percent_encode("urn:ietf:params:oauth:grant-type:jwt-bearer") +
           "&assertion=" + percent_encode(assertion);
  }
  if (!options_.scope.empty()) body += "&scope=" + percent_encode(options_.scope);
  return body;
}

std::shared_ptr<TokenSource> shared_token_source(const OAuthOptions& options) {
  const AssertionOptions& assertion = options.assertion;
  const json settings{static_cast<int>(options.grant),
                      options.url,
                      options.client_id,
                      options.client_secret,
                      options.scope,
                      options.url_encode_header,
                      assertion.file,
                      assertion.private_key_file,
                      assertion.passphrase,
                      assertion.algorithm,
                      assertion.audience,
                      assertion.issuer,
                      assertion.subject,
                      assertion.lifetime_seconds,
                      assertion.not_before_seconds,
                      assertion.with_id,
                      options.extensions,
                      options.timeout_ms,
                      options.ca_pem};
  return shared_instance<TokenSource>(settings.dump(), [&] {
    return std::make_shared<TokenSource>(options, system_clock(), system_random());
  });
}

}  // namespace sluice::net
