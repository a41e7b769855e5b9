#include "connectors/sql/sqlite/cursor.h"

#include <fmt/core.h>

#include <cmath>

#include "connectors/sql/time_text.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Value;

constexpr double kJulianDayOf1970 = 2'440'587.5;
constexpr int64_t kExactInDouble = int64_t{1} << 53;

bool fits_int32(int64_t value) { return value == static_cast<int32_t>(value); }

SqlType type_of_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return fits_int32(sqlite3_column_int64(statement, column)) ? SqlType::kInteger : SqlType::kBigint;
    case SQLITE_FLOAT:
      return SqlType::kDouble;
    case SQLITE_BLOB:
      return SqlType::kBinary;
    default:
      return SqlType::kText;
  }
}

/// The type that holds what two rows of one column hold.
SqlType common_type(SqlType left, SqlType right) {
  if (left == right) return left;
  const auto whole = [](SqlType type) { return type == SqlType::kInteger || type == SqlType::kBigint; };
  if (whole(left) && whole(right)) return SqlType::kBigint;
  return left == SqlType::kBinary || right == SqlType::kBinary ? SqlType::kBinary : SqlType::kText;
}

Instant instant_of_julian_day(double day) {
  return Instant::from_ms(std::llround((day - kJulianDayOf1970) * static_cast<double>(kMsPerDay)));
}

std::string_view storage_name(int type) {
  return type == SQLITE_INTEGER ? "an integer"
         : type == SQLITE_FLOAT ? "a real"
         : type == SQLITE_BLOB  ? "a BLOB"
                                : "a text";
}

Error does_not_fit(int type, std::string_view wanted) {
  return bad_record(
      fmt::format("a row holds {} where {} was declared; repair the row, or CAST the column in a query",
                  storage_name(type), wanted));
}

}  // namespace

Status SqliteCursor::step() {
  const int code = sqlite3_step(statement_.get());
  at_row_ = code == SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE) return {};
  return sqlite_error(database_, code, "read " + subject_);
}

Status SqliteCursor::start() {
  SLUICE_RETURN_IF_ERROR(step());
  describe();
  if (at_row_) {
    for (int i = 0; i < static_cast<int>(columns_.size()); ++i) {
      if (open_[static_cast<size_t>(i)] != Openness::kSettled) look_at(i);
    }
  }
  return {};
}

void SqliteCursor::describe() {
  const int count = sqlite3_column_count(statement_.get());
  for (int i = 0; i < count; ++i) {
    Column column;
    column.name = sqlite3_column_name(statement_.get(), i);
    const char* declared = sqlite3_column_decltype(statement_.get(), i);
    column.type_name = declared == nullptr ? "" : declared;
    const SqliteType type = sqlite_type(column.type_name);
    column.type = type.type;
    column.precision = type.precision;
    column.scale = type.scale;
    const char* table = sqlite3_column_table_name(statement_.get(), i);
    const char* origin = sqlite3_column_origin_name(statement_.get(), i);
    int not_null = 0;
    int auto_increment = 0;
    if (table != nullptr && origin != nullptr) {
      sqlite3_table_column_metadata(database_, sqlite3_column_database_name(statement_.get(), i), table,
                                    origin, nullptr, nullptr, &not_null, nullptr, &auto_increment);
    }
    column.nullable = not_null == 0;
    column.auto_increment = auto_increment != 0;
    columns_.push_back(std::move(column));
    Openness open = !type.known                      ? Openness::kEverything
                    : type.type == SqlType::kInteger ? Openness::kWidth
                                                     : Openness::kSettled;
    if (const auto found = learned_.find(learned_key(i)); found != learned_.end()) {
      columns_.back().type = found->second;
      if (open == Openness::kEverything) open = Openness::kUntilOther;
    }
    open_.push_back(open);
    any_open_ = any_open_ || open != Openness::kSettled;
  }
}

std::string SqliteCursor::learned_key(int column) const {
  const Column& described = columns_[static_cast<size_t>(column)];
  return subject_ + '\n' + described.name + '\n' + described.type_name;
}

