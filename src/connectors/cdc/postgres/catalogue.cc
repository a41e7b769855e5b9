#include "connectors/cdc/postgres/catalogue.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sluice::postgres::cell;
using sluice::postgres::number_of;
using sluice::postgres::ResultPtr;
using sluice::postgres::Session;

constexpr const char* kTablesSql =
    "SELECT n.nspname, c.relname, c.oid FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    " AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!' ORDER BY n.nspname, c.relname";

constexpr const char* kColumnsSql =
    "SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)"
    " FROM pg_catalog.pg_attribute a"
    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

// The primary key, or else the unique index that JDBC tells first.
constexpr const char* kKeySql =
    "SELECT a.attname FROM (SELECT i.indexrelid, i.indkey, i.indnkeyatts FROM pg_catalog.pg_index i"
    "  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = c.relam"
    "  WHERE i.indrelid = $1 AND i.indisunique AND NOT 0 = ANY(i.indkey)"
    "  ORDER BY i.indisprimary DESC, CASE WHEN i.indisclustered THEN 1 WHEN m.amname = 'hash' THEN 2 ELSE 3 "
    "END,"
    "  c.relname LIMIT 1) AS k,"
    " LATERAL unnest(k.indkey::int2[]) WITH ORDINALITY AS p(number, position)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = $1 AND a.attnum = p.number"
    " WHERE p.position <= k.indnkeyatts ORDER BY p.position";

}  // namespace

Result<std::vector<std::pair<TableId, Oid>>> list_tables(Session& session) {
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr rows, session.run(kTablesSql, {}, false, "list the tables"));
  std::vector<std::pair<TableId, Oid>> tables;
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    tables.push_back({{std::string(cell(rows.get(), row, 0)), std::string(cell(rows.get(), row, 1))},
                      number_of<Oid>(cell(rows.get(), row, 2))});
  }
  return tables;
}

Result<TableShape> describe_table(Session& session, const TableId& id, Oid oid) {
  TableShape shape{id, oid, {}, false, {}};
  const std::string what = "describe table " + id.text();
  const std::string number = std::to_string(oid);
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr columns, session.run(kColumnsSql, {number}, false, what));
  for (int row = 0; row < PQntuples(columns.get()); ++row) {
    const auto at = [&](int i) { return cell(columns.get(), row, i); };
    shape.columns.push_back({std::string(at(0)), number_of<Oid>(at(1)), number_of<int>(at(2)), at(3) == "t",
                             is_null(at(4)) ? std::string() : std::string(at(4))});
  }
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr key, session.run(kKeySql, {number}, false, what));
  for (int row = 0; row < PQntuples(key.get()); ++row) shape.key.emplace_back(cell(key.get(), row, 0));
  return shape;
}

}  // namespace sluice::connectors::cdc::postgres
