#include "kafka/security/ticket_source.h"

#include <fmt/core.h>
#include <gssapi/gssapi_krb5.h>
#include <sasl/sasl.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/shared_instance.h"
#include "kafka/security/krb5_handles.h"

namespace sluice::kafka::security {
namespace {

constexpr int64_t kMillisPerSecond = 1'000;
// So often it is looked whether a ticket has grown old: the wall clock may jump.
constexpr std::chrono::seconds kLook{1};

// Seconds since 1970, kept in 32 bits without a sign since 2038 came into sight.
int64_t to_ms(krb5_timestamp time) { return int64_t{static_cast<uint32_t>(time)} * kMillisPerSecond; }

TicketLife life_of(const krb5_creds& creds) {
  const krb5_ticket_times& times = creds.times;
  return {to_ms(times.starttime != 0 ? times.starttime : times.authtime), to_ms(times.endtime)};
}

std::string new_cache_name() {
  static std::atomic<uint64_t> count{0};
  return fmt::format("MEMORY:sluice-{}", ++count);
}

Error login_failed(const Krb5Context& context, krb5_error_code code, std::string_view what) {
  const std::string text = fmt::format("{}: {}", what, context.text(code));
  return (is_passing_trouble(code) ? retriable(text) : failed(text))
      .as_java("org.apache.kafka.common.errors.SaslAuthenticationException");
}

// The ticket that gets tickets, in any realm.
bool is_ticket_granting(krb5_context context, const krb5_creds& creds) {
  if (krb5_is_config_principal(context, creds.server) != 0 || creds.server->length == 0) return false;
  const krb5_data& first = creds.server->data[0];
  return std::string_view(first.data, first.length) == KRB5_TGS_NAME;
}

using Credentials = std::vector<std::unique_ptr<Krb5Creds>>;

// Those that get tickets.
Credentials ticket_granting_ones(const Krb5Context& context, krb5_ccache cache) {
  Credentials all;
  krb5_cc_cursor cursor{};
  if (krb5_cc_start_seq_get(context.get(), cache, &cursor) != 0) return all;
  while (true) {
    auto creds = std::make_unique<Krb5Creds>(context);
    if (krb5_cc_next_cred(context.get(), cache, &cursor, creds->get()) != 0) break;
    if (is_ticket_granting(context.get(), *creds->get())) all.push_back(std::move(creds));
  }
  krb5_cc_end_seq_get(context.get(), cache, &cursor);
  return all;
}

TicketLife last_ticket_in(const Krb5Context& context, krb5_ccache cache) {
  TicketLife last;
  for (const auto& creds : ticket_granting_ones(context, cache)) {
    const TicketLife life = life_of(*creds->get());
    if (life.ends_ms > last.ends_ms) last = life;
  }
  return last;
}

// A cache that is in use is never empty, or a client that logs in meanwhile would find nothing: the new
// ticket goes in before the old one goes, which the library would prefer. Services' tickets that have ended
// stay; nobody minds them.
krb5_error_code store(const Krb5Context& context, const std::string& name, krb5_principal owner,
                      krb5_creds* creds) {
  Krb5Cache cache(context);
  krb5_error_code code = krb5_cc_resolve(context.get(), name.c_str(), cache.out());
  if (code != 0) return code;
  Krb5Principal present(context);
  if (krb5_cc_get_principal(context.get(), cache.get(), present.out()) != 0)
    code = krb5_cc_initialize(context.get(), cache.get(), owner);
  if (code != 0) return code;
  const Credentials old_ones = ticket_granting_ones(context, cache.get());
  code = krb5_cc_store_cred(context.get(), cache.get(), creds);
  for (const auto& old : old_ones) {
    const bool is_same = std::memcmp(&old->get()->times, &creds->times, sizeof creds->times) == 0;
    if (code == 0 && !is_same)
      code = krb5_cc_remove_cred(context.get(), cache.get(), KRB5_TC_MATCH_TIMES_EXACT, old->get());
  }
  return code;
}

void destroy_cache(const std::string& name) {
  const Krb5Context context;
  if (context.code() != 0) return;
  Krb5Cache cache(context);
  if (krb5_cc_resolve(context.get(), name.c_str(), cache.out()) != 0) return;
  krb5_cc_destroy(context.get(), cache.release());
}

// The library would ask a key distribution centre first, and blame that.
krb5_error_code find_key(const Krb5Context& context, krb5_keytab keytab, krb5_principal principal) {
  krb5_keytab_entry entry{};
  const krb5_error_code code = krb5_kt_get_entry(context.get(), keytab, principal, 0, 0, &entry);
  if (code == 0) krb5_free_keytab_entry_contents(context.get(), &entry);
  return code;
}

bool has_gssapi_plugin() {
  // Counted: librdkafka's own call and this one do not disturb each other.
  if (sasl_client_init(nullptr) != SASL_OK) return false;
  for (const char** name = sasl_global_listmech(); name != nullptr && *name != nullptr; ++name) {
    if (std::string_view(*name) == "GSSAPI") return true;
  }
  return false;
}

}  // namespace

TicketSource::TicketSource(KerberosOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random), memory_cache_(new_cache_name()) {}

TicketSource::~TicketSource() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (renewer_.joinable()) renewer_.join();
  if (has_logged_in_) destroy_cache(memory_cache_);
}

