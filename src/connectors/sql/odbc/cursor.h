#pragma once
// Reads a result block by block. Columns of a bounded size are bound and come some hundred rows a call; a
// result with a longer one is read cell by cell, as not every driver can mix the two.

#include <memory>
#include <string>
#include <vector>

#include "connectors/sql/odbc/connection.h"
#include "connectors/sql/odbc/types.h"
#include "connectors/sql/row_cursor.h"

namespace sluice::connectors::sql {

/// Buffers that the driver fills; shared with a call that may outlive the cursor.
struct OdbcBlock {
  struct Cells {
    OdbcForm form = OdbcForm::kSkipped;
    SQLSMALLINT c_type = SQL_C_DEFAULT;
    size_t width = 0;             // bytes a row; 0: in `longs`
    std::vector<char> bytes;      // `width` a row
    std::vector<SQLLEN> lengths;  // in bytes, or SQL_NULL_DATA
    std::vector<size_t> offsets;  // into `longs`
  };
  std::vector<Cells> columns;
  std::string longs;
  size_t rows_max = 0;
  SQLULEN rows = 0;  // fetched
  std::vector<SQLUSMALLINT> states;
  bool by_cell = false;
  SQLRETURN fetch_cells(SQLHSTMT statement);

 private:
  SQLRETURN get_long(SQLHSTMT statement, SQLUSMALLINT number, Cells& cells);
};

class OdbcCursor final : public RowCursor {
 public:
  OdbcCursor(OdbcConnection& connection, OdbcStatementPtr statement, std::string subject,
             size_t rows_at_a_time);
  ~OdbcCursor() override;
  OdbcCursor(const OdbcCursor&) = delete;
  OdbcCursor& operator=(const OdbcCursor&) = delete;

  /// Describes the columns and binds them; the statement has been executed.
  Status start();

 private:
  void lay_out(const std::vector<OdbcColumn>& described);
  Status bind();
  Status fetch();
  Result<bool> at_row(sdk::Arena& arena) override;
  Result<std::optional<Instant>> instant_at(int column) override;
  Status read_fields(std::span<sdk::Value> values, sdk::Arena& arena) override;
  Status leave_row() override;

  OdbcConnection& connection_;
  OdbcStatementPtr statement_;
  const std::string subject_;
  const std::string what_;
  const size_t rows_at_a_time_;
  std::shared_ptr<OdbcBlock> block_ = std::make_shared<OdbcBlock>();
  std::vector<OdbcForm> forms_;
  size_t row_ = 0;
  bool finished_ = false;
};

}  // namespace sluice::connectors::sql
