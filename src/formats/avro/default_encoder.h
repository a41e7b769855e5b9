#pragma once
// A field's default in binary, for data that does not have the field.

#include "formats/avro/byte_writer.h"
#include "formats/avro/schema.h"

namespace sluice::avro {

/// False if the value does not fit; then `out` is worthless.
bool encode_default(const Schema& schema, const Json& value, ByteWriter& out);

}  // namespace sluice::avro
