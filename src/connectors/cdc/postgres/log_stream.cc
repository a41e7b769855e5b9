#include "connectors/cdc/postgres/log_stream.h"

#include <fmt/core.h>

#include <cstring>

#include "base/log.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Value;
using sluice::postgres::CopyState;

constexpr int64_t kPgEpochMicros = 946'684'800'000'000;
constexpr size_t kDataHeader = 25;     // 'w', start, end, time
constexpr size_t kKeepaliveSize = 18;  // 'k', end, time, whether an answer is wanted
constexpr int kIdleWaitMs = 50;        // how soon acknowledgements and heartbeats are looked after
constexpr int kBusyWaitMs = 5;         // for more, while the task has work anyway
constexpr int64_t kMessagesPerClock = 64;
constexpr int kVersionWithMessages = 140'000;
constexpr std::string_view kReading = "read the write-ahead log";

template <typename T>
T big_endian(const char* bytes) {
  T value = 0;
  std::memcpy(&value, bytes, sizeof(T));
  return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
}

void append_number(std::string& out, uint64_t number) {
  number = __builtin_bswap64(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

/// "k=v;k=v" as options of START_REPLICATION.
std::string extra_parameters(std::string_view text) {
  std::string sql;
  while (!text.empty()) {
    const size_t semicolon = text.find(';');
    const std::string_view entry = text.substr(0, semicolon);
    text = semicolon == std::string_view::npos ? std::string_view() : text.substr(semicolon + 1);
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    sql += fmt::format(", {} {}", sluice::postgres::quote_name(entry.substr(0, equals)),
                       sluice::postgres::quote_literal(entry.substr(equals + 1)));
  }
  return sql;
}

}  // namespace

LogStream::LogStream(const Options& options, Output& output, Tables& tables,
                     sluice::postgres::Session& metadata, sluice::postgres::Session& replication,
                     const std::atomic<Lsn>& acknowledged, SignalChannels& channels, const Clock& clock,
                     const StopSignal& stop)
    : options_(options),
      output_(output),
      tables_(tables),
      metadata_(metadata),
      replication_(replication),
      acknowledged_(acknowledged),
      channels_(channels),
      clock_(clock),
      stop_(stop),
      chunks_(options, output, tables, metadata, lsn_, [this] { return keep_alive(false); }),
      incremental_(options, chunks_, output.writer(), clock) {}

Status LogStream::run(Lsn from) {
  SLUICE_RETURN_IF_ERROR(start(from));
  SLUICE_RETURN_IF_ERROR(incremental_.start());
  while (!stop_.stop_requested()) {
    SLUICE_RETURN_IF_ERROR(read_some());
    SLUICE_RETURN_IF_ERROR(poll_channels());
    SLUICE_RETURN_IF_ERROR(keep_alive(false));
    SLUICE_RETURN_IF_ERROR(heartbeat_if_due());
    if (output_.full() || output_.wanted()) SLUICE_RETURN_IF_ERROR(push());
  }
  return {};
}

Status LogStream::start(Lsn from) {
  const std::string publication =
      sluice::postgres::quote_literal(sluice::postgres::quote_name(options_.publication));
  std::string sql =
      fmt::format("START_REPLICATION SLOT {} LOGICAL {} (\"proto_version\" '1', \"publication_names\" {}",
                  sluice::postgres::quote_name(options_.slot), lsn_text(from), publication);
  if (replication_.server_version() >= kVersionWithMessages) sql += ", \"messages\" 'true'";
  sql += extra_parameters(options_.stream_parameters) + ")";
  SLUICE_RETURN_IF_ERROR(replication_.start_copy_out(sql, "start reading replication slot " + options_.slot));
  log::info("Reading replication slot {} from {}", options_.slot, lsn_text(from));
  resume_.restart(output_.position);
  received_ = told_ = from;
  told_ms_ = clock_.steady_ms();
  return {};
}

Status LogStream::push() {
  return output_.push([this] { return keep_alive(false); });
}

Status LogStream::read_some() {
  while (!output_.full()) {
    BytesView piece;
    const int wait_ms = output_.empty() ? kIdleWaitMs : output_.wanted() ? 0 : kBusyWaitMs;
    SLUICE_ASSIGN_OR_RETURN(CopyState state, replication_.read_copy(0, piece, kReading));
    if (state == CopyState::kNothingYet && wait_ms > 0) {
      SLUICE_ASSIGN_OR_RETURN(state, replication_.read_copy(wait_ms, piece, kReading));
      until_clock_ = 0;
    }
    if (state == CopyState::kEnd) return retriable("PostgreSQL has ended the replication stream");
    if (state == CopyState::kNothingYet) return {};
    SLUICE_RETURN_IF_ERROR(handle_piece(piece));
  }
  return {};
}

Status LogStream::handle_piece(BytesView piece) {
  if (piece[0] == 'k' && piece.size() >= kKeepaliveSize) {
    received_ = std::max(received_, big_endian<Lsn>(piece.data() + 1));
    return piece[17] != 0 ? keep_alive(true) : Status();
  }
  if (piece[0] != 'w' || piece.size() < kDataHeader)
    return failed(fmt::format("PostgreSQL sent a replication message of kind '{}' and {} bytes", piece[0],
                              piece.size()));
  const auto lsn = big_endian<Lsn>(piece.data() + 1);
  received_ = std::max(received_, lsn);
  return handle_data(lsn, piece.substr(kDataHeader));
}

Status LogStream::handle_data(Lsn lsn, BytesView bytes) {
  if (--until_clock_ < 0) {
    output_.writer().set_now(clock_.wall_ns());
    until_clock_ = kMessagesPerClock;
  }
  lsn_ = lsn;
  // What the message holds lives as long as the records made of it.
  SLUICE_RETURN_IF_ERROR(parse_message(output_.writer().arena().copy(bytes), false, message_));
  return handle(message_);
}

Status LogStream::handle(const Message& message) {
  switch (message.kind) {
    case MessageKind::kBegin:
      return begin(message);
    case MessageKind::kCommit:
      return commit(message);
    case MessageKind::kRelation:
      return relation(message);
    case MessageKind::kInsert:
      return insert(message);
    case MessageKind::kUpdate:
      return update(message);
    case MessageKind::kDelete:
      return remove(message);
    case MessageKind::kTruncate:
      return truncate(message);
    case MessageKind::kMessage:
      return logical_message(message);
    case MessageKind::kOrigin:
      output_.source().origin = message.name;
      output_.source().origin_lsn = message.lsn;
      return {};
    default:
      return {};
  }
}

std::string_view LogStream::shown_transaction() {
  if (!options_.transaction_metadata || !output_.position.xid) return {};
  transaction_text_ = fmt::format("{}:{}", *output_.position.xid, lsn_);
  return transaction_text_;
}

Status LogStream::begin(const Message& message) {
  in_transaction_ = true;
  until_clock_ = 0;  // no event is stamped earlier than its commit
  output_.source().origin.reset();
  output_.source().origin_lsn.reset();
  resume_.begin(message.xid);
  if (resume_.resumes()) return {};  // the position is already inside
  output_.position.xid = message.xid;
  output_.position.time_micros = message.time_micros;
  SLUICE_RETURN_IF_ERROR(refresh_xmin());
  move_to("BEGIN");
  if (!options_.transaction_metadata) return {};
  const std::string shown(shown_transaction());
  output_.writer().begin_transaction(std::to_string(message.xid), shown, message.time_micros / 1000,
                                     output_.offset());
  return {};
}

Status LogStream::commit(const Message& message) {
  in_transaction_ = false;
  resume_.end();
  output_.position.time_micros = message.time_micros;
  move_to("COMMIT");
  output_.position.commit = lsn_;
  output_.position.events_at_lsn = 0;
  if (options_.transaction_metadata && !output_.writer().transactions().id().empty()) {
    const std::string shown(shown_transaction());
    output_.writer().end_transaction(shown, message.time_micros / 1000, output_.offset());
  }
  return heartbeat_if_due();
}

void LogStream::move_to(std::string_view what) {
  Position& position = output_.position;
  position.events_at_lsn = position.lsn == lsn_ ? position.events_at_lsn + 1 : 1;
  position.lsn = lsn_;
  position.processed = lsn_;
  position.message = what;
  position.in_snapshot = false;
}

Result<const TablePtr*> LogStream::table_of(const Message& message) {
  static const TablePtr kNone;
  if (resume_.skips(lsn_)) return &kNone;
  return tables_.find(message.relation);
}

EventOrigin LogStream::origin_of(const Table& table) {
  const TableId& id = table.plan()->table();
  sdk::Arena& arena = output_.writer().arena();
  return {Value::structure(source_struct(output_.source(), output_.position, id.space, id.table,
                                         SnapshotMark::kNone, arena)),
          output_.offset(), shown_transaction()};
}

Result<Value> LogStream::decode_cell(const Table& table, size_t column, const TupleCell& cell) {
  if (cell.kind == 'u') return table.decoders()[column].unchanged(output_.writer().arena());
  auto value = table.decoders()[column].decode(cell.bytes, output_.writer().arena());
  if (value.ok()) return value;
  SLUICE_RETURN_IF_ERROR(tolerate(options_.failures, table.bad_cell(column, value.error()), "a change"));
  return Value::null();
}

Status LogStream::decode(const Table& table, const Tuple& tuple, std::vector<Value>& cells,
                         const std::vector<Value>* old_cells) {
  cells.assign(table.plan()->column_count(), Value::null());
  const size_t count = std::min(tuple.size(), cells.size());
  for (size_t i = 0; i < count; ++i) {
    if (tuple[i].kind == 'n' || !table.needs(i)) continue;
    if (tuple[i].kind == 'u' && old_cells != nullptr && !(*old_cells)[i].is_null()) {
      cells[i] = (*old_cells)[i];
      continue;
    }
    SLUICE_ASSIGN_OR_RETURN(cells[i], decode_cell(table, i, tuple[i]));
  }
  return {};
}

Status LogStream::insert(const Message& message) {
  SLUICE_ASSIGN_OR_RETURN(const TablePtr* const table, table_of(message));
  if (*table == nullptr) return {};
  SLUICE_RETURN_IF_ERROR(decode(**table, message.new_tuple, new_cells_, nullptr));
  if ((*table)->signals()) SLUICE_RETURN_IF_ERROR(take_signal(new_cells_, false));
  move_to("INSERT");
  if (incremental_.window_open()) incremental_.forget(*(*table)->plan(), new_cells_);
  output_.writer().create((*table)->plan(), new_cells_, origin_of(**table));
  return {};
}

Status LogStream::update(const Message& message) {
  SLUICE_ASSIGN_OR_RETURN(const TablePtr* const table, table_of(message));
  if (*table == nullptr) return {};
  move_to("UPDATE");
  const bool has_old = message.old_kind != 0;
  if (has_old) SLUICE_RETURN_IF_ERROR(decode(**table, message.old_tuple, old_cells_, nullptr));
  SLUICE_RETURN_IF_ERROR(decode(**table, message.new_tuple, new_cells_, has_old ? &old_cells_ : nullptr));
  if (incremental_.window_open()) {
    incremental_.forget(*(*table)->plan(), new_cells_);
    if (has_old) incremental_.forget(*(*table)->plan(), old_cells_);
  }
  output_.writer().update((*table)->plan(), has_old ? Cells(old_cells_) : Cells(), new_cells_,
                          origin_of(**table));
  return {};
}

Status LogStream::remove(const Message& message) {
  SLUICE_ASSIGN_OR_RETURN(const TablePtr* const table, table_of(message));
  if (*table == nullptr) return {};
  SLUICE_RETURN_IF_ERROR(decode(**table, message.old_tuple, old_cells_, nullptr));
  if ((*table)->signals()) SLUICE_RETURN_IF_ERROR(take_signal(old_cells_, true));
  move_to("DELETE");
  if (incremental_.window_open()) incremental_.forget(*(*table)->plan(), old_cells_);
  output_.writer().remove((*table)->plan(), old_cells_, origin_of(**table));
  return {};
}

Status LogStream::truncate(const Message& message) {
  if (resume_.skips(lsn_)) return {};
  move_to("TRUNCATE");
  for (const Oid relation : message.truncated) {
    SLUICE_ASSIGN_OR_RETURN(const TablePtr* const table, tables_.find(relation));
    if (*table != nullptr) output_.writer().truncate((*table)->plan(), origin_of(**table));
  }
  return {};
}

Status LogStream::keep_alive(bool asked) {
  if (options_.follows_keepalives && !in_transaction_ && output_.empty() &&
      acknowledged_ >= resume_lsn(output_.position))
    told_ = std::max(told_, received_);
  const Lsn acknowledged = options_.acknowledges ? std::max(told_, acknowledged_.load()) : told_;
  const int64_t now_ms = clock_.steady_ms();
  if (!asked && acknowledged == told_ && now_ms - told_ms_ < options_.status_interval_ms) return {};
  told_ = acknowledged;
  told_ms_ = now_ms;
  std::string status = "r";
  append_number(status, received_);  // written
  append_number(status, told_);      // flushed
  append_number(status, told_);      // applied
  append_number(status, static_cast<uint64_t>(clock_.wall_ns() / 1000 - kPgEpochMicros));
  status += '\0';
  return replication_.send_copy_both(status, "tell PostgreSQL what has been read");
}

Status LogStream::refresh_xmin() {
  if (options_.xmin_interval_ms <= 0) return {};
  const int64_t now_ms = clock_.steady_ms();
  if (output_.position.xmin && now_ms - xmin_ms_ < options_.xmin_interval_ms) return {};
  xmin_ms_ = now_ms;
  SLUICE_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.run("SELECT catalog_xmin FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
                    {options_.slot}, false, "look at the slot's xmin"));
  if (PQntuples(rows.get()) == 1)
    output_.position.xmin = sluice::postgres::number_of<int64_t>(sluice::postgres::cell(rows.get(), 0, 0));
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
