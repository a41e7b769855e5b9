#pragma once
// A session with a MySQL or MariaDB server by libmariadb, in its non-blocking
// form: every call that may wait is run by await(), which listens to the stop
// signal meanwhile. One thread.

#include <mysql.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/stop_signal.h"
#include "drivers/mysql/target.h"

namespace sluice::mysql {

struct Closer {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
using Handle = std::unique_ptr<MYSQL, Closer>;
using ResultPtr = std::unique_ptr<MYSQL_RES, Closer>;
/// Must go before its session does, and when no result is left unread.
using StatementPtr = std::unique_ptr<MYSQL_STMT, Closer>;

class Session {
 public:
  /// Tries the hosts in turn. Error kinds as a driver's connect(). `stop`
  /// outlives the client.
  static Result<std::unique_ptr<Session>> open(const Target& target, const StopSignal& stop);
  ~Session() { abandon(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  MYSQL* handle() { return mysql_.get(); }
  bool usable() const { return usable_; }
  bool is_mariadb() const { return mariadb_; }
  const Target& target() const { return target_; }
  const StopSignal& stop() const { return stop_; }
  /// While set, a stop leaves what runs two seconds to end: what is being
  /// written when a task is told to stop is better finished than done again.
  void set_writing(bool writing) { writing_ = writing; }

  /// Runs `start()`, then `go_on(events)` until they return 0: mysql_…_start
  /// and mysql_…_cont of one call.
  template <typename Start, typename GoOn>
  Status await(Start start, GoOn go_on, std::string_view what) {
    return finish(start(), go_on, what);
  }
  /// The rest of a call that has returned `events`.
  template <typename GoOn>
  Status finish(int events, GoOn go_on, std::string_view what) {
    while (events != 0) {
      const Result<int> ready = wait(events, what);
      if (!ready.ok()) return ready.error();
      events = go_on(*ready);
    }
    return {};
  }

  /// The same until the server is at work; the rest, and the call's error, come
  /// with drain().
  template <typename Start, typename GoOn>
  Status send(Start start, GoOn go_on, std::function<Status()> ended, std::string what) {
    int events = start();
    while ((events & MYSQL_WAIT_WRITE) != 0) {
      const Result<int> ready = wait(events, what);
      if (!ready.ok()) return ready.error();
      events = go_on(*ready);
    }
    if (events == 0) return ended();
    pending_ = [this, events, go_on, ended = std::move(ended), what = std::move(what)]() -> Status {
      SLUICE_RETURN_IF_ERROR(finish(events, go_on, what));
      return ended();
    };
    return {};
  }
  /// Waits for what send() has left to come; every other call does so first.
  Status drain();

  /// A statement in text form without parameters; null for one without rows.
  Result<ResultPtr> query(const std::string& sql, std::string_view what);
  /// The same, but rows come one by one, by next_row(), and no others until there are no more.
  Result<ResultPtr> stream(const std::string& sql, std::string_view what);
  /// Null after the last row; a row lives until the next call.
  Result<MYSQL_ROW> next_row(MYSQL_RES* result, std::string_view what);
  Result<StatementPtr> prepare(const std::string& sql, std::string_view what);
  Status execute(MYSQL_STMT* statement, std::string_view what);

  Error error_of(std::string_view what) const;
  Error error_of(MYSQL_STMT* statement, std::string_view what) const;
  /// Ends the session in the midst of a result; the server is told to stop
  /// computing. Statements may be closed afterwards, nothing else.
  void break_off();
  /// Error kind kRetry: the session has ended.
  Status check_usable(std::string_view what) const;

 private:
  void abandon();
  Session(const Target& target, const StopSignal& stop) : target_(target), stop_(stop) {}
  Status start_query(const std::string& sql, std::string_view what);
  Status connect(const std::string& host, int port);
  Status set_options();
  Status set_session();
  void set_up_socket();
  void kill_query();
  Result<int> wait(int events, std::string_view what);
  Result<int> lost(std::string_view what, std::string_view why);
  Error make_error(unsigned code, std::string_view state, std::string_view text, std::string_view what) const;

  using Clock = std::chrono::steady_clock;

  const Target target_;
  const StopSignal& stop_;
  Handle mysql_;
  std::string host_;  // the one that answered
  int port_ = 0;
  std::optional<Clock::time_point> deadline_;  // of connecting
  bool connected_ = false;
  mutable bool usable_ = true;
  bool mariadb_ = true;
  bool writing_ = false;
  std::function<Status()> pending_;  // of send()
  bool suspended_ = false;           // in the midst of a call, which nothing can end any more
};

}  // namespace sluice::mysql
