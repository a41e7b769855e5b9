#include "connectors/cdc/mysql/reader.h"

#include <fmt/core.h>

#include "base/log.h"
#include "connectors/cdc/common/run_id.h"
#include "connectors/cdc/mysql/catalogue.h"
#include "connectors/cdc/mysql/log_stream.h"
#include "connectors/cdc/mysql/snapshot.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sluice::mysql::Session;
using std::chrono::milliseconds;

constexpr const char* kWhatToDo =
    "Delete the connector's offsets to take a new snapshot; with snapshot.mode=when_needed this is done by "
    "itself";

ContextHeaders headers_of(const Options& options, const Clock& clock) {
  return {options.names.prefix(), options.connector_name(), "0", make_run_id(clock)};
}

}  // namespace

BinlogReader::BinlogReader(Options options, std::unique_ptr<SchemaHistory> history, const ReaderSetup& setup)
    : options_(std::move(options)),
      source_(
          std::make_shared<const SourceInfo>(SourceInfo::make(options_.flavour, options_.names.prefix()))),
      clock_(setup.clock),
      stop_(setup.stop),
      output_(options_, setup.partition, headers_of(options_, setup.clock), setup.clock, setup.stop),
      tables_(options_, *source_),
      history_(std::move(history)),
      changes_(options_, *source_, tables_, *history_, output_, clock_) {
  output_.keep(source_);
  output_.position = Position::load(setup.stored);
  output_.writer().extras().load(setup.stored);
  output_.heartbeat_ms = clock_.steady_ms();
}

Result<Session*> BinlogReader::session() {
  if (session_ != nullptr && session_->usable()) return session_.get();
  SLUICE_ASSIGN_OR_RETURN(session_, Session::open(options_.target, stop_));
  for (const std::string& statement : options_.initial_statements)
    SLUICE_RETURN_IF_ERROR(session_->query(statement, "run database.initial.statements"));
  return session_.get();
}

bool BinlogReader::keeps_source(const std::string& source) const {
  if (!options_.included_sources.empty()) return options_.included_sources.matches(source);
  return !options_.excluded_sources.matches(source);
}

/// Whether the server still has the log from the offset on.
Result<bool> BinlogReader::can_go_on(std::string& why) {
  SLUICE_ASSIGN_OR_RETURN(Session* const session, this->session());
  SLUICE_ASSIGN_OR_RETURN(const bool there, has_log(*session, output_.position, has_gtids_));
  if (!there) {
    why = fmt::format(
        "The server no longer has its log from the connector's offset on ({}:{}{}{}): changes "
        "since then are lost",
        output_.position.file, output_.position.restart, output_.position.gtids.empty() ? "" : ", GTIDs ",
        output_.position.gtids);
  }
  return there;
}

Result<bool> BinlogReader::needs_snapshot() {
  const bool has_position = output_.position.known() && !output_.position.in_snapshot;
  if (!has_position) {
    if (options_.snapshot != SnapshotMode::kRecovery) return true;
    return failed("snapshot.mode=recovery makes the schema history again for an offset, and there is none");
  }
  if (options_.snapshot == SnapshotMode::kAlways && !snapshot_taken_) return true;
  if (options_.snapshot == SnapshotMode::kInitialOnly) return false;
  std::string why;
  SLUICE_ASSIGN_OR_RETURN(const bool can, can_go_on(why));
  if (can) return options_.snapshot == SnapshotMode::kRecovery && !snapshot_taken_;
  if (options_.snapshot != SnapshotMode::kWhenNeeded) return failed(why + ". " + kWhatToDo);
  log::warn("{}. A new snapshot is taken", why);
  return true;
}

/// The tables as they were at the offset.
Status BinlogReader::recover_tables() {
  tables_.model = TableModel();
  tables_.forget();
  sdk::Arena arena;
  const sdk::Value offset = output_.position.offset(output_.writer().extras(), arena);
  SLUICE_ASSIGN_OR_RETURN(const int applied, recover(*history_, offset, options_.flavour, tables_.model));
  if (applied > 0) return {};
  return failed(
      "The schema history is empty, or begins after the connector's offset, so the tables at the offset are "
      "not "
      "known. If they have not changed since, snapshot.mode=recovery makes the history again; else delete "
      "the "
      "connector's offsets to take a new snapshot");
}

