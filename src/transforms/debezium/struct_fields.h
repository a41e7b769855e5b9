#pragma once
// Fields that a transform cannot do without, with the texts of Java's Struct. Error kind kBadRecord.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/schema.h"

namespace sluice::transforms::debezium {

/// "x is not a valid field name".
inline Result<size_t> require_field(const sdk::Schema& schema, std::string_view name) {
  const int index = schema.field_index(name);
  if (index >= 0) return static_cast<size_t>(index);
  return bad_record(std::string(name) + " is not a valid field name");
}

/// "Field 'x' is not of type STRING".
inline Result<size_t> require_field(const sdk::Schema& schema, std::string_view name, sdk::Type type) {
  SLUICE_ASSIGN_OR_RETURN(const size_t index, require_field(schema, name));
  if (schema.fields()[index].schema->type() == type) return index;
  return bad_record("Field '" + std::string(name) + "' is not of type " + std::string(type_name(type)));
}

}  // namespace sluice::transforms::debezium
