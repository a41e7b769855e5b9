#include "connectors/cdc/common/data_types.h"

namespace sluice::connectors::cdc {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Type;

SchemaBuilder named(Type type, std::string_view name) {
  SchemaBuilder builder(type);
  builder.name(name).version(1);
  return builder;
}

SchemaBuilder json_schema() { return named(Type::kString, "io.debezium.data.Json"); }
SchemaBuilder zoned_timestamp_schema() { return named(Type::kString, "io.debezium.time.ZonedTimestamp"); }
SchemaBuilder zoned_time_schema() { return named(Type::kString, "io.debezium.time.ZonedTime"); }

SchemaBuilder bits_schema(int length) {
  SchemaBuilder builder = named(Type::kBytes, "io.debezium.data.Bits");
  builder.parameter("length", std::to_string(length));
  return builder;
}

SchemaBuilder enum_schema(std::string_view allowed) {
  SchemaBuilder builder = named(Type::kString, "io.debezium.data.Enum");
  builder.parameter("allowed", allowed);
  return builder;
}

SchemaBuilder enum_set_schema(std::string_view allowed) {
  SchemaBuilder builder = named(Type::kString, "io.debezium.data.EnumSet");
  builder.parameter("allowed", allowed);
  return builder;
}

SchemaBuilder decimal_schema(int precision, int scale) {
  SchemaBuilder builder = SchemaBuilder::decimal(scale);
  if (precision > 0) builder.parameter("connect.decimal.precision", std::to_string(precision));
  return builder;
}

SchemaBuilder variable_scale_decimal_schema() {
  SchemaBuilder builder = named(Type::kStruct, "io.debezium.data.VariableScaleDecimal");
  builder.doc("Variable scaled decimal").field("scale", Schema::int32()).field("value", Schema::bytes());
  return builder;
}

SchemaBuilder point_schema() {
  SchemaBuilder builder = named(Type::kStruct, "io.debezium.data.geometry.Point");
  builder.doc("Geometry (POINT)").field("x", Schema::float64()).field("y", Schema::float64());
  builder.field("wkb", Schema::optional_bytes()).field("srid", Schema::optional_int32());
  return builder;
}

SchemaBuilder geometry_schema() {
  SchemaBuilder builder = named(Type::kStruct, "io.debezium.data.geometry.Geometry");
  builder.doc("Geometry").optional();  // whatever the column is
  builder.field("wkb", Schema::bytes()).field("srid", Schema::optional_int32());
  return builder;
}

SchemaBuilder geography_schema() {
  SchemaBuilder builder = named(Type::kStruct, "io.debezium.data.geometry.Geography");
  builder.doc("Geography").field("wkb", Schema::bytes()).field("srid", Schema::optional_int32());
  return builder;
}

}  // namespace sluice::connectors::cdc
