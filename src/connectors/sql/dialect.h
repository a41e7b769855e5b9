#pragma once
// One database product: how its SQL is spelt and how it is spoken to. One file per dialect; everything else
// in this folder is written against this header. Dialects live for ever and are immutable; a connection and
// its cursors belong to one thread. Errors: kRetry when another try, perhaps on a new connection, may go well
// (locked, lost, deadlock); kClosed when the stop signal ended a wait; kFailed otherwise.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/sql/column.h"
#include "connectors/sql/instant.h"
#include "connectors/sql/row_plan.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

struct ConnectionOptions {
  std::string url;  // JDBC form
  std::optional<std::string> user;
  std::optional<std::string> password;
  sdk::Properties driver;  // "connection." keys that are not the connector's own
  std::string isolation;   // transaction.isolation.mode
};

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

/// A running query. At most one per connection.
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

class Connection {
 public:
  virtual ~Connection() = default;
  virtual Result<std::vector<TableId>> tables(const TablePattern& pattern) = 0;
  /// Columns of a table as declared. Error kind kFailed if there is no such table.
  virtual Result<std::vector<Column>> describe(const TableId& table) = 0;
  /// The database's clock.
  virtual Result<Instant> now() = 0;
  /// `from` is a table or a query in parentheses, `expression` what queries compare with times.
  virtual Result<TimeStorage> time_storage(const std::string& from, const std::string& expression) = 0;
  virtual Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                                size_t rows_at_a_time) = 0;
  /// False after an error that a new connection may heal.
  virtual bool usable() const = 0;
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  /// Java's class name without its package, as in dialect.name.
  virtual std::string_view name() const = 0;
  /// "sqlite" in "jdbc:sqlite:…".
  virtual std::string_view subprotocol() const = 0;
  /// What is wrong with a URL of this dialect, or nothing; for validation, without connecting.
  virtual Status check_url(std::string_view url) const = 0;
  /// Every wait ends when `stop` fires; `stop` outlives the connection.
  virtual Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                                      const StopSignal& stop) const = 0;

  virtual char quote_char() const { return '"'; }
  /// The n-th placeholder, from 1.
  virtual std::string placeholder(size_t number) const = 0;

  std::string quote(std::string_view identifier) const;
  /// Quoted parts joined by points.
  std::string quote(const TableId& table) const;
  /// Reads what quote() or a user wrote: parts in quotes or bare, one to three of them.
  TableId parse_table(std::string_view name) const;
};

const Dialect& sqlite_dialect();
const Dialect& postgres_dialect();

/// By `dialect_name` if given, else by the URL. Error kind kBadConfig says what to use instead for databases
/// without a dialect, and never repeats the URL's parameters.
Result<const Dialect*> find_dialect(std::string_view url, std::string_view dialect_name);
/// Names for dialect.name.
std::vector<std::string> dialect_names();

}  // namespace sluice::connectors::sql
