#pragma once
// Reads what CREATE TABLE and ALTER TABLE say of a table, behind its name, into the model.

#include <string>

#include "connectors/cdc/mysql/sql_lexer.h"
#include "connectors/cdc/mysql/table_definition.h"

namespace sluice::connectors::cdc::mysql {

/// From the opening parenthesis on. False if it cannot be followed; `table` is then of no use.
bool parse_table(TokenReader& reader, TableDefinition& table);
/// The list of alterations. The same; a table that is renamed has another id, with an empty space if none was
/// given.
bool alter_table(TokenReader& reader, TableDefinition& table);

struct TableOptions {
  std::string charset;
  std::optional<std::string> comment;
};
/// To the end of the statement.
void parse_table_options(TokenReader& reader, TableOptions& options);

/// "(a, b(10) DESC)" as the key, if all of these are columns that cannot be null.
bool take_unique_key(TokenReader& reader, TableDefinition& table);

}  // namespace sluice::connectors::cdc::mysql
