#pragma once
// The tokens of an expression.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transforms/debezium/expression.h"

namespace sluice::transforms::debezium {

struct Token {
  enum class Kind : uint8_t { kEnd, kName, kInteger, kFloat, kText, kTemplate, kSymbol };
  Kind kind = Kind::kEnd;
  std::string text;   // of texts without quotes and escapes; of symbols and names as written
  size_t column = 0;  // from 1
  /// Of kTemplate: text and expressions in turn, beginning with text.
  std::vector<std::string> parts{};
};

/// Ends with a kEnd. Error kind kBadConfig names the column.
Result<std::vector<Token>> tokenize(std::string_view text, Expression::Language language);

}  // namespace sluice::transforms::debezium
