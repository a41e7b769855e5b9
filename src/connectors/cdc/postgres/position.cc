#include "connectors/cdc/postgres/position.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::MapEntry;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr std::string_view kVersion = "3.5.0.Final";
constexpr std::string_view kConnector = "postgresql";
constexpr size_t kOwnEntriesMax = 12;
constexpr size_t kSequenceMax = 56;
constexpr size_t kLsnDigitsMax = 20;

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
  kSchemaField,
  kTable,
  kTxId,
  kLsn,
  kXmin,
  kOrigin,
  kOriginLsn,
};

constexpr std::array<std::string_view, 8> kMessages{"INSERT", "UPDATE",   "DELETE",  "BEGIN",
                                                    "COMMIT", "TRUNCATE", "MESSAGE", "ORIGIN"};

std::optional<int64_t> number(const Value& offset, std::string_view key) {
  const Value value = sdk::map_get(offset, key);
  return value.is_null() ? std::nullopt : std::optional(value.as_integer());
}

std::optional<Lsn> lsn_in(const Value& offset, std::string_view key) {
  const auto value = number(offset, key);
  return value ? std::optional(static_cast<Lsn>(*value)) : std::nullopt;
}

Value lsn_value(Lsn lsn) { return Value::int64(static_cast<int64_t>(lsn)); }

char* write_lsn(char* to, const std::optional<Lsn>& lsn) {
  if (!lsn) return std::copy_n("null", 4, to);
  *to++ = '"';
  to = std::to_chars(to, to + kLsnDigitsMax, *lsn).ptr;
  *to++ = '"';
  return to;
}

/// ["last commit","event"], as texts or null.
std::string_view sequence_text(const Position& position, sdk::Arena& arena) {
  char text[kSequenceMax];
  char* end = text;
  *end++ = '[';
  end = write_lsn(end, position.commit);
  *end++ = ',';
  end = write_lsn(end, position.lsn);
  *end++ = ']';
  return arena.copy({text, static_cast<size_t>(end - text)});
}

}  // namespace

Value Position::offset(const OffsetExtras& extras, sdk::Arena& arena) const {
  auto* entries = arena.array<MapEntry>(kOwnEntriesMax + extras.offset_entries());
  MapEntry* to = entries;
  const auto add = [&](std::string_view key, const Value& value) { *to++ = {Value::string(key), value}; };
  if (in_snapshot) {
    add("snapshot", Value::string("INITIAL"));
    add("last_snapshot_record", Value::boolean(snapshot_done));
    add("snapshot_completed", Value::boolean(snapshot_done));
  } else {
    to = extras.store(to, arena);
  }
  if (processed) add("lsn_proc", lsn_value(*processed));
  if (!message.empty()) add("messageType", Value::string(message));
  if (commit) add("lsn_commit", lsn_value(*commit));
  if (lsn) add("lsn", lsn_value(*lsn));
  if (xid) add("txId", Value::int64(*xid));
  if (time_micros) add("ts_usec", Value::int64(*time_micros));
  if (xmin) add("xmin", Value::int64(*xmin));
  if (events_at_lsn > 1) add("lsn_events_processed", Value::int64(events_at_lsn));
  return Value::map({entries, static_cast<size_t>(to - entries)});
}

Position Position::load(const Value& offset) {
  Position position;
  if (offset.kind() != sdk::Kind::kMap) return position;
  position.lsn = lsn_in(offset, "lsn");
  position.processed = lsn_in(offset, "lsn_proc");
  position.commit = lsn_in(offset, "lsn_commit");
  position.xid = number(offset, "txId");
  position.time_micros = number(offset, "ts_usec");
  position.xmin = number(offset, "xmin");
  position.events_at_lsn = number(offset, "lsn_events_processed").value_or(0);
  if (const Value message = sdk::map_get(offset, "messageType"); message.kind() == sdk::Kind::kString) {
    for (const std::string_view known : kMessages) {
      if (known == message.as_string()) position.message = known;
    }
  }
  // Older lines wrote true, newer ones the kind of snapshot.
  const bool began = !sdk::map_get(offset, "snapshot").is_null();
  const Value last = sdk::map_get(offset, "last_snapshot_record");
  const Value done = sdk::map_get(offset, "snapshot_completed");
  const auto is_true = [](const Value& value) {
    return value.kind() == sdk::Kind::kBoolean && value.as_boolean();
  };
  position.snapshot_done = began && (is_true(last) || is_true(done));
  position.in_snapshot = began && !position.snapshot_done;
  return position;
}

const sdk::SchemaPtr& source_schema() {
  static const sdk::SchemaPtr schema = [] {
    auto snapshot = SchemaBuilder(sdk::Type::kString);
    snapshot.name("io.debezium.data.Enum").version(1).optional().default_value(Value::string("false"));
    snapshot.parameter("allowed",
                       "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental");
    auto source = SchemaBuilder::structure();
    source.name("io.debezium.connector.postgresql.Source").version(1);
    source.field("version", Schema::string()).field("connector", Schema::string());
    source.field("name", Schema::string()).field("ts_ms", Schema::int64());
    source.field("snapshot", snapshot.build_or_die()).field("db", Schema::string());
    source.field("sequence", Schema::optional_string());
    source.field("ts_us", Schema::optional_int64()).field("ts_ns", Schema::optional_int64());
    source.field("schema", Schema::string()).field("table", Schema::string());
    for (const char* name : {"txId", "lsn", "xmin"}) source.field(name, Schema::optional_int64());
    source.field("origin", Schema::optional_string()).field("origin_lsn", Schema::optional_int64());
    return source.build_or_die();
  }();
  return schema;
}

sdk::StructNode* source_struct(const SourceInfo& info, const Position& position, std::string_view space,
                               std::string_view table, SnapshotMark mark, sdk::Arena& arena) {
  sdk::StructNode* node = sdk::new_struct(arena, *source_schema());
  auto fields = node->mutable_values();
  const int64_t micros = position.time_micros.value_or(0);
  fields[kVersionField] = Value::string(kVersion);
  fields[kConnectorField] = Value::string(kConnector);
  fields[kName] = Value::string(info.name);
  fields[kTsMs] = Value::int64(micros / 1000);
  fields[kSnapshot] = Value::string(snapshot_text(mark));
  fields[kDb] = Value::string(info.database);
  fields[kSequence] = Value::string(sequence_text(position, arena));
  fields[kTsUs] = Value::int64(micros);
  fields[kTsNs] = Value::int64(micros * 1000);
  fields[kSchemaField] = Value::string(space);
  fields[kTable] = Value::string(table);
  if (position.xid) fields[kTxId] = Value::int64(*position.xid);
  if (position.lsn) fields[kLsn] = lsn_value(*position.lsn);
  if (position.xmin) fields[kXmin] = Value::int64(*position.xmin);
  if (info.origin) fields[kOrigin] = Value::string(arena.copy(*info.origin));
  if (info.origin_lsn) fields[kOriginLsn] = lsn_value(*info.origin_lsn);
  return node;
}

void set_snapshot_mark(sdk::StructNode* source, SnapshotMark mark) {
  source->mutable_values()[kSnapshot] = Value::string(snapshot_text(mark));
}

}  // namespace sluice::connectors::cdc::postgres
