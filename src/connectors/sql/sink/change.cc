#include "connectors/sql/sink/change.h"

#include <fmt/core.h>

namespace sluice::connectors::sql {
namespace {

using sdk::Type;
using sdk::Value;

std::string_view pk_mode_name(PkMode mode) {
  switch (mode) {
    case PkMode::kKafka:
      return "kafka";
    case PkMode::kRecordKey:
      return "record_key";
    case PkMode::kRecordValue:
      return "record_value";
    case PkMode::kRecordHeader:
      return "record_header";
    case PkMode::kNone:
      break;
  }
  return "none";
}

std::string describe(const char* what, const Value& value, const sdk::Schema* schema) {
  return fmt::format("a {} {} and {} {} schema", value.is_null() ? "null" : sdk::kind_name(value.kind()),
                     what, schema == nullptr ? "null" : type_name(schema->type()), what);
}

}  // namespace

std::string place_of(const sdk::Record& record) {
  return fmt::format("(topic='{}',partition={},offset={},timestamp={})", record.topic,
                     record.original_partition, record.offset, record.timestamp);
}

Error ChangeReader::refuse(const sdk::Record& record, std::string_view wanted) const {
  return bad_record(fmt::format(
      "Sink connector '{}' is configured with 'delete.enabled={}' and 'pk.mode={}' and therefore requires "
      "records "
      "with {}, but found record at {} with {} and {}",
      options_.connector, options_.delete_enabled, pk_mode_name(options_.pk_mode), wanted, place_of(record),
      describe("key", record.key, record.key_schema), describe("value", record.value, record.value_schema)));
}

Result<Change> ChangeReader::read(const sdk::Record& record) {
  if (record.value_schema != last_schema_.get()) {
    last_schema_ = record.value_schema == nullptr ? nullptr : record.value_schema->share();
    envelope_ = {};
    if (options_.unwrap_envelopes && last_schema_ && last_schema_->type() == Type::kStruct)
      envelope_ = {last_schema_->field_index("op"), last_schema_->field_index("before"),
                   last_schema_->field_index("after"), last_schema_->field_index("source")};
  }
  Change change;
  if (record.value.is_null()) {
    change = tombstone();
  } else if (envelope_.valid()) {
    SLUICE_ASSIGN_OR_RETURN(change, unwrap(record));
  } else {
    change.row_schema = record.value_schema;
    change.row = record.value;
  }
  SLUICE_RETURN_IF_ERROR(check(record, change));
  return change;
}

/// As Debezium's sink takes them where its envelopes are read: nothing to do, unless deletes are enabled.
Change ChangeReader::tombstone() const {
  Change change;
  if (options_.delete_enabled) {
    change.kind = ChangeKind::kDelete;
  } else if (options_.unwrap_envelopes) {
    change.kind = ChangeKind::kNothing;
  }
  return change;
}

Result<Change> ChangeReader::unwrap(const sdk::Record& record) const {
  if (record.value.kind() != sdk::Kind::kStruct) return refuse(record, "change events");
  const sdk::StructNode& event = record.value.as_struct();
  const auto values = event.values();
  const Value& op = values[static_cast<size_t>(envelope_.op)];
  const std::string_view name = op.kind() == sdk::Kind::kString ? op.as_string() : std::string_view();
  Change change;
  if (envelope_.source >= 0 && values[static_cast<size_t>(envelope_.source)].kind() == sdk::Kind::kStruct)
    change.source = &values[static_cast<size_t>(envelope_.source)].as_struct();
  if (name == "d") {
    change.kind = options_.delete_enabled ? ChangeKind::kDelete : ChangeKind::kNothing;
    return change;
  }
  if (name == "t") {
    change.kind = options_.truncate_enabled ? ChangeKind::kTruncate : ChangeKind::kNothing;
    return change;
  }
  if (name == "m") {  // a message of the log, of no row
    change.kind = ChangeKind::kNothing;
    return change;
  }
  const auto after = static_cast<size_t>(envelope_.after);
  if (envelope_.after < 0 || values[after].is_null() || (name != "c" && name != "u" && name != "r"))
    return refuse(
        record,
        fmt::format("change events whose op is c, u, r, d, t or m (here '{}'), the first three with an after",
                    name));
  change.row_schema = event.schema->fields()[after].schema.get();
  change.row = values[after];
  return change;
}

Status ChangeReader::check(const sdk::Record& record, const Change& change) const {
  if (change.kind == ChangeKind::kNothing || change.kind == ChangeKind::kTruncate) return {};
  const bool needs_key = options_.pk_mode == PkMode::kRecordKey;
  if (needs_key && (record.key.is_null() || record.key_schema == nullptr)) {
    return refuse(record, "a non-null key and non-null key schema");
  }
  if (change.kind == ChangeKind::kDelete) return {};
  const bool has_struct = change.row_schema != nullptr && change.row_schema->type() == Type::kStruct &&
                          change.row.kind() == sdk::Kind::kStruct;
  const bool is_text = !options_.string_column.empty() && change.row_schema != nullptr &&
                       change.row_schema->type() == Type::kString && !change.row.is_null();
  if (has_struct || is_text) return {};
  return refuse(record, "a non-null Struct value and non-null Struct schema");
}

}  // namespace sluice::connectors::sql
