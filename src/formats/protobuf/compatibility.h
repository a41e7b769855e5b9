#pragma once
// Whether data of one schema can be read with another one, by the rules of Confluent's registry: fields are
// known by their numbers, and what is on the wire must mean the same to both.

#include <optional>
#include <string>

#include "formats/protobuf/schema.h"

namespace sluice::protobuf {

/// A sentence that says what does not fit; nothing: everything does.
std::optional<std::string> incompatibility(const SchemaFile& writer, const SchemaFile& reader);

}  // namespace sluice::protobuf
