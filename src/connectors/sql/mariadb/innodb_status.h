#pragma once
// Which transactions write, by the text of SHOW ENGINE INNODB STATUS. The view information_schema.innodb_trx
// cannot be used: it is a copy that is not renewed while anybody reads it more often than every 0.1 s.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::connectors::sql {

/// Their numbers, in order. A transaction has none before it locks a table to write; until then it has no
/// rows either. Nothing: the text is too long for the server, and the list is cut off.
std::optional<std::vector<std::string>> innodb_writers(std::string_view status);

}  // namespace sluice::connectors::sql
