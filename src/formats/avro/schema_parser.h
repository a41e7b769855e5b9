#pragma once
// Schemas from their JSON text, with the rules of the specification's reference implementation.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/avro/schema.h"

namespace sluice::avro {

/// Named types that a schema may refer to, by full name.
using NamedSchemas = std::map<std::string, SchemaPtr, std::less<>>;

/// Error kind kBadRecord says what is wrong and where. `known` is what the text may use without defining it.
Result<SchemaPtr> parse_schema(std::string_view text, const NamedSchemas& known = {});

/// The named types that `schema` defines, itself included.
NamedSchemas named_schemas(const SchemaPtr& schema);

}  // namespace sluice::avro
