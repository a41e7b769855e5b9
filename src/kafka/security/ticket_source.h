#pragma once
// Where this process has its Kerberos tickets for SASL GSSAPI: got with a keytab into a cache in memory and
// kept fresh there, or found in a ticket cache that somebody else fills. Shared by every client with the same
// settings. No program is run. Thread-safe.

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "kafka/security/kerberos_options.h"

namespace sluice::kafka::security {

/// When a ticket begins and ends, in milliseconds since 1970.
struct TicketLife {
  int64_t starts_ms = 0;
  int64_t ends_ms = 0;
};

class TicketSource {
 public:
  TicketSource(KerberosOptions options, const Clock& clock, Random& random);
  /// Waits for the login under way, if any; throws the tickets away.
  ~TicketSource();
  TicketSource(const TicketSource&) = delete;
  TicketSource& operator=(const TicketSource&) = delete;

  /// The name of a credential cache with a ticket that is good now; always the same name. Blocks while it
  /// logs in. Error kinds: kRetry when no key distribution centre can be reached, or when there has been a
  /// ticket before; else kFailed.
  Result<std::string> cache();
  const KerberosOptions& options() const { return options_; }

 private:
  struct Ticket {
    std::string cache;  // the name of the cache that holds it
    TicketLife life;
  };
  std::optional<std::string> held_cache();
  Status login();
  Result<Ticket> get_ticket();
  Result<Ticket> login_with_keytab();
  Result<Ticket> look_into_cache();
  int64_t renewal_of(const TicketLife& life);
  void keep_fresh();

  const KerberosOptions options_;
  const Clock& clock_;
  Random& random_;
  const std::string memory_cache_;
  std::mutex login_mutex_;      // taken before mutex_: one login at a time, which may take long
  bool has_logged_in_ = false;  // into memory_cache_; guarded by login_mutex_
  std::mutex mutex_;            // guards what follows
  std::condition_variable changed_;
  std::string cache_;  // empty: no ticket yet
  TicketLife life_;
  int64_t renew_at_ms_ = 0;
  bool stopping_ = false;
  std::thread renewer_;  // with a keytab, from the first ticket on
};

/// The one source of this process for these options.
std::shared_ptr<TicketSource> shared_ticket_source(const KerberosOptions& options);

/// Whether an error code of the Kerberos library may go away by itself: no key distribution centre answers.
bool is_passing_trouble(int32_t krb5_code);

/// From now on, GSSAPI on this thread takes its tickets from there. For libraries that cannot be told
/// otherwise.
Status use_cache_on_this_thread(const std::string& cache);

/// Cyrus SASL, which librdkafka logs in with, keeps GSSAPI in a package of its own. Error kind kBadConfig.
Status check_gssapi_plugin();

}  // namespace sluice::kafka::security