SqliteCursor::Fit SqliteCursor::look_at(int column) {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return Fit::kFits;
  Column& described = columns_[static_cast<size_t>(column)];
  Openness& open = open_[static_cast<size_t>(column)];
  const SqlType seen = type_of_value(statement_.get(), column);
  SqlType wanted = seen;
  if (open == Openness::kWidth) {
    wanted = seen == SqlType::kBigint ? SqlType::kBigint : described.type;
  } else if (open == Openness::kUntilOther) {
    wanted = common_type(described.type, seen);
  }
  const bool first_value = open == Openness::kEverything;
  if (first_value) open = Openness::kUntilOther;
  const bool same = described.type == wanted;
  if (same && !first_value) return Fit::kFits;
  learned_[learned_key(column)] = wanted;
  described.type = wanted;
  return same ? Fit::kFits : Fit::kLearned;
}

Status SqliteCursor::plan(RowPlanPtr plan) {
  plan_ = std::move(plan);
  return {};
}

Result<Instant> SqliteCursor::instant_at(int column) {
  sqlite3_stmt* statement = statement_.get();
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Instant::from_ms(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return instant_of_julian_day(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
      const auto parsed = parse_time(sqlite_text(statement, column));
      if (!parsed) break;
      if (parsed->offset_s) return Instant{parsed->local.seconds - *parsed->offset_s, parsed->local.nanos};
      return instant_of_local(*plan_, parsed->local);
    }
    default:
      break;
  }
  return bad_record(
      fmt::format("'{}' is no time; written are milliseconds since 1970 or yyyy-MM-dd HH:mm:ss.SSS",
                  sqlite_text(statement, column).substr(0, 40)));
}

Result<Value> SqliteCursor::decode_time(const FieldPlan& field, sdk::Arena& arena) {
  if (field.target == Target::kTime) {
    const int type = sqlite3_column_type(statement_.get(), field.column);
    if (type == SQLITE_INTEGER) {
      return time_value(*plan_, sqlite3_column_int64(statement_.get(), field.column) * 1'000'000);
    }
    const auto nanos = parse_time_of_day(sqlite_text(statement_.get(), field.column));
    if (!nanos) return does_not_fit(type, "a time of day");
    return time_value(*plan_, *nanos);
  }
  if (field.target == Target::kDate && sqlite3_column_type(statement_.get(), field.column) == SQLITE_TEXT) {
    const auto parsed = parse_time(sqlite_text(statement_.get(), field.column));
    if (parsed) return date_value(*plan_, floor_div(parsed->local.seconds, kSecondsPerDay));
  }
  SLUICE_ASSIGN_OR_RETURN(const Instant instant, instant_at(field.column));
  if (field.target == Target::kTimestamp) return timestamp_value(arena, *plan_, instant);
  return Value::date(static_cast<int32_t>(floor_div(instant.seconds, kSecondsPerDay)));
}

Result<Value> SqliteCursor::decode_number(const FieldPlan& field, sdk::Arena& arena) {
  sqlite3_stmt* statement = statement_.get();
  const int type = sqlite3_column_type(statement, field.column);
  if (field.target == Target::kFloat64) {
    if (type == SQLITE_TEXT || type == SQLITE_BLOB) return does_not_fit(type, "a number");
    const int64_t whole = sqlite3_column_int64(statement, field.column);
    if (type == SQLITE_INTEGER && std::abs(whole) > kExactInDouble) {
      return bad_record(
          fmt::format("the whole number {} is too large to be kept exactly as a double; declare the "
                      "column BIGINT or DECIMAL(p,s)",
                      whole));
    }
    return Value::float64(sqlite3_column_double(statement, field.column));
  }
  if (field.target == Target::kDecimal) {
    if (type == SQLITE_INTEGER)
      return decimal_value(arena, field, sqlite3_column_int64(statement, field.column), 0);
    if (type == SQLITE_TEXT) return decimal_value(arena, field, sqlite_text(statement, field.column));
    if (type == SQLITE_BLOB) return does_not_fit(type, "a decimal");
    // SQLite keeps decimals as doubles: rounded to the declared scale they are what was written.
    return decimal_value(
        arena, field,
        fmt::format("{:.{}f}", sqlite3_column_double(statement, field.column), std::max(0, field.scale)));
  }
  if (type != SQLITE_INTEGER) return does_not_fit(type, "a whole number");
  return integer_value(field.target, sqlite3_column_int64(statement, field.column));
}

