#pragma once
// How a record tells the id of its schema: five bytes before the payload (a zero and the id, big endian), or
// a header with a GUID (Confluent's PrefixSchemaIdSerializer and HeaderSchemaIdSerializer).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/converter.h"

namespace sluice::converters {

/// An id or a GUID ("89791762-2336-4186-9674-299b90a802e2").
using SchemaKey = std::variant<int32_t, std::string>;

struct Framed {
  SchemaKey schema;
  BytesView payload;
  BytesView message_index;  // of Protobuf with a GUID: stands in the header; null: before the payload
};

/// Takes a record's bytes apart; `headers` first, as Confluent's DualSchemaIdDeserializer. Error kind
/// kBadRecord.
Result<Framed> unframe(BytesView bytes, std::span<const RawHeader> headers, sdk::ConverterRole role);

/// The five bytes.
std::string id_prefix(int32_t id);

/// "__key_schema_id" or "__value_schema_id".
std::string_view guid_header_name(sdk::ConverterRole role);
/// What stands in it. Error kind kBadConfig: the registry has given no GUID.
Result<std::string> guid_header(std::string_view guid, BytesView message_index);

}  // namespace sluice::converters
