#pragma once
// What the mapping to Connect asks of Protobuf's descriptors, in one place for schemas and both plans.

#include <google/protobuf/descriptor.h>

#include <string>

#include "formats/protobuf/connect_names.h"
#include "formats/protobuf/schema.h"

namespace sluice::protobuf {

/// Repeated messages called …Entry with a key and a value are a map, whether or not written as map<…>.
bool is_map(const pb::FieldDescriptor& field);
/// google.protobuf.Int32Value and its kin, whose only field is `value`.
bool is_wrapper(const pb::Descriptor& message);
/// Of messages that stand for a logical type.
sdk::Logical logical_of(const pb::Descriptor& message);
/// Whether a field that is not there is null, and not its type's default.
bool is_null_if_absent(const pb::FieldDescriptor& field, const ConnectOptions& options);
/// In the struct that stands for the message, the field of a oneof.
std::string union_field_name(const pb::OneofDescriptor& oneof, const ConnectOptions& options);

}  // namespace sluice::protobuf
