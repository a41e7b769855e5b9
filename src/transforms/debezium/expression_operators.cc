#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>

#include "sdk/data/values.h"
#include "transforms/debezium/expression_operand.h"

namespace sluice::transforms::debezium {
namespace {

using Operand = ExpressionOperand;
using Operation = ExpressionNode::Operation;

bool is_integer(const sdk::Value& value) {
  switch (value.kind()) {
    case sdk::Kind::kInt8:
    case sdk::Kind::kInt16:
    case sdk::Kind::kInt32:
    case sdk::Kind::kInt64:
    case sdk::Kind::kDate:
    case sdk::Kind::kTime:
    case sdk::Kind::kTimestamp:
      return true;
    default:
      return false;
  }
}

std::optional<double> number_of(const sdk::Value& value) {
  if (is_integer(value)) return static_cast<double>(value.as_integer());
  if (value.kind() == sdk::Kind::kFloat32 || value.kind() == sdk::Kind::kFloat64) return value.as_float64();
  if (value.kind() == sdk::Kind::kDecimal) return decimal_to_float64(value);
  return std::nullopt;
}

/// Unordered where the two cannot be compared.
std::partial_ordering compare(const sdk::Value& left, const sdk::Value& right) {
  if (is_integer(left) && is_integer(right)) return left.as_integer() <=> right.as_integer();
  const auto left_number = number_of(left);
  const auto right_number = number_of(right);
  if (left_number && right_number) return *left_number <=> *right_number;
  if (left.kind() == sdk::Kind::kString && right.kind() == sdk::Kind::kString) {
    return left.as_string() <=> right.as_string();
  }
  // Null is less than everything, as in Groovy.
  if (left.is_null() || right.is_null()) return right.is_null() <=> left.is_null();
  return std::partial_ordering::unordered;
}

Error not_for(const char* what, const sdk::Value& left, const sdk::Value& right) {
  const auto name = [](const sdk::Value& value) {
    return value.is_null() ? std::string("null") : std::string(java_class_name(value));
  };
  return bad_record(std::string(what) + " is not possible with " + name(left) + " and " + name(right));
}

bool holds(Operation operation, std::partial_ordering order) {
  switch (operation) {
    case Operation::kLess:
      return std::is_lt(order);
    case Operation::kLessOrEqual:
      return std::is_lteq(order);
    case Operation::kGreater:
      return std::is_gt(order);
    default:
      return std::is_gteq(order);
  }
}

Result<sdk::Value> calculate(Operation operation, const sdk::Value& left, const sdk::Value& right) {
  const auto a = number_of(left);
  const auto b = number_of(right);
  if (!a || !b) return not_for("Arithmetic", left, right);
  if (is_integer(left) && is_integer(right) && operation != Operation::kDivide) {
    const auto x = static_cast<uint64_t>(left.as_integer());
    const auto y = static_cast<uint64_t>(right.as_integer());
    if (operation == Operation::kAdd) return sdk::Value::int64(static_cast<int64_t>(x + y));
    if (operation == Operation::kSubtract) return sdk::Value::int64(static_cast<int64_t>(x - y));
    if (operation == Operation::kMultiply) return sdk::Value::int64(static_cast<int64_t>(x * y));
    if (y == 0) return bad_record("Division by zero");
    if (right.as_integer() == -1) return sdk::Value::int64(0);
    return sdk::Value::int64(left.as_integer() % right.as_integer());
  }
  switch (operation) {
    case Operation::kAdd:
      return sdk::Value::float64(*a + *b);
    case Operation::kSubtract:
      return sdk::Value::float64(*a - *b);
    case Operation::kMultiply:
      return sdk::Value::float64(*a * *b);
    case Operation::kDivide:
      if (*b == 0) return bad_record("Division by zero");
      return sdk::Value::float64(*a / *b);
    default:
      if (*b == 0) return bad_record("Division by zero");
      return sdk::Value::float64(std::fmod(*a, *b));
  }
}

Result<bool> is_in(const sdk::Value& item, const sdk::Value& all) {
  const auto equal = [&](const sdk::Value& other) { return equal_values(item, other); };
  if (all.kind() == sdk::Kind::kArray) return std::ranges::any_of(all.as_array(), equal);
  if (all.kind() == sdk::Kind::kMap) return std::ranges::any_of(all.as_map(), equal, &sdk::MapEntry::key);
  return not_for("'in'", item, all);
}

Result<bool> fits(const ExpressionNode& node, const sdk::Value& text, const sdk::Value& pattern) {
  if (text.is_null()) return false;
  if (text.kind() != sdk::Kind::kString || pattern.kind() != sdk::Kind::kString) {
    return not_for("A comparison with a pattern", text, pattern);
  }
  if (node.regex) return node.regex->matches(text.as_string());
  const bool finds = node.operation == Operation::kFinds;
  SLUICE_ASSIGN_OR_RETURN(
      const JavaRegex regex,
      JavaRegex::compile(finds ? anywhere(pattern.as_string()) : std::string(pattern.as_string())));
  return regex.matches(text.as_string());
}

Result<bool> decide(const ExpressionNode& node, const sdk::Value& left, const sdk::Value& right) {
  switch (node.operation) {
    case Operation::kEqual:
      return equal_values(left, right);
    case Operation::kNotEqual:
      return !equal_values(left, right);
    case Operation::kIn:
      return is_in(left, right);
    case Operation::kNotIn: {
      SLUICE_ASSIGN_OR_RETURN(const bool found, is_in(left, right));
      return !found;
    }
    case Operation::kFinds:
    case Operation::kMatches:
      return fits(node, left, right);
    default:
      break;
  }
  const std::partial_ordering order = compare(left, right);
  if (order == std::partial_ordering::unordered && !number_of(left))
    return not_for("Comparison", left, right);
  return holds(node.operation, order);
}

bool decides(Operation operation) { return operation < Operation::kAdd; }

}  // namespace

bool equal_values(const sdk::Value& left, const sdk::Value& right) {
  if (left.is_null() || right.is_null()) return left.is_null() == right.is_null();
  if (number_of(left) && number_of(right)) return std::is_eq(compare(left, right));
  return left == right;
}

bool is_true(const Operand& operand) {
  if (operand.kind != Operand::Kind::kValue) return true;
  const sdk::Value& value = operand.value;
  switch (value.kind()) {
    case sdk::Kind::kNull:
      return false;
    case sdk::Kind::kBoolean:
      return value.as_boolean();
    case sdk::Kind::kString:
      return !value.as_string().empty();
    case sdk::Kind::kArray:
      return !value.as_array().empty();
    case sdk::Kind::kMap:
      return !value.as_map().empty();
    default:
      return number_of(value).value_or(1) != 0;
  }
}

std::string text_of(const Operand& operand) {
  std::string text;
  switch (operand.kind) {
    case Operand::Kind::kValue:
      if (operand.value.is_null()) return "null";
      append_java_text(text, operand.value);
      break;
    case Operand::Kind::kSchema:
      return operand.schema->name().value_or(std::string(type_name(operand.schema->type())));
    case Operand::Kind::kHeader:
      return text_of(Operand::of(operand.header->value));
    case Operand::Kind::kHeaders:
      return "headers";
  }
  return text;
}

Result<sdk::Value> apply_operator(const ExpressionNode& node, const Operand& left, const Operand& right,
                                  const ExpressionContext& context) {
  if (node.operation == Operation::kAdd) {
    const auto is_text = [](const Operand& operand) {
      return operand.kind == Operand::Kind::kValue && operand.value.kind() == sdk::Kind::kString;
    };
    if (is_text(left) || is_text(right)) {
      return sdk::Value::string(context.arena.copy(text_of(left) + text_of(right)));
    }
  }
  if (left.kind != Operand::Kind::kValue || right.kind != Operand::Kind::kValue) {
    const bool compares = node.operation == Operation::kEqual || node.operation == Operation::kNotEqual;
    if (!compares) return bad_record("Schemas and headers can only be compared with null");
    const bool equal = left.kind == right.kind && left.schema == right.schema && left.header == right.header;
    return sdk::Value::boolean(equal == (node.operation == Operation::kEqual));
  }
  if (!decides(node.operation)) return calculate(node.operation, left.value, right.value);
  SLUICE_ASSIGN_OR_RETURN(const bool result, decide(node, left.value, right.value));
  return sdk::Value::boolean(result);
}

}  // namespace sluice::transforms::debezium
