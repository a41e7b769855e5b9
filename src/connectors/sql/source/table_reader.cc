#include "connectors/sql/source/table_reader.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/java_regex.h"
#include "base/log.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Kind;
using sdk::Value;

constexpr size_t kRowsAtATimeMin = 100;
constexpr size_t kRowsAtATimeMax = 10'000;
constexpr size_t kReserveMax = 10'000;

/// The entry whose expression matches the table; exactly one must.
Result<std::vector<std::string>> mapped_columns(const std::vector<ColumnMapping>& mappings,
                                                const TableId& table, std::string_view key) {
  const ColumnMapping* found = nullptr;
  for (const ColumnMapping& mapping : mappings) {
    SLUICE_ASSIGN_OR_RETURN(const JavaRegex pattern, JavaRegex::compile(mapping.table_regex));
    SLUICE_ASSIGN_OR_RETURN(const bool matches, pattern.matches(plain_name(table)));
    if (!matches) continue;
    if (found != nullptr) {
      return failed(
          fmt::format("Table {} matches more than one entry of {}; each table must match exactly one",
                      plain_name(table), key));
    }
    found = &mapping;
  }
  if (found == nullptr) {
    return failed(fmt::format("Table {} matches no entry of {}; each table must match exactly one",
                              plain_name(table), key));
  }
  return found->columns;
}

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

int index_of(const std::vector<Column>& columns, std::string_view name) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

}  // namespace

Status TableReader::start(Connection& connection) {
  topic_ = options_.topic_prefix + (subject_.is_query() ? "" : subject_.table.table);
  SLUICE_RETURN_IF_ERROR(find_columns(connection));
  criteria_ = std::make_unique<Criteria>(options_, connection.dialect(), subject_);
  return load_offset(connection);
}

Status TableReader::find_range_column(Connection& connection) {
  if (subject_.range.whole()) return {};
  SLUICE_ASSIGN_OR_RETURN(const TableShape shape, connection.describe(subject_.table));
  subject_.range_column = range_column(shape);
  if (!subject_.range_column.empty()) return {};
  return retriable(
      fmt::format("{} has no whole-numbered primary key any more, by which it was split", subject_.text()));
}

Status TableReader::find_columns(Connection& connection) {
  if (options_.mode == Mode::kBulk) return find_range_column(connection);
  if (options_.uses_id()) subject_.id_column = options_.incrementing_column;
  if (options_.uses_time()) subject_.timestamp_columns = options_.timestamp_columns;
  if (subject_.is_query()) return {};
  if (options_.uses_id() && !options_.incrementing_mapping.empty()) {
    SLUICE_ASSIGN_OR_RETURN(const auto mapped, mapped_columns(options_.incrementing_mapping, subject_.table,
                                                              "incrementing.column.mapping"));
    subject_.id_column = mapped[0];
  }
  if (options_.uses_time() && !options_.timestamp_mapping.empty()) {
    SLUICE_ASSIGN_OR_RETURN(
        subject_.timestamp_columns,
        mapped_columns(options_.timestamp_mapping, subject_.table, "timestamp.column.mapping"));
  }
  SLUICE_ASSIGN_OR_RETURN(const TableShape shape, connection.describe(subject_.table));
  if (!shape.exists())
    return failed(fmt::format("There is no table '{}' in the database", plain_name(subject_.table)));
  const std::vector<Column>& columns = shape.columns;
  if (options_.uses_id() && subject_.id_column.empty()) {
    const auto automatic = [](const Column& column) { return column.auto_increment; };
    if (std::count_if(columns.begin(), columns.end(), automatic) != 1) {
      return failed(
          fmt::format("Table {} does not have exactly one auto-incrementing column; set "
                      "incrementing.column.name (its columns: {})",
                      plain_name(subject_.table), fmt::join(names_of(columns), ", ")));
    }
    subject_.id_column = std::find_if(columns.begin(), columns.end(), automatic)->name;
  }
  if (options_.uses_id()) SLUICE_RETURN_IF_ERROR(check_column(columns, subject_.id_column));
  for (const std::string& name : subject_.timestamp_columns)
    SLUICE_RETURN_IF_ERROR(check_column(columns, name));
  note_null_times(columns);
  return options_.validate_non_null ? check_nullable(columns) : Status{};
}

