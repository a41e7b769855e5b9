#pragma once
// The options of the mapping between JSON Schema and Connect's schemas, and the names that it uses
// (Confluent's JsonSchemaData).

#include <string_view>

#include "formats/json/json_writer.h"

namespace sluice::json_schema {

/// The options of Confluent's JsonSchemaConverter that concern the mapping, with its defaults.
struct ConnectOptions {
  bool additional_properties = true;                                  // object.additional.properties
  bool optional_for_nonrequired = false;                              // use.optional.for.nonrequired
  bool generalized_sum_types = false;                                 // generalized.sum.type.support
  bool ignore_default_for_nullables = false;                          // ignore.default.for.nullables
  json::DecimalFormat decimal_format = json::DecimalFormat::kBase64;  // decimal.format
};

// Properties of JSON schemas.
inline constexpr std::string_view kTypeProperty = "connect.type";
inline constexpr std::string_view kVersionProperty = "connect.version";
inline constexpr std::string_view kParametersProperty = "connect.parameters";
inline constexpr std::string_view kIndexProperty = "connect.index";
inline constexpr std::string_view kMapType = "map";
inline constexpr std::string_view kBytesType = "bytes";

// The members of an entry of a map whose keys are no strings.
inline constexpr std::string_view kKeyField = "key";
inline constexpr std::string_view kValueField = "value";

// Names and parameters of Connect schemas.
inline constexpr std::string_view kNamespace = "io.confluent.connect.json";
inline constexpr std::string_view kOneOf = "io.confluent.connect.json.OneOf";
inline constexpr std::string_view kOneOfFieldPrefix = "io.confluent.connect.json.OneOf.field.";
inline constexpr std::string_view kEnum = "io.confluent.connect.json.Enum";
inline constexpr std::string_view kGeneralUnion = "org.apache.kafka.connect.data.Union";
inline constexpr std::string_view kGeneralEnum = "org.apache.kafka.connect.data.Enum";
inline constexpr std::string_view kGeneralUnionPrefix = "connect_union_";
inline constexpr std::string_view kGeneralUnionFieldPrefix = "connect_union_field_";
inline constexpr std::string_view kNullSymbol = "<NULL>";

}  // namespace sluice::json_schema
