#include "connectors/sql/postgres/writer.h"

#include <algorithm>

namespace sluice::connectors::sql {
namespace {

/// COPY writes tables alone, and not those that show and take only some rows to some users.
Result<bool> takes_copy(PostgresConnection& connection, const TableWrite& write) {
  if (write.kind != WriteKind::kInsert) return false;
  if (write.table_type != "TABLE" && write.table_type != "PARTITIONED TABLE") return false;
  const std::vector<Scalar> table{postgres_dialect().quote(write.table)};
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          connection.execute("SELECT row_security_active($1::regclass)", table,
                                             "look at the row security of table " + plain_name(write.table)));
  return answer.rows.size() == 1 && answer.rows[0][0] == "f";
}

}  // namespace

Result<std::unique_ptr<RowWriter>> make_postgres_writer(PostgresConnection& connection,
                                                        const TableWrite& write,
                                                        const WriteOptions& options) {
  auto own_options = std::make_unique<WriteOptions>(options);
  std::vector<PgColumnEncoder> encoders;
  for (const WriteColumn* column : write.bound()) {
    PostgresForm form = postgres_type(column->declared.native_type).form;
    if (form == PostgresForm::kUnknown) {
      std::string name;
      SLUICE_ASSIGN_OR_RETURN(const PostgresType type,
                              connection.custom_type(column->declared.native_type, name));
      form = type.form;
    }
    encoders.push_back(make_pg_encoder(*column, form, *own_options));
  }
  SLUICE_ASSIGN_OR_RETURN(bool copy, takes_copy(connection, write));
  copy = copy && std::all_of(encoders.begin(), encoders.end(), [](const auto& one) { return one.in_copy; });
  return copy ? make_postgres_copy(connection, write, std::move(encoders), std::move(own_options))
              : make_postgres_arrays(connection, write, std::move(encoders), std::move(own_options));
}

}  // namespace sluice::connectors::sql
