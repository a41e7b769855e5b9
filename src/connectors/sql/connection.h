#pragma once
// A session with a database, by which the source reads and the sink writes. One folder per way of speaking to
// databases (postgres, mariadb, sqlite, odbc) implements it; everything else is written against this header.
// A connection, its cursors and its writers belong to one thread.
//
// Errors: kRetry when another try, perhaps on a new connection, may go well (locked, lost, deadlock);
// kBadRecord when the database refuses what a row holds (a constraint, a value out of range), so that others
// may go well; kClosed when the stop signal ended a wait; kFailed otherwise. A message says what was being
// done, what the database said and what to do about it.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "connectors/sql/column.h"
#include "connectors/sql/dialect.h"
#include "connectors/sql/instant.h"
#include "connectors/sql/row_plan.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

/// How a database keeps the times of one column expression; made by Connection::time_storage for its own use.
struct TimeStorage {
  char kind = 'n';  // 'n': as a native type, or not known yet
  char separator = ' ';
  int digits = 0;
  bool zulu = false;
};

struct TimeParameter {
  Instant utc;
  TimeStorage storage;
  bool upper_bound = false;
};
using Parameter = std::variant<int64_t, TimeParameter>;

/// SQL with the dialect's placeholders and what stands for them.
struct Statement {
  std::string sql;
  std::vector<Parameter> parameters;
  std::string subject;  // "table orders", for messages
};

struct Row {
  const sdk::StructNode* value = nullptr;
  Instant timestamp;
  bool has_timestamp = false;
};

enum class ReadOutcome : uint8_t {
  kMore,
  kMoreOfGroup,  // of the last row's time: the group was too large to be kept whole
  kFinished,
  kColumnsChanged,  // a value asks for another type: plan() anew from columns(), then read on
};

/// What a batch may take up for the sake of a whole group.
inline constexpr size_t kGroupBytesMax = size_t{256} << 20;

/// A running query. At most one per connection; nothing else runs on the connection meanwhile.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual const std::vector<Column>& columns() const = 0;
  /// Must come before the first read(); the plan is kept.
  virtual Status plan(RowPlanPtr plan) = 0;
  /// Appends up to `rows_max` rows; what they hold lives in the arena or is kept by it. With `whole_groups`
  /// it goes on beyond that while rows have the time of the last one, so that no group of equal times is
  /// torn, up to kGroupBytesMax.
  virtual Result<ReadOutcome> read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                                   std::vector<Row>& rows) = 0;
};

/// What stands for a placeholder of a statement outside the record path; monostate: null.
using Scalar = std::variant<std::monostate, int64_t, std::string>;

struct Answer {
  std::vector<std::vector<std::optional<std::string>>> rows;  // cells as text
  int64_t affected = 0;                                       // rows that the statement changed
};

/// Writes rows of one shape to one table. Made by Connection::writer, dies before it.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  /// All rows, in the open transaction, in order; what they refer to may go when the call returns. Errors may
  /// come late, with a later write() or with finish(); after one, the transaction or the savepoint since
  /// the writer's first write() must be rolled back.
  virtual Status write(const RowBlock& rows) = 0;
  /// Comes after the last write() of a transaction, before anything else uses the connection: all rows have
  /// been taken by the database. The writer can then be used again.
  virtual Status finish() { return {}; }
};

class Connection {
 public:
  virtual ~Connection() = default;
  virtual const Dialect& dialect() const = 0;
  /// False after an error that a new connection may heal.
  virtual bool usable() const = 0;

  virtual Result<std::vector<TableId>> tables(const TablePattern& pattern) = 0;
  /// A table as declared; without columns if there is none. The name's empty parts are the session's default.
  virtual Result<TableShape> describe(const TableId& table) = 0;
  /// The database's clock.
  virtual Result<Instant> now() = 0;

  // --- the source
  /// `from` is a table or a query in parentheses, `expression` what queries compare with times.
  virtual Result<TimeStorage> time_storage(const std::string&, const std::string&) { return TimeStorage{}; }
  virtual Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                                size_t rows_at_a_time) = 0;
  /// Names of the transactions that run now, but for this session's own, in order; a name never comes again.
  /// Nothing where the database, or this user's rights, do not tell.
  virtual Result<std::optional<std::vector<std::string>>> running_transactions() {
    return std::optional<std::vector<std::string>>();
  }

  // --- the sink
  /// One statement with the dialect's placeholders; `what` says what it does, e.g. "create table orders".
  virtual Result<Answer> execute(const std::string& sql, std::span<const Scalar> parameters,
                                 std::string_view what) = 0;
  /// Until begin() each statement is a transaction of its own.
  virtual Status begin() = 0;
  virtual Status commit() = 0;
  /// Also after an error; a connection that cannot is not usable() any more.
  virtual void rollback() = 0;
  /// Names this session so that another one can end it; empty where that cannot be.
  virtual Result<std::string> session() { return std::string(); }
  /// Ends a session of that name, whatever it is doing; none of that name is no error.
  virtual Status end_session(const std::string&) { return {}; }
  virtual Result<std::unique_ptr<RowWriter>> writer(TableWrite write, const WriteOptions& options) = 0;
};

}  // namespace sluice::connectors::sql
