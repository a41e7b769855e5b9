#pragma once
// Fields of one struct as fields of another: what a plan holds for each field that is taken over, and the
// copying.

#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/values.h"

namespace sluice::transforms {

/// Refers to the source schema, which the plan's cache keeps.
struct FieldCopy {
  uint32_t source = 0;                          // index in the old struct
  bool may_be_null = false;                     // in the new one
  bool may_not_fit = false;                     // the value's kind has to be looked at
  const sdk::Value* instead_of_null = nullptr;  // the default, where nulls become defaults
};

/// The source's default counts only with `replace_null_with_default`.
FieldCopy make_field_copy(const sdk::Schema& source, size_t index, const sdk::Schema& target,
                          bool replace_null_with_default);

/// A struct whose values are not set yet: all of them have to be.
inline sdk::StructNode* unset_struct(sdk::Arena& arena, const sdk::Schema& schema) {
  const size_t count = schema.fields().size();
  void* memory =
      arena.allocate(sizeof(sdk::StructNode) + count * sizeof(sdk::Value), alignof(sdk::StructNode));
  return new (memory) sdk::StructNode{&schema, static_cast<uint32_t>(count)};
}

/// In one piece: the compiler's own copy leaves the last byte out, in two moves that overlap.
inline void copy_value(const sdk::Value& from, sdk::Value& to) { std::memcpy(&to, &from, sizeof to); }

inline const sdk::Value& source_value(const sdk::StructNode& from, const FieldCopy& copy) {
  const sdk::Value& value = from.values()[copy.source];
  return value.is_null() && copy.instead_of_null != nullptr ? *copy.instead_of_null : value;
}

/// One value into the new struct, checked as Java's Struct.put does. Error kind kBadRecord names the new
/// field.
inline Status put_copy(const FieldCopy& copy, const sdk::Value& value, const sdk::Field& target,
                       sdk::Value& to) {
  copy_value(value, to);
  if (value.is_null() ? copy.may_be_null : !copy.may_not_fit) [[likely]]
    return {};
  return validate_field(target, value);
}

/// Fields [first, last) of `to`, by their copies; errors come in the order of the fields.
Status copy_fields(const sdk::StructNode& from, std::span<const FieldCopy> copies, size_t first, size_t last,
                   sdk::StructNode& to);
/// The first copies.size() fields of `to`.
inline Status copy_fields(const sdk::StructNode& from, std::span<const FieldCopy> copies,
                          sdk::StructNode& to) {
  return copy_fields(from, copies, 0, copies.size(), to);
}

}  // namespace sluice::transforms
