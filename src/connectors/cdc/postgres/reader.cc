#include "connectors/cdc/postgres/reader.h"

#include <fmt/core.h>

#include "base/log.h"
#include "connectors/cdc/common/run_id.h"
#include "connectors/cdc/postgres/log_stream.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sluice::postgres::cell;
using sluice::postgres::Session;
using std::chrono::milliseconds;

ContextHeaders headers_of(const Options& options, const Clock& clock) {
  return {options.names.prefix(), "postgresql", "0", make_run_id(clock)};
}

}  // namespace

PostgresReader::PostgresReader(Options options, const ReaderSetup& setup)
    : options_(std::move(options)),
      clock_(setup.clock),
      stop_(setup.stop),
      output_(options_, setup.partition, headers_of(options_, setup.clock), setup.clock, setup.stop),
      tables_(options_) {
  output_.position = Position::load(setup.stored);
  output_.writer().extras().load(setup.stored);
  output_.heartbeat_ms = clock_.steady_ms();
}

Result<PostgresReader::SessionPtr> PostgresReader::connect(bool replication) {
  sluice::postgres::Target target = options_.target;
  if (replication) target.keywords.emplace_back("replication", "database");
  SLUICE_ASSIGN_OR_RETURN(SessionPtr session, Session::connect(target, stop_));
  if (replication) return session;
  for (const std::string& statement : options_.initial_statements)
    SLUICE_RETURN_IF_ERROR(session->run(statement, {}, false, "run database.initial.statements"));
  return session;
}

Status PostgresReader::check_server() {
  SLUICE_ASSIGN_OR_RETURN(const auto rows,
                          session_->run("SHOW wal_level", {}, false, "look at the server's settings"));
  if (cell(rows.get(), 0, 0) == "logical" || options_.snapshot == SnapshotMode::kInitialOnly) return {};
  return failed(
      fmt::format("PostgreSQL's wal_level is '{}', so its log cannot be read; set wal_level = logical in "
                  "postgresql.conf and restart the server",
                  cell(rows.get(), 0, 0)));
}

Status PostgresReader::check_position(const std::optional<SlotState>& slot) const {
  if (!slot) {
    return failed(
        fmt::format("Replication slot {} does not exist, but the connector has an offset ({}): changes since "
                    "then are lost. "
                    "Delete the connector's offsets to take a new snapshot; with snapshot.mode=when_needed "
                    "this is done by itself",
                    options_.slot, lsn_text(resume_lsn(output_.position))));
  }
  SLUICE_RETURN_IF_ERROR(check_slot(*slot, options_));
  const Lsn stored = std::max(resume_lsn(output_.position), output_.position.lsn.value_or(0));
  if (!options_.checks_position || !slot->restart || *slot->restart <= stored) return {};
  return failed(
      fmt::format("The connector's offset is {}, but replication slot {} begins at {} only: changes in "
                  "between are lost (a slot "
                  "that was made anew, or a server that took over without the slot). Delete the connector's "
                  "offsets to take a "
                  "new snapshot; with snapshot.mode=when_needed this is done by itself",
                  lsn_text(stored), options_.slot, lsn_text(*slot->restart)));
}

Result<bool> PostgresReader::needs_snapshot(const std::optional<SlotState>& slot) {
  const Position& position = output_.position;
  const bool has_position = position.lsn.has_value() && !position.in_snapshot;
  switch (options_.snapshot) {
    case SnapshotMode::kNoData:
    case SnapshotMode::kRecovery:
      if (has_position) SLUICE_RETURN_IF_ERROR(check_position(slot));
      return false;
    case SnapshotMode::kAlways:
      if (!snapshot_taken_ || !has_position) return true;
      break;
    case SnapshotMode::kWhenNeeded:
      if (!has_position) return true;
      if (const Status there = check_position(slot); !there.ok()) {
        log::warn("{}. A new snapshot is taken", there.error().message());
        return true;
      }
      return false;
    case SnapshotMode::kInitial:
    case SnapshotMode::kInitialOnly:
      if (!has_position) return true;
      break;
  }
  if (options_.snapshot != SnapshotMode::kInitialOnly) SLUICE_RETURN_IF_ERROR(check_position(slot));
  return false;
}

Status PostgresReader::prepare_tables() {
  SLUICE_ASSIGN_OR_RETURN(const auto captured, tables_.captured());
  std::vector<TableId> ids;
  for (const auto& [id, oid] : captured) ids.push_back(id);
  SLUICE_RETURN_IF_ERROR(prepare_publication(*session_, options_, ids));
  return set_replica_identities(*session_, options_, ids);
}

/// Where a snapshot begins if it did not come with a new slot: a temporary slot says both exactly.
Result<SnapshotStart> PostgresReader::snapshot_start(const std::optional<CreatedSlot>& created) {
  if (created) return SnapshotStart{created->start, created->snapshot};
  if (options_.snapshot != SnapshotMode::kInitialOnly) {
    const auto temporary = create_slot(*replication_, options_.slot + "_snapshot", true, false);
    if (temporary.ok()) return SnapshotStart{temporary->start, temporary->snapshot};
    log::warn("{}. What is committed while the snapshot begins may be published twice",
              temporary.error().message());
  }
  SLUICE_ASSIGN_OR_RETURN(const auto rows,
                          session_->run("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
                                        " ELSE pg_current_wal_lsn() END",
                                        {}, false, "look at the end of the log"));
  return SnapshotStart{parse_lsn(cell(rows.get(), 0, 0)).value_or(0), ""};
}

