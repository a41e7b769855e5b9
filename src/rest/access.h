#pragma once
// Whether a request may go on. Passwords that were found right are remembered in memory (as a keyed digest),
// so that only the first request of a user costs a hash. Thread-safe.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "base/work_pool.h"
#include "net/http_server.h"
#include "rest/basic_auth.h"
#include "rest/users_file.h"

namespace sluice::rest {

class Access {
 public:
  struct Verdict {
    std::optional<net::ServerResponse> refusal;  // nothing: go on
    std::string user;
  };
  using Done = std::function<void(Verdict)>;

  /// `names_scheme`: refusals carry WWW-Authenticate, which Java's do not.
  Access(Users users, bool names_scheme);

  /// `done` comes at once or on a thread of the pool.
  void check(const net::ServerRequest& request, Role needed, const Done& done);

 private:
  Verdict refused() const;
  Verdict judge(const std::string& name, const User& user, Role needed) const;
  std::string digest_of(const Credentials& credentials) const;
  bool verify(const Credentials& credentials, const User& user);

  const Users users_;
  const bool names_scheme_;
  const std::string key_;  // of the digests; made at start
  std::mutex mutex_;
  std::unordered_set<std::string> verified_;
  WorkPool pool_{2, 256};
};

}  // namespace sluice::rest
