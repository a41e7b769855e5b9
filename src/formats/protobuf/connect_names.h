#pragma once
// How Connect's schemas and Protobuf's carry what the other side cannot express: the parameters, options and
// names of Confluent's io.confluent.connect.protobuf.ProtobufData.

#include <string>
#include <string_view>

#include "sdk/data/schema.h"

namespace sluice::protobuf {

/// The options of Confluent's ProtobufConverter that concern the mapping, with its defaults.
struct ConnectOptions {
  bool enhanced_schemas = false;              // enhanced.protobuf.schema.support
  bool scrub_invalid_names = false;           // scrub.invalid.names
  bool int_for_enums = false;                 // int.for.enums
  bool optional_for_nullables = false;        // optional.for.nullables
  bool optional_for_proto2 = true;            // optional.for.proto2
  bool wrapper_for_nullables = false;         // wrapper.for.nullables
  bool wrapper_for_raw_primitives = true;     // wrapper.for.raw.primitives
  bool generate_struct_for_nulls = false;     // generate.struct.for.nulls
  bool generate_index_for_unions = true;      // generate.index.for.unions
  bool flatten_unions = false;                // flatten.unions
  bool generalized_sum_types = false;         // generalized.sum.type.support
  bool ignore_default_for_nullables = false;  // ignore.default.for.nullables
};

inline constexpr std::string_view kDefaultName = "ConnectDefault";
inline constexpr std::string_view kEntrySuffix = "Entry";
inline constexpr std::string_view kKeyField = "key";
inline constexpr std::string_view kValueField = "value";

// Parameters of Connect schemas.
inline constexpr std::string_view kTagParameter = "io.confluent.connect.protobuf.Tag";
inline constexpr std::string_view kTypeParameter = "io.confluent.connect.protobuf.Type";
/// Of an optional scalar in a oneof that was a wrapper message.
inline constexpr std::string_view kWrapperParameter = "io.confluent.connect.protobuf.Wrapper";
inline constexpr std::string_view kEnum = "io.confluent.connect.protobuf.Enum";
inline constexpr std::string_view kGeneralEnum = "org.apache.kafka.connect.data.Enum";
inline constexpr std::string_view kUnion = "io.confluent.connect.protobuf.Union";
inline constexpr std::string_view kUnionPrefix = "io.confluent.connect.protobuf.Union.";
inline constexpr std::string_view kGeneralUnion = "org.apache.kafka.connect.data.Union";
inline constexpr std::string_view kPrecisionParameter = "connect.decimal.precision";

// Keys within the option (confluent.field_meta).params.
inline constexpr std::string_view kConnectTypeParam = "connect.type";
inline constexpr std::string_view kPrecisionParam = "precision";
inline constexpr std::string_view kScaleParam = "scale";

// Messages that stand for Connect's logical types.
inline constexpr std::string_view kDecimalMessage = "confluent.type.Decimal";
inline constexpr std::string_view kDateMessage = "google.type.Date";
inline constexpr std::string_view kTimeMessage = "google.type.TimeOfDay";
inline constexpr std::string_view kTimestampMessage = "google.protobuf.Timestamp";

inline std::string_view enum_parameter(const ConnectOptions& options) {
  return options.generalized_sum_types ? kGeneralEnum : kEnum;
}
/// A struct whose fields are the members of a oneof.
bool is_union(const sdk::Schema& schema);
/// The name of the enum that the values of the schema belong to; null: of none.
const std::string* enum_name(const sdk::Schema& schema);

/// With scrub.invalid.names: what is no letter, digit or underscore is replaced; a name that does not begin
/// with a letter gets an x before it.
std::string scrubbed(std::string_view name, const ConnectOptions& options);
/// "order_items" becomes "OrderItemsEntry".
std::string map_entry_name(std::string_view map_name);
/// The name of the map whose entries are such messages: "a.b.OrderItemsEntry" becomes "a.b.order_items".
std::string map_name(std::string_view entry_name);

}  // namespace sluice::protobuf
