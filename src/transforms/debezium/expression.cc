#include "transforms/debezium/expression.h"

#include <algorithm>
#include <vector>

#include "transforms/debezium/expression_operand.h"
#include "transforms/debezium/expression_tree.h"

namespace sluice::transforms::debezium {
namespace {

using Kind = ExpressionNode::Kind;
using Operand = ExpressionOperand;

class Evaluation {
 public:
  Evaluation(const sdk::Record& record, sdk::Arena& arena) : context_{record, arena} {}

  Result<Operand> of(const ExpressionNode& node) const {
    switch (node.kind) {
      case Kind::kLiteral:
        return Operand::of(node.literal);
      case Kind::kVariable:
        return variable(node.variable);
      case Kind::kList:
        return list(node);
      case Kind::kTemplate:
        return template_text(node);
      case Kind::kMember:
      case Kind::kCall:
        return member(node);
      case Kind::kBinary:
        return binary(node);
      default:
        return other(node);
    }
  }

 private:
  Operand variable(Variable variable) const {
    const sdk::Record& record = context_.record;
    switch (variable) {
      case Variable::kKey:
        return Operand::of(record.key);
      case Variable::kValue:
        return Operand::of(record.value);
      case Variable::kKeySchema:
        return Operand::of(record.key_schema);
      case Variable::kValueSchema:
        return Operand::of(record.value_schema);
      case Variable::kTopic:
        return Operand::of(sdk::Value::string(record.topic));
      case Variable::kHeader:
        break;
    }
    return {Operand::Kind::kHeaders, {}, nullptr, nullptr};
  }

  Result<Operand> list(const ExpressionNode& node) const {
    auto* items = context_.arena.array<sdk::Value>(node.children.size());
    for (size_t i = 0; i < node.children.size(); ++i) {
      SLUICE_ASSIGN_OR_RETURN(const Operand item, of(*node.children[i]));
      if (item.kind != Operand::Kind::kValue) return bad_record("A list cannot hold schemas and headers");
      items[i] = item.value;
    }
    return Operand::of(sdk::Value::array({items, node.children.size()}));
  }

  Result<Operand> template_text(const ExpressionNode& node) const {
    std::string text;
    for (const ExpressionPtr& part : node.children) {
      SLUICE_ASSIGN_OR_RETURN(const Operand operand, of(*part));
      text += text_of(operand);
    }
    return Operand::of(sdk::Value::string(context_.arena.copy(text)));
  }

  Result<Operand> member(const ExpressionNode& node) const {
    SLUICE_ASSIGN_OR_RETURN(const Operand object, of(*node.children[0]));
    const bool null_has_it = node.kind == Kind::kCall && (node.text == "equals" || node.text == "toString");
    if (object.is_null() && (node.safe || !null_has_it)) {
      if (node.safe) return Operand();
      return bad_record("Cannot get '" + node.text + "' of null; '?.' gives null for it");
    }
    if (node.kind == Kind::kMember) return member_of(object, node.text, context_);
    std::vector<Operand> arguments;
    for (size_t i = 1; i < node.children.size(); ++i) {
      SLUICE_ASSIGN_OR_RETURN(const Operand argument, of(*node.children[i]));
      arguments.push_back(argument);
    }
    return call_method(object, node, arguments, context_);
  }

  Result<Operand> binary(const ExpressionNode& node) const {
    SLUICE_ASSIGN_OR_RETURN(const Operand left, of(*node.children[0]));
    const bool is_and = node.operation == ExpressionNode::Operation::kAnd;
    if (is_and || node.operation == ExpressionNode::Operation::kOr) {
      if (is_true(left) != is_and) return Operand::of(sdk::Value::boolean(!is_and));
      SLUICE_ASSIGN_OR_RETURN(const Operand right, of(*node.children[1]));
      return Operand::of(sdk::Value::boolean(is_true(right)));
    }
    SLUICE_ASSIGN_OR_RETURN(const Operand right, of(*node.children[1]));
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value result, apply_operator(node, left, right, context_));
    return Operand::of(result);
  }

  Result<Operand> other(const ExpressionNode& node) const {
    SLUICE_ASSIGN_OR_RETURN(const Operand first, of(*node.children[0]));
    switch (node.kind) {
      case Kind::kNot:
        return Operand::of(sdk::Value::boolean(!is_true(first)));
      case Kind::kNegative:
        return negative(first);
      case Kind::kConditional:
        return of(*node.children[is_true(first) ? 1 : 2]);
      case Kind::kElvis:
        return is_true(first) ? Result<Operand>(first) : of(*node.children[1]);
      default: {
        SLUICE_ASSIGN_OR_RETURN(const Operand index, of(*node.children[1]));
        return element_of(first, index, context_);
      }
    }
  }

  Result<Operand> negative(const Operand& operand) const {
    ExpressionNode minus;
    minus.operation = ExpressionNode::Operation::kSubtract;
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value result,
                            apply_operator(minus, Operand::of(sdk::Value::int64(0)), operand, context_));
    return Operand::of(result);
  }

  ExpressionContext context_;
};

}  // namespace

Result<Expression> Expression::compile(const std::string& text, Language language) {
  SLUICE_ASSIGN_OR_RETURN(ExpressionPtr root, parse_expression(text, language));
  Expression expression;
  expression.text_ = text;
  expression.root_ = std::move(root);
  return expression;
}

Result<sdk::Value> Expression::evaluate(const sdk::Record& record, sdk::Arena& arena) const {
  const auto result = Evaluation(record, arena).of(*root_);
  if (result.ok() && result->kind == Operand::Kind::kValue) return result->value;
  const std::string reason = result.ok() ? "the result is no value" : result.error().message();
  return bad_record("Error while evaluating expression '" + text_ + "': " + reason);
}

}  // namespace sluice::transforms::debezium
