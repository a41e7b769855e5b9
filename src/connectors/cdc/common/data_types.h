#pragma once
// Builders of Debezium's named schemas (io.debezium.data, io.debezium.time): required, without default.

#include <string>
#include <string_view>

#include "sdk/data/schema_builder.h"

namespace sluice::connectors::cdc {

/// A scalar type under one of Debezium's names, version 1.
sdk::SchemaBuilder named(sdk::Type type, std::string_view name);
sdk::SchemaBuilder json_schema();
sdk::SchemaBuilder zoned_timestamp_schema();
sdk::SchemaBuilder zoned_time_schema();
/// `length` in bits.
sdk::SchemaBuilder bits_schema(int length);
/// `allowed` is the list of values, between commas.
sdk::SchemaBuilder enum_schema(std::string_view allowed);
sdk::SchemaBuilder enum_set_schema(std::string_view allowed);
/// org.apache.kafka.connect.data.Decimal with its precision beside the scale; none if that is 0.
sdk::SchemaBuilder decimal_schema(int precision, int scale);
/// {scale int32, value bytes}.
sdk::SchemaBuilder variable_scale_decimal_schema();
/// {x, y, wkb?, srid?}
sdk::SchemaBuilder point_schema();
/// {wkb, srid?}
sdk::SchemaBuilder geometry_schema();
sdk::SchemaBuilder geography_schema();

}  // namespace sluice::connectors::cdc