void TableReader::note_null_times(const std::vector<Column>& columns) {
  const bool may_have_none =
      options_.uses_time() &&
      std::all_of(subject_.timestamp_columns.begin(), subject_.timestamp_columns.end(),
                  [&](const std::string& name) {
                    return columns[static_cast<size_t>(index_of(columns, name))].nullable;
                  });
  idle_ = subject_.null_times && !may_have_none;
  if (!may_have_none || options_.validate_non_null || options_.uses_id()) return;
  log::warn(
      "Rows of {} without a time in [{}] are not read: nothing tells which of them are new. Add a column "
      "that "
      "is never null to timestamp.column.name, or use the mode timestamp+incrementing",
      subject_.text(), fmt::join(subject_.timestamp_columns, ", "));
}

Status TableReader::check_column(const std::vector<Column>& columns, const std::string& name) const {
  // Without quotes the database decides about upper and lower case.
  if (!options_.quote_identifiers || index_of(columns, name) >= 0) return {};
  return failed(fmt::format("There is no column '{}' in {} (its columns: {}); was it dropped or renamed?",
                            name, subject_.text(), fmt::join(names_of(columns), ", ")));
}

Status TableReader::check_nullable(const std::vector<Column>& columns) const {
  const auto nullable = [&](const std::string& name) {
    const int index = index_of(columns, name);
    return index >= 0 && columns[static_cast<size_t>(index)].nullable;
  };
  if (options_.uses_id() && nullable(subject_.id_column)) {
    return failed(fmt::format(
        "Cannot make incremental queries using incrementing column {} on {} because this column is "
        "nullable. Declare it NOT NULL, or set validate.non.null to false",
        subject_.id_column, plain_name(subject_.table)));
  }
  const auto& times = subject_.timestamp_columns;
  if (options_.uses_time() && std::all_of(times.begin(), times.end(), nullable)) {
    return failed(
        fmt::format("Cannot make incremental queries using timestamp columns [{}] on {} because all of these "
                    "columns nullable. Declare one NOT NULL, or set validate.non.null to false",
                    fmt::join(times, ", "), plain_name(subject_.table)));
  }
  return {};
}

Status TableReader::load_offset(Connection& connection) {
  sdk::Arena arena;
  const bool bulk = options_.mode == Mode::kBulk;
  partition_ = context_.partition(subject_.is_query()   ? query_partition(arena)
                                  : bulk                ? old_table_partition(arena, subject_.table)
                                  : subject_.null_times ? null_times_partition(arena, subject_.table)
                                                        : table_partition(arena, subject_.table));
  if (bulk) return {};
  SLUICE_ASSIGN_OR_RETURN(Value stored, context_.offset(*partition_, arena));
  if (stored.is_null() && !subject_.is_query() && !subject_.null_times) {
    const auto* old = context_.partition(old_table_partition(arena, subject_.table));
    SLUICE_ASSIGN_OR_RETURN(stored, context_.offset(*old, arena));
  }
  if (!stored.is_null()) {
    auto read = read_offset(stored);
    if (!read.ok()) return read.error().with_context(subject_.text());
    offset_ = *read;
  } else if (options_.uses_time() && options_.timestamp_initial_ms) {
    const bool from_now = *options_.timestamp_initial_ms == -1;
    SLUICE_ASSIGN_OR_RETURN(offset_.timestamp,
                            from_now ? connection.now() : Instant::from_ms(*options_.timestamp_initial_ms));
  }
  if (options_.uses_time() && !offset_.timestamp) offset_.timestamp = Instant{};
  return {};
}

Status TableReader::find_storage(Connection& connection) {
  if (!options_.uses_time() || storage_known_) return {};
  SLUICE_ASSIGN_OR_RETURN(storage_, connection.time_storage(criteria_->from(), criteria_->time_expression()));
  storage_known_ = storage_.kind != 'n';
  return {};
}

