#pragma once
// Schemas as text: their JSON, the Parsing Canonical Form of the specification and its fingerprint.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/avro/schema.h"

namespace sluice::avro {

/// A named type is written out where it is met first. Error kind kBadRecord: two types share a name.
Result<std::string> to_json(const Schema& schema);

/// Two schemas with the same canonical form read and write the same bytes.
std::string canonical_form(const Schema& schema);

/// CRC-64-AVRO (Rabin).
uint64_t fingerprint64(std::string_view canonical);

}  // namespace sluice::avro
