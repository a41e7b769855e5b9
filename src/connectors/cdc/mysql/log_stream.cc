#include "connectors/cdc/mysql/log_stream.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/log.h"
#include "connectors/cdc/mysql/catalogue.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Value;

constexpr int kIdleWaitMs = 100;
constexpr int kBusyWaitMs = 5;
constexpr int64_t kRowsPerClock = 64;
constexpr int64_t kMicros = 1'000'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() && std::equal(lower_word.begin(), lower_word.end(), text.begin(),
                                                        [](char word, char c) { return word == lower(c); });
}

bool is_word(std::string_view text, std::string_view lower_word) {
  return text.size() == lower_word.size() && starts_with(text, lower_word);
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Statements that change rows; a log with rows has none of them.
bool changes_rows(std::string_view sql) {
  return starts_with(sql, "insert ") || starts_with(sql, "update ") || starts_with(sql, "delete ") ||
         starts_with(sql, "replace ");
}

}  // namespace

LogStream::LogStream(const Options& options, const SourceInfo& source, Output& output, Tables& tables,
                     SchemaChanges& changes, Metadata metadata, SignalChannels& channels, const Clock& clock,
                     const StopSignal& stop)
    : options_(options),
      source_(source),
      output_(output),
      tables_(tables),
      changes_(changes),
      metadata_(std::move(metadata)),
      channels_(channels),
      clock_(clock),
      stop_(stop),
      chunks_(options, source, output, tables, metadata_),
      incremental_(options, chunks_, output.writer(), clock) {}

Status LogStream::run(const BinlogStart& start) {
  SLUICE_ASSIGN_OR_RETURN(const auto connection, BinlogConnection::open(options_, start, stop_));
  parser_.emplace(connection->checksums());
  gtids_ = start.gtids;
  const Position& position = output_.position;
  events_to_skip_ = position.events;
  rows_to_skip_ = position.rows;
  if (start.gtids) {
    log::info("Reading the binary log behind GTIDs '{}'", start.gtids->text());
  } else {
    log::info("Reading the binary log from {}:{}", start.file, start.position);
  }
  SLUICE_RETURN_IF_ERROR(incremental_.start());
  while (!stop_.stop_requested()) {
    SLUICE_RETURN_IF_ERROR(read_some(*connection));
    SLUICE_RETURN_IF_ERROR(poll_channels());
    SLUICE_RETURN_IF_ERROR(heartbeat_if_due());
    if (output_.full() || output_.wanted()) SLUICE_RETURN_IF_ERROR(push());
  }
  return {};
}

Status LogStream::push() {
  return output_.push([] { return Status(); });
}

/// Reads events until there are none, or the batch is full.
Status LogStream::read_some(BinlogConnection& connection) {
  while (!output_.full()) {
    const int wait_ms = output_.empty() ? kIdleWaitMs : output_.wanted() ? 0 : kBusyWaitMs;
    SLUICE_ASSIGN_OR_RETURN(BytesView bytes, connection.read(0));
    if (bytes.empty() && wait_ms > 0) {
      SLUICE_ASSIGN_OR_RETURN(bytes, connection.read(wait_ms));
      until_clock_ = 0;
    }
    if (bytes.empty()) return {};
    SLUICE_RETURN_IF_ERROR(handle_bytes(bytes));
  }
  return {};
}

Status LogStream::handle_bytes(BytesView bytes) {
  const auto event = parser_->parse(bytes);
  Status done = event.ok() ? handle(*event) : event.error();
  if (done.ok() || done.error().kind() != ErrorKind::kBadRecord) return done;
  const Position& position = output_.position;
  const Error error = failed(fmt::format("Cannot read the binary log at {}:{}: {}", position.file,
                                         position.current, done.error().message()));
  if (options_.unreadable_events == FailureMode::kFail) return error;
  if (options_.unreadable_events == FailureMode::kWarn)
    log::warn("{}. The event is left out", error.message());
  return {};
}

void LogStream::set_time(const BinlogEvent& event) {
  if (event.header.timestamp == 0) return;
  Position& position = output_.position;
  position.seconds = event.header.timestamp;
  if (!exact_time_) position.micros = int64_t{event.header.timestamp} * kMicros;
}

Status LogStream::handle(const BinlogEvent& event) {
  Position& position = output_.position;
  position.server_id = event.header.server_id;
  position.in_snapshot = false;
  if (event.header.type == EventType::kRotate) return rotate(event);
  if (event.header.position() > 0 && !in_payload_)
    position.begin_event(event.header.position(), event.header.size);
  set_time(event);
  SLUICE_RETURN_IF_ERROR(dispatch(event));
  position.end_event();
  if (skipping_) skipping_ = --events_to_skip_ > 0;
  return {};
}

