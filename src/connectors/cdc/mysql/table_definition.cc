#include "connectors/cdc/mysql/table_definition.h"

#include <algorithm>
#include <utility>

namespace sluice::connectors::cdc::mysql {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Names of columns do not differ by case.
bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

const ColumnDefinition* TableDefinition::column(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ColumnDefinition& one) { return same_name(one.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

ColumnDefinition* TableDefinition::column(std::string_view name) {
  return const_cast<ColumnDefinition*>(std::as_const(*this).column(name));
}

const TableDefinition* TableModel::find(const TableId& id) const {
  const auto found = tables.find(id);
  return found == tables.end() ? nullptr : &found->second;
}

std::string TableModel::charset_of(const std::string& database) const {
  const auto found = database_charsets.find(database);
  return found == database_charsets.end() ? server_charset : found->second;
}

std::string label_text(std::string_view quoted) {
  if (quoted.size() >= 2 && (quoted.front() == '\'' || quoted.front() == '"') &&
      quoted.back() == quoted.front())
    quoted = quoted.substr(1, quoted.size() - 2);
  std::string text;
  for (size_t i = 0; i < quoted.size(); ++i) {
    const bool doubled = quoted[i] == '\'' && i + 1 < quoted.size() && quoted[i + 1] == '\'';
    const bool escaped = quoted[i] == '\\' && i + 1 < quoted.size() && quoted[i + 1] == '\'';
    if (doubled || escaped) ++i;
    if (quoted[i] == ',') text += '\\';
    text += quoted[i];
  }
  return text;
}

}  // namespace sluice::connectors::cdc::mysql
