#include "connectors/sql/mariadb/writer.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "connectors/sql/mariadb/column_buffer.h"
#include "connectors/sql/mariadb/dialect.h"

namespace sluice::connectors::sql {
namespace {

constexpr size_t kPlaceholdersMax = 65'535;
constexpr size_t kRowsPerStatementMax = 500;

/// What both ways share: columns in arrays, and blocks that fit a packet.
class MariaDbWriter : public RowWriter {
 public:
  MariaDbWriter(mysql::Session& client, std::vector<MariaDbColumnBuffer> columns,
                std::unique_ptr<WriteOptions> options, const TableWrite& write, size_t packet_bytes_max)
      : client_(client),
        columns_(std::move(columns)),
        options_(std::move(options)),
        what_(fmt::format("{} table {}", write.kind == WriteKind::kDelete ? "delete from" : "write to",
                          plain_name(write.table))),
        packet_bytes_max_(packet_bytes_max) {}
  ~MariaDbWriter() override { (void)client_.drain().ok(); }
  MariaDbWriter(const MariaDbWriter&) = delete;
  MariaDbWriter& operator=(const MariaDbWriter&) = delete;

  /// Returns as soon as the last block is on its way: the server works while
  /// the caller makes the next one.
  Status write(const RowBlock& rows) override {
    Status done;
    for (size_t first = 0; first < rows.rows() && done.ok();) {
      const Result<size_t> count = rows_that_fit(rows, first);
      done = count.ok() ? write_part(rows, first, *count) : Status(count.error());
      first += count.ok() ? *count : 0;
    }
    // An error must leave nothing on its way.
    if (!done.ok()) (void)client_.drain().ok();
    return done;
  }

  Status finish() override { return client_.drain(); }

 protected:
  virtual Status send(size_t rows) = 0;
  virtual size_t rows_max() const = 0;

  mysql::Session& client_;
  std::vector<MariaDbColumnBuffer> columns_;
  const std::unique_ptr<WriteOptions> options_;  // the columns'
  const std::string what_;

 private:
  Status write_part(const RowBlock& rows, size_t first, size_t count) {
    for (size_t i = 0; i < columns_.size(); ++i)
      SLUICE_RETURN_IF_ERROR(columns_[i].fill(rows, first, count, i));
    SLUICE_RETURN_IF_ERROR(client_.drain());
    SLUICE_RETURN_IF_ERROR(client_.check_usable(what_));
    return send(count);
  }

  /// The server would end the session at a packet that is too large for it.
  Result<size_t> rows_that_fit(const RowBlock& rows, size_t first) const {
    const size_t last = std::min(rows.rows(), first + rows_max());
    size_t bytes = 1024;  // of the statement and its types
    for (size_t row = first; row < last; ++row) {
      for (const sdk::Value& cell : rows.row(row)) bytes += MariaDbColumnBuffer::bytes_of(cell);
      if (bytes <= packet_bytes_max_) continue;
      if (row > first) return row - first;
      return bad_record(
          fmt::format("Cannot {}: a row takes about {} bytes, "
                      "and max_allowed_packet is {}; raise that",
                      what_, bytes, packet_bytes_max_));
    }
    return last - first;
  }

  const size_t packet_bytes_max_;
};

/// One statement for one row, and arrays for its placeholders.
class BulkWriter final : public MariaDbWriter {
 public:
  using MariaDbWriter::MariaDbWriter;
  Status prepare(const std::string& sql) {
    SLUICE_ASSIGN_OR_RETURN(statement_, client_.prepare(sql, what_));
    binds_.resize(columns_.size());
    return {};
  }
  ~BulkWriter() override { (void)client_.drain().ok(); }  // before the statement goes
  BulkWriter(const BulkWriter&) = delete;
  BulkWriter& operator=(const BulkWriter&) = delete;

 private:
  size_t rows_max() const override { return std::max<size_t>(options_->rows_per_statement, 1); }

  Status send(size_t rows) override {
    MYSQL_STMT* statement = statement_.get();
    const auto array_size = static_cast<unsigned>(rows);
    mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &array_size);
    for (size_t i = 0; i < columns_.size(); ++i) columns_[i].bind_all(binds_[i]);
    if (mysql_stmt_bind_param(statement, binds_.data()) != 0) return client_.error_of(statement, what_);
    return client_.send(
        [this, statement] { return mysql_stmt_execute_start(&failed_, statement); },
        [this, statement](int ready) { return mysql_stmt_execute_cont(&failed_, statement, ready); },
        [this, statement]() -> Status {
          return failed_ == 0 ? Status{} : client_.error_of(statement, what_);
        },
        what_);
  }

