#include "connectors/sql/source/table_list.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/java_regex.h"

namespace sluice::connectors::sql {
namespace {

Result<std::vector<JavaRegex>> compile(const std::vector<std::string>& expressions) {
  std::vector<JavaRegex> patterns;
  for (const std::string& expression : expressions) {
    SLUICE_ASSIGN_OR_RETURN(JavaRegex pattern, JavaRegex::compile(expression));
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

/// A pattern that is too expensive to tell fits nothing.
bool fits(const JavaRegex& pattern, const std::string& name) {
  const auto matched = pattern.matches(name);
  return matched.ok() && *matched;
}

bool any_matches(const std::vector<JavaRegex>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const JavaRegex& pattern) { return fits(pattern, name); });
}

/// By its bare, full or quoted name.
bool is_listed(const std::vector<std::string>& list, const TableId& table, const Dialect& dialect) {
  for (const std::string& name : {table.table, plain_name(table), dialect.quote(table)}) {
    if (std::find(list.begin(), list.end(), name) != list.end()) return true;
  }
  return false;
}

Status check_topics(const std::vector<TableId>& tables) {
  std::map<std::string, std::vector<std::string>> by_name;
  for (const TableId& table : tables) by_name[table.table].push_back(plain_name(table));
  for (const auto& [name, full] : by_name) {
    if (full.size() < 2) continue;
    return failed(fmt::format(
        "The connector uses the unqualified table name as the topic name and has detected duplicate "
        "unqualified table names: {}. Change the table filters or schema.pattern so that only one "
        "of them is left",
        fmt::join(full, ", ")));
  }
  return {};
}

std::vector<std::string> missing_of(const std::vector<TableId>& tables, const SourceOptions& options,
                                    const Dialect& dialect) {
  std::vector<std::string> missing;
  for (const std::string& name : options.whitelist) {
    const bool found = std::any_of(tables.begin(), tables.end(),
                                   [&](const TableId& table) { return is_listed({name}, table, dialect); });
    if (!found) missing.push_back(name);
  }
  return missing;
}

}  // namespace

Result<std::vector<TableId>> find_tables(Connection& connection, const SourceOptions& options,
                                         std::vector<std::string>& missing) {
  const Dialect& dialect = connection.dialect();
  SLUICE_ASSIGN_OR_RETURN(std::vector<TableId> tables, connection.tables(options.pattern));
  SLUICE_ASSIGN_OR_RETURN(const auto include, compile(options.include));
  SLUICE_ASSIGN_OR_RETURN(const auto exclude, compile(options.exclude));
  std::erase_if(tables, [&](const TableId& table) {
    const std::string name = plain_name(table);
    if (!options.whitelist.empty()) return !is_listed(options.whitelist, table, dialect);
    if (!options.blacklist.empty()) return is_listed(options.blacklist, table, dialect);
    if (!include.empty() && !any_matches(include, name)) return true;
    return any_matches(exclude, name);
  });
  SLUICE_RETURN_IF_ERROR(check_topics(tables));
  missing = missing_of(tables, options, dialect);
  return tables;
}

std::vector<std::vector<TableSlice>> group_tables(const std::vector<TableSlice>& tables, int groups) {
  std::vector<std::vector<TableSlice>> result;
  const size_t count = std::min(tables.size(), static_cast<size_t>(std::max(groups, 1)));
  size_t next = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = tables.size() / count + (i < tables.size() % count ? 1 : 0);
    result.emplace_back(tables.begin() + static_cast<ptrdiff_t>(next),
                        tables.begin() + static_cast<ptrdiff_t>(next + size));
    next += size;
  }
  return result;
}

}  // namespace sluice::connectors::sql
