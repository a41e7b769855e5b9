#include "rest/access.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <utility>

#include "base/check.h"
#include "rest/basic_auth.h"
#include "rest/password_hash.h"
#include "rest/reply.h"

namespace sluice::rest {
namespace {

constexpr size_t kKeyBytes = 32;
constexpr size_t kVerifiedMax = 10'000;

std::string random_key() {
  std::string key(kKeyBytes, '\0');
  const int done = RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size()));
  SLUICE_CHECK(done == 1, "OpenSSL has random bytes");
  return key;
}

}  // namespace

Access::Access(Users users, bool names_scheme)
    : users_(std::move(users)), names_scheme_(names_scheme), key_(random_key()) {}

/// Java's answer: a bare text that calls itself JSON.
Access::Verdict Access::refused() const {
  net::ServerResponse response = json_reply(401, "User cannot access the resource.");
  if (names_scheme_) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Sluice\"");
  return {std::move(response), {}};
}

Access::Verdict Access::judge(const std::string& name, const User& user, Role needed) const {
  if (user.role >= needed) return {std::nullopt, name};
  return {error_reply(403, fmt::format("User {} has the role {}; this request needs {}", name,
                                       role_name(user.role), role_name(needed))),
          name};
}

std::string Access::digest_of(const Credentials& credentials) const {
  const std::string text = credentials.user + '\0' + credentials.password;
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return digest;
}

bool Access::verify(const Credentials& credentials, const User& user) {
  if (!verify_password(credentials.password, user.secret)) return false;
  std::lock_guard lock(mutex_);
  if (verified_.size() >= kVerifiedMax) verified_.clear();
  verified_.insert(digest_of(credentials));
  return true;
}

void Access::check(const net::ServerRequest& request, Role needed, const Done& done) {
  if (users_.lets_everybody_in) return done({});
  auto parsed = parse_basic_auth(request.header("authorization").value_or(""));
  if (!parsed.ok()) return done({error_reply(500, parsed.error().message()), {}});
  if (!*parsed) return done(refused());
  const Credentials credentials = **std::move(parsed);
  const auto found = users_.by_name.find(credentials.user);
  if (found == users_.by_name.end()) return done(refused());
  const User& user = found->second;
  if (!user.is_hashed) {
    const bool is_right = equal_secrets(credentials.password, user.secret);
    return done(is_right ? judge(credentials.user, user, needed) : refused());
  }
  {
    std::lock_guard lock(mutex_);
    if (verified_.contains(digest_of(credentials))) return done(judge(credentials.user, user, needed));
  }
  const bool is_taken = pool_.post([this, credentials, &user, needed, done] {
    done(verify(credentials, user) ? judge(credentials.user, user, needed) : refused());
  });
  if (!is_taken) done({error_reply(503, "too many passwords are being checked; try again"), {}});
}

}  // namespace sluice::rest