  mysql::StatementPtr statement_;
  std::vector<MYSQL_BIND> binds_;
  int failed_ = 0;
};

/// "(?,?),(?,?)"
std::string placeholders(size_t columns, size_t rows) {
  const std::vector<std::string_view> one(columns, "?");
  const std::vector<std::string> all(rows, fmt::format("({})", fmt::join(one, ",")));
  return fmt::format("{}", fmt::join(all, ","));
}

/// Statements for many rows at once; for one row where there is no such
/// statement.
class ManyRowsWriter final : public MariaDbWriter {
 public:
  ManyRowsWriter(mysql::Session& client, std::vector<MariaDbColumnBuffer> columns,
                 std::unique_ptr<WriteOptions> options, const TableWrite& write, size_t packet_bytes_max)
      : MariaDbWriter(client, std::move(columns), std::move(options), write, packet_bytes_max),
        write_(write),
        rows_max_(
            std::clamp<size_t>(std::min(options_->rows_per_statement, kPlaceholdersMax / columns_.size()), 1,
                               kRowsPerStatementMax)) {}

 private:
  size_t rows_max() const override { return rows_max_; }

  Status send(size_t rows) override {
    if (write_.kind != WriteKind::kUpdate) return run(0, rows, rows == rows_max_ ? full_ : rest_);
    for (size_t row = 0; row < rows; ++row) SLUICE_RETURN_IF_ERROR(run(row, 1, rest_));
    return {};
  }

  struct Prepared {
    mysql::StatementPtr statement;
    size_t rows = 0;
  };

  Status run(size_t first, size_t rows, Prepared& prepared) {
    if (prepared.rows != rows) {
      SLUICE_ASSIGN_OR_RETURN(prepared.statement, client_.prepare(sql_for(rows), what_));
      prepared.rows = rows;
    }
    binds_.resize(rows * columns_.size());
    for (size_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < columns_.size(); ++i)
        columns_[i].bind_row(first + row, binds_[row * columns_.size() + i]);
    }
    if (mysql_stmt_bind_param(prepared.statement.get(), binds_.data()) != 0)
      return client_.error_of(prepared.statement.get(), what_);
    return client_.execute(prepared.statement.get(), what_);
  }

  std::string sql_for(size_t rows) const {
    const Dialect& dialect = mysql_dialect();
    const bool quoted = options_->quote_identifiers;
    if (write_.kind == WriteKind::kUpdate) return dialect.update(write_, quoted);
    std::vector<std::string> names;
    for (const WriteColumn* column : write_.bound()) names.push_back(dialect.name(column->name, quoted));
    const std::string table = dialect.name(write_.table, quoted);
    const std::string values = placeholders(names.size(), rows);
    if (write_.kind == WriteKind::kDelete)
      return fmt::format("DELETE FROM {} WHERE ({}) IN ({})", table, fmt::join(names, ","), values);
    return fmt::format("INSERT INTO {}({}) VALUES{}{}", table, fmt::join(names, ","), values,
                       write_.kind == WriteKind::kUpsert ? mysql_on_duplicate(write_, quoted) : "");
  }

  const TableWrite write_;
  const size_t rows_max_;
  Prepared full_;
  Prepared rest_;
  std::vector<MYSQL_BIND> binds_;
};

Result<size_t> packet_bytes_max(mysql::Session& client) {
  SLUICE_ASSIGN_OR_RETURN(const mysql::ResultPtr result,
                          client.query("SELECT @@max_allowed_packet", "look at max_allowed_packet"));
  MYSQL_ROW row = result == nullptr ? nullptr : mysql_fetch_row(result.get());
  if (row == nullptr || row[0] == nullptr) return failed("The server does not tell its max_allowed_packet");
  const std::string_view text(row[0]);
  size_t bytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

bool takes_arrays(mysql::Session& client) {
  unsigned capabilities = 0;  // the upper half of MariaDB's own
  if (!client.is_mariadb() ||
      mariadb_get_infov(client.handle(), MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &capabilities) != 0)
    return false;
  return (capabilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

}  // namespace

Result<std::unique_ptr<RowWriter>> make_mariadb_writer(mysql::Session& client, const TableWrite& write,
                                                       const WriteOptions& options) {
  auto own_options = std::make_unique<WriteOptions>(options);
  std::vector<MariaDbColumnBuffer> columns;
  for (const WriteColumn* column : write.bound()) {
    SLUICE_ASSIGN_OR_RETURN(MariaDbColumnBuffer buffer, MariaDbColumnBuffer::make(*column, *own_options));
    columns.push_back(std::move(buffer));
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string sql, mysql_dialect().statement(write, options));
  SLUICE_ASSIGN_OR_RETURN(const size_t bytes, packet_bytes_max(client));
  if (!takes_arrays(client)) {
    return std::unique_ptr<RowWriter>(
        std::make_unique<ManyRowsWriter>(client, std::move(columns), std::move(own_options), write, bytes));
  }
  auto writer =
      std::make_unique<BulkWriter>(client, std::move(columns), std::move(own_options), write, bytes);
  SLUICE_RETURN_IF_ERROR(writer->prepare(sql));
  return std::unique_ptr<RowWriter>(std::move(writer));
}

}  // namespace sluice::connectors::sql
