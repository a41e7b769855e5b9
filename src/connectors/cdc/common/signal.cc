#include "connectors/cdc/common/signal.h"

#include <strings.h>

#include "base/log.h"
#include "formats/json/json_decoder.h"
#include "formats/json/json_writer.h"
#include "sdk/source_offsets.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Value;

Result<Value> object_of(std::string_view text, sdk::Arena& arena) {
  if (text.empty()) return Value::map({});
  SLUICE_ASSIGN_OR_RETURN(const Value value, json::decode_leniently(text, arena));
  if (value.kind() == sdk::Kind::kMap) return value;
  return bad_record("it is no JSON object");
}

std::string text_of(const Value& object, std::string_view name) {
  const Value value = sdk::map_get(object, name);
  return value.kind() == sdk::Kind::kString ? std::string(value.as_string()) : std::string();
}

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

Result<SnapshotSignal::Condition> condition_of(const Value& item) {
  if (item.kind() != sdk::Kind::kMap) return bad_record("an entry of additional-conditions is no object");
  const std::string table = text_of(item, "data-collection");
  auto regex = JavaRegex::compile("(?i)" + table);
  if (table.empty() || !regex.ok()) {
    return bad_record("additional-conditions: '" + table + "' is no regular expression");
  }
  return SnapshotSignal::Condition{*std::move(regex), text_of(item, "filter")};
}

}  // namespace

std::string SnapshotSignal::filter_of(const std::string& table) const {
  for (const Condition& condition : conditions) {
    const auto matches = condition.table.matches(table);
    if (matches.ok() && *matches) return condition.filter;
  }
  return {};
}

std::optional<Signal> signal_of(std::span<const Value> cells, bool deleted) {
  const auto is_text = [&](size_t i) { return cells[i].kind() == sdk::Kind::kString; };
  if (cells.size() != 3 || !is_text(0) || (!deleted && !is_text(1))) {
    log::warn(
        "A row of the signal table is no signal: it has {} columns; there are to be id, type and data, texts",
        cells.size());
    return std::nullopt;
  }
  Signal signal{std::string(cells[0].as_string()), {}, {}};
  if (!deleted) {
    signal.type = cells[1].as_string();
    if (is_text(2)) signal.data = cells[2].as_string();
    return signal;
  }
  constexpr std::string_view kOpen = "-open";
  if (!signal.id.ends_with(kOpen)) return std::nullopt;
  signal.id.replace(signal.id.size() - kOpen.size(), kOpen.size(), "-close");
  signal.type = "snapshot-window-close";
  return signal;
}

Result<SnapshotSignal> parse_snapshot_signal(std::string_view data) {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const Value object, object_of(data, arena));
  SnapshotSignal signal;
  const std::string type = text_of(object, "type");
  signal.blocking = strcasecmp(type.c_str(), "blocking") == 0;
  if (!type.empty() && !signal.blocking && strcasecmp(type.c_str(), "incremental") != 0) {
    return bad_record("the type '" + type + "' is neither incremental nor blocking");
  }
  const Value tables = sdk::map_get(object, "data-collections");
  if (tables.kind() == sdk::Kind::kArray) {
    for (const Value& table : tables.as_array()) {
      if (table.kind() != sdk::Kind::kString) return bad_record("data-collections holds more than names");
      signal.tables.push_back(trimmed(table.as_string()));
    }
  }
  const Value conditions = sdk::map_get(object, "additional-conditions");
  if (conditions.kind() == sdk::Kind::kArray) {
    for (const Value& item : conditions.as_array()) {
      SLUICE_ASSIGN_OR_RETURN(SnapshotSignal::Condition condition, condition_of(item));
      signal.conditions.push_back(std::move(condition));
    }
  }
  signal.surrogate_key = trimmed(text_of(object, "surrogate-key"));
  return signal;
}

Result<std::string> parse_log_signal(std::string_view data) {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const Value object, object_of(data, arena));
  const std::string message = text_of(object, "message");
  if (message.empty()) return bad_record("it has no message");
  return message;
}

Result<Signal> parse_signal(std::string_view text) {
  sdk::Arena arena;
  SLUICE_ASSIGN_OR_RETURN(const Value object, object_of(text, arena));
  Signal signal{text_of(object, "id"), text_of(object, "type"), {}};
  if (signal.type.empty()) return bad_record("it has no type");
  const Value data = sdk::map_get(object, "data");
  if (data.kind() == sdk::Kind::kString) {
    signal.data = data.as_string();
  } else if (!data.is_null()) {
    json::TextBuffer out;
    json::write_value(out, data);
    signal.data = out.view();
  }
  return signal;
}

}  // namespace sluice::connectors::cdc
