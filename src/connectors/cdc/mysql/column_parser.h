#pragma once
// Reads a column's definition, as CREATE TABLE and ALTER TABLE have it, into the model
// (io.debezium.connector. mysql.antlr's ColumnDefinitionParserListener).

#include "connectors/cdc/mysql/sql_lexer.h"
#include "connectors/cdc/mysql/table_definition.h"

namespace sluice::connectors::cdc::mysql {

struct ParsedColumn {
  ColumnDefinition column;
  bool unique = false;
  bool primary = false;
};

/// Reads from behind the name up to the comma, parenthesis, FIRST or AFTER that ends the definition. False if
/// there is no type that is known; `charset` is the table's.
bool parse_column(TokenReader& reader, const std::string& charset, ParsedColumn& parsed);
/// What stands behind DEFAULT.
void parse_default(TokenReader& reader, ColumnDefinition& column);
/// Whether the type has a character set.
bool has_charset(const ColumnDefinition& column);

}  // namespace sluice::connectors::cdc::mysql
