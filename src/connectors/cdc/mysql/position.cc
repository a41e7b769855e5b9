#include "connectors/cdc/mysql/position.h"

#include <charconv>

#include "connectors/cdc/common/data_types.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr std::string_view kVersion = "3.5.0.Final";
constexpr size_t kOwnEntriesMax = 9;

enum Field : uint8_t {
  kVersionField,
  kConnectorField,
  kName,
  kTsMs,
  kSnapshot,
  kDb,
  kSequence,
  kTsUs,
  kTsNs,
  kTable,
  kServerId,
  kGtid,
  kFile,
  kPos,
  kRow,
  kThread,
  kQuery,
};

int64_t number(const Value& offset, std::string_view key) {
  const Value value = sdk::map_get(offset, key);
  return value.kind() == Kind::kInt64 || value.kind() == Kind::kInt32 ? value.as_integer() : 0;
}

std::string text(const Value& offset, std::string_view key) {
  const Value value = sdk::map_get(offset, key);
  return value.kind() == Kind::kString ? std::string(value.as_string()) : std::string();
}

bool is_true(const Value& value) {
  return (value.kind() == Kind::kBoolean && value.as_boolean()) ||
         (value.kind() == Kind::kString && value.as_string() == "true");
}

/// The number behind the last point of a file's name.
int64_t file_number(const std::string& file) {
  const size_t point = file.rfind('.');
  int64_t number = -1;
  if (point != std::string::npos) std::from_chars(file.data() + point + 1, file.data() + file.size(), number);
  return number;
}

/// By GTID: a subset is before; with the same set, snapshots and the events of the transaction count.
bool gtids_at_or_before(const Value& recorded, const Value& wanted, Flavour flavour) {
  const auto recorded_set = GtidSet::parse(flavour, text(recorded, "gtids"));
  const auto wanted_set = GtidSet::parse(flavour, text(wanted, "gtids"));
  if (!recorded_set.ok() || !wanted_set.ok()) return true;
  if (recorded_set->text() != wanted_set->text()) return wanted_set->contains(*recorded_set);
  const bool recorded_snapshot = !sdk::map_get(recorded, "snapshot").is_null();
  const bool wanted_snapshot = !sdk::map_get(wanted, "snapshot").is_null();
  if (!recorded_snapshot && wanted_snapshot) return false;
  return number(recorded, "event") <= number(wanted, "event");
}

}  // namespace

void Position::rotate(std::string_view to, uint64_t position) {
  if (file != to) {
    file = to;
    ++texts;
  }
  restart = current = position;
  events = rows = 0;
  row = 0;
}

void Position::begin_event(uint64_t position, uint32_t size) {
  current = position;
  event_size = size;
  if (in_transaction) return;
  restart = position + size;
  events = rows = 0;
}

void Position::start_gtid(std::string transaction, std::string all) {
  gtid = std::move(transaction);
  gtids = gtids_after.empty() ? all : gtids_after;
  gtids_after = std::move(all);
  ++texts;
}

void Position::begin_transaction() {
  events = rows = 0;
  restart = current;
  in_transaction = true;
}

void Position::end_transaction() {
  if (gtids != gtids_after) {
    gtids = gtids_after;
    ++texts;
  }
  restart = current + event_size;
  events = rows = 0;
  in_transaction = false;
  thread = -1;
  if (!query.empty()) {
    query.clear();
    ++texts;
  }
}

void Position::begin_row(int number) {
  row = number;
  rows = number + 1;
}

void PositionTexts::refresh(const Position& position, uint64_t generation, sdk::Arena& arena) {
  if (generation_ == generation && texts_ == position.texts) return;
  generation_ = generation;
  texts_ = position.texts;
  file = arena.copy(position.file);
  gtids = arena.copy(position.gtids);
  gtid = arena.copy(position.gtid);
  query = arena.copy(position.query);
}

Value offset_of(const Position& position, const PositionTexts& texts, const OffsetExtras& extras,
                sdk::Arena& arena) {
  auto* entries = arena.array<MapEntry>(kOwnEntriesMax + extras.offset_entries());
  MapEntry* to = entries;
  const auto add = [&](std::string_view key, const Value& value) { *to++ = {Value::string(key), value}; };
  if (position.seconds) add("ts_sec", Value::int64(*position.seconds));
  add("file", Value::string(texts.file));
  add("pos", Value::int64(static_cast<int64_t>(position.restart)));
  if (!texts.gtids.empty()) add("gtids", Value::string(texts.gtids));
  if (position.in_snapshot && !position.snapshot_done) add("snapshot", Value::string("INITIAL"));
  if (position.rows != 0) add("row", Value::int64(position.rows));
  if (position.server_id != 0) add("server_id", Value::int64(position.server_id));
  if (position.events != 0) add("event", Value::int64(position.events));
  to = extras.store(to, arena);
  return Value::map({entries, static_cast<size_t>(to - entries)});
}

