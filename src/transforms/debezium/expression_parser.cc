// By recursive descent, an operator's level a function.

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "transforms/debezium/expression_lexer.h"
#include "transforms/debezium/expression_tree.h"

namespace sluice::transforms::debezium {
namespace {

using Kind = ExpressionNode::Kind;
using Operation = ExpressionNode::Operation;

constexpr int kDepthMax = 100;

struct Infix {
  std::string_view symbol;
  Operation operation;
};
/// From the weakest to the strongest.
const std::array<std::vector<Infix>, 6> kLevels = {{
    {{"||", Operation::kOr}},
    {{"&&", Operation::kAnd}},
    {{"==", Operation::kEqual},
     {"===", Operation::kEqual},
     {"!=", Operation::kNotEqual},
     {"!==", Operation::kNotEqual},
     {"=~", Operation::kFinds},
     {"==~", Operation::kMatches}},
    {{"<", Operation::kLess},
     {"<=", Operation::kLessOrEqual},
     {">", Operation::kGreater},
     {">=", Operation::kGreaterOrEqual},
     {"in", Operation::kIn},
     {"!in", Operation::kNotIn}},
    {{"+", Operation::kAdd}, {"-", Operation::kSubtract}},
    {{"*", Operation::kMultiply}, {"/", Operation::kDivide}, {"%", Operation::kRemainder}},
}};

constexpr std::pair<std::string_view, Variable> kVariables[] = {
    {"key", Variable::kKey},
    {"value", Variable::kValue},
    {"keySchema", Variable::kKeySchema},
    {"valueSchema", Variable::kValueSchema},
    {"topic", Variable::kTopic},
    {"header", Variable::kHeader},
};

ExpressionPtr make(Kind kind, ExpressionPtr first = nullptr, ExpressionPtr second = nullptr,
                   ExpressionPtr third = nullptr) {
  auto node = std::make_unique<ExpressionNode>();
  node->kind = kind;
  for (ExpressionPtr* child : {&first, &second, &third}) {
    if (*child != nullptr) node->children.push_back(std::move(*child));
  }
  return node;
}

ExpressionPtr make_text(std::string text) {
  ExpressionPtr node = make(Kind::kLiteral);
  node->text = std::move(text);
  node->literal = sdk::Value::string(node->text);
  return node;
}

bool is_text(const ExpressionNode& node) {
  return node.kind == Kind::kLiteral && node.literal.kind() == sdk::Kind::kString;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, Expression::Language language, int depth)
      : tokens_(std::move(tokens)), language_(language), depth_(depth) {}

  Result<ExpressionPtr> whole() {
    if (is_name("return")) ++at_;
    SLUICE_ASSIGN_OR_RETURN(ExpressionPtr root, conditional());
    if (is_symbol(";")) ++at_;
    if (token().kind != Token::Kind::kEnd) return unexpected();
    return root;
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  bool is_symbol(std::string_view text) const {
    return token().kind == Token::Kind::kSymbol && token().text == text;
  }
  bool is_name(std::string_view text) const {
    return token().kind == Token::Kind::kName && token().text == text;
  }
  bool take(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  Error problem(const std::string& what) const {
    return bad_config(what + " at column " + std::to_string(token().column));
  }
  Error unexpected() const {
    if (token().kind == Token::Kind::kEnd) return problem("The expression ends too early,");
    return problem("'" + token().text + "' cannot stand here (Sluice reads one expression, no statements),");
  }
  Status expect(std::string_view symbol) {
    if (take(symbol)) return {};
    return unexpected();
  }

  Result<ExpressionPtr> conditional() {
    if (++depth_ > kDepthMax) return problem("The expression is nested too deep");
    SLUICE_ASSIGN_OR_RETURN(ExpressionPtr left, level(0));
    if (take("?:")) {
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr otherwise, conditional());
      left = make(Kind::kElvis, std::move(left), std::move(otherwise));
    } else if (take("?")) {
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr then, conditional());
      SLUICE_RETURN_IF_ERROR(expect(":"));
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr otherwise, conditional());
      left = make(Kind::kConditional, std::move(left), std::move(then), std::move(otherwise));
    }
    --depth_;
    return left;
  }

  const Infix* infix_of(size_t depth) const {
    const bool may_be = token().kind == Token::Kind::kSymbol || is_name("in");
    if (!may_be) return nullptr;
    for (const Infix& infix : kLevels[depth]) {
      if (infix.symbol == token().text) return &infix;
    }
    return nullptr;
  }

