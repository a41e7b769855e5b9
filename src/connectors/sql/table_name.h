#pragma once
// Names of tables as users and task configurations write them. Every product's quotes are read: "…", `…`,
// […].

#include <string>
#include <string_view>
#include <vector>

#include "connectors/sql/dialect.h"

namespace sluice::connectors::sql {

/// What Dialect::quote() or a user wrote: one to three parts, in quotes or bare.
TableId parse_table(std::string_view name);

/// `"public"."orders","public"."users"` and back.
std::string join_tables(const Dialect& dialect, const std::vector<TableId>& tables);
std::vector<TableId> split_tables(std::string_view text);

}  // namespace sluice::connectors::sql
