#include "connectors/cdc/common/incremental_progress.h"

#include "base/log.h"
#include "formats/json/json_decoder.h"
#include "formats/json/json_writer.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::MapEntry;
using sdk::Value;

constexpr std::string_view kSent = "incremental_snapshot_primary_key";
constexpr std::string_view kMaximum = "incremental_snapshot_maximum_key";
constexpr std::string_view kTables = "incremental_snapshot_collections";
constexpr std::string_view kCorrelation = "incremental_snapshot_correlation_id";
constexpr std::string_view kPaused = "incremental_snapshot_paused";

constexpr std::string_view kTableId = "incremental_snapshot_collections_id";
constexpr std::string_view kCondition = "incremental_snapshot_collections_additional_condition";
constexpr std::string_view kSurrogate = "incremental_snapshot_collections_surrogate_key";

/// Java's serialized null.
constexpr std::string_view kNoKey = "aced000570";

void write_optional(json::TextBuffer& out, std::string_view name, const std::string& text) {
  out.push_back(',');
  json::write_string(out, name);
  out.push_back(':');
  if (text.empty()) {
    json::write_null(out);
  } else {
    json::write_string(out, text);
  }
}

std::string text_of(const Value& map, std::string_view key) {
  const Value value = sdk::map_get(map, key);
  return value.kind() == sdk::Kind::kString ? std::string(value.as_string()) : std::string();
}

std::optional<ChunkKey> key_of(const Value& offset, std::string_view name) {
  const std::string hex = text_of(offset, name);
  if (hex.empty() || hex == kNoKey) return std::nullopt;
  auto key = parse_java_hex(hex);
  if (key.ok()) return *std::move(key);
  log::warn("{}. The table is read from its beginning", key.error().message());
  return std::nullopt;
}

}  // namespace

void IncrementalProgress::next_table() {
  if (!tables.empty()) tables.pop_front();
  sent.reset();
  maximum.reset();
  if (tables.empty()) paused = false;
}

std::string IncrementalProgress::tables_json() const {
  json::TextBuffer out;
  out.push_back('[');
  for (size_t i = 0; i < tables.size(); ++i) {
    out.append(i == 0 ? "{" : ",{");
    json::write_string(out, kTableId);
    out.push_back(':');
    json::write_string(out, tables[i].id.text());
    write_optional(out, kCondition, tables[i].condition);
    write_optional(out, kSurrogate, tables[i].surrogate_key);
    out.push_back('}');
  }
  out.push_back(']');
  return std::string(out.view());
}

MapEntry* IncrementalProgress::store(MapEntry* to, sdk::Arena& arena) const {
  if (!running()) return to;
  const auto add = [&](std::string_view key, const Value& value) { *to++ = {Value::string(key), value}; };
  const auto hex = [&](const std::optional<ChunkKey>& key) {
    return Value::string(arena.copy(key ? java_hex(*key) : std::string(kNoKey)));
  };
  add(kSent, hex(sent));
  add(kMaximum, hex(maximum));
  add(kTables, Value::string(arena.copy(tables_json())));
  add(kCorrelation, Value::string(arena.copy(correlation_id)));
  if (paused) add(kPaused, Value::boolean(true));
  return to;
}

void IncrementalProgress::load(const Value& offset) {
  *this = {};
  if (offset.kind() != sdk::Kind::kMap) return;
  const std::string list = text_of(offset, kTables);
  if (list.empty()) return;
  sdk::Arena arena;
  const auto parsed = json::decode_leniently(list, arena);
  if (!parsed.ok() || parsed->kind() != sdk::Kind::kArray) {
    log::warn("The offset's list of tables of an incremental snapshot cannot be read, and is left out: {}",
              list);
    return;
  }
  for (const Value& item : parsed->as_array()) {
    if (item.kind() != sdk::Kind::kMap) continue;
    const std::string id = text_of(item, kTableId);
    const size_t dot = id.rfind('.');
    if (dot == std::string::npos) continue;
    const size_t space = id.rfind('.', dot - 1);  // behind a database, which some names begin with
    const size_t start = space == std::string::npos ? 0 : space + 1;
    tables.push_back({{id.substr(start, dot - start), id.substr(dot + 1)},
                      text_of(item, kCondition),
                      text_of(item, kSurrogate)});
  }
  sent = key_of(offset, kSent);
  maximum = key_of(offset, kMaximum);
  correlation_id = text_of(offset, kCorrelation);
  const Value pause = sdk::map_get(offset, kPaused);
  paused = pause.kind() == sdk::Kind::kBoolean && pause.as_boolean();
}

}  // namespace sluice::connectors::cdc