Status LogStream::dispatch(const BinlogEvent& event) {
  switch (event.header.type) {
    case EventType::kGtid:
      return gtid(event);
    case EventType::kMariaGtid:
      return maria_gtid(event);
    case EventType::kQuery:
    case EventType::kQueryCompressed:
      return query(event);
    case EventType::kXid:
      return commit(event);
    case EventType::kTableMap:
      return table_map(event);
    case EventType::kRowsQuery:
    case EventType::kAnnotateRows:
      if (options_.include_query) {
        output_.position.query = parse_rows_query(event);
        ++output_.position.texts;
      }
      return {};
    case EventType::kTransactionPayload:
      return unpack_transaction(event);
    case EventType::kPartialUpdateRows:
      return failed(
          "The server logs parts of JSON documents only, which cannot be made whole; set "
          "binlog_row_value_options = ''");
    case EventType::kGtidTagged:
      return failed("The server has transactions with tagged GTIDs, which are not supported here");
    case EventType::kIncident:
      log::warn("The server reports an incident in its log: changes may be missing from it");
      return {};
    default:
      return rows_kind(event.header.type) == RowsKind::kNone ? Status{} : rows(event);
  }
}

Status LogStream::rotate(const BinlogEvent& event) {
  SLUICE_ASSIGN_OR_RETURN(const RotateEvent to, parse_rotate(event.body));
  // The one that a connection begins with is made up by the server; within a file numbers stay.
  if (event.header.timestamp != 0) {
    log_tables_.clear();
    last_table_ = nullptr;
  }
  output_.position.rotate(to.file, to.position);
  return {};
}

bool LogStream::is_filtered(const std::string& source) const {
  if (!options_.filters_sources) return false;
  if (!options_.included_sources.empty()) return !options_.included_sources.matches(source);
  return options_.excluded_sources.matches(source);
}

Status LogStream::gtid(const BinlogEvent& event) {
  SLUICE_ASSIGN_OR_RETURN(const GtidEvent one, parse_gtid(event.body));
  exact_time_ = one.commit_micros != 0;
  if (exact_time_) output_.position.micros = one.commit_micros;
  filtered_ = is_filtered(one.source);
  if (!gtids_) return {};
  gtids_->add(one.source, one.number);
  output_.position.start_gtid(fmt::format("{}:{}", one.source, one.number), gtids_->text());
  return {};
}

Status LogStream::maria_gtid(const BinlogEvent& event) {
  SLUICE_ASSIGN_OR_RETURN(const MariaGtidEvent one, parse_maria_gtid(event.body));
  const uint32_t server = event.header.server_id;
  filtered_ = is_filtered(fmt::format("{}-{}", one.domain, server));
  if (!gtids_) gtids_.emplace(Flavour::kMariaDb);
  gtids_->add(one.domain, server, one.sequence);
  output_.position.start_gtid(fmt::format("{}-{}-{}", one.domain, server, one.sequence), gtids_->text());
  begin(!one.standalone);
  return {};
}

std::string_view LogStream::transaction_id() {
  const Position& position = output_.position;
  if (!options_.transaction_metadata || !position.in_transaction) return {};
  transaction_text_ =
      position.gtid.empty() ? fmt::format("file={},pos={}", position.file, position.restart) : position.gtid;
  return transaction_text_;
}

void LogStream::begin(bool announces) {
  output_.position.begin_transaction();
  skipping_ = events_to_skip_ > 0;
  if (!options_.transaction_metadata || !announces || skipping_) return;
  const std::string id(transaction_id());
  output_.writer().begin_transaction(id, id, output_.position.micros / 1000, output_.offset());
}

Status LogStream::commit(const BinlogEvent&) {
  Position& position = output_.position;
  if (options_.transaction_metadata && !output_.writer().transactions().id().empty()) {
    const std::string id(transaction_id());
    output_.writer().end_transaction(id, position.micros / 1000, output_.offset());
  }
  position.end_transaction();
  skipping_ = filtered_ = false;
  events_to_skip_ = rows_to_skip_ = 0;
  return {};
}

