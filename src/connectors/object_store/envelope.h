#pragma once
// Aiven's rows: an object of chosen fields of the record (format.output.fields) around its value.

#include <span>
#include <vector>

#include "connectors/object_store/options.h"
#include "sdk/data/record.h"

namespace sluice::connectors::object_store {

/// `record` with a schemaless object as its value, made in `arena`.
sdk::Record wrap_in_envelope(const sdk::Record& record, std::span<const EnvelopeField> fields,
                             sdk::Arena& arena);

}  // namespace sluice::connectors::object_store
