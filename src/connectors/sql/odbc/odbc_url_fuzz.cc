// Bytes of users and drivers: URLs, connection strings, texts of UTF-8 and UTF-16, cells. Never a crash; a
// connection string is read back as it was written.

#include <cstdint>
#include <cstring>
#include <string>

#include "base/check.h"
#include "connectors/sql/odbc/connection_string.h"
#include "connectors/sql/odbc/spelling.h"
#include "connectors/sql/odbc/url.h"
#include "connectors/sql/odbc/utf16.h"
#include "connectors/sql/odbc/values.h"

namespace {

using namespace sluice::connectors::sql;

std::vector<std::string> drivers() { return {"FreeTDS", "Oracle", "DB2", "Vertica", "HDBODBC"}; }

void read_url(std::string_view text) {
  const auto string = odbc_connection_string(text, {}, drivers);
  if (!string.ok()) return;
  const auto again = ConnectionString::parse(string->text());
  SLUICE_CHECK(again.ok() && again->text() == string->text(), "a connection string changed");
}

void read_cell(std::string_view bytes) {
  if (bytes.empty()) return;
  static const RowPlan plan;
  sluice::sdk::Arena arena;
  const auto form =
      static_cast<OdbcForm>(static_cast<uint8_t>(bytes[0]) % (static_cast<int>(OdbcForm::kZonedText) + 1));
  std::u16string units((bytes.size() - 1) / sizeof(char16_t), u'\0');  // where drivers write is aligned
  std::memcpy(units.data(), bytes.data() + 1, units.size() * sizeof(char16_t));
  const sluice::BytesView cell(reinterpret_cast<const char*>(units.data()), units.size() * sizeof(char16_t));
  (void)decode_odbc(form, {0, Target::kDecimal, 3, false}, plan, cell, arena).ok();
  (void)decode_odbc(form, {0, Target::kInt64, 0, false}, plan, cell, arena).ok();
  (void)odbc_instant(form, plan, cell).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      read_url("jdbc:" + std::string(text));
      break;
    case 1:
      read_url("odbc:" + std::string(text));
      break;
    case 2: {
      const std::string repaired = to_utf8(to_utf16(text));
      SLUICE_CHECK(to_utf8(to_utf16(repaired)) == repaired, "a text changed");
      (void)unnumbered(text);
      break;
    }
    default:
      read_cell(text);
  }
  return 0;
}
