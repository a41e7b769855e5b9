#pragma once
// How Connect's schemas and Avro's carry what the other side cannot express: the properties and parameters
// of Confluent's io.confluent.connect.avro.AvroData.

#include <string>
#include <string_view>

#include "formats/avro/schema.h"

namespace sluice::avro {

/// The options of Confluent's AvroConverter that concern the mapping, with its defaults.
struct ConnectOptions {
  bool enhanced_schemas = false;              // enhanced.avro.schema.support
  bool connect_meta_data = true;              // connect.meta.data
  bool scrub_invalid_names = false;           // scrub.invalid.names
  bool discard_type_doc_default = false;      // discard.type.doc.default
  bool allow_optional_map_keys = false;       // allow.optional.map.keys
  bool flatten_singleton_unions = true;       // flatten.singleton.unions
  bool generalized_sum_types = false;         // generalized.sum.type.support
  bool ignore_default_for_nullables = false;  // ignore.default.for.nullables
};

inline constexpr std::string_view kNamespace = "io.confluent.connect.avro";
inline constexpr std::string_view kDefaultName = "ConnectDefault";
inline constexpr std::string_view kDefaultFullName = "io.confluent.connect.avro.ConnectDefault";
inline constexpr std::string_view kMapEntry = "MapEntry";
inline constexpr std::string_view kKeyField = "key";
inline constexpr std::string_view kValueField = "value";

// Properties of Avro schemas.
inline constexpr std::string_view kNameProperty = "connect.name";
inline constexpr std::string_view kDocProperty = "connect.doc";
inline constexpr std::string_view kVersionProperty = "connect.version";
inline constexpr std::string_view kDefaultProperty = "connect.default";
inline constexpr std::string_view kParametersProperty = "connect.parameters";
inline constexpr std::string_view kTypeProperty = "connect.type";
inline constexpr std::string_view kInternalTypeProperty = "connect.internal.type";
inline constexpr std::string_view kLogicalTypeProperty = "logicalType";
inline constexpr std::string_view kScaleProperty = "scale";
inline constexpr std::string_view kPrecisionProperty = "precision";

// Parameters of Connect schemas.
inline constexpr std::string_view kRecordDocParameter = "io.confluent.connect.avro.record.doc";
inline constexpr std::string_view kTypeDocParameter = "connect.record.doc";  // with discard.type.doc.default
inline constexpr std::string_view kEnumTypeDocParameter = "connect.enum.doc";
inline constexpr std::string_view kEnumDocPrefix = "io.confluent.connect.avro.enum.doc.";
inline constexpr std::string_view kEnumDefaultPrefix = "io.confluent.connect.avro.enum.default.";
inline constexpr std::string_view kFieldDocPrefix = "io.confluent.connect.avro.field.doc.";
inline constexpr std::string_view kFieldDefaultParameter = "io.confluent.connect.avro.field.default";
inline constexpr std::string_view kFixedSizeParameter = "connect.fixed.size";
inline constexpr std::string_view kPrecisionParameter = "connect.decimal.precision";
inline constexpr int32_t kDefaultPrecision = 64;

inline constexpr std::string_view kUnion = "io.confluent.connect.avro.Union";
inline constexpr std::string_view kEnum = "io.confluent.connect.avro.Enum";
inline constexpr std::string_view kGeneralUnion = "org.apache.kafka.connect.data.Union";
inline constexpr std::string_view kGeneralEnum = "org.apache.kafka.connect.data.Enum";
inline constexpr std::string_view kGeneralUnionPrefix = "connect_union_";
inline constexpr std::string_view kGeneralUnionFieldPrefix = "connect_union_field_";

inline std::string_view enum_parameter(const ConnectOptions& options) {
  return options.generalized_sum_types ? kGeneralEnum : kEnum;
}

/// Whether an array of such records stands for a map.
bool is_map_entry(const Schema& schema);
/// The name as scrub.invalid.names makes it.
std::string scrubbed(std::string_view name);
/// The field of a union's struct that stands for the branch.
std::string union_field(const Schema& branch, size_t index, const ConnectOptions& options);
/// The text as Avro has bytes in JSON: a code point up to U+00FF for each; others become '?'.
std::string bytes_of_json_text(std::string_view utf8);
std::string json_text_of_bytes(std::string_view bytes);

}  // namespace sluice::avro
