#pragma once
// What the dialects of this folder share: tables of DDL types, and MERGE.

#include <string>
#include <string_view>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// Names of types for new columns; "{}" in decimal is the scale.
struct DdlTypes {
  std::string_view int8;
  std::string_view int16;
  std::string_view int32;
  std::string_view int64;
  std::string_view float32;
  std::string_view float64;
  std::string_view boolean;
  std::string_view text;
  std::string_view text_key;
  std::string_view bytes;
  std::string_view decimal;
  std::string_view date;
  std::string_view time;
  std::string_view timestamp;
};

/// Error kind kBadRecord for arrays.
Result<std::string> ddl_type(const DdlTypes& types, const NewColumn& column, std::string_view product);

/// How a product spells its MERGE.
struct MergeForm {
  std::string target;         // what stands after INTO: "t" WITH (HOLDLOCK) AS target
  std::string target_prefix;  // of the target's columns where both sides have them: target.
  std::string source;         // what stands after USING: (SELECT ? AS "id") AS incoming
  std::string source_prefix;  // incoming.
  std::string end;            // ";"
};
std::string merge_statement(const Dialect& dialect, const TableWrite& write, bool quoted,
                            const MergeForm& form);

/// `SELECT ? AS "id",? AS "name"` of bound(); `as` stands between.
std::string select_placeholders(const Dialect& dialect, const TableWrite& write, bool quoted);
/// `(VALUES(?,?)) AS DAT("id","name")`
std::string values_as_dat(const Dialect& dialect, const TableWrite& write, bool quoted);

/// One statement per column: `ALTER TABLE t ADD "a" INT`.
Result<std::vector<std::string>> add_one_by_one(const Dialect& dialect, const TableId& table,
                                                const std::vector<std::string>& clauses, bool quoted);

/// Error kind kBadConfig.
Error no_upsert(std::string_view product);

std::string upper_case(std::string_view text);

}  // namespace sluice::connectors::sql