Value Position::offset(const OffsetExtras& extras, sdk::Arena& arena) const {
  PositionTexts texts;
  texts.refresh(*this, 1, arena);
  return offset_of(*this, texts, extras, arena);
}

Position Position::load(const Value& offset) {
  Position position;
  if (offset.kind() != Kind::kMap) return position;
  position.file = text(offset, "file");
  position.restart = position.current = static_cast<uint64_t>(number(offset, "pos"));
  position.gtids = position.gtids_after = text(offset, "gtids");
  position.events = number(offset, "event");
  position.rows = number(offset, "row");
  position.server_id = number(offset, "server_id");
  if (!sdk::map_get(offset, "ts_sec").is_null()) position.seconds = number(offset, "ts_sec");
  position.in_snapshot =
      !sdk::map_get(offset, "snapshot").is_null() && !is_true(sdk::map_get(offset, "snapshot_completed"));
  return position;
}

bool is_at_or_before(const Value& recorded, const Value& wanted, Flavour flavour) {
  if (recorded.kind() != Kind::kMap || wanted.kind() != Kind::kMap) return true;
  const bool recorded_gtids = !text(recorded, "gtids").empty();
  if (!text(wanted, "gtids").empty()) return !recorded_gtids || gtids_at_or_before(recorded, wanted, flavour);
  if (recorded_gtids) return false;
  if (number(recorded, "server_id") != number(wanted, "server_id"))
    return number(recorded, "ts_sec") <= number(wanted, "ts_sec");
  const int64_t files = file_number(text(recorded, "file")) - file_number(text(wanted, "file"));
  if (files != 0) return files < 0;
  for (const char* key : {"pos", "event", "row"}) {
    const int64_t difference = number(recorded, key) - number(wanted, key);
    if (difference != 0) return difference < 0;
  }
  return true;
}

SourceInfo SourceInfo::make(Flavour flavour, const std::string& prefix) {
  SourceInfo info{prefix, flavour == Flavour::kMySql ? "mysql" : "mariadb", nullptr};
  const sdk::SchemaPtr snapshot =
      enum_schema("true,first,first_in_data_collection,last_in_data_collection,last,false,incremental")
          .optional()
          .default_value(Value::string("false"))
          .build_or_die();
  info.schema = SchemaBuilder::structure()
                    .name("io.debezium.connector." + info.connector + ".Source")
                    .version(1)
                    .field("version", Schema::string())
                    .field("connector", Schema::string())
                    .field("name", Schema::string())
                    .field("ts_ms", Schema::int64())
                    .field("snapshot", snapshot)
                    .field("db", Schema::string())
                    .field("sequence", Schema::optional_string())
                    .field("ts_us", Schema::optional_int64())
                    .field("ts_ns", Schema::optional_int64())
                    .field("table", Schema::optional_string())
                    .field("server_id", Schema::int64())
                    .field("gtid", Schema::optional_string())
                    .field("file", Schema::string())
                    .field("pos", Schema::int64())
                    .field("row", Schema::int32())
                    .field("thread", Schema::optional_int64())
                    .field("query", Schema::optional_string())
                    .build_or_die();
  return info;
}

sdk::StructNode* source_struct(const SourceInfo& info, const Position& position, const PositionTexts& texts,
                               std::string_view space, const Value& table, SnapshotMark mark,
                               sdk::Arena& arena) {
  sdk::StructNode* node = sdk::new_struct(arena, *info.schema);
  auto fields = node->mutable_values();
  fields[kVersionField] = Value::string(kVersion);
  fields[kConnectorField] = Value::string(info.connector);
  fields[kName] = Value::string(info.name);
  fields[kTsMs] = Value::int64(position.micros / 1000);
  fields[kSnapshot] = Value::string(snapshot_text(mark));
  fields[kDb] = Value::string(space);
  fields[kTsUs] = Value::int64(position.micros);
  fields[kTsNs] = Value::int64(position.micros * 1000);
  fields[kTable] = table;
  fields[kServerId] = Value::int64(mark == SnapshotMark::kNone ? position.server_id : 0);
  if (!texts.gtid.empty()) fields[kGtid] = Value::string(texts.gtid);
  fields[kFile] = Value::string(texts.file);
  fields[kPos] = Value::int64(static_cast<int64_t>(position.current));
  fields[kRow] = Value::int32(position.row);
  if (position.thread >= 0) fields[kThread] = Value::int64(position.thread);
  if (!texts.query.empty()) fields[kQuery] = Value::string(texts.query);
  return node;
}

void set_snapshot_mark(sdk::StructNode* source, SnapshotMark mark) {
  source->mutable_values()[kSnapshot] = Value::string(snapshot_text(mark));
}

}  // namespace sluice::connectors::cdc::mysql
