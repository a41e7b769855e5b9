#pragma once
// What stands for the placeholders of one statement outside the record path.

#include <mysql.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "connectors/sql/instant.h"

namespace sluice::connectors::sql {

MYSQL_TIME mariadb_time(Instant local);

/// Owns what its binds point to; must outlive the execution.
class MariaDbParameters {
 public:
  void add(int64_t number);
  void add(std::string text);
  void add_null();
  /// Date and time as the column shows them.
  void add(Instant local);

  /// False: the statement has another number of placeholders, or is broken.
  bool bind(MYSQL_STMT* statement);

 private:
  MYSQL_BIND& next(enum_field_types type);
  std::vector<MYSQL_BIND> binds_;
  std::deque<int64_t> numbers_;
  std::deque<std::string> texts_;
  std::deque<MYSQL_TIME> times_;
};

}  // namespace sluice::connectors::sql