Result<std::string> TicketSource::cache() {
  if (auto held = held_cache()) return *held;
  const std::lock_guard login_lock(login_mutex_);
  if (auto held = held_cache()) return *held;  // another thread has logged in meanwhile
  SLUICE_RETURN_IF_ERROR(login());
  const std::lock_guard lock(mutex_);
  return cache_;
}

std::optional<std::string> TicketSource::held_cache() {
  const std::lock_guard lock(mutex_);
  if (cache_.empty() || clock_.wall_ms() >= life_.ends_ms) return std::nullopt;
  return cache_;
}

// With login_mutex_ held, and not mutex_: whoever needs a ticket that is still good does not wait.
Status TicketSource::login() {
  const Result<Ticket> ticket = get_ticket();
  const std::lock_guard lock(mutex_);
  if (!ticket.ok()) {
    renew_at_ms_ = clock_.wall_ms() + options_.relogin_ms;
    // Whoever got a ticket once will get one again.
    return cache_.empty() ? ticket.error() : retriable(ticket.error().message());
  }
  cache_ = ticket->cache;
  life_ = ticket->life;
  renew_at_ms_ = renewal_of(life_);
  if (cache_ == memory_cache_ && !renewer_.joinable()) renewer_ = std::thread([this] { keep_fresh(); });
  return {};
}

Result<TicketSource::Ticket> TicketSource::get_ticket() {
  if (!options_.use_keytab) return look_into_cache();
  Result<Ticket> ticket = login_with_keytab();
  // With both, Java begins with the cache. Both are of the same principal, but a cache would end, and the
  // clients' connections would have to learn of another one.
  if (ticket.ok() || !options_.use_ticket_cache || has_logged_in_) return ticket;
  Result<Ticket> found = look_into_cache();
  return found.ok() ? found : ticket;
}

Result<TicketSource::Ticket> TicketSource::login_with_keytab() {
  const std::string what =
      fmt::format("Kerberos login of {} with {} failed", options_.principal,
                  options_.keytab.empty() ? "the default keytab" : "keytab " + options_.keytab);
  const Krb5Context context;
  if (context.code() != 0) return login_failed(context, context.code(), what);
  Krb5Principal principal(context);
  Krb5Keytab keytab(context);
  Krb5Creds creds(context);
  krb5_error_code code = krb5_parse_name(context.get(), options_.principal.c_str(), principal.out());
  if (code == 0) {
    code = options_.keytab.empty()
               ? krb5_kt_default(context.get(), keytab.out())
               : krb5_kt_resolve(context.get(), ("FILE:" + options_.keytab).c_str(), keytab.out());
  }
  if (code == 0) code = find_key(context, keytab.get(), principal.get());
  if (code == 0) {
    code = krb5_get_init_creds_keytab(context.get(), creds.get(), principal.get(), keytab.get(), 0, nullptr,
                                      nullptr);
  }
  if (code == 0) code = store(context, memory_cache_, principal.get(), creds.get());
  if (code != 0) return login_failed(context, code, what);
  has_logged_in_ = true;
  return Ticket{memory_cache_, life_of(*creds.get())};
}

