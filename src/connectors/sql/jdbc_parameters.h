#pragma once
// Parameters of JDBC URLs that are written as in HTTP: "user=u&password=%26". Those of databases behind ODBC
// are not (odbc/jdbc_url.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::connectors::sql {

/// What a '+' stands for: for a blank where java.net.URLDecoder reads it.
enum class Plus : uint8_t { kItself, kBlank };

/// %41 for a letter; nothing if that is wrong or hides a zero byte.
std::optional<std::string> decode_percents(std::string_view text, Plus plus);

/// Names and decoded values, in their order.
using JdbcParameters = std::vector<std::pair<std::string, std::string>>;
/// Cuts "?a=b&c=d" off the end of `url`. Error kind kBadConfig begins with `form` and holds no value.
Result<JdbcParameters> take_jdbc_parameters(std::string_view& url, Plus plus, std::string_view form);

}  // namespace sluice::connectors::sql
