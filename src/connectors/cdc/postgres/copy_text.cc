#include "connectors/cdc/postgres/copy_text.h"

#include <cstring>

namespace sluice::connectors::cdc::postgres {
namespace {

/// What stands for a character behind a backslash; COPY TO writes no others.
char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

BytesView resolve(BytesView field, sdk::Arena& arena) {
  auto* text = static_cast<char*>(arena.allocate(field.size(), 1));
  size_t size = 0;
  for (size_t i = 0; i < field.size(); ++i) {
    const bool escape = field[i] == '\\' && i + 1 < field.size();
    text[size++] = escape ? unescaped(field[++i]) : field[i];
  }
  return {text, size};
}

}  // namespace

BytesView take_copy_field(BytesView& row, bool& more, sdk::Arena& arena) {
  const auto* tab = static_cast<const char*>(std::memchr(row.data(), '\t', row.size()));
  more = tab != nullptr;
  const BytesView field = more ? row.substr(0, static_cast<size_t>(tab - row.data())) : row;
  row.remove_prefix(more ? field.size() + 1 : field.size());
  if (field == "\\N") return kNullBytes;
  if (std::memchr(field.data(), '\\', field.size()) == nullptr) return field;
  return resolve(field, arena);
}

Status decode_copy_row(const Table& table, const std::vector<int>& columns, BytesView row,
                       FailureMode failures, sdk::Arena& arena, std::vector<sdk::Value>& cells,
                       std::vector<BytesView>* texts) {
  cells.assign(table.plan()->column_count(), sdk::Value::null());
  if (texts != nullptr) texts->assign(columns.size(), kNullBytes);
  bool more = true;
  for (size_t i = 0; i < columns.size() && more; ++i) {
    const BytesView text = take_copy_field(row, more, arena);
    if (texts != nullptr) (*texts)[i] = text;
    const auto column = static_cast<size_t>(columns[i]);
    if (is_null(text) || !table.needs(column)) continue;
    auto value = table.decoders()[column].decode(text, arena);
    if (value.ok()) {
      cells[column] = *value;
    } else {
      SLUICE_RETURN_IF_ERROR(tolerate(failures, table.bad_cell(column, value.error()), "a row"));
    }
  }
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
