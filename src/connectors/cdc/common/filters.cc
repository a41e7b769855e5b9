#include "connectors/cdc/common/filters.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace sluice::connectors::cdc {
namespace {

using sdk::Config;

constexpr std::string_view kMaskHash = "column.mask.hash.";
constexpr std::string_view kMaskHashV2 = "column.mask.hash.v2.";
constexpr std::string_view kWithSalt = ".with.salt.";

Status parse_list(const Config& config, std::string_view key, RegexList& list) {
  if (config.originals().find(key) == config.originals().end()) return {};
  auto parsed = RegexList::parse(config.originals().find(key)->second);
  if (!parsed.ok()) return parsed.error().with_context(key);
  list = *std::move(parsed);
  return {};
}

/// The number in "<start>N<end>".
std::optional<int> number_between(std::string_view key, std::string_view start, std::string_view end) {
  if (!key.starts_with(start) || !key.ends_with(end) || key.size() <= start.size() + end.size()) return {};
  key.remove_prefix(start.size());
  key.remove_suffix(end.size());
  int number = 0;
  const auto parsed = std::from_chars(key.data(), key.data() + key.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == key.data() + key.size() ? std::optional(number)
                                                                           : std::nullopt;
}

/// What a key of the configuration says about masks; nothing if it is none.
std::optional<MaskRule> mask_of(std::string_view key) {
  if (const auto length = number_between(key, "column.truncate.to.", ".chars"))
    return MaskRule{MaskRule::Kind::kTruncate, *length, "", ""};
  if (const auto length = number_between(key, "column.mask.with.", ".chars"))
    return MaskRule{MaskRule::Kind::kStars, *length, "", ""};
  if (!key.starts_with(kMaskHash)) return {};
  const bool v2 = key.starts_with(kMaskHashV2);
  key.remove_prefix(v2 ? kMaskHashV2.size() : kMaskHash.size());
  const size_t salt = key.find(kWithSalt);
  if (salt == std::string_view::npos) return {};
  return MaskRule{v2 ? MaskRule::Kind::kHashV2 : MaskRule::Kind::kHash, 0, std::string(key.substr(0, salt)),
                  std::string(key.substr(salt + kWithSalt.size()))};
}

std::string column_text(const TableId& table, std::string_view column) {
  return fmt::format("{}.{}.{}", table.space, table.table, column);
}

bool passes(const RegexList& include, const RegexList& exclude, std::string_view name) {
  return include.empty() ? !exclude.matches(name) : include.matches(name);
}

}  // namespace

Result<Filters> Filters::parse(const Config& config, std::string_view space) {
  Filters filters;
  if (space == "database")
    filters.server_spaces_ = {"mysql", "information_schema", "performance_schema", "sys"};
  const std::string name(space);
  const std::pair<std::string, RegexList*> lists[] = {
      {name + ".include.list", &filters.include_spaces_},
      {name + ".exclude.list", &filters.exclude_spaces_},
      {"table.include.list", &filters.include_tables_},
      {"table.exclude.list", &filters.exclude_tables_},
      {"column.include.list", &filters.include_columns_},
      {"column.exclude.list", &filters.exclude_columns_},
      {"snapshot.include.collection.list", &filters.snapshot_tables_},
      {"column.propagate.source.type", &filters.told_columns_},
      {"datatype.propagate.source.type", &filters.told_types_},
  };
  for (const auto& [key, list] : lists) SLUICE_RETURN_IF_ERROR(parse_list(config, key, *list));
  for (const std::string& table : config.get_list("signal.data.collection")) {
    const size_t dot = table.rfind('.');
    if (dot == std::string::npos)
      return bad_config(fmt::format("signal.data.collection: '{}' names no {}", table, name));
    const size_t space = table.rfind('.', dot - 1);  // behind a database, which may be named too
    const size_t start = space == std::string::npos ? 0 : space + 1;
    filters.signal_tables_.push_back({table.substr(start, dot - start), table.substr(dot + 1)});
  }
  SLUICE_RETURN_IF_ERROR(filters.parse_masks(config));
  SLUICE_RETURN_IF_ERROR(filters.parse_keys(config.get_string("message.key.columns")));
  return filters;
}

Status Filters::parse_masks(const Config& config) {
  for (const auto& [key, value] : config.originals()) {
    auto rule = mask_of(key);
    if (!rule) continue;
    if (const Status known = check_mask(*rule); !known.ok()) return known.error().with_context(key);
    auto columns = RegexList::parse(value);
    if (!columns.ok()) return columns.error().with_context(key);
    masks_.emplace_back(*std::move(columns), *std::move(rule));
  }
  return {};
}

Status Filters::parse_keys(std::string_view text) {
  while (!text.empty()) {
    const size_t semicolon = text.find(';');
    const std::string_view entry = text.substr(0, semicolon);
    text = semicolon == std::string_view::npos ? std::string_view() : text.substr(semicolon + 1);
    if (entry.find_first_not_of(" \t") == std::string_view::npos) continue;
    const size_t colon = entry.rfind(':');
    const auto columns =
        colon == std::string_view::npos ? std::vector<std::string>() : split_list(entry.substr(colon + 1));
    if (columns.empty()) {
      return bad_config(fmt::format(
          "message.key.columns: '{}' is not of the form table:column,column;table:column", entry));
    }
    SLUICE_ASSIGN_OR_RETURN(RegexList tables, RegexList::parse(entry.substr(0, colon)));
    keys_.emplace_back(std::move(tables), columns);
  }
  return {};
}

bool Filters::captures_space(const std::string& space) const {
  return std::find(server_spaces_.begin(), server_spaces_.end(), space) == server_spaces_.end() &&
         passes(include_spaces_, exclude_spaces_, space);
}

bool Filters::signals(const TableId& table) const {
  return std::find(signal_tables_.begin(), signal_tables_.end(), table) != signal_tables_.end();
}

bool Filters::captures(const TableId& table) const { return signals(table) || is_listed(table); }

bool Filters::is_listed(const TableId& table) const {
  return captures_space(table.space) && passes(include_tables_, exclude_tables_, table.text());
}

bool Filters::captures_column(const TableId& table, std::string_view column) const {
  return passes(include_columns_, exclude_columns_, column_text(table, column));
}

bool Filters::in_snapshot(const TableId& table) const {
  return is_listed(table) && (snapshot_tables_.empty() || snapshot_tables_.matches(table.text()));
}

const MaskRule* Filters::mask(const TableId& table, std::string_view column) const {
  const std::string name = column_text(table, column);
  for (const auto& [columns, rule] : masks_) {
    if (columns.matches(name)) return &rule;
  }
  return nullptr;
}

bool Filters::tells_type(const TableId& table, std::string_view column, std::string_view type) const {
  return told_columns_.matches(column_text(table, column)) || told_types_.matches(column_text(table, type));
}

std::vector<std::string> Filters::key_columns(const TableId& table) const {
  for (const auto& [tables, columns] : keys_) {
    if (tables.matches(table.text())) return columns;
  }
  return {};
}

}  // namespace sluice::connectors::cdc
