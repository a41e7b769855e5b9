#include "connectors/sql/postgres/writer.h"

namespace sluice::connectors::sql {

Result<std::unique_ptr<RowWriter>> make_postgres_writer(PostgresConnection&, TableWrite,
                                                        const WriteOptions&) {
  return failed("not yet");
}

}  // namespace sluice::connectors::sql
