#include "connectors/sql/odbc/diagnostics.h"

#include <fmt/core.h>

#include <algorithm>

#include "connectors/sql/odbc/handles.h"
#include "connectors/sql/odbc/utf16.h"

namespace sluice::connectors::sql {
namespace {

constexpr SQLSMALLINT kRecordsMax = 5;
constexpr SQLSMALLINT kTextUnits = 1024;
constexpr size_t kTextMax = 600;

std::string_view advice(std::string_view state, Product product, int native) {
  const bool oracle = product == Product::kOracle;
  if (state == "42S02" || (oracle && native == 942))
    return "; is the table there, and may the connector's user see it?";
  if (state == "42S22" || (oracle && native == 904)) return "; was the column dropped or renamed?";
  if (state == "28000" || (oracle && native == 1017))
    return "; check connection.user and connection.password";
  if (state == "IM002") return "; is the data source in odbc.ini, or the driver in odbcinst.ini?";
  if (state == "01000") return "; is the driver's file where odbcinst.ini says, with the libraries it needs?";
  return "";
}

}  // namespace

Diagnostics read_diagnostics(SQLSMALLINT type, SQLHANDLE handle) {
  Diagnostics found;
  for (SQLSMALLINT record = 1; record <= kRecordsMax; ++record) {
    SQLWCHAR state[6] = {};
    SQLINTEGER native = 0;
    SQLWCHAR text[kTextUnits] = {};
    SQLSMALLINT length = 0;
    const SQLRETURN code = SQLGetDiagRecW(type, handle, record, state, &native, text, kTextUnits, &length);
    if (!SQL_SUCCEEDED(code)) break;
    const std::string this_state = to_utf8(std::u16string_view(reinterpret_cast<const char16_t*>(state), 5));
    const auto units = static_cast<size_t>(std::clamp<int>(length, 0, kTextUnits - 1));
    const bool note = found.state.starts_with("01") && !this_state.starts_with("01");
    if (found.state.empty() || note) {
      found.state = this_state;
      found.native = native;
    }
    if (!found.text.empty()) found.text += "; ";
    found.text += to_utf8(std::u16string_view(reinterpret_cast<const char16_t*>(text), units));
  }
  std::replace(found.text.begin(), found.text.end(), '\n', ' ');
  if (found.text.size() > kTextMax) found.text.resize(kTextMax);
  return found;
}

Error diagnosed(Product product, std::string_view product_name, const Diagnostics& said,
                std::string_view what) {
  std::string message = fmt::format("Cannot {}: {} says '{}' (SQLSTATE {}, {}){}", what, product_name,
                                    said.text, said.state.empty() ? "unknown" : said.state, said.native,
                                    advice(said.state, product, said.native));
  return {odbc_error_kind(product, said.state, said.native), std::move(message)};
}

}  // namespace sluice::connectors::sql