Status BinlogReader::take_snapshot() {
  if (stop_.wait_for(milliseconds(options_.snapshot_delay_ms))) return closed("Stopped before the snapshot");
  SLUICE_ASSIGN_OR_RETURN(Session* const session, this->session());
  const bool recovers = options_.snapshot == SnapshotMode::kRecovery;
  const SnapshotPlan plan{!recovers && options_.snapshot != SnapshotMode::kNoData, recovers};
  tables_.model = TableModel();
  tables_.forget();
  Snapshot snapshot(options_, *source_, output_, tables_, changes_, *session, clock_, stop_);
  SLUICE_RETURN_IF_ERROR(snapshot.run(plan));
  snapshot_taken_ = true;
  return {};
}

Status BinlogReader::open_channels(sdk::SourceTaskContext& context) {
  SLUICE_ASSIGN_OR_RETURN(channels_, SignalChannels::open(options_, context, clock_));
  return {};
}

Result<BinlogStart> BinlogReader::start() {
  const Position& position = output_.position;
  BinlogStart start{position.file, position.restart, std::nullopt};
  if (!has_gtids_ || position.gtids.empty()) return start;
  SLUICE_ASSIGN_OR_RETURN(const GtidSet set, GtidSet::parse(options_.flavour, position.gtids));
  start.gtids = set.only([this](const std::string& source) { return keeps_source(source); });
  return start;
}

Status BinlogReader::run(ChangeQueue& queue) {
  output_.restart(queue);
  session_.reset();
  SLUICE_ASSIGN_OR_RETURN(Session* const session, this->session());
  if (options_.snapshot != SnapshotMode::kInitialOnly)
    SLUICE_RETURN_IF_ERROR(check_log_settings(*session, options_.include_query));
  SLUICE_ASSIGN_OR_RETURN(has_gtids_, has_gtids(*session));
  SLUICE_ASSIGN_OR_RETURN(const bool snapshot, needs_snapshot());
  if (snapshot) {
    SLUICE_RETURN_IF_ERROR(take_snapshot());
  } else if (options_.snapshot != SnapshotMode::kInitialOnly) {
    SLUICE_RETURN_IF_ERROR(recover_tables());
  }
  if (!snapshot && !std::exchange(told_of_snapshot_, true)) {
    Notifications(options_, output_.writer(), clock_)
        .send(kInitialSnapshot, "SKIPPED", {}, {}, output_.offset());
  }
  if (options_.snapshot == SnapshotMode::kInitialOnly) return {};
  if (stop_.wait_for(milliseconds(options_.streaming_delay_ms))) return closed("Stopped before streaming");
  SLUICE_ASSIGN_OR_RETURN(const BinlogStart start, this->start());
  LogStream stream(
      options_, *source_, output_, tables_, changes_, [this] { return this->session(); }, *channels_, clock_,
      stop_);
  return stream.run(start);
}

namespace {

Result<std::unique_ptr<ChangeReader>> make_reader(const ReaderSetup& setup, Flavour flavour) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, options_of(flavour).parse(setup.properties));
  SLUICE_ASSIGN_OR_RETURN(Options options, parse_options(config, flavour));
  SLUICE_ASSIGN_OR_RETURN(auto history, open_history(options, setup.context));
  auto reader = std::make_unique<BinlogReader>(std::move(options), std::move(history), setup);
  SLUICE_RETURN_IF_ERROR(reader->open_channels(setup.context));
  return std::unique_ptr<ChangeReader>(std::move(reader));
}

}  // namespace

Result<std::unique_ptr<ChangeReader>> make_mysql_reader(const ReaderSetup& setup) {
  return make_reader(setup, Flavour::kMySql);
}

Result<std::unique_ptr<ChangeReader>> make_mariadb_reader(const ReaderSetup& setup) {
  return make_reader(setup, Flavour::kMariaDb);
}

}  // namespace sluice::connectors::cdc::mysql
