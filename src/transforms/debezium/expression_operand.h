#pragma once
// What an expression's parts evaluate to: a value, or one of the things around it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/record.h"
#include "transforms/debezium/expression_tree.h"

namespace sluice::transforms::debezium {

struct ExpressionOperand {
  enum class Kind : uint8_t { kValue, kSchema, kHeaders, kHeader };
  Kind kind = Kind::kValue;
  sdk::Value value;
  const sdk::Schema* schema = nullptr;
  const sdk::Header* header = nullptr;

  bool is_null() const { return kind == Kind::kValue && value.is_null(); }

  static ExpressionOperand of(const sdk::Value& value) { return {Kind::kValue, value, nullptr, nullptr}; }
  /// Null is a null value.
  static ExpressionOperand of(const sdk::Schema* schema) {
    return {schema == nullptr ? Kind::kValue : Kind::kSchema, {}, schema, nullptr};
  }
  static ExpressionOperand of(const sdk::Header* header) {
    return {header == nullptr ? Kind::kValue : Kind::kHeader, {}, nullptr, header};
  }
};

/// What evaluation may use: the record, and room for texts and lists.
struct ExpressionContext {
  const sdk::Record& record;
  sdk::Arena& arena;
};

/// Groovy's truth: null, false, zero and what is empty are false.
bool is_true(const ExpressionOperand& operand);

/// The operand as text, as `+` and `${}` put it in.
std::string text_of(const ExpressionOperand& operand);

/// `object.name`: a field, a map's entry, a schema's attribute, a header.
Result<ExpressionOperand> member_of(const ExpressionOperand& object, std::string_view name,
                                    const ExpressionContext& context);

/// `object[index]`.
Result<ExpressionOperand> element_of(const ExpressionOperand& object, const ExpressionOperand& index,
                                     const ExpressionContext& context);

/// `object.method(arguments)`. `call` has the method's name, and its pattern if that was compiled.
Result<ExpressionOperand> call_method(const ExpressionOperand& object, const ExpressionNode& call,
                                      std::span<const ExpressionOperand> arguments,
                                      const ExpressionContext& context);

/// Every infix operator but && and ||, which do not always look at their right side.
Result<sdk::Value> apply_operator(const ExpressionNode& node, const ExpressionOperand& left,
                                  const ExpressionOperand& right, const ExpressionContext& context);

/// Numbers by their size whatever their kinds, everything else as it is.
bool equal_values(const sdk::Value& left, const sdk::Value& right);

}  // namespace sluice::transforms::debezium
