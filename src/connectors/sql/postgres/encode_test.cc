#include <gtest/gtest.h>

#include "connectors/sql/postgres/numeric.h"
#include "connectors/sql/postgres/values.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

/// What the server would read out of it.
std::string numeric_text(const std::string& sized) {
  const auto text = postgres_numeric_text(BytesView(sized).substr(4));
  return text.ok() ? *text : text.error().message();
}

TEST(PostgresNumeric, IsReadAsItWasWritten) {
  sdk::Arena arena;
  for (const char* text :
       {"0", "1", "-1", "9999", "10000", "-10001", "0.1", "0.0001", "0.00001", "-123.45", "100000000",
        "12.500", "9223372036854775807", "-9223372036854775808", "922337203685477.5807",
        "0.000000000000000001", "123456789012345678901234567890.123456789",
        "-0.00000000000000000000000000001", "10000.0001"}) {
    const sdk::Value value = *sdk::parse_decimal(arena, text);
    std::string bytes;
    append_pg_numeric(bytes, value.as_bytes(), value.decimal_scale());
    EXPECT_EQ(numeric_text(bytes), text);
  }
}

TEST(PostgresNumeric, TakesNegativeScalesAndIntegers) {
  sdk::Arena arena;
  std::string bytes;
  append_pg_numeric(bytes, sdk::unscaled_of(arena, 12), -3);
  EXPECT_EQ(numeric_text(bytes), "12000");
  bytes.clear();
  append_pg_numeric(bytes, -20'000);
  EXPECT_EQ(numeric_text(bytes), "-20000");
}

}  // namespace
}  // namespace sluice::connectors::sql
