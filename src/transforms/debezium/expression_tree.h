#pragma once
// A parsed expression.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"
#include "sdk/data/value.h"
#include "transforms/debezium/expression.h"

namespace sluice::transforms::debezium {

enum class Variable : uint8_t { kKey, kValue, kKeySchema, kValueSchema, kTopic, kHeader };

struct ExpressionNode {
  enum class Kind : uint8_t {
    kLiteral,   // literal; texts are in `text`
    kVariable,  // variable
    kList,      // children
    kTemplate,  // children, put together as one text
    kMember,    // children[0].text
    kIndex,     // children[0][children[1]]
    kCall,      // children[0].text(the other children)
    kNot,
    kNegative,
    kBinary,       // children[0] operation children[1]
    kConditional,  // children[0] ? children[1] : children[2]
    kElvis,        // children[0] ?: children[1]
  };
  enum class Operation : uint8_t {
    kAnd,
    kOr,
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kIn,
    kNotIn,
    kFinds,    // =~
    kMatches,  // ==~
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kRemainder,
  };

  Kind kind = Kind::kLiteral;
  Operation operation = Operation::kAnd;
  Variable variable = Variable::kKey;
  bool safe = false;  // ?. : null of null
  sdk::Value literal;
  std::string text;
  std::optional<JavaRegex> regex;  // of kMatches, kFinds and matches() with a literal
  std::vector<std::unique_ptr<ExpressionNode>> children;
};
using ExpressionPtr = std::unique_ptr<ExpressionNode>;

Result<ExpressionPtr> parse_expression(std::string_view text, Expression::Language language);

/// A pattern that is to be found anywhere in a text, as one for the whole text.
inline std::string anywhere(std::string_view pattern) {
  return "(?s:.*)(?:" + std::string(pattern) + ")(?s:.*)";
}

}  // namespace sluice::transforms::debezium