Status LogStream::query(const BinlogEvent& event) {
  SLUICE_ASSIGN_OR_RETURN(const QueryEvent one, parse_query(event, unpacked_));
  const std::string_view sql = trimmed(one.sql);
  if (is_word(sql, "begin")) {
    begin(true);
    output_.position.thread = one.thread_id;
    return {};
  }
  if (is_word(sql, "commit")) return commit(event);
  if (starts_with(sql, "xa ")) return {};
  if (changes_rows(sql)) {
    log::warn("The log has a statement that changes rows instead of the rows (binlog_format): {}",
              sql.substr(0, 200));
    return {};
  }
  if (is_word(sql, "rollback")) {
    log::warn("The log has a transaction that was rolled back; its changes were published before that");
    return {};
  }
  // Debezium tells their time in milliseconds.
  output_.position.micros -= output_.position.micros % 1000;
  const std::string statement(sql);
  SLUICE_RETURN_IF_ERROR(apply_ddl(statement, std::string(one.database)));
  log_tables_.clear();
  last_table_ = nullptr;
  for (const TableId& id : std::vector<TableId>(changes_.truncated())) SLUICE_RETURN_IF_ERROR(truncate(id));
  return {};
}

Status LogStream::truncate(const TableId& id) {
  SLUICE_ASSIGN_OR_RETURN(const TablePtr table, tables_.find(id));
  if (table != nullptr) output_.writer().truncate(table->plan(), origin_of(table->id()));
  return {};
}

Status LogStream::table_map(const BinlogEvent& event) {
  const uint64_t number = table_id_of(event.body);
  if (last_table_ != nullptr && last_number_ == number) return {};
  const auto known = log_tables_.find(number);
  if (known != log_tables_.end()) {
    last_number_ = number;
    last_table_ = &known->second;
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(TableMap map, parse_table_map(event.body));
  SLUICE_ASSIGN_OR_RETURN(TablePtr table, table_of(map));
  last_number_ = number;
  last_table_ = &(log_tables_[number] = {std::move(map), std::move(table)});
  return {};
}

/// The table as it was when the log was written, as far as can be known; null if it is of no interest.
Result<TablePtr> LogStream::table_of(const TableMap& map) {
  const TableId id{map.database, map.table};
  if (!options_.filters.captures(id)) return TablePtr();
  SLUICE_ASSIGN_OR_RETURN(TablePtr table, tables_.find(id));
  if (table != nullptr && table->names().size() == map.columns.size()) return table;
  const std::string problem =
      table == nullptr
          ? fmt::format("Table {} has rows in the log, but the schema history does not know it", id.text())
          : fmt::format("Table {} has {} columns in the log, but {} by the schema history", id.text(),
                        map.columns.size(), table->names().size());
  // The server's definition of today will do if it fits.
  SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
  const auto statement = create_statement(*session, id);
  if (statement.ok()) {
    log::warn("{}; its definition is read from the server", problem);
    tables_.model.tables.erase(id);
    const auto again = [&](const TableId&) { return Result<std::string>(*statement); };
    SLUICE_RETURN_IF_ERROR(changes_.apply(*statement, id.space, SnapshotMark::kNone, again));
    SLUICE_ASSIGN_OR_RETURN(table, tables_.find(id));
    if (table != nullptr && table->names().size() == map.columns.size()) return table;
  }
  if (options_.inconsistent_schema == FailureMode::kFail) {
    return failed(
        fmt::format("{}, and its definition of today does not fit either. Take a new snapshot of it, or "
                    "leave its rows out "
                    "with inconsistent.schema.handling.mode=warn",
                    problem));
  }
  if (options_.inconsistent_schema == FailureMode::kWarn) log::warn("{}. Its rows are left out", problem);
  return TablePtr();
}

Status LogStream::rows(const BinlogEvent& event) {
  if (skipping_ || filtered_) return {};
  const uint64_t number = table_id_of(event.body);
  const int64_t skipped = std::exchange(rows_to_skip_, 0);
  if (last_table_ == nullptr || last_number_ != number) {
    const auto known = log_tables_.find(number);
    if (known == log_tables_.end())
      return bad_record(fmt::format("rows of table number {} come without its description", number));
    last_number_ = number;
    last_table_ = &known->second;
  }
  if (last_table_->table == nullptr) return {};
  const RowsKind kind = rows_kind(event.header.type);
  const char operation = kind == RowsKind::kInsert ? 'c' : kind == RowsKind::kDelete ? 'd' : 'u';
  const bool skips = options_.skipped.has(operation) && operation != 'u';
  if (skips && !last_table_->table->signals()) return {};
  SLUICE_RETURN_IF_ERROR(reader_.start(event, last_table_->map, output_.writer().arena()));
  SLUICE_RETURN_IF_ERROR(write_rows(*last_table_, static_cast<int>(skipped)));
  output_.position.rows = 0;
  return {};
}

Status LogStream::write_rows(const LogTable& target, int skipped) {
  for (int row = 0; !reader_.at_end(); ++row) {
    SLUICE_RETURN_IF_ERROR(reader_.next(before_cells_, after_cells_));
    if (row < skipped) continue;
    SLUICE_RETURN_IF_ERROR(write_row(target, row));
    if (!output_.full() || reader_.at_end()) continue;
    SLUICE_RETURN_IF_ERROR(push());
    reader_.move_to(output_.writer().arena());
  }
  return {};
}

Status LogStream::write_row(const LogTable& target, int row) {
  if (--until_clock_ < 0) {
    output_.writer().set_now(clock_.wall_ns());
    until_clock_ = kRowsPerClock;
  }
  const Table& table = *target.table;
  const RowsKind kind = reader_.kind();
  before_.clear();
  after_.clear();
  if (kind != RowsKind::kInsert) SLUICE_RETURN_IF_ERROR(decode(table, before_cells_, nullptr, before_));
  if (kind != RowsKind::kDelete) {
    const auto* before = kind == RowsKind::kUpdate ? &before_ : nullptr;
    SLUICE_RETURN_IF_ERROR(decode(table, after_cells_, before, after_));
  }
  if (table.signals() && kind != RowsKind::kUpdate) {
    const bool deleted = kind == RowsKind::kDelete;
    SLUICE_RETURN_IF_ERROR(take_signal(deleted ? before_ : after_, deleted));
  }
  if (incremental_.window_open()) {
    incremental_.forget(*table.plan(), before_);
    incremental_.forget(*table.plan(), after_);
  }
  output_.position.begin_row(row);
  EventWriter& writer = output_.writer();
  switch (kind) {
    case RowsKind::kInsert:
      writer.create(table.plan(), after_, origin_of(table.id()));
      break;
    case RowsKind::kUpdate:
      writer.update(table.plan(), before_, after_, origin_of(table.id()));
      break;
    default:
      writer.remove(table.plan(), before_, origin_of(table.id()));
  }
  return {};
}

/// What an image leaves out is as it was, as far as the other image tells.
Status LogStream::decode(const Table& table, const std::vector<Cell>& cells, const std::vector<Value>* before,
                         std::vector<Value>& values) {
  sdk::Arena& arena = output_.writer().arena();
  values.resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool absent = cells[i].kind == CellKind::kAbsent;
    if (absent || cells[i].kind == CellKind::kNull || !table.needs(i)) {
      values[i] = absent && before != nullptr ? (*before)[i] : Value::null();
      continue;
    }
    auto value = table.decoders()[i].decode(cells[i], arena);
    values[i] = value.ok() ? *value : Value::null();
    if (value.ok()) continue;
    SLUICE_RETURN_IF_ERROR(tolerate(options_.failures, table.bad_cell(i, value.error()), "a change"));
  }
  return {};
}