Result<Value> SqliteCursor::decode(const FieldPlan& field, sdk::Arena& arena) {
  sqlite3_stmt* statement = statement_.get();
  const int type = sqlite3_column_type(statement, field.column);
  if (type == SQLITE_NULL) {
    if (field.required) return bad_record("a row holds NULL although the column is declared NOT NULL");
    return Value::null();
  }
  switch (field.target) {
    case Target::kString:
      return Value::string(sdk::decode_utf8(arena, arena.copy(sqlite_text(statement, field.column))));
    case Target::kBytes: {
      const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, field.column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, field.column));
      return Value::bytes(size == 0 ? kEmptyBytes : arena.copy({data, size}));
    }
    case Target::kBoolean: {
      if (type == SQLITE_INTEGER) return Value::boolean(sqlite3_column_int64(statement, field.column) != 0);
      const std::string_view text = sqlite_text(statement, field.column);
      for (const std::string_view yes : {"true", "TRUE", "t", "1"}) {
        if (text == yes) return Value::boolean(true);
      }
      for (const std::string_view no : {"false", "FALSE", "f", "0"}) {
        if (text == no) return Value::boolean(false);
      }
      return does_not_fit(type, "a boolean");
    }
    case Target::kDate:
    case Target::kTime:
    case Target::kTimestamp:
      return decode_time(field, arena);
    default:
      return decode_number(field, arena);
  }
}

Result<bool> SqliteCursor::row_time(Row& row) {
  row.has_timestamp = false;
  for (const int column : plan_->timestamp_columns) {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) continue;
    const auto instant = instant_at(column);
    if (!instant.ok()) return bad_value(*plan_, column, instant.error().message());
    row.timestamp = *instant;
    row.has_timestamp = true;
    return true;
  }
  return false;
}

Status SqliteCursor::read_row(sdk::Arena& arena, std::vector<Row>& rows) {
  sdk::StructNode* node = sdk::new_struct(arena, *plan_->schema);
  const auto values = node->mutable_values();
  for (size_t i = 0; i < plan_->fields.size(); ++i) {
    auto value = decode(plan_->fields[i], arena);
    if (!value.ok()) return bad_value(*plan_, plan_->fields[i].column, value.error().message());
    values[i] = *value;
  }
  Row row{node, {}, false};
  SLUICE_RETURN_IF_ERROR(row_time(row));
  rows.push_back(row);
  return {};
}

Result<ReadOutcome> SqliteCursor::read(size_t rows_max, bool whole_groups, sdk::Arena& arena,
                                       std::vector<Row>& rows) {
  arena.keep(plan_);
  size_t read = 0;
  while (at_row_) {
    if (read >= rows_max) {
      Row next;
      if (!whole_groups) break;
      SLUICE_ASSIGN_OR_RETURN(const bool timed, row_time(next));
      if (!timed || rows.empty() || next.timestamp != rows.back().timestamp) break;
      if (arena.bytes_used() > kGroupBytesMax) return ReadOutcome::kMoreOfGroup;
    }
    bool learned = false;
    for (int i = 0; any_open_ && i < static_cast<int>(columns_.size()); ++i) {
      learned =
          (open_[static_cast<size_t>(i)] != Openness::kSettled && look_at(i) == Fit::kLearned) || learned;
    }
    if (learned) return ReadOutcome::kColumnsChanged;
    SLUICE_RETURN_IF_ERROR(read_row(arena, rows));
    ++read;
    SLUICE_RETURN_IF_ERROR(step());
  }
  return at_row_ ? ReadOutcome::kMore : ReadOutcome::kFinished;
}

}  // namespace sluice::connectors::sql