Result<std::optional<HighWater::Bound>> TableReader::find_end(Connection& connection) {
  held_back_ = false;
  if (options_.mode == Mode::kBulk) return std::optional(HighWater::Bound{});
  SLUICE_ASSIGN_OR_RETURN(std::optional<HighWater::Bound> end,
                          high_water_.advance(connection, criteria_->max_id(), subject_.text()));
  held_back_ = high_water_.is_held_back();
  // The same end again has nothing new below it.
  if (end && held_back_ && last_end_ && end->time == last_end_->time)
    return std::optional<HighWater::Bound>();
  last_end_ = end;
  if (end && options_.timestamp_delay_ms > 0)
    end->time = Instant::from_ms(end->time.ms() - options_.timestamp_delay_ms);
  return end;
}

Status TableReader::choose_columns(Connection& connection) {
  if (!options_.unmapped_as_text || subject_.is_query()) return {};
  SLUICE_ASSIGN_OR_RETURN(const TableShape shape, connection.describe(subject_.table));
  const Dialect& dialect = connection.dialect();
  std::string list;
  bool any = false;
  for (const Column& column : shape.columns) {
    const std::string name = dialect.quote(column.name);
    const bool unmapped = column.type == SqlType::kOther;
    any = any || unmapped;
    list += (list.empty() ? "" : ", ") + (unmapped ? dialect.as_text(name) + " AS " + name : name);
  }
  criteria_->select(any ? list : "*");
  return {};
}

Status TableReader::begin(Connection& connection) {
  SLUICE_RETURN_IF_ERROR(find_storage(connection));
  SLUICE_ASSIGN_OR_RETURN(const std::optional<HighWater::Bound> end, find_end(connection));
  if (!end) return {};
  SLUICE_RETURN_IF_ERROR(choose_columns(connection));
  const size_t rows =
      std::clamp(static_cast<size_t>(options_.batch_max_rows), kRowsAtATimeMin, kRowsAtATimeMax);
  SLUICE_ASSIGN_OR_RETURN(
      cursor_, connection.query(criteria_->statement(offset_, *end, storage_), options_.mapping.zone, rows));
  return make_plan();
}

bool TableReader::has_lost_its_table(Connection& connection) const {
  if (subject_.is_query() || !connection.usable()) return false;
  const auto shape = connection.describe(subject_.table);
  return shape.ok() && !shape->exists();
}

Status TableReader::make_plan() {
  if (!plan_ || plan_->columns != cursor_->columns()) {
    std::vector<int> times;
    for (const std::string& name : subject_.timestamp_columns) {
      times.push_back(index_of(cursor_->columns(), name));
      if (times.back() < 0) {
        return failed(
            fmt::format("There is no column '{}' in {} (its columns: {}); was it dropped or renamed?", name,
                        subject_.text(), fmt::join(names_of(cursor_->columns()), ", ")));
      }
    }
    SLUICE_ASSIGN_OR_RETURN(plan_,
                            make_row_plan(cursor_->columns(), subject_.is_query() ? "" : subject_.table.table,
                                          subject_.text(), std::move(times), options_.mapping));
    id_field_ = subject_.id_column.empty() ? -1 : plan_->schema->field_index(subject_.id_column);
    if (options_.uses_id() && id_field_ < 0) {
      return failed(fmt::format("Incrementing column {} not found in {} (its columns: {})",
                                subject_.id_column, subject_.text(),
                                fmt::join(names_of(plan_->columns), ", ")));
    }
  }
  return cursor_->plan(plan_);
}

