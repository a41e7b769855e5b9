#include "connectors/cdc/mysql/text_row.h"

namespace sluice::connectors::cdc::mysql {

Status decode_text_row(const Table& table, const std::vector<int>& columns, MYSQL_ROW row,
                       const unsigned long* sizes, FailureMode failures, sdk::Arena& arena,
                       std::vector<sdk::Value>& cells) {
  cells.assign(table.plan()->column_count(), sdk::Value::null());
  for (size_t i = 0; i < columns.size(); ++i) {
    if (row[i] == nullptr || columns[i] < 0) continue;
    const auto column = static_cast<size_t>(columns[i]);
    if (!table.needs(column)) continue;
    auto value = table.decoders()[column].decode_text(arena.copy({row[i], sizes[i]}), arena);
    if (value.ok()) {
      cells[column] = *value;
    } else {
      SLUICE_RETURN_IF_ERROR(tolerate(failures, table.bad_cell(column, value.error()), "a row"));
    }
  }
  return {};
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) quoted.append(c == '`' ? 2 : 1, c);
  return quoted + "`";
}

}  // namespace sluice::connectors::cdc::mysql
