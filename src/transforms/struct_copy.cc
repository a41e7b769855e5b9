#include "transforms/struct_copy.h"

namespace sluice::transforms {

FieldCopy make_field_copy(const sdk::Schema& source, size_t index, const sdk::Schema& target,
                          bool replace_null_with_default) {
  FieldCopy copy;
  copy.source = static_cast<uint32_t>(index);
  copy.may_be_null = target.optional();
  const sdk::Schema& schema = *source.fields()[index].schema;
  copy.may_not_fit = !same_schema(&schema, &target);
  if (replace_null_with_default && schema.has_default()) copy.instead_of_null = &schema.default_value();
  return copy;
}

Status copy_fields(const sdk::StructNode& from, std::span<const FieldCopy> copies, size_t first, size_t last,
                   sdk::StructNode& to) {
  const sdk::Value* given = from.values().data();
  sdk::Value* values = to.mutable_values().data();
  for (size_t i = first; i < last; ++i) {
    const FieldCopy& copy = copies[i];
    const sdk::Value& value = given[copy.source];
    copy_value(value, values[i]);
    if (!value.is_null() && !copy.may_not_fit) [[likely]]
      continue;
    SLUICE_RETURN_IF_ERROR(put_copy(copy, source_value(from, copy), to.schema->fields()[i], values[i]));
  }
  return {};
}

}  // namespace sluice::transforms
