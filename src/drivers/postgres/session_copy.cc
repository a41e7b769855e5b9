// The parts of a session that send or read a stream of rows.

#include <fmt/core.h>
#include <poll.h>

#include "drivers/postgres/session.h"

namespace sluice::postgres {
namespace {

constexpr int kStopCheckMs = 100;

}  // namespace

Status Session::flush(std::string_view what) {
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

Status Session::start_copy_in(const std::string& sql, std::string_view what) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return error_of(nullptr, what);
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr result, wait_for_result(what));
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
    Error error = error_of(result.get(), what);
    SLUICE_RETURN_IF_ERROR(end_statement(what));
    return error;
  }
  PQsetnonblocking(connection_.get(), 1);
  return {};
}

Status Session::send_copy(BytesView bytes, std::string_view what) {
  if (bytes.empty()) return {};
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1)
    return error_of(nullptr, what);
  return flush(what);
}

Status Session::end_copy(std::string_view what) {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) return error_of(nullptr, what);
  SLUICE_RETURN_IF_ERROR(flush(what));
  PQsetnonblocking(connection_.get(), 0);
  return end_statement(what);
}

void Session::abort_copy() {
  (void)PQputCopyEnd(connection_.get(), "given up");
  PQsetnonblocking(connection_.get(), 0);
  if (PQflush(connection_.get()) < 0) return;
  (void)end_statement("give up a COPY").ok();
}

Status Session::send_statement(const std::string& sql, const std::vector<uint32_t>& types,
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

Status Session::end_statement(std::string_view what) {
  Status status;
  for (;;) {
    SLUICE_ASSIGN_OR_RETURN(const ResultPtr result, wait_for_result(what));
    if (result == nullptr) return status;
    const ExecStatusType state = PQresultStatus(result.get());
    if (status.ok() && state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK)
      status = stop_.stop_requested() ? closed(fmt::format("Stopped while waiting to {}", what))
                                      : error_of(result.get(), what);
    if (state == PGRES_COPY_IN) return status;
  }
}

Status Session::start_copy_out(const std::string& sql, std::string_view what) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return error_of(nullptr, what);
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr result, wait_for_result(what));
  const ExecStatusType state = PQresultStatus(result.get());
  if (state == PGRES_COPY_OUT || state == PGRES_COPY_BOTH) return {};
  Error error = error_of(result.get(), what);
  (void)end_statement(what).ok();
  return error;
}

Result<CopyState> Session::read_copy(int wait_ms, BytesView& piece, std::string_view what) {
  for (;;) {
    char* memory = nullptr;
    const int size = PQgetCopyData(connection_.get(), &memory, 1);
    piece_.reset(memory);
    if (size > 0) {
      piece = {memory, static_cast<size_t>(size)};
      return CopyState::kData;
    }
    if (size == -2) return error_of(nullptr, what);
    if (size == -1) {
      SLUICE_RETURN_IF_ERROR(end_statement(what));
      return CopyState::kEnd;
    }
    pollfd ready{PQsocket(connection_.get()), POLLIN, 0};
    const int step_ms = wait_ms < kStopCheckMs ? wait_ms : kStopCheckMs;
    if (::poll(&ready, 1, step_ms) == 0) {
      wait_ms -= step_ms;
      if (wait_ms <= 0 || stop_.stop_requested()) return CopyState::kNothingYet;
      continue;
    }
    if (PQconsumeInput(connection_.get()) == 0) return error_of(nullptr, what);
  }
}

Status Session::send_copy_both(BytesView piece, std::string_view what) {
  if (PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size())) != 1 ||
      PQflush(connection_.get()) < 0) {
    return error_of(nullptr, what);
  }
  return {};
}

}  // namespace sluice::postgres
