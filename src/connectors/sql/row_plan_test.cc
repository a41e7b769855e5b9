#include "connectors/sql/row_plan.h"

#include <gtest/gtest.h>

#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

/// The type of the one field that the column becomes; "-" if it is left out.
std::string mapped(const Column& column, const MappingOptions& options = {}) {
  const auto plan = make_row_plan({column}, "t", "table t", {}, options);
  EXPECT_TRUE(plan.ok());
  if ((*plan)->fields.empty()) return "-";
  const sdk::Schema& schema = *(*plan)->schema->fields()[0].schema;
  std::string text(schema.name() ? *schema.name() : std::string(sdk::type_name(schema.type())));
  text = text.substr(text.rfind('.') + 1);
  if (schema.logical() == sdk::Logical::kDecimal) text += "(" + std::to_string(schema.decimal_scale()) + ")";
  return text + (schema.optional() ? "?" : "");
}

Column column(SqlType type, int precision = 0, int scale = 0, bool nullable = false) {
  return {.name = "c",
          .type = type,
          .type_name = "x",
          .precision = precision,
          .scale = scale,
          .nullable = nullable};
}

TEST(RowPlan, MapsTypesAsTheJavaConnector) {
  EXPECT_EQ(mapped(column(SqlType::kBoolean)), "BOOLEAN");
  EXPECT_EQ(mapped(column(SqlType::kTinyint)), "INT8");
  EXPECT_EQ(mapped(column(SqlType::kSmallint, 0, 0, true)), "INT16?");
  EXPECT_EQ(mapped(column(SqlType::kInteger)), "INT32");
  EXPECT_EQ(mapped(column(SqlType::kBigint)), "INT64");
  EXPECT_EQ(mapped(column(SqlType::kReal)), "FLOAT32");
  EXPECT_EQ(mapped(column(SqlType::kDouble)), "FLOAT64");
  EXPECT_EQ(mapped(column(SqlType::kDecimal, 9, 2)), "Decimal(2)");
  EXPECT_EQ(mapped(column(SqlType::kNumeric, 5, -127, true)), "Decimal(127)?");
  EXPECT_EQ(mapped(column(SqlType::kText)), "STRING");
  EXPECT_EQ(mapped(column(SqlType::kBinary)), "BYTES");
  EXPECT_EQ(mapped(column(SqlType::kDate)), "Date");
  EXPECT_EQ(mapped(column(SqlType::kTime)), "Time");
  EXPECT_EQ(mapped(column(SqlType::kTimestamp)), "Timestamp");
  EXPECT_EQ(mapped(column(SqlType::kOther)), "-");
  EXPECT_EQ(mapped(column(SqlType::kBit, 1)), "BOOLEAN");
  EXPECT_EQ(mapped(column(SqlType::kBit, 8)), "INT8");
  EXPECT_EQ(mapped(column(SqlType::kBit, 9)), "BYTES");
}

TEST(RowPlan, UnsignedTypesWiden) {
  Column tiny = column(SqlType::kTinyint);
  tiny.is_unsigned = true;
  EXPECT_EQ(mapped(tiny), "INT16");
  tiny.type = SqlType::kSmallint;
  EXPECT_EQ(mapped(tiny), "INT32");
  tiny.type = SqlType::kInteger;
  EXPECT_EQ(mapped(tiny), "INT64");
}

TEST(RowPlan, NumericsObeyTheirMappingAndDecimalsDoNot) {
  const auto with = [](NumericMapping mapping, SqlType type, int precision, int scale) {
    MappingOptions options;
    options.numeric = mapping;
    return mapped(column(type, precision, scale), options);
  };
  using enum NumericMapping;
  for (const auto& [precision, type] : {std::pair(2, "INT8"), std::pair(4, "INT16"), std::pair(9, "INT32"),
                                        std::pair(18, "INT64"), std::pair(19, "Decimal(0)")}) {
    EXPECT_EQ(with(kPrecisionOnly, SqlType::kNumeric, precision, 0), type);
    EXPECT_EQ(with(kBestFit, SqlType::kNumeric, precision, 0), type);
    EXPECT_EQ(with(kNone, SqlType::kNumeric, precision, 0), "Decimal(0)");
    EXPECT_EQ(with(kBestFit, SqlType::kDecimal, precision, 0), "Decimal(0)");
  }
  EXPECT_EQ(with(kPrecisionOnly, SqlType::kNumeric, 5, 2), "Decimal(2)");
  EXPECT_EQ(with(kBestFit, SqlType::kNumeric, 5, 2), "FLOAT64");
  EXPECT_EQ(with(kBestFit, SqlType::kNumeric, 20, 2), "Decimal(2)");
  EXPECT_EQ(with(kBestFitEagerDouble, SqlType::kNumeric, 20, 2), "FLOAT64");
  EXPECT_EQ(with(kBestFit, SqlType::kNumeric, 5, -84), "INT32");
  EXPECT_EQ(with(kBestFit, SqlType::kNumeric, 5, -85), "Decimal(-85)");
  EXPECT_EQ(with(kBestFit, SqlType::kNumeric, 0, 0), "FLOAT64");
  EXPECT_EQ(with(kPrecisionOnly, SqlType::kNumeric, 0, 0), "Decimal(0)");
}

TEST(RowPlan, DecimalsCarryTheirPrecision) {
  const auto plan = *make_row_plan({column(SqlType::kDecimal, 9, 2)}, "t", "table t", {}, {});
  const sdk::Schema& schema = *plan->schema->fields()[0].schema;
  EXPECT_EQ(*schema.parameter("scale"), "2");
  EXPECT_EQ(*schema.parameter("connect.decimal.precision"), "9");
  EXPECT_EQ(*plan->schema->name(), "t");
  EXPECT_FALSE(
      (*make_row_plan({column(SqlType::kText)}, "", "the query", {}, {}))->schema->name().has_value());
}

TEST(RowPlan, TwoColumnsOfOneNameAreAClearError) {
  const auto plan = make_row_plan({column(SqlType::kText), column(SqlType::kText)}, "", "the query", {}, {});
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.error().message().find("Name them apart with AS"), std::string::npos);
}

TEST(RowPlan, DecimalsAreRescaledExactly) {
  sdk::Arena arena;
  const FieldPlan field{0, Target::kDecimal, 2, false};
  const auto text = [&](const Result<sdk::Value>& value) {
    std::string out;
    if (value.ok()) sdk::append_decimal_text(out, value->as_bytes(), value->decimal_scale());
    return value.ok() ? out : "error";
  };
  EXPECT_EQ(text(decimal_value(arena, field, 7, 0)), "7.00");
  EXPECT_EQ(text(decimal_value(arena, field, INT64_MAX, 0)), "9223372036854775807.00");
  EXPECT_EQ(text(decimal_value(arena, field, 700, 4)), "0.07");
  EXPECT_EQ(text(decimal_value(arena, field, 701, 4)), "error");
  EXPECT_EQ(text(decimal_value(arena, field, "-1.5")), "-1.50");
  EXPECT_EQ(text(decimal_value(arena, field, "1.555")), "error");
  EXPECT_EQ(text(decimal_value(arena, field, "many")), "error");
}

}  // namespace
}  // namespace sluice::connectors::sql
