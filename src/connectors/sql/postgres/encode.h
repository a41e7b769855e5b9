#pragma once
// Cells as PostgreSQL's binary forms: those of COPY … BINARY and of parameters. Compiled once per column.

#include <cstdint>
#include <cstring>
#include <string>

#include "base/result.h"
#include "connectors/sql/postgres/values.h"
#include "connectors/sql/table_write.h"

namespace sluice::connectors::sql {

struct PgColumnEncoder;
/// Appends length and bytes of a cell that is not null. False: the column's type cannot hold the cell.
using PgEncode = bool (*)(const PgColumnEncoder& encoder, const sdk::Value& cell, std::string& out);

struct PgColumnEncoder {
  std::string name;
  CellType cells;
  PostgresForm form = PostgresForm::kText;
  PgEncode encode = nullptr;
  uint32_t element_oid = 0;  // of the values that encode() makes
  uint32_t array_oid = 0;    // of an array of them
  std::string cast;          // "::json": what makes a value of the column's type of one of element_oid
  bool in_copy = true;       // encode() makes the form that COPY … BINARY wants for this column
  const WriteOptions* options = nullptr;
};

/// `form` is the column's; `options` outlive the encoder. Anything else than the forms known here goes as
/// text, which the server casts.
PgColumnEncoder make_pg_encoder(const WriteColumn& column, PostgresForm form, const WriteOptions& options);

/// Length and bytes of a cell, or a null's length. Error kind kBadRecord names the column.
Status encode_pg_cell(const PgColumnEncoder& encoder, const sdk::Value& cell, std::string& out);

template <typename T>
void append_big_endian(std::string& out, T value) {
  if constexpr (sizeof(T) == 2) value = static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4) value = static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(T) == 8) value = static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

}  // namespace sluice::connectors::sql
