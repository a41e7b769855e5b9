#include "connectors/sql/sink/cells.h"

#include <fmt/core.h>

#include <charconv>

#include "connectors/sql/sink/debezium_cells.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Logical;
using sdk::Type;
using sdk::Value;

FieldCells of_kind(CellKind kind) {
  FieldCells cells;
  cells.column.cells.kind = kind;
  return cells;
}

FieldCells integer(int bits) {
  FieldCells cells = of_kind(CellKind::kInteger);
  cells.column.integer_bits = bits;
  return cells;
}

FieldCells decimal(const sdk::Schema& schema) {
  FieldCells cells = of_kind(CellKind::kDecimal);
  cells.column.scale = schema.decimal_scale();
  if (const std::string* digits = schema.parameter("connect.decimal.precision"); digits != nullptr) {
    std::from_chars(digits->data(), digits->data() + digits->size(), cells.column.precision);
  }
  return cells;
}

Result<Value> count_of_text(sdk::Arena&, const Value& value) {
  const std::string_view text = value.as_string();
  int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return bad_record(fmt::format("'{}' is no count of micro- or nanoseconds", text.substr(0, 40)));
  return Value::int64(count);
}

Result<FieldCells> listed_timestamp(const sdk::Schema& schema, TimeUnit unit) {
  FieldCells cells = of_kind(CellKind::kTimestamp);
  cells.column.cells.unit = unit;
  if (schema.type() == Type::kString) cells.maker = count_of_text;
  if (schema.type() == Type::kInt64 || schema.type() == Type::kString) return cells;
  return bad_record(
      fmt::format("timestamp.fields.list names it, but its type is {}; only INT64 and STRING can be counts",
                  type_name(schema.type())));
}

Result<FieldCells> array(const sdk::Schema& schema) {
  SLUICE_ASSIGN_OR_RETURN(FieldCells cells, cells_of(*schema.value_schema(), {}));
  if (cells.column.cells.kind == CellKind::kArray || cells.maker != nullptr)
    return bad_record("an array of such items has no column; flatten it with a transform");
  cells.column.cells.items = cells.column.cells.kind;
  cells.column.cells.kind = CellKind::kArray;
  return cells;
}

Result<FieldCells> logical(const sdk::Schema& schema) {
  switch (schema.logical()) {
    case Logical::kDecimal:
      return decimal(schema);
    case Logical::kDate:
      return of_kind(CellKind::kDate);
    case Logical::kTime:
      return of_kind(CellKind::kTime);
    default:
      return of_kind(CellKind::kTimestamp);
  }
}

}  // namespace

Result<FieldCells> cells_of(const sdk::Schema& schema, const CellOptions& options) {
  if (options.is_timestamp) return listed_timestamp(schema, options.timestamp_unit);
  if (schema.logical() != Logical::kNone) return logical(schema);
  if (options.debezium_types && schema.name()) {
    if (auto cells = debezium_cells(schema)) return *std::move(cells);
  }
  switch (schema.type()) {
    case Type::kInt8:
      return integer(8);
    case Type::kInt16:
      return integer(16);
    case Type::kInt32:
      return integer(32);
    case Type::kInt64:
      return integer(64);
    case Type::kFloat32:
      return of_kind(CellKind::kFloat32);
    case Type::kFloat64:
      return of_kind(CellKind::kFloat64);
    case Type::kBoolean:
      return of_kind(CellKind::kBoolean);
    case Type::kString:
      return of_kind(CellKind::kText);
    case Type::kBytes:
      return of_kind(CellKind::kBytes);
    case Type::kArray:
      return array(schema);
    case Type::kMap:
    case Type::kStruct:
      break;
  }
  return bad_record(fmt::format(
      "a {} has no column; flatten it with org.apache.kafka.connect.transforms.Flatten, or turn it into text",
      type_name(schema.type())));
}

}  // namespace sluice::connectors::sql
