// Bytes of users and servers: URLs, names of types, values, lists of transactions. Never a crash.

#include <cstdint>
#include <string>

#include "connectors/sql/mariadb/innodb_status.h"
#include "connectors/sql/mariadb/types.h"
#include "connectors/sql/mariadb/url.h"
#include "connectors/sql/mariadb/values.h"

namespace {

using namespace sluice::connectors::sql;

void read_value(std::string_view bytes) {
  if (bytes.empty()) return;
  static const RowPlan plan;
  sluice::sdk::Arena arena;
  // Those whose length the server says.
  constexpr MariaDbForm kForms[] = {MariaDbForm::kDate, MariaDbForm::kDateTime, MariaDbForm::kTimestamp,
                                    MariaDbForm::kTime, MariaDbForm::kDecimal,  MariaDbForm::kBits};
  const auto choice = static_cast<uint8_t>(bytes[0]);
  const MariaDbDecoding how{kForms[choice % std::size(kForms)], static_cast<ZeroDates>(choice / 64 % 3)};
  const Target target = how.form == MariaDbForm::kDecimal ? Target::kDecimal : Target::kBytes;
  (void)decode_mariadb(how, {0, target, 3, false}, plan, bytes.substr(1), arena).ok();
  (void)mariadb_instant({MariaDbForm::kText, ZeroDates::kError}, plan, bytes.substr(1)).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) (void)parse_mariadb_url("jdbc:mysql:" + std::string(text), {}).ok();
  if (data[0] % 4 == 1) {
    Column column;
    describe_mariadb_type(text, {}, column);
  }
  if (data[0] % 4 == 2) read_value(text);
  if (data[0] % 4 == 3) (void)innodb_writers(text);
  return 0;
}
