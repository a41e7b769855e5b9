#include "transforms/debezium/expression.h"

#include <gtest/gtest.h>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::transforms::debezium {
namespace {

using Language = Expression::Language;

class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    row_schema_ = sdk::SchemaBuilder::structure()
                      .field("id", sdk::Schema::int32())
                      .field("name", sdk::Schema::optional_string())
                      .build_or_die();
    schema_ = sdk::SchemaBuilder::structure()
                  .name("shop.orders.Envelope")
                  .field("after", row_schema_)
                  .field("op", sdk::Schema::string())
                  .build_or_die();
    sdk::StructNode* row = sdk::new_struct(arena_, *row_schema_);
    row->mutable_values()[0] = sdk::Value::int32(7);
    sdk::StructNode* event = sdk::new_struct(arena_, *schema_);
    event->mutable_values()[0] = sdk::Value::structure(row);
    event->mutable_values()[1] = sdk::Value::string("u");
    record_.topic = "shop.orders";
    record_.value_schema = schema_.get();
    record_.value = sdk::Value::structure(event);
    sdk::add_header(arena_, record_, {"from", sdk::Schema::string().get(), sdk::Value::string("here")});
  }

  /// The result as Java prints it, or the error.
  std::string result(const std::string& text, Language language = Language::kGroovy) {
    const auto compiled = Expression::compile(text, language);
    if (!compiled.ok()) return "refused: " + compiled.error().message();
    const auto value = compiled->evaluate(record_, arena_);
    if (!value.ok()) return value.error().message();
    std::string printed;
    append_java_text(printed, *value);
    return value->is_null() ? "null" : printed;
  }

  sdk::SchemaPtr row_schema_;
  sdk::SchemaPtr schema_;
  sdk::Arena arena_;
  sdk::Record record_;
};

TEST_F(ExpressionTest, ReadsTheRecord) {
  EXPECT_EQ(result("value.op == 'u' && value.after.id > 6"), "true");
  EXPECT_EQ(result("value.get('after').getInt32('id') * 2"), "14");
  EXPECT_EQ(result("value.after.name"), "null");
  EXPECT_EQ(result("valueSchema.name().endsWith('.Envelope') ? topic : null"), "shop.orders");
  EXPECT_EQ(result("header.from.value + header['none']"), "herenull");
  EXPECT_EQ(result("\"to-${value.op}-$topic\""), "to-u-shop.orders");
}

TEST_F(ExpressionTest, LanguagesDifferInTexts) {
  EXPECT_EQ(result("\"${value.op}\"", Language::kJavaScript), "${value.op}");
  EXPECT_EQ(result("`${value.op}`", Language::kJavaScript), "u");
  EXPECT_EQ(result("value.op === 'u'", Language::kJavaScript), "true");
}

TEST_F(ExpressionTest, SaysWhatIsWrong) {
  EXPECT_EQ(result("value.op == "), "refused: The expression ends too early, at column 13");
  EXPECT_EQ(
      result("vale.op"),
      "refused: 'vale' is not known; there are key, value, keySchema, valueSchema, topic and header; at "
      "column 1");
  EXPECT_EQ(result("def x = 1"),
            "refused: '=' cannot stand here (Sluice reads one expression, no statements), at column 7");
  EXPECT_EQ(result("'open"), "refused: The text has no closing ', at column 6");
  EXPECT_EQ(result("value.missing"),
            "Error while evaluating expression 'value.missing': missing is not a valid field name");
  EXPECT_EQ(
      result("value.after.name.length()"),
      "Error while evaluating expression 'value.after.name.length()': Cannot get 'length' of null; '?.' "
      "gives null for it");
}

TEST_F(ExpressionTest, RefusesWhatIsTooDeep) {
  EXPECT_EQ(result(std::string(500, '(') + "1" + std::string(500, ')')).substr(0, 40),
            "refused: The expression is nested too de");
  EXPECT_EQ(result(std::string(500, '!') + "true").substr(0, 40), "refused: The expression is nested too de");
}

}  // namespace
}  // namespace sluice::transforms::debezium
