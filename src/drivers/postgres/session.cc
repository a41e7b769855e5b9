#include "drivers/postgres/session.h"

#include <fmt/core.h>
#include <poll.h>

#include <chrono>

namespace sluice::postgres {
namespace {

constexpr int kStopCheckMs = 100;
constexpr int kStopChecksWhileWriting = 20;  // two seconds
constexpr std::string_view kStateMark = " (SQLSTATE ";

std::string first_line(const char* text) {
  std::string_view line(text == nullptr ? "" : text);
  line = line.substr(0, line.find('\n'));
  return std::string(line);
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

/// Whether another try may go well, perhaps on a new connection.
bool is_transient(std::string_view state) {
  for (const std::string_view start :
       {"08", "53", "57P", "57014", "40001", "40P01", "55P03", "25P03", "58"}) {
    if (state.starts_with(start)) return true;
  }
  return state.empty();
}

/// Class 22: data exceptions, 23: violated constraints, 44: WITH CHECK OPTION; one row changed twice, types
/// that do not go together, a row too large for an index.
bool is_about_data(std::string_view state) {
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("44") || state == "21000" ||
         state == "42804" || state == "42846" || state == "54000";
}

std::string_view advice(std::string_view state) {
  if (state == "42P01") return "; is the table there, and its schema on the search path?";
  if (state == "42703") return "; was the column dropped or renamed?";
  if (state == "42501") return "; GRANT the connector's user SELECT on it";
  return "";
}

/// Waits for the connection to stand, a tenth of a second at a time.
Status finish_connecting(PGconn* connection, const Target& target, const StopSignal& stop) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(target.connect_timeout_s);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED) {
      return retriable(fmt::format("Cannot connect to PostgreSQL at {}: {}", target.place,
                                   one_line(PQerrorMessage(connection))));
    }
    if (stop.stop_requested()) return closed("Stopped while connecting to PostgreSQL");
    if (std::chrono::steady_clock::now() > deadline) {
      return retriable(fmt::format("Cannot connect to PostgreSQL at {}: no answer for {} s", target.place,
                                   target.connect_timeout_s));
    }
    pollfd ready{PQsocket(connection), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                 0};
    if (::poll(&ready, 1, kStopCheckMs) > 0) state = PQconnectPoll(connection);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Session>> Session::connect(const Target& target, const StopSignal& stop) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto add = [&](const char* keyword, const char* value) {
    keywords.push_back(keyword);
    values.push_back(value);
  };
  // A server that is gone without a word is noticed within a minute. What the target says comes later and
  // wins.
  add("keepalives_idle", "30");
  add("keepalives_interval", "10");
  add("keepalives_count", "3");
  add("tcp_user_timeout", "60000");
  for (const auto& [keyword, value] : target.keywords) add(keyword.c_str(), value.c_str());
  add(nullptr, nullptr);
  std::unique_ptr<PGconn, Closer> connection(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (connection == nullptr) return retriable("Cannot connect to PostgreSQL: no memory");
  SLUICE_RETURN_IF_ERROR(finish_connecting(connection.get(), target, stop));
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return std::unique_ptr<Session>(new Session(std::move(connection), stop));
}

Error Session::error_of(const PGresult* result, std::string_view what) const {
  const char* raw_state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = raw_state == nullptr ? "" : raw_state;
  const char* primary = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string text = primary == nullptr ? first_line(PQerrorMessage(connection_.get())) : primary;
  std::string message =
      fmt::format("Cannot {}: PostgreSQL says '{}'{}{}", what, text,
                  state.empty() ? "" : fmt::format("{}{})", kStateMark, state), advice(state));
  if (is_transient(state) || !usable()) return retriable(std::move(message));
  return is_about_data(state) ? bad_record(std::move(message)) : failed(std::move(message));
}

void Session::cancel() {
  char ignored[256];
  PGcancel* request = PQgetCancel(connection_.get());
  if (request == nullptr) return;
  PQcancel(request, ignored, sizeof(ignored));
  PQfreeCancel(request);
}

Result<ResultPtr> Session::wait_for_result(std::string_view what) {
  bool cancelled = false;
  int checks_left = writing_ ? kStopChecksWhileWriting : 0;
  while (PQisBusy(connection_.get()) != 0) {
    pollfd ready{PQsocket(connection_.get()), POLLIN, 0};
    const bool waited = ::poll(&ready, 1, kStopCheckMs) == 0;
    if (PQconsumeInput(connection_.get()) == 0) return error_of(nullptr, what);
    if (!stop_.stop_requested()) continue;
    if (checks_left > 0) {
      checks_left -= waited ? 1 : 0;
      continue;
    }
    if (cancelled) return closed(fmt::format("Stopped while waiting to {}", what));
    cancel();
    cancelled = true;
  }
  return ResultPtr(PQgetResult(connection_.get()));
}

Result<ResultPtr> Session::finish_run(std::string_view what) {
  SLUICE_ASSIGN_OR_RETURN(ResultPtr result, wait_for_result(what));
  for (;;) {  // a null ends the statement
    SLUICE_ASSIGN_OR_RETURN(ResultPtr next, wait_for_result(what));
    if (next == nullptr) break;
    // Of several statements an error counts, and else the last.
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) result = std::move(next);
  }
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    if (stop_.stop_requested()) return closed(fmt::format("Stopped while waiting to {}", what));
    return error_of(result.get(), what);
  }
  return result;
}

Result<ResultPtr> Session::run(const std::string& sql, const Texts& parameters, bool binary,
                               std::string_view what) {
  std::vector<const char*> values;
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, binary ? 1 : 0) == 0) {
    return error_of(nullptr, what);
  }
  return finish_run(what);
}

Result<ResultPtr> Session::run_simple(const std::string& sql, std::string_view what) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return error_of(nullptr, what);
  return finish_run(what);
}

void Session::end_transaction() {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  if (status == PQTRANS_IDLE || status == PQTRANS_UNKNOWN) return;
  const Result<ResultPtr> done = run("ROLLBACK", {}, false, "end a transaction");
  if (!done.ok()) connection_.reset();
}

std::string_view sql_state(const Error& error) {
  const std::string_view text = error.message();
  const size_t mark = text.find(kStateMark);
  return mark == std::string_view::npos ? std::string_view() : text.substr(mark + kStateMark.size(), 5);
}

std::string quote_literal(std::string_view text) {
  std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace sluice::postgres
