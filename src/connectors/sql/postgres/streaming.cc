// What the writers need of a connection: sending without waiting for answers.

#include <poll.h>

#include <fmt/core.h>

#include "connectors/sql/postgres/connection.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kStopCheckMs = 100;

}  // namespace

Status PostgresConnection::flush(std::string_view what) {
  for (;;) {
    const int state = PQflush(connection_.get());
    if (state == 0) return {};
    if (state < 0) return error_of(nullptr, what);
    if (stop_.stop_requested()) return closed(fmt::format("Stopped while waiting to {}", what));
    pollfd ready{PQsocket(connection_.get()), POLLIN | POLLOUT, 0};
    ::poll(&ready, 1, kStopCheckMs);
    // The server may have to get rid of an error before it reads on.
    if ((ready.revents & POLLIN) != 0 && PQconsumeInput(connection_.get()) == 0)
      return error_of(nullptr, what);
  }
}

Status PostgresConnection::start_copy(const std::string& sql, std::string_view what) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return error_of(nullptr, what);
  SLUICE_ASSIGN_OR_RETURN(const PgResult result, wait_for_result(what));
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
    Error error = error_of(result.get(), what);
    SLUICE_RETURN_IF_ERROR(end_statement(what));
    return error;
  }
  PQsetnonblocking(connection_.get(), 1);
  return {};
}

Status PostgresConnection::send_copy(const std::string& bytes, std::string_view what) {
  if (bytes.empty()) return {};
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1)
    return error_of(nullptr, what);
  return flush(what);
}

Status PostgresConnection::end_copy(std::string_view what) {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) return error_of(nullptr, what);
  SLUICE_RETURN_IF_ERROR(flush(what));
  PQsetnonblocking(connection_.get(), 0);
  return end_statement(what);
}

void PostgresConnection::abort_copy() {
  (void)PQputCopyEnd(connection_.get(), "given up");
  PQsetnonblocking(connection_.get(), 0);
  if (PQflush(connection_.get()) < 0) return;
  (void)end_statement("give up a COPY").ok();
}

Status PostgresConnection::send_statement(const std::string& sql, const std::vector<uint32_t>& types,
                                          const std::vector<std::string>& parameters, std::string_view what) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const std::string& parameter : parameters) {
    values.push_back(parameter.data());
    lengths.push_back(static_cast<int>(parameter.size()));
  }
  const std::vector<int> binary(parameters.size(), 1);
  PQsetnonblocking(connection_.get(), 1);
  const int sent = PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                     types.data(), values.data(), lengths.data(), binary.data(), 1);
  const Status flushed = sent == 0 ? Status(error_of(nullptr, what)) : flush(what);
  PQsetnonblocking(connection_.get(), 0);
  return flushed;
}

Status PostgresConnection::end_statement(std::string_view what) {
  Status status;
  for (;;) {
    SLUICE_ASSIGN_OR_RETURN(const PgResult result, wait_for_result(what));
    if (result == nullptr) return status;
    const ExecStatusType state = PQresultStatus(result.get());
    if (status.ok() && state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK)
      status = stop_.stop_requested() ? closed(fmt::format("Stopped while waiting to {}", what))
                                      : error_of(result.get(), what);
    if (state == PGRES_COPY_IN) return status;
  }
}

}  // namespace sluice::connectors::sql
