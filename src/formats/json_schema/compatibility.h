#pragma once
// Whether what one JSON Schema allows is allowed by another one too.

#include <optional>
#include <string>

#include "base/result.h"
#include "formats/json_schema/schema_document.h"

namespace sluice::json_schema {

/// Why data of `writer` may break the rules of `reader`, in one sentence; nothing if it cannot. A property
/// that the reader adds counts as new even where the writer allows properties without naming them. Error kind
/// kBadRecord: a reference leads nowhere.
Result<std::optional<std::string>> incompatibility(const SchemaDocument& writer,
                                                   const SchemaDocument& reader);

}  // namespace sluice::json_schema
