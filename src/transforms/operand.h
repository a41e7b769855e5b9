#pragma once
// Which half of a record a transform works on: each of Java's $Key and $Value classes is the same code here.

#include <cstdint>

#include "sdk/data/record.h"

namespace sluice::transforms {

enum class Operand : uint8_t { kKey, kValue };

inline const sdk::Schema* schema_of(const sdk::Record& record, Operand operand) {
  return operand == Operand::kKey ? record.key_schema : record.value_schema;
}

inline const sdk::Value& value_of(const sdk::Record& record, Operand operand) {
  return operand == Operand::kKey ? record.key : record.value;
}

inline void set_operand(sdk::Record& record, Operand operand, const sdk::Schema* schema,
                        const sdk::Value& value) {
  (operand == Operand::kKey ? record.key_schema : record.value_schema) = schema;
  (operand == Operand::kKey ? record.key : record.value) = value;
}

}  // namespace sluice::transforms
