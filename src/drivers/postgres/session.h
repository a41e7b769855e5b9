#pragma once
// A session with a PostgreSQL server by libpq that never waits without listening to its stop signal. One
// thread.
//
// Errors: kRetry when another try, perhaps on a new session, may go well; kBadRecord when the server refuses
// what a row holds; kClosed when the stop signal ended a wait; kFailed otherwise. A message says what was
// being done, what the server said and what to do about it.

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice::postgres {

struct Closer {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(char* memory) const { PQfreemem(memory); }
};
using ResultPtr = std::unique_ptr<PGresult, Closer>;

/// Parameters in text form; absent: null.
using Texts = std::vector<std::optional<std::string>>;

/// A cell of the result; null if SQL's null.
inline BytesView cell(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return kNullBytes;
  return {PQgetvalue(result, row, column), static_cast<size_t>(PQgetlength(result, row, column))};
}

/// The number that stands in a cell; 0 if none does.
template <typename T>
T number_of(BytesView text) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Where to connect to, and how.
struct Target {
  std::vector<std::pair<std::string, std::string>> keywords;  // libpq's; may hold a password
  int connect_timeout_s = 10;
  std::string place;  // "host:port/database", for messages
};

/// What the server says while a COPY is under way.
enum class CopyState : uint8_t { kData, kNothingYet, kEnd };

class Session {
 public:
  /// `stop` outlives the session.
  static Result<std::unique_ptr<Session>> connect(const Target& target, const StopSignal& stop);

  /// False after an error that a new session may heal.
  bool usable() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  /// As in server_version_num: 150018.
  int server_version() const { return PQserverVersion(connection_.get()); }
  int socket() const { return PQsocket(connection_.get()); }

  /// Runs one statement and waits for its end; `what` says what is being done, e.g. "read table orders".
  Result<ResultPtr> run(const std::string& sql, const Texts& parameters, bool binary, std::string_view what);
  /// One or more statements by the simple protocol, which is all that a replication connection understands.
  Result<ResultPtr> run_simple(const std::string& sql, std::string_view what);
  /// Ends an open transaction; a session that cannot is not usable any more.
  void end_transaction();

  /// While a transaction is being written, a wait goes on for two seconds after the stop signal: what is
  /// nearly done is better finished than done again.
  void set_writing(bool writing) { writing_ = writing; }

  // --- sending without waiting for answers
  /// Rows follow by send_copy(); nothing else runs until end_copy() or abort_copy().
  Status start_copy_in(const std::string& sql, std::string_view what);
  Status send_copy(BytesView bytes, std::string_view what);
  Status end_copy(std::string_view what);
  void abort_copy();
  /// Binary parameters of these types; end_statement() must follow before anything else runs.
  Status send_statement(const std::string& sql, const std::vector<uint32_t>& types,
                        const std::vector<std::string>& parameters, std::string_view what);
  Status end_statement(std::string_view what);

  // --- reading a COPY
  /// A COPY TO STDOUT or START_REPLICATION; read_copy() must be called until kEnd, or the session be given
  /// up.
  Status start_copy_out(const std::string& sql, std::string_view what);
  /// The next piece, which lives until the next call, waiting for it up to `wait_ms`; kEnd comes with the end
  /// of the statement. The stop signal ends a wait by kNothingYet.
  Result<CopyState> read_copy(int wait_ms, BytesView& piece, std::string_view what);
  /// Sends one piece upstream of a replication that is being read.
  Status send_copy_both(BytesView piece, std::string_view what);

 private:
  Session(std::unique_ptr<PGconn, Closer> connection, const StopSignal& stop)
      : connection_(std::move(connection)), stop_(stop) {}
  Result<ResultPtr> wait_for_result(std::string_view what);
  /// The first result of what was sent, the others dropped.
  Result<ResultPtr> finish_run(std::string_view what);
  /// Sends what libpq holds back, reading what comes meanwhile.
  Status flush(std::string_view what);
  void cancel();
  Error error_of(const PGresult* result, std::string_view what) const;

  std::unique_ptr<PGconn, Closer> connection_;
  const StopSignal& stop_;
  bool writing_ = false;
  std::unique_ptr<char, Closer> piece_;  // of read_copy()
};

/// The SQLSTATE that an error of a session carries; empty if it has none.
std::string_view sql_state(const Error& error);

/// Text as a literal or a name of SQL, quoted.
std::string quote_literal(std::string_view text);
std::string quote_name(std::string_view name);

}  // namespace sluice::postgres