/// The slot, once nobody else reads it.
Result<std::optional<SlotState>> PostgresReader::free_slot() {
  for (int attempt = 0;; ++attempt) {
    SLUICE_ASSIGN_OR_RETURN(auto slot, read_slot(*session_, options_.slot));
    if (!slot || !slot->active) return slot;
    if (attempt >= options_.slot_retries)
      return failed(
          fmt::format("Replication slot {} is read by somebody else; give each connector a slot of its own "
                      "(slot.name)",
                      options_.slot));
    log::info("Replication slot {} is still read by somebody else; waiting for it", options_.slot);
    // Our own last connection is noticed soon, another connector after its retries.
    if (stop_.wait_for(milliseconds(std::min<int64_t>(options_.slot_retry_ms, int64_t{100} << attempt))))
      return closed("Stopped while waiting for the replication slot");
  }
}

Status PostgresReader::run(ChangeQueue& queue) {
  output_.restart(queue);
  replication_.reset();
  session_.reset();
  SLUICE_ASSIGN_OR_RETURN(session_, connect(false));
  SLUICE_RETURN_IF_ERROR(check_server());
  SLUICE_RETURN_IF_ERROR(tables_.restart(*session_));
  const bool streams = options_.snapshot != SnapshotMode::kInitialOnly;
  std::optional<SlotState> slot;
  if (streams) {
    SLUICE_ASSIGN_OR_RETURN(slot, free_slot());
    SLUICE_RETURN_IF_ERROR(prepare_tables());
  }
  SLUICE_ASSIGN_OR_RETURN(const bool snapshot, needs_snapshot(slot));
  if (slot && snapshot && slot->wal_status == "lost") {
    SLUICE_RETURN_IF_ERROR(drop_slot());
    slot.reset();
  }
  std::optional<CreatedSlot> created;
  if (streams) {
    SLUICE_ASSIGN_OR_RETURN(replication_, connect(true));
    if (slot) {
      SLUICE_RETURN_IF_ERROR(check_slot(*slot, options_));
    } else {
      SLUICE_ASSIGN_OR_RETURN(created,
                              create_slot(*replication_, options_.slot, false, options_.failover_slot));
      log::info("Made replication slot {} at {}", options_.slot, lsn_text(created->start));
    }
  }
  if (snapshot) {
    if (stop_.wait_for(milliseconds(options_.snapshot_delay_ms)))
      return closed("Stopped before the snapshot");
    SLUICE_ASSIGN_OR_RETURN(const SnapshotStart start, snapshot_start(created));
    SLUICE_RETURN_IF_ERROR(take_snapshot(start));
    snapshot_taken_ = true;
  } else if (!output_.position.lsn) {
    output_.position.lsn = created ? created->start : slot && slot->confirmed ? *slot->confirmed : 0;
  }
  if (!snapshot && !std::exchange(told_of_snapshot_, true)) {
    Notifications(options_, output_.writer(), clock_)
        .send(kInitialSnapshot, "SKIPPED", {}, {}, output_.offset());
  }
  if (!streams) return {};
  if (stop_.wait_for(milliseconds(options_.streaming_delay_ms))) return closed("Stopped before streaming");
  return stream();
}

Status PostgresReader::open_channels(sdk::SourceTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(channels_, SignalChannels::open(options_, context, clock_));
  return {};
}

Status PostgresReader::take_snapshot(const SnapshotStart& start) {
  const auto nothing_to_do = [] { return Status(); };
  return Snapshot(options_, output_, tables_, *session_, clock_, stop_, nothing_to_do).run(start);
}

Status PostgresReader::stream() {
  LogStream stream(options_, output_, tables_, *session_, *replication_, acknowledged_, *channels_, clock_,
                   stop_);
  const Status ended = stream.run(resume_lsn(output_.position));
  if (options_.drop_slot && stop_.stop_requested()) (void)drop_slot().ok();
  return ended;
}

Status PostgresReader::drop_slot() {
  replication_.reset();
  SLUICE_RETURN_IF_ERROR(session_->run("SELECT pg_drop_replication_slot($1)", {options_.slot}, false,
                                       "drop replication slot " + options_.slot));
  return {};
}

void PostgresReader::acknowledge(const sdk::Value& offset) {
  const Position position = Position::load(offset);
  if (!position.in_snapshot) acknowledged_ = resume_lsn(position);
}

Result<std::unique_ptr<ChangeReader>> make_reader(const ReaderSetup& setup) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, option_definitions().parse(setup.properties));
  SLUICE_ASSIGN_OR_RETURN(Options options, parse_options(config));
  auto reader = std::make_unique<PostgresReader>(std::move(options), setup);
  SLUICE_RETURN_IF_ERROR(reader->open_channels(setup.context));
  return std::unique_ptr<ChangeReader>(std::move(reader));
}

}  // namespace sluice::connectors::cdc::postgres
