#include "formats/protobuf/fields.h"

namespace sluice::protobuf {

bool is_map(const pb::FieldDescriptor& field) {
  if (!field.is_repeated() || field.type() != pb::FieldDescriptor::TYPE_MESSAGE) return false;
  const pb::Descriptor& entry = *field.message_type();
  return entry.name().ends_with(kEntrySuffix) && entry.field_count() == 2 &&
         entry.field(0)->name() == kKeyField && entry.field(1)->name() == kValueField &&
         !entry.field(0)->is_repeated() && !entry.field(1)->is_repeated();
}

bool is_wrapper(const pb::Descriptor& message) {
  return message.well_known_type() >= pb::Descriptor::WELLKNOWNTYPE_DOUBLEVALUE &&
         message.well_known_type() <= pb::Descriptor::WELLKNOWNTYPE_BOOLVALUE;
}

sdk::Logical logical_of(const pb::Descriptor& message) {
  const std::string& name = message.full_name();
  if (name == kDecimalMessage) return sdk::Logical::kDecimal;
  if (name == kDateMessage) return sdk::Logical::kDate;
  if (name == kTimeMessage) return sdk::Logical::kTime;
  if (name == kTimestampMessage) return sdk::Logical::kTimestamp;
  return sdk::Logical::kNone;
}

bool is_null_if_absent(const pb::FieldDescriptor& field, const ConnectOptions& options) {
  if (options.generate_struct_for_nulls || field.is_repeated()) return false;
  if (field.type() == pb::FieldDescriptor::TYPE_MESSAGE) return true;
  const bool is_proto3 = field.file()->syntax() == pb::FileDescriptor::SYNTAX_PROTO3;
  return field.has_optional_keyword() && (is_proto3 || options.optional_for_proto2);
}

std::string union_field_name(const pb::OneofDescriptor& oneof, const ConnectOptions& options) {
  return options.generate_index_for_unions ? oneof.name() + "_" + std::to_string(oneof.index())
                                           : oneof.name();
}

}  // namespace sluice::protobuf
