#include "store/config_store.h"

#include <functional>
#include <utility>

#include "store/config_records.h"
#include "store/config_state.h"

namespace sluice::store {
namespace {

using std::chrono::milliseconds;
using Done = ConfigStore::Done;
using Entries = std::vector<kafka::LogEntry>;

constexpr std::string_view kFencedWriteFailed =
    "Failed to write to config topic; this may be due to a transient error and the request can be safely "
    "retried";

class LogConfigStore final : public ConfigStore {
 public:
  LogConfigStore(ConfigStoreOptions options, kafka::Log& log, ConfigListener& listener)
      : options_(std::move(options)), log_(log), listener_(listener) {}

  const ConfigSnapshot& state() const override { return state_.snapshot(); }

  void consume(std::span<const kafka::LogRecord> records) override {
    for (const kafka::LogRecord& record : records) state_.apply(record, started_ ? &listener_ : nullptr);
  }

  void read_to_end(milliseconds timeout, Done done) override {
    log_.read_to_end(timeout, guarded([this, done = std::move(done)](const Status& status) {
                       started_ = started_ || status.ok();
                       done(status);
                     }));
  }

  void claim(Done done) override {
    if (!options_.transactional_id) return done({});
    log_.claim(*options_.transactional_id, options_.timeout, std::move(done));
  }

  void put_connector(const std::string& connector, const RawConfig& config, std::optional<TargetState> target,
                     Done done) override {
    Entries entries;
    if (target) entries.push_back(target_entry(connector, target));
    entries.push_back(connector_entry(connector, config));
    write_and_read("Error writing connector configuration to Kafka", std::move(entries), std::move(done));
  }

  void remove_connector(const std::string& connector, Done done) override {
    write_and_read("Error removing connector configuration from Kafka",
                   {connector_entry(connector, std::nullopt), target_entry(connector, std::nullopt)},
                   std::move(done));
  }

  void put_tasks(const std::string& connector, const std::vector<RawConfig>& tasks, Done done) override;

  void put_fenced_tasks(const std::string& connector, int32_t count, Done done) override {
    write_and_read("Error writing task count record to Kafka", {fencing_entry(connector, count)},
                   std::move(done));
  }

  void put_session_key(const SessionKey& key, Done done) override {
    write_and_read("Error writing session key to Kafka", {session_key_entry(key)}, std::move(done));
  }

  void put_restart(const RestartRequest& request, Done done) override {
    write_and_read("Error writing restart request for connector " + request.connector + " to Kafka",
                   {restart_entry(request)}, std::move(done));
  }

  void put_target(const std::string& connector, TargetState target, Done done) override {
    log_.append({target_entry(connector, target)}, options_.timeout,
                named("Error writing target state to Kafka", std::move(done)));
  }

  void put_logger_level(const std::string& logger, const std::string& level, Done done) override {
    log_.append({logger_entry(logger, level)}, options_.timeout,
                named("Error writing logger level to Kafka", std::move(done)));
  }

 private:
  /// What is left of one operation's time.
  class Deadline {
   public:
    Deadline(const Clock& clock, milliseconds timeout)
        : clock_(&clock), at_ms_(clock.steady_ms() + timeout.count()) {}
    milliseconds left() const { return milliseconds(std::max<int64_t>(at_ms_ - clock_->steady_ms(), 1)); }

   private:
    const Clock* clock_;
    int64_t at_ms_;
  };
  using Step = std::function<void()>;

  /// The log may answer when this store is gone already.
  Done guarded(Done done) {
    return [alive = std::weak_ptr<int>(alive_), done = std::move(done)](const Status& status) {
      if (!alive.expired()) done(status);
    };
  }

  static Done named(std::string what, Done done) {
    return [what = std::move(what), done = std::move(done)](const Status& status) {
      done(status.ok() ? status : status.error().wrap(status.error().kind(), what));
    };
  }

  /// `next` if all went well, else `done` with the error.
  Done then(Step next, Done done) {
    return guarded([next = std::move(next), done = std::move(done)](const Status& status) {
      status.ok() ? next() : done(status);
    });
  }

  void write_privileged(Entries entries, const Deadline& deadline, Done done) {
    if (!options_.transactional_id) return log_.append(std::move(entries), deadline.left(), std::move(done));
    log_.append_fenced(std::move(entries), deadline.left(),
                       named(std::string(kFencedWriteFailed), std::move(done)));
  }

  /// A failed transaction says so in its own words; everything else in the operation's.
  Done named_unless_fenced(std::string what, Done done) const {
    return options_.transactional_id ? std::move(done) : named(std::move(what), std::move(done));
  }

  void write_and_read(std::string what, Entries entries, Done done) {
    const Deadline deadline(*options_.clock, options_.timeout);
    const Done told = named_unless_fenced(std::move(what), std::move(done));
    write_privileged(std::move(entries), deadline,
                     then([this, deadline, told] { read_to_end(deadline.left(), told); }, told));
  }

  const ConfigStoreOptions options_;
  kafka::Log& log_;
  ConfigListener& listener_;
  ConfigState state_;
  bool started_ = false;
  const std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// Read, task records, read, commit record, read: as Java, so that a reader which stops in between never
/// sees a commit without its tasks.
void LogConfigStore::put_tasks(const std::string& connector, const std::vector<RawConfig>& tasks, Done done) {
  const Deadline deadline(*options_.clock, options_.timeout);
  const Done told = named_unless_fenced("Error writing task configurations to Kafka", std::move(done));
  Entries entries;
  for (size_t task = 0; task < tasks.size(); ++task) {
    entries.push_back(task_entry(connector, static_cast<int32_t>(task), tasks[task]));
  }
  const Step read_back = [this, deadline, told] { read_to_end(deadline.left(), told); };
  const Step commit = [this, deadline, told, read_back, connector,
                       count = static_cast<int32_t>(tasks.size())] {
    write_privileged({commit_entry(connector, count)}, deadline, then(read_back, told));
  };
  const Step write_tasks = [this, deadline, told, commit, entries = std::move(entries)] {
    if (entries.empty()) return commit();
    write_privileged(
        entries, deadline,
        then([this, deadline, told, commit] { read_to_end(deadline.left(), then(commit, told)); }, told));
  };
  read_to_end(deadline.left(), then(write_tasks, told));
}

}  // namespace

std::unique_ptr<ConfigStore> make_config_store(ConfigStoreOptions options, kafka::Log& log,
                                               ConfigListener& listener) {
  return std::make_unique<LogConfigStore>(std::move(options), log, listener);
}

}  // namespace sluice::store
