// Bytes of users and servers: URLs, times, zones, lists of tables, numerics. Never a crash; what is read is
// written back alike.

#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "connectors/sql/postgres/numeric.h"
#include "connectors/sql/postgres/url.h"
#include "connectors/sql/postgres/values.h"
#include "connectors/sql/source/key_range.h"
#include "connectors/sql/table_name.h"
#include "connectors/sql/time_text.h"
#include "connectors/sql/zone.h"
#include "sdk/data/values.h"

namespace {

using namespace sluice::connectors::sql;

void read_value(std::string_view bytes) {
  if (bytes.empty()) return;
  static const RowPlan plan;
  sluice::sdk::Arena arena;
  const auto form = static_cast<PostgresForm>(static_cast<uint8_t>(bytes[0]) %
                                              (static_cast<int>(PostgresForm::kMoney) + 1));
  bytes.remove_prefix(1);
  const Target target = form == PostgresForm::kNumeric ? Target::kDecimal : Target::kInt64;
  (void)decode_postgres(form, {0, target, 3, false}, plan, bytes, 2, arena).ok();
  (void)postgres_numeric_text(bytes).ok();
  if (bytes.size() < 2) return;
  // What is written is what the server reads.
  const int scale = static_cast<int8_t>(bytes[0]);
  bytes = sluice::sdk::minimal_unscaled(bytes.substr(1));
  std::string sized;
  append_pg_numeric(sized, bytes, scale);
  std::string plain;
  sluice::sdk::append_decimal_plain(plain, bytes, scale);
  SLUICE_CHECK(*postgres_numeric_text(std::string_view(sized).substr(4)) == plain,
               "a numeric changed on its way");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      (void)parse_postgres_url("jdbc:postgresql:" + std::string(text), {}).ok();
      break;
    case 1:
      if (const auto time = parse_time(text)) {
        const auto again = parse_time(format_time(time->local, ' ', 9));
        SLUICE_CHECK(again && again->local == time->local, "a time changed on its way");
      }
      break;
    case 2:
      (void)Zone::find(text).ok();
      (void)split_ranges(text);
      break;
    case 3: {
      auto tables = split_tables(text);
      // A catalog without a schema, or no name at all, is nothing that a database has.
      std::erase_if(tables, [](const TableId& one) {
        return one.table.empty() || (one.schema.empty() && !one.catalog.empty());
      });
      SLUICE_CHECK(split_tables(join_tables(sqlite_dialect(), tables)) == tables, "a table changed");
      break;
    }
    default:
      read_value(text);
  }
  return 0;
}
