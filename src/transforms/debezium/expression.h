#pragma once
// The expressions of Debezium's Filter and ContentBasedRouter: what people write in Groovy or JavaScript over
// the variables key, value, keySchema, valueSchema, topic and header, as far as it is one expression:
//
//   value.op == 'u' && value.after.price > 100        value?.after?.email?.endsWith('@example.com')
//   topic.matches('.*orders') ? 'shop.' + value.after.region : null
//
// Literals, lists, `.` `?.` `[]`, methods of texts, structs, lists and maps, arithmetic, comparison, `in`,
// `=~` `==~`, `!` `&&` `||`, `?:`, and `${}` in texts. No statements, no closures, no Java classes.
// Immutable; may be used by several threads.

#include <memory>
#include <string>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/record.h"

namespace sluice::transforms::debezium {

struct ExpressionNode;

class Expression {
 public:
  /// In JavaScript, texts in double quotes have no `${}`.
  enum class Language : uint8_t { kGroovy, kJavaScript };

  /// Error kind kBadConfig names the column.
  static Result<Expression> compile(const std::string& text, Language language);

  /// The value for a record; texts that it makes are in the arena. Schemas and headers as results are
  /// refused. Error kind kBadRecord.
  Result<sdk::Value> evaluate(const sdk::Record& record, sdk::Arena& arena) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const ExpressionNode> root_;
};

}  // namespace sluice::transforms::debezium
