#include "connectors/cdc/common/option_table.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/check.h"
#include "connectors/cdc/common/options.h"
#include "connectors/cdc/common/regex_list.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::ConfigItem;
using sdk::Validator;

/// Debezium's words for a value that is refused.
std::string invalid(std::string_view name, const std::string& reason) {
  return "The '" + std::string(name) + "' value is invalid: " + reason;
}

Validator whole_text(Validator validator) {
  validator.whole_text = true;
  return validator;
}

Validator choice(const std::vector<std::string>& allowed) {
  std::string list;
  for (const std::string& one : allowed) list += (list.empty() ? "" : ", ") + one;
  return whole_text(
      {.check = [allowed, list](std::string_view name, const ConfigItem& item) -> std::optional<std::string> {
         const std::string text = sdk::config_item_text(item);
         const auto equal = [&](const std::string& one) {
           return one.size() == text.size() &&
                  std::equal(one.begin(), one.end(), text.begin(),
                             [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
         };
         if (std::any_of(allowed.begin(), allowed.end(), equal)) return std::nullopt;
         return invalid(name, "Value must be one of " + list);
       },
       .text = "[" + list + "]"});
}

Validator at_least(int64_t minimum) {
  return whole_text(
      {.check = [minimum](std::string_view name, const ConfigItem& item) -> std::optional<std::string> {
         const auto* number = std::get_if<int64_t>(&item);
         if (number == nullptr || *number >= minimum) return std::nullopt;
         return invalid(name, minimum > 0 ? "A positive, non-zero integer value is required"
                                          : "A non-negative integer value is required");
       },
       .text = "[" + std::to_string(minimum) + ",...]"});
}

Validator regexes() {
  return whole_text(
      {.check = [](std::string_view name, const ConfigItem& item) -> std::optional<std::string> {
         const auto list = RegexList::parse(sdk::config_item_text(item));
         if (list.ok()) return std::nullopt;
         return invalid(name, "A comma-separated list of valid regular expressions is required, " +
                                  list.error().message());
       },
       .text = "regular expressions"});
}

const std::map<std::string_view, Validator>& validators() {
  static const std::map<std::string_view, Validator> table = [] {
    std::map<std::string_view, Validator> all;
    for (const char* name :
         {"max.batch.size", "max.queue.size", "snapshot.max.threads", "incremental.snapshot.chunk.size",
          "poll.interval.ms", "status.update.interval.ms"})
      all[name] = at_least(1);
    for (const char* name :
         {"heartbeat.interval.ms", "snapshot.delay.ms", "streaming.delay.ms", "database.port",
          "max.queue.size.in.bytes", "retriable.restart.connector.wait.ms", "slot.max.retries",
          "slot.retry.delay.ms", "xmin.fetch.interval.ms"})
      all[name] = at_least(0);
    for (const char* name :
         {"table.include.list", "table.exclude.list", "schema.include.list", "schema.exclude.list",
          "database.include.list", "database.exclude.list", "column.include.list", "column.exclude.list",
          "snapshot.include.collection.list"})
      all[name] = regexes();
    all["decimal.handling.mode"] = choice({"precise", "double", "string"});
    all["binary.handling.mode"] = choice({"bytes", "base64", "base64-url-safe", "hex"});
    all["hstore.handling.mode"] = choice({"json", "map"});
    all["interval.handling.mode"] = choice({"numeric", "string"});
    all["bigint.unsigned.handling.mode"] = choice({"long", "precise"});
    all["schema.name.adjustment.mode"] = choice({"none", "avro", "avro_unicode"});
    all["event.processing.failure.handling.mode"] = choice({"fail", "warn", "skip", "ignore"});
    all["publication.autocreate.mode"] = choice({"disabled", "all_tables", "filtered", "no_tables"});
    all["snapshot.isolation.mode"] =
        choice({"serializable", "repeatable_read", "read_committed", "read_uncommitted"});
    all["incremental.snapshot.watermarking.strategy"] = choice({"insert_insert", "insert_delete"});
    all["lsn.flush.timeout.action"] = choice({"fail", "warn", "ignore"});
    all["lsn.flush.mode"] = choice({"connector", "manual", "connector_and_driver"});
    all["schema.refresh.mode"] = choice({"columns_diff", "columns_diff_exclude_unchanged_toast"});
    return all;
  }();
  return table;
}

const OptionRow* find_row(std::span<const OptionRow> rows, std::string_view name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::vector<OptionProblem> missing_options(const sdk::Config& config,
                                           std::initializer_list<std::string_view> names) {
  std::vector<OptionProblem> problems;
  for (const std::string_view name : names) {
    if (config.get_string(name).empty())
      problems.push_back({std::string(name), invalid(name, "A value is required")});
  }
  return problems;
}

void place_problems(const std::vector<OptionProblem>& problems, std::vector<sdk::ConfigValue>& values) {
  for (const auto& [name, text] : problems) {
    const auto names = [&, &name = name, &text = text](const sdk::ConfigValue& value) {
      return value.name == name || text.find("'" + value.name + "'") != std::string::npos ||
             text.starts_with(value.name + ":");
    };
    const auto at = std::find_if(values.begin(), values.end(), names);
    (at == values.end() ? values.begin() : at)->errors.push_back(text);
  }
}

sdk::ConfigDef define_options(std::span<const OptionRow> own, std::initializer_list<OptionOrder> groups) {
  sdk::ConfigDef definitions;
  definitions.honour({"binary.handling.mode", "field.name.adjustment.mode", "skip.messages.without.change",
                      "topic.delimiter", "topic.regex", "topic.replacement", "topic.transaction",
                      std::string(kSnapshotSelectPrefix), "column.", "schema.history.internal.",
                      "gtid.source.", "money.fraction.digits", "signal.file", "signal.kafka.",
                      "signal.consumer."});
  for (const OptionOrder& group : groups) {
    int order = 0;
    for (const std::string_view name : group.names) {
      const OptionRow* row = find_row(own, name);
      if (row == nullptr) row = find_row(common_options(), name);
      SLUICE_CHECK(row != nullptr, std::string(name).c_str());
      sdk::ConfigDefault fallback = nullptr;
      if (row->default_value != nullptr) fallback = std::string(row->default_value);
      const auto validator = validators().find(name);
      definitions.define(
          {.name = std::string(name),
           .type = row->type,
           .default_value = fallback,
           .validator = validator == validators().end() ? std::optional<Validator>() : validator->second,
           .importance = row->importance,
           .doc = row->doc,
           .group = group.group,
           .order = ++order,
           .width = row->width,
           .display_name = row->display,
           .internal = name.starts_with("internal.")});
    }
  }
  return definitions;
}

}  // namespace sluice::connectors::cdc
