#pragma once
// Reads the result of a prepared statement as it comes from the server,
// unbuffered: what is not read waits in the server and in the sockets between.

#include <memory>
#include <string>
#include <vector>

#include "connectors/sql/connection.h"
#include "connectors/sql/mariadb/parameters.h"
#include "connectors/sql/mariadb/values.h"
#include "connectors/sql/row_cursor.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::sql {

class MariaDbCursor final : public RowCursor {
 public:
  /// `statement` has been executed and none of its result read. `client`
  /// outlives the cursor.
  MariaDbCursor(mysql::Session& client, mysql::StatementPtr statement, const MariaDbSwitches& switches,
                std::string what)
      : client_(client), statement_(std::move(statement)), switches_(switches), what_(std::move(what)) {}
  ~MariaDbCursor() override;
  MariaDbCursor(const MariaDbCursor&) = delete;
  MariaDbCursor& operator=(const MariaDbCursor&) = delete;

  Status start();

 private:
  static void take_cell(void* self, unsigned column, unsigned char** row);
  /// The next row's cells, which borrow from libmariadb until the next call;
  /// false: there is none.
  Result<bool> fetch();
  Result<bool> at_row(sdk::Arena& arena) override;
  bool would_wait() const override { return !fetched_; }
  Result<std::optional<Instant>> instant_at(int column) override;
  Status read_fields(std::span<sdk::Value> values, sdk::Arena& arena) override;
  Status leave_row() override;

  mysql::Session& client_;
  mysql::StatementPtr statement_;
  const MariaDbSwitches switches_;
  const std::string what_;
  std::vector<MariaDbDecoding> decoding_;
  std::vector<int> wire_sizes_;
  std::vector<BytesView> cells_;  // of the row that was fetched last
  bool fetched_ = false;          // that row has not been read yet
  bool finished_ = false;
};

Result<std::unique_ptr<Cursor>> open_mariadb_cursor(mysql::Session& client, const Statement& statement,
                                                    MariaDbParameters& parameters,
                                                    const MariaDbSwitches& switches);

}  // namespace sluice::connectors::sql
