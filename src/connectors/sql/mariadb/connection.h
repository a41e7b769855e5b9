#pragma once
// A connection to MySQL or MariaDB. One thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/connection.h"
#include "connectors/sql/mariadb/url.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::sql {

class MariaDbConnection final : public Connection {
 public:
  MariaDbConnection(std::unique_ptr<mysql::Session> client, const MariaDbSwitches& switches)
      : client_(std::move(client)), switches_(switches) {}

  const Dialect& dialect() const override { return mysql_dialect(); }
  bool usable() const override { return client_->usable(); }
  Result<std::vector<TableId>> tables(const TablePattern& pattern) override;
  Result<TableShape> describe(const TableId& table) override;
  Result<Instant> now() override;
  /// 'u': a TIMESTAMP, which the session sees in UTC; 'l': on the zone's clock.
  Result<TimeStorage> time_storage(const std::string& from, const std::string& expression) override;
  Result<std::unique_ptr<Cursor>> query(const Statement& statement, const Zone& zone,
                                        size_t rows_at_a_time) override;
  Result<std::optional<std::vector<std::string>>> running_transactions() override;
  Result<Answer> execute(const std::string& sql, std::span<const Scalar> parameters,
                         std::string_view what) override;
  Status begin() override;
  Status commit() override;
  void rollback() override;
  /// A lock of that name, which the session holds as long as it lives.
  Result<std::string> session() override;
  Status end_session(const std::string& session) override;
  Result<std::unique_ptr<RowWriter>> writer(TableWrite write, const WriteOptions& options) override;

 private:
  Result<Answer> run(const std::string& sql, std::string_view what);

  const std::unique_ptr<mysql::Session> client_;
  const MariaDbSwitches switches_;
  std::string session_;
  bool told_of_rights_ = false;
};

}  // namespace sluice::connectors::sql