Result<bool> TableReader::read(Connection& connection, sdk::RecordBatch& batch) {
  if (idle_) return false;
  if (!cursor_) {
    if (auto begun = begin(connection); !begun.ok()) {
      cursor_.reset();
      return begun.error();
    }
    if (!cursor_) return false;
  }
  rows_.clear();
  const auto rows_max = static_cast<size_t>(options_.batch_max_rows);
  ReadOutcome outcome = ReadOutcome::kColumnsChanged;
  while (outcome == ReadOutcome::kColumnsChanged) {
    SLUICE_ASSIGN_OR_RETURN(outcome, cursor_->read(rows_max - std::min(rows_max, rows_.size()),
                                                   options_.mode == Mode::kTimestamp, batch.arena(), rows_));
    if (outcome == ReadOutcome::kColumnsChanged) SLUICE_RETURN_IF_ERROR(make_plan());
  }
  SLUICE_RETURN_IF_ERROR(append_records(rows_, outcome == ReadOutcome::kMoreOfGroup, batch));
  if (outcome == ReadOutcome::kFinished) cursor_.reset();
  return outcome != ReadOutcome::kFinished;
}

Status TableReader::append_records(const std::vector<Row>& rows, bool torn, sdk::RecordBatch& batch) {
  auto& records = batch.records();
  records.reserve(std::min(rows.size(), kReserveMax));
  sdk::Arena& arena = batch.arena();
  const bool by_group = options_.mode == Mode::kTimestamp;
  Value group_offset = by_group ? make_offset(arena, offset_) : Value::null();
  for (size_t i = 0; i < rows.size(); ++i) {
    sdk::Record& record = records.emplace_back();
    record.topic = topic_;
    record.value_schema = rows[i].value->schema;
    record.value = Value::structure(rows[i].value);
    record.origin = static_cast<uint32_t>(records.size() - 1);
    record.source_partition = partition_;
    if (options_.mode == Mode::kBulk) continue;
    SLUICE_ASSIGN_OR_RETURN(const SourceOffset offset, offset_of(rows[i]));
    // Rows of one time are not told apart: the offset moves on with the last of them.
    const bool last_row = i + 1 == rows.size();
    const bool inside_group = by_group && (last_row ? torn : rows[i + 1].timestamp == rows[i].timestamp);
    if (!inside_group) {
      offset_ = offset;
      group_offset = make_offset(arena, offset);
    }
    record.source_offset = group_offset;
  }
  return {};
}

Result<SourceOffset> TableReader::offset_of(const Row& row) const {
  SourceOffset offset;
  if (options_.uses_time() && !subject_.null_times) {
    if (!row.has_timestamp) {
      return failed(fmt::format("A row of {} has no timestamp in [{}]", subject_.text(),
                                fmt::join(subject_.timestamp_columns, ", ")));
    }
    offset.timestamp = row.timestamp;
  }
  if (options_.uses_id()) {
    SLUICE_ASSIGN_OR_RETURN(offset.id, id_of(*row.value));
  }
  return offset;
}

Result<int64_t> TableReader::id_of(const sdk::StructNode& node) const {
  const Value& value = node.values()[static_cast<size_t>(id_field_)];
  const auto where = [&] { return fmt::format(" (column '{}' of {})", subject_.id_column, subject_.text()); };
  const auto type = [&] {
    return sdk::type_name(node.schema->fields()[static_cast<size_t>(id_field_)].schema->type());
  };
  switch (value.kind()) {
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
      return value.as_integer();
    case Kind::kNull:
      return failed(fmt::format("Null value for incrementing column of type: {}{}", type(), where()));
    case Kind::kDecimal:
      return id_of_decimal(value);
    default:
      return failed(fmt::format("Invalid type for incrementing column: {}{}; whole numbers are needed",
                                type(), where()));
  }
}

Result<int64_t> TableReader::id_of_decimal(const Value& value) const {
  const auto where = fmt::format(" (column '{}' of {})", subject_.id_column, subject_.text());
  if (value.decimal_scale() != 0) {
    return failed("Scale of Decimal value for incrementing column must be 0" + where);
  }
  const BytesView bytes = value.as_bytes();
  if (bytes.size() > sizeof(int64_t)) {
    return failed("Decimal value for incrementing column exceeded Long.MAX_VALUE" + where);
  }
  uint64_t number = !bytes.empty() && (bytes[0] & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return static_cast<int64_t>(number);
}

}  // namespace sluice::connectors::sql