EventOrigin LogStream::origin_of(const TableId& id) {
  sdk::Arena& arena = output_.writer().arena();
  texts_.refresh(output_.position, output_.generation(), arena);
  return {Value::structure(source_struct(source_, output_.position, texts_, id.space, Value::string(id.table),
                                         SnapshotMark::kNone, arena)),
          offset_of(output_.position, texts_, output_.writer().extras(), arena), transaction_id()};
}

Status LogStream::unpack_transaction(const BinlogEvent& event) {
  std::string unpacked;
  SLUICE_ASSIGN_OR_RETURN(const auto events, parse_transaction_payload(event.body, unpacked));
  in_payload_ = true;
  Status done;
  for (size_t i = 0; i < events.size() && done.ok(); ++i) done = handle(events[i]);
  in_payload_ = false;
  return done;
}

Status LogStream::heartbeat_if_due() {
  if (options_.heartbeat_interval_ms <= 0) return {};
  const int64_t now_ms = clock_.steady_ms();
  if (now_ms - output_.heartbeat_ms < options_.heartbeat_interval_ms) return {};
  output_.heartbeat_ms = now_ms;
  if (!options_.heartbeat_query.empty()) {
    SLUICE_ASSIGN_OR_RETURN(auto* const session, metadata_());
    SLUICE_RETURN_IF_ERROR(session->query(options_.heartbeat_query, "run heartbeat.action.query"));
  }
  output_.writer().set_now(clock_.wall_ns());
  output_.writer().heartbeat(output_.offset());
  return {};
}

}  // namespace sluice::connectors::cdc::mysql
