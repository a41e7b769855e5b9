#include "connectors/sql/mariadb/parameters.h"

#include <date/date.h>

namespace sluice::connectors::sql {

MYSQL_TIME mariadb_time(Instant local) {
  const int64_t days = floor_div(local.seconds, kSecondsPerDay);
  const auto rest = static_cast<unsigned>(floor_mod(local.seconds, kSecondsPerDay));
  const date::year_month_day civil{date::sys_days(date::days(days))};
  MYSQL_TIME time{};
  time.year = static_cast<unsigned>(static_cast<int>(civil.year()));
  time.month = static_cast<unsigned>(civil.month());
  time.day = static_cast<unsigned>(civil.day());
  time.hour = rest / 3600;
  time.minute = rest / 60 % 60;
  time.second = rest % 60;
  time.second_part = static_cast<unsigned long>(local.nanos / 1000);
  time.time_type = MYSQL_TIMESTAMP_DATETIME;
  return time;
}

MYSQL_BIND& MariaDbParameters::next(enum_field_types type) {
  MYSQL_BIND& bind = binds_.emplace_back();
  bind.buffer_type = type;
  return bind;
}

void MariaDbParameters::add(int64_t number) {
  next(MYSQL_TYPE_LONGLONG).buffer = &numbers_.emplace_back(number);
}

void MariaDbParameters::add(std::string text) {
  std::string& own = texts_.emplace_back(std::move(text));
  MYSQL_BIND& bind = next(MYSQL_TYPE_STRING);
  bind.buffer = own.data();
  bind.buffer_length = own.size();
  bind.length_value = own.size();
}

void MariaDbParameters::add_null() { next(MYSQL_TYPE_NULL); }

void MariaDbParameters::add(Instant local) {
  next(MYSQL_TYPE_DATETIME).buffer = &times_.emplace_back(mariadb_time(local));
}

bool MariaDbParameters::bind(MYSQL_STMT* statement) {
  if (mysql_stmt_param_count(statement) != binds_.size()) return false;
  for (MYSQL_BIND& bind : binds_) bind.length = &bind.length_value;
  return binds_.empty() || mysql_stmt_bind_param(statement, binds_.data()) == 0;
}

}  // namespace sluice::connectors::sql
