#include "connectors/cdc/mysql/column_decoder.h"

#include <algorithm>
#include <array>

#include "connectors/cdc/common/data_types.h"
#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/common/temporal.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;

constexpr int kFloatLengthMax = 24;  // longer ones are doubles
constexpr int kUnsignedDigits = 20;

bool has_word(std::string_view type, std::string_view word) {
  return type.find(word) != std::string_view::npos;
}

/// Bytes of a whole number; 0: none.
int width_of(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, int>, 12> kWidths{{
      {"TINYINT", 1},
      {"INT1", 1},
      {"SMALLINT", 2},
      {"INT2", 2},
      {"MEDIUMINT", 3},
      {"INT3", 3},
      {"MIDDLEINT", 3},
      {"INTEGER", 4},
      {"INT4", 4},
      {"BIGINT", 8},
      {"INT8", 8},
      {"INT", 4},
  }};
  const std::string_view first = type.substr(0, type.find(' '));
  for (const auto& [name, width] : kWidths) {
    if (first == name) return width;
  }
  return 0;
}

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (size_t i = 0; i < labels.size(); ++i) (text += i == 0 ? "" : ",") += labels[i];
  return text;
}

}  // namespace

ColumnDecoder::ColumnDecoder(const ColumnDefinition& column, const ValueOptions& options)
    : options_(options),
      column_(column),
      is_unsigned_(has_word(column.type, " UNSIGNED")),
      form_(form_of()),
      width_(width_of(column.type)) {
  for (const std::string& label : column.labels) labels_.push_back(label_text(label));
  if (form_ == Form::kText || form_ == Form::kJson || form_ == Form::kEnum || form_ == Form::kSet)
    charset_ = find_charset(column.charset.value_or("utf8mb4"));
}

bool ColumnDecoder::is_type(std::string_view name) const {
  return column_.type == name || (column_.type.starts_with(name) && column_.type[name.size()] == '(');
}

/// Of types that are told by their names.
std::optional<ColumnDecoder::Form> ColumnDecoder::form_of_type() const {
  static constexpr std::array<std::pair<std::string_view, Form>, 17> kForms{{
      {"JSON", Form::kJson},
      {"POINT", Form::kPoint},
      {"GEOMETRY", Form::kGeometry},
      {"LINESTRING", Form::kGeometry},
      {"POLYGON", Form::kGeometry},
      {"MULTIPOINT", Form::kGeometry},
      {"MULTILINESTRING", Form::kGeometry},
      {"MULTIPOLYGON", Form::kGeometry},
      {"GEOMETRYCOLLECTION", Form::kGeometry},
      {"GEOMCOLLECTION", Form::kGeometry},
      {"YEAR", Form::kYear},
      {"ENUM", Form::kEnum},
      {"SET", Form::kSet},
      {"VECTOR", Form::kVector},
      {"UUID", Form::kUuid},
      {"INET4", Form::kAddress},
      {"INET6", Form::kAddress},
  }};
  for (const auto& [name, form] : kForms) {
    if (is_type(name)) return form;
  }
  return std::nullopt;
}

ColumnDecoder::Form ColumnDecoder::form_of() const {
  if (const auto form = form_of_type()) return *form;
  switch (column_.jdbc_type) {
    case kJdbcBit:
      return length() <= 1 ? Form::kBit : Form::kBits;
    case kJdbcBoolean:
      return Form::kBoolean;
    case kJdbcSmallint:
      return is_unsigned_ && width_of(column_.type) == 2 ? Form::kInt32 : Form::kInt16;
    case kJdbcInteger:
      return is_unsigned_ && (is_type("INT UNSIGNED") || is_type("INT UNSIGNED ZEROFILL") ||
                              is_type("INT4 UNSIGNED") || is_type("INT4 UNSIGNED ZEROFILL"))
                 ? Form::kInt64
                 : Form::kInt32;
    case kJdbcBigint:
      return is_unsigned_ && options_.unsigned_precise ? Form::kUnsigned64 : Form::kInt64;
    case kJdbcReal:
      return Form::kFloat32;
    case kJdbcFloat:
      return !column_.scale && length() <= kFloatLengthMax ? Form::kFloat32 : Form::kFloat64;
    case kJdbcDouble:
      return Form::kFloat64;
    case kJdbcNumeric:
    case kJdbcDecimal:
      return Form::kDecimal;
    case kJdbcChar:
    case kJdbcVarchar:
    case kJdbcNchar:
    case kJdbcNvarchar:
      return Form::kText;
    case kJdbcBinary:
    case kJdbcVarbinary:
    case kJdbcBlob:
      return Form::kBytes;
    case kJdbcDate:
      return Form::kDate;
    case kJdbcTime:
      return Form::kTime;
    case kJdbcTimestamp:
      return Form::kDateTime;
    case kJdbcZonedTimestamp:
      return Form::kInstant;
    default:
      return Form::kNone;
  }
}

SchemaBuilder ColumnDecoder::schema() const {
  switch (form_) {
    case Form::kBoolean:
    case Form::kBit:
      return SchemaBuilder(sdk::Type::kBoolean);
    case Form::kBits:
      return bits_schema(length());
    case Form::kInt16:
      return SchemaBuilder(sdk::Type::kInt16);
    case Form::kInt32:
      return SchemaBuilder(sdk::Type::kInt32);
    case Form::kInt64:
      return SchemaBuilder(sdk::Type::kInt64);
    case Form::kUnsigned64:
      return decimal_schema(kUnsignedDigits, 0);
    case Form::kFloat32:
      return SchemaBuilder(sdk::Type::kFloat32);
    case Form::kFloat64:
      return SchemaBuilder(sdk::Type::kFloat64);
    case Form::kDecimal:
      return decimal_builder(options_.decimals, length(), column_.scale.value_or(0));
    case Form::kBytes:
      return binary_builder(options_.binaries);
    case Form::kDate:
      return date_builder(options_.times);
    case Form::kTime:
      return time_builder(options_.times, coarse());
    case Form::kDateTime:
      return timestamp_builder(options_.times, coarse());
    case Form::kInstant:
      return zoned_timestamp_schema();
    case Form::kYear:
      return named(sdk::Type::kInt32, "io.debezium.time.Year");
    case Form::kEnum:
      return enum_schema(joined(labels_));
    case Form::kSet:
      return enum_set_schema(joined(labels_));
    case Form::kJson:
      return json_schema();
    case Form::kPoint:
      return point_schema();
    case Form::kGeometry:
      return geometry_schema();
    case Form::kVector: {
      SchemaBuilder vector = SchemaBuilder::array(Schema::float32());
      vector.name("io.debezium.data.FloatVector").version(1);
      return vector;
    }
    case Form::kUuid:
      return named(sdk::Type::kString, "io.debezium.data.Uuid");
    default:
      return SchemaBuilder(sdk::Type::kString);
  }
}

}  // namespace sluice::connectors::cdc::mysql