Result<TicketSource::Ticket> TicketSource::look_into_cache() {
  const Krb5Context context;
  const std::string name = options_.ticket_cache.empty() ? "" : "FILE:" + options_.ticket_cache;
  const std::string what = fmt::format("Kerberos ticket cache {}", name.empty() ? "of this process" : name);
  if (context.code() != 0) return login_failed(context, context.code(), what);
  Krb5Cache cache(context);
  Krb5Principal owner(context);
  Krb5Name owner_name(context);
  krb5_error_code code = name.empty() ? krb5_cc_default(context.get(), cache.out())
                                      : krb5_cc_resolve(context.get(), name.c_str(), cache.out());
  if (code == 0) code = krb5_cc_get_principal(context.get(), cache.get(), owner.out());
  if (code == 0) code = krb5_unparse_name(context.get(), owner.get(), owner_name.out());
  if (code != 0) return login_failed(context, code, what);
  if (!options_.principal.empty()) {
    Krb5Principal wanted(context);
    code = krb5_parse_name(context.get(), options_.principal.c_str(), wanted.out());
    if (code != 0) return login_failed(context, code, what);
    if (krb5_principal_compare(context.get(), wanted.get(), owner.get()) == 0)
      return failed(fmt::format("{} belongs to {}, not to {}", what, owner_name.get(), options_.principal));
  }
  const TicketLife life = last_ticket_in(context, cache.get());
  if (life.ends_ms <= clock_.wall_ms())
    return failed(fmt::format("{} holds no valid ticket: run kinit for {}", what, owner_name.get()));
  Krb5Name full_name(context);
  code = krb5_cc_get_full_name(context.get(), cache.get(), full_name.out());
  if (code != 0) return login_failed(context, code, what);
  return Ticket{full_name.get(), life};
}

int64_t TicketSource::renewal_of(const TicketLife& life) {
  const double share = options_.renew_share + options_.renew_jitter * random_.fraction();
  const int64_t planned =
      life.starts_ms + static_cast<int64_t>(static_cast<double>(life.ends_ms - life.starts_ms) * share);
  const int64_t not_before = clock_.wall_ms() + options_.relogin_ms;
  return not_before < life.ends_ms ? std::max(planned, not_before) : planned;
}

void TicketSource::keep_fresh() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kLook, [this] { return stopping_; })) {
    if (clock_.wall_ms() < renew_at_ms_) continue;
    lock.unlock();
    {
      const std::lock_guard login_lock(login_mutex_);
      const Status renewed = login();
      if (!renewed.ok()) log::warn("{}; tried again later", renewed.error().message());
    }
    lock.lock();
  }
}

std::shared_ptr<TicketSource> shared_ticket_source(const KerberosOptions& options) {
  const nlohmann::json settings{options.service_name, options.principal,        options.use_keytab,
                                options.keytab,       options.use_ticket_cache, options.ticket_cache,
                                options.renew_share,  options.renew_jitter,     options.relogin_ms};
  return shared_instance<TicketSource>(settings.dump(), [&] {
    return std::make_shared<TicketSource>(options, system_clock(), system_random());
  });
}

bool is_passing_trouble(int32_t krb5_code) {
  return krb5_code == KRB5_KDC_UNREACH || krb5_code == KRB5_REALM_CANT_RESOLVE ||
         krb5_code == KRB5KDC_ERR_SVC_UNAVAILABLE;
}

Status use_cache_on_this_thread(const std::string& cache) {
  OM_uint32 minor = 0;
  if (gss_krb5_ccache_name(&minor, cache.c_str(), nullptr) == GSS_S_COMPLETE) return {};
  return failed(fmt::format("The Kerberos library does not take the ticket cache {}", cache));
}

Status check_gssapi_plugin() {
  static const bool is_there = has_gssapi_plugin();
  if (is_there) return {};
  return bad_config(
      "Invalid value GSSAPI for configuration sasl.mechanism: libsasl2 has no plugin for it; install "
      "the package libsasl2-modules-gssapi-mit (Debian, Ubuntu) or cyrus-sasl-gssapi");
}

}  // namespace sluice::kafka::security