  Result<ExpressionPtr> level(size_t depth) {
    if (depth == kLevels.size()) return unary();
    SLUICE_ASSIGN_OR_RETURN(ExpressionPtr left, level(depth + 1));
    while (const Infix* infix = infix_of(depth)) {
      ++at_;
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr right, level(depth + 1));
      ExpressionPtr node = make(Kind::kBinary, std::move(left), std::move(right));
      node->operation = infix->operation;
      SLUICE_RETURN_IF_ERROR(compile_pattern(*node));
      left = std::move(node);
    }
    return left;
  }

  /// A pattern that is a literal is compiled once.
  Status compile_pattern(ExpressionNode& node) const {
    const bool finds = node.kind == Kind::kBinary && node.operation == Operation::kFinds;
    const bool matches = node.kind == Kind::kBinary ? node.operation == Operation::kMatches
                                                    : node.text == "matches" && node.children.size() == 2;
    if ((!finds && !matches) || !is_text(*node.children[1])) return {};
    const std::string& pattern = node.children[1]->text;
    auto compiled = JavaRegex::compile(finds ? anywhere(pattern) : pattern);
    if (!compiled.ok()) return compiled.error().with_context("the pattern '" + pattern + "'");
    node.regex = *std::move(compiled);
    return {};
  }

  Result<ExpressionPtr> unary() {
    const bool negates = is_symbol("!");
    if (!negates && !is_symbol("-")) return postfix();
    if (++depth_ > kDepthMax) return problem("The expression is nested too deep");
    ++at_;
    SLUICE_ASSIGN_OR_RETURN(ExpressionPtr operand, unary());
    --depth_;
    return make(negates ? Kind::kNot : Kind::kNegative, std::move(operand));
  }

  Result<ExpressionPtr> postfix() {
    SLUICE_ASSIGN_OR_RETURN(ExpressionPtr node, primary());
    while (true) {
      if (is_symbol(".") || is_symbol("?.")) {
        SLUICE_ASSIGN_OR_RETURN(node, member(std::move(node)));
      } else if (take("[")) {
        SLUICE_ASSIGN_OR_RETURN(ExpressionPtr index, conditional());
        SLUICE_RETURN_IF_ERROR(expect("]"));
        node = make(Kind::kIndex, std::move(node), std::move(index));
      } else {
        return node;
      }
    }
  }

  Result<ExpressionPtr> member(ExpressionPtr object) {
    ExpressionPtr node = make(Kind::kMember, std::move(object));
    node->safe = token().text == "?.";
    ++at_;
    if (token().kind != Token::Kind::kName && token().kind != Token::Kind::kText) return unexpected();
    node->text = token().text;
    ++at_;
    if (!take("(")) return node;
    node->kind = Kind::kCall;
    SLUICE_RETURN_IF_ERROR(items(*node, ")"));
    SLUICE_RETURN_IF_ERROR(compile_pattern(*node));
    return node;
  }

  /// Expressions between commas, and what closes them.
  Status items(ExpressionNode& node, std::string_view close) {
    if (take(close)) return {};
    do {
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr item, conditional());
      node.children.push_back(std::move(item));
    } while (take(","));
    return expect(close);
  }

  Result<ExpressionPtr> primary() {
    switch (token().kind) {
      case Token::Kind::kInteger:
      case Token::Kind::kFloat:
        return number();
      case Token::Kind::kText:
        return make_text(tokens_[at_++].text);
      case Token::Kind::kTemplate:
        return template_text();
      case Token::Kind::kName:
        return name();
      default:
        break;
    }
    if (take("(")) {
      SLUICE_ASSIGN_OR_RETURN(ExpressionPtr inner, conditional());
      SLUICE_RETURN_IF_ERROR(expect(")"));
      return inner;
    }
    if (take("[")) {
      ExpressionPtr list = make(Kind::kList);
      SLUICE_RETURN_IF_ERROR(items(*list, "]"));
      return list;
    }
    return unexpected();
  }

  Result<ExpressionPtr> number() {
    ExpressionPtr node = make(Kind::kLiteral);
    const std::string& text = token().text;
    if (token().kind == Token::Kind::kFloat) {
      double number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      node->literal = sdk::Value::float64(number);
    } else {
      int64_t number = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
      if (end.ec != std::errc()) return problem("The number " + text + " is too large,");
      node->literal = sdk::Value::int64(number);
    }
    ++at_;
    return node;
  }

  Result<ExpressionPtr> template_text() {
    if (++depth_ > kDepthMax) return problem("The expression is nested too deep");
    ExpressionPtr node = make(Kind::kTemplate);
    const std::vector<std::string>& parts = token().parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i % 2 == 0) {
        node->children.push_back(make_text(parts[i]));
        continue;
      }
      auto tokens = tokenize(parts[i], language_);
      if (!tokens.ok()) return tokens.error().with_context("${" + parts[i] + "}");
      auto inner = Parser(*std::move(tokens), language_, depth_).whole();
      if (!inner.ok()) return inner.error().with_context("${" + parts[i] + "}");
      node->children.push_back(*std::move(inner));
    }
    --depth_;
    ++at_;
    return node;
  }

  Result<ExpressionPtr> name() {
    const std::string& text = token().text;
    ExpressionPtr node = make(Kind::kLiteral);
    if (text == "true" || text == "false") {
      node->literal = sdk::Value::boolean(text == "true");
    } else if (text != "null" && text != "undefined") {
      node->kind = Kind::kVariable;
      const auto* found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                       [&](const auto& known) { return known.first == text; });
      if (found == std::end(kVariables)) {
        return problem("'" + text +
                       "' is not known; there are key, value, keySchema, valueSchema, topic and header;");
      }
      node->variable = found->second;
    }
    ++at_;
    return node;
  }

  std::vector<Token> tokens_;
  Expression::Language language_;
  int depth_;
  size_t at_ = 0;
};

}  // namespace

Result<ExpressionPtr> parse_expression(std::string_view text, Expression::Language language) {
  SLUICE_ASSIGN_OR_RETURN(std::vector<Token> tokens, tokenize(text, language));
  return Parser(std::move(tokens), language, 0).whole();
}

}  // namespace sluice::transforms::debezium
