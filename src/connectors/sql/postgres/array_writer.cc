#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "connectors/sql/postgres/dialect.h"
#include "connectors/sql/postgres/writer.h"

namespace sluice::connectors::sql {
namespace {

/// "u.c0::json"
std::string cell(const PgColumnEncoder& encoder, size_t index) {
  return fmt::format("u.c{}{}", index, encoder.cast);
}

class ArrayWriter final : public RowWriter {
 public:
  ArrayWriter(PostgresConnection& connection, const TableWrite& write, std::vector<PgColumnEncoder> encoders,
              std::unique_ptr<WriteOptions> options)
      : connection_(connection),
        encoders_(std::move(encoders)),
        options_(std::move(options)),
        what_(fmt::format("{} table {}", write.kind == WriteKind::kDelete ? "delete from" : "write to",
                          plain_name(write.table))),
        sql_(sql_of(write)) {
    for (const PgColumnEncoder& encoder : encoders_) oids_.push_back(encoder.array_oid);
    arrays_.resize(encoders_.size());
  }
  ~ArrayWriter() override {
    if (in_flight_) (void)connection_.link().end_statement(what_).ok();
  }
  ArrayWriter(const ArrayWriter&) = delete;
  ArrayWriter& operator=(const ArrayWriter&) = delete;

  /// Returns as soon as the last block is on its way: the server works while the caller makes the next one.
  Status write(const RowBlock& rows) override {
    const size_t step = std::max<size_t>(options_->rows_per_statement, 1);
    for (size_t first = 0; first < rows.rows(); first += step) {
      SLUICE_RETURN_IF_ERROR(send(rows, first, std::min(step, rows.rows() - first)));
    }
    return {};
  }

  Status finish() override {
    if (!in_flight_) return {};
    in_flight_ = false;
    return connection_.link().end_statement(what_);
  }

 private:
  Status send(const RowBlock& rows, size_t first, size_t count) {
    for (size_t column = 0; column < encoders_.size(); ++column) {
      SLUICE_RETURN_IF_ERROR(encode_array(rows, first, count, column));
    }
    SLUICE_RETURN_IF_ERROR(finish());
    SLUICE_RETURN_IF_ERROR(connection_.link().send_statement(sql_, oids_, arrays_, what_));
    in_flight_ = true;
    return {};
  }

  Status encode_array(const RowBlock& rows, size_t first, size_t count, size_t column) {
    const PgColumnEncoder& encoder = encoders_[column];
    std::string& array = arrays_[column];
    array.clear();
    append_big_endian(array, int32_t{1});  // dimensions
    append_big_endian(array, int32_t{1});  // there may be nulls
    append_big_endian(array, encoder.element_oid);
    append_big_endian(array, static_cast<int32_t>(count));
    append_big_endian(array, int32_t{1});  // the first index
    for (size_t row = first; row < first + count; ++row) {
      SLUICE_RETURN_IF_ERROR(encode_pg_cell(encoder, rows.row(row)[column], array));
    }
    return {};
  }

  std::string sql_of(const TableWrite& write) const {
    const std::string table = quote(write.table);
    std::vector<std::string> parameters;
    std::vector<std::string> names;
    std::vector<std::string> cells;
    for (size_t i = 0; i < encoders_.size(); ++i) {
      parameters.push_back(fmt::format("${}", i + 1));
      names.push_back(quote(encoders_[i].name));
      cells.push_back(cell(encoders_[i], i));
    }
    std::vector<std::string> aliases;
    for (size_t i = 0; i < encoders_.size(); ++i) aliases.push_back(fmt::format("c{}", i));
    const std::string from =
        fmt::format("unnest({}) AS u({})", fmt::join(parameters, ","), fmt::join(aliases, ","));
    if (write.kind == WriteKind::kDelete)
      return fmt::format("DELETE FROM {} AS t USING {} WHERE {}", table, from,
                         pairs(names, cells, 0, names.size(), " AND ", "t."));
    const size_t others = write.others.size();
    if (write.kind == WriteKind::kUpdate) {
      return fmt::format("UPDATE {} AS t SET {} FROM {} WHERE {}", table,
                         pairs(names, cells, 0, others, ",", ""), from,
                         pairs(names, cells, others, names.size(), " AND ", "t."));
    }
    std::string sql = fmt::format("INSERT INTO {}({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}", table,
                                  fmt::join(names, ","), fmt::join(cells, ","), from);
    if (write.kind == WriteKind::kUpsert) sql += postgres_on_conflict(write);
    return sql;
  }

  static std::string pairs(const std::vector<std::string>& names, const std::vector<std::string>& cells,
                           size_t from, size_t to, std::string_view between, std::string_view prefix) {
    std::vector<std::string> texts;
    for (size_t i = from; i < to; ++i) texts.push_back(fmt::format("{}{} = {}", prefix, names[i], cells[i]));
    return fmt::format("{}", fmt::join(texts, between));
  }
  static std::string quote(std::string_view name) { return postgres_dialect().quote(name); }
  static std::string quote(const TableId& table) { return postgres_dialect().quote(table); }

  PostgresConnection& connection_;
  const std::vector<PgColumnEncoder> encoders_;
  const std::unique_ptr<WriteOptions> options_;  // the encoders'
  const std::string what_;
  const std::string sql_;
  std::vector<uint32_t> oids_;
  std::vector<std::string> arrays_;  // by column
  bool in_flight_ = false;
};

}  // namespace

std::unique_ptr<RowWriter> make_postgres_arrays(PostgresConnection& connection, const TableWrite& write,
                                                std::vector<PgColumnEncoder> encoders,
                                                std::unique_ptr<WriteOptions> options) {
  return std::make_unique<ArrayWriter>(connection, write, std::move(encoders), std::move(options));
}

}  // namespace sluice::connectors::sql
