#include "connectors/sql/mariadb/answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace sluice::connectors::sql {
namespace {

constexpr unsigned long kNumberBytes = 64;  // the longest text of a number or a time

/// The rows that libmariadb holds for the statement.
Status fetch_rows(mysql::Session& client, MYSQL_STMT* statement, std::string_view what, Answer& answer) {
  const mysql::ResultPtr metadata(mysql_stmt_result_metadata(statement));
  const unsigned columns = mysql_num_fields(metadata.get());
  std::vector<MYSQL_BIND> binds(columns);
  std::vector<std::string> buffers(columns);
  for (unsigned i = 0; i < columns; ++i) {
    const MYSQL_FIELD* field = mysql_fetch_field_direct(metadata.get(), i);
    buffers[i].resize(std::max(field->max_length, kNumberBytes));
    binds[i].buffer_type = MYSQL_TYPE_STRING;
    binds[i].buffer = buffers[i].data();
    binds[i].buffer_length = buffers[i].size();
    binds[i].length = &binds[i].length_value;
    binds[i].is_null = &binds[i].is_null_value;
  }
  if (mysql_stmt_bind_result(statement, binds.data()) != 0) return client.error_of(statement, what);
  int code = 0;
  while ((code = mysql_stmt_fetch(statement)) == 0) {
    auto& cells = answer.rows.emplace_back();
    for (unsigned i = 0; i < columns; ++i) {
      cells.push_back(binds[i].is_null_value != 0 ? std::optional<std::string>()
                                                  : buffers[i].substr(0, binds[i].length_value));
    }
  }
  if (code == MYSQL_DATA_TRUNCATED) return failed(fmt::format("Cannot {}: a value is cut off", what));
  return code == MYSQL_NO_DATA ? Status{} : client.error_of(statement, what);
}

}  // namespace

Result<Answer> run_prepared(mysql::Session& client, const std::string& sql, MariaDbParameters& parameters,
                            std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(const mysql::StatementPtr statement, client.prepare(sql, what));
  if (!parameters.bind(statement.get()))
    return failed(fmt::format("Cannot {}: the statement has {} placeholders, and not as many values", what,
                              mysql_stmt_param_count(statement.get())));
  const my_bool measure = 1;
  mysql_stmt_attr_set(statement.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &measure);
  SLUICE_RETURN_IF_ERROR(client.execute(statement.get(), what));
  Answer answer;
  if (mysql_stmt_field_count(statement.get()) == 0) {
    answer.affected = static_cast<int64_t>(mysql_stmt_affected_rows(statement.get()));
    return answer;
  }
  int failed = 0;
  SLUICE_RETURN_IF_ERROR(client.await(
      [&] { return mysql_stmt_store_result_start(&failed, statement.get()); },
      [&](int ready) { return mysql_stmt_store_result_cont(&failed, statement.get(), ready); }, what));
  if (failed != 0) return client.error_of(statement.get(), what);
  SLUICE_RETURN_IF_ERROR(fetch_rows(client, statement.get(), what, answer));
  return answer;
}

}  // namespace sluice::connectors::sql
