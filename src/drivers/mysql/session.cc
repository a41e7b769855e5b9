#include "drivers/mysql/session.h"

#include <errmsg.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <mysqld_error.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/check.h"
#include "drivers/mysql/errors.h"

namespace sluice::mysql {
namespace {

constexpr int kStopCheckMs = 100;
constexpr std::chrono::seconds kWritingGrace{2};
constexpr std::chrono::milliseconds kKillWait{300};
/// A result may wait for as long as its reader is held up; the server's default
/// is a minute.
constexpr int kNetWriteTimeoutS = 86'400;

void set_flag(MYSQL* mysql, mysql_option option, bool value) {
  const my_bool flag = value ? 1 : 0;
  mysql_options(mysql, option, &flag);
}

void set_text(MYSQL* mysql, mysql_option option, const std::string& value) {
  if (!value.empty()) mysql_options(mysql, option, value.c_str());
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const Target& target, const StopSignal& stop) {
  auto hosts = target.hosts;
  if (!target.socket_path.empty()) hosts = {{"localhost", 0}};
  Status tried = retriable("there is no host");
  for (const auto& [host, port] : hosts) {
    std::unique_ptr<Session> client(new Session(target, stop));
    tried = client->connect(host, port);
    if (tried.ok()) tried = client->set_session();
    if (tried.ok()) return client;
    if (tried.error().kind() != ErrorKind::kRetry) break;
  }
  return tried.error();
}

Status Session::set_options() {
  MYSQL* mysql = mysql_.get();
  mysql_options(mysql, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  set_flag(mysql, MYSQL_OPT_RECONNECT, false);
  // The handshake of TLS is the one wait that is not ours.
  const auto connect_s = static_cast<unsigned>(target_.connect_timeout_ms / 1000 + 1);
  mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
  const unsigned local_infile = 0;  // a server could ask for any file otherwise
  mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &local_infile);
  const unsigned protocol =
      target_.socket_path.empty() ? unsigned{MYSQL_PROTOCOL_TCP} : unsigned{MYSQL_PROTOCOL_SOCKET};
  mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "sluice");
  if (target_.compress) mysql_options(mysql, MYSQL_OPT_COMPRESS, nullptr);
  set_text(mysql, MYSQL_SERVER_PUBLIC_KEY, target_.public_key_file);
  if (target_.tls == Tls::kOff) return {};
  const auto name = [](const std::string& path) { return path.empty() ? nullptr : path.c_str(); };
  const char* trust = name(target_.trust_file);
  if (trust == nullptr && target_.tls == Tls::kVerified) trust = "/etc/ssl/certs/ca-certificates.crt";
  mysql_ssl_set(mysql, name(target_.key_file), name(target_.certificate_file), trust, nullptr, nullptr);
  set_text(mysql, MARIADB_OPT_TLS_PASSPHRASE, target_.key_password);
  if (target_.tls != Tls::kPreferred) set_flag(mysql, MYSQL_OPT_SSL_ENFORCE, true);
  set_flag(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, target_.tls == Tls::kVerified);
  return {};
}

Status Session::connect(const std::string& host, int port) {
  const std::string what = "connect to " + target_.place;
  mysql_.reset(mysql_init(nullptr));
  if (mysql_ == nullptr) return retriable(fmt::format("Cannot {}: no memory", what));
  SLUICE_RETURN_IF_ERROR(set_options());
  host_ = host;
  port_ = port;
  deadline_ = Clock::now() + std::chrono::milliseconds(target_.connect_timeout_ms);
  MYSQL* connected = nullptr;
  const char* database = target_.database.empty() ? nullptr : target_.database.c_str();
  const char* socket = target_.socket_path.empty() ? nullptr : target_.socket_path.c_str();
  SLUICE_RETURN_IF_ERROR(await(
      [&] {
        // Updates count the rows that they find, as JDBC's do, not those that
        // they change.
        return mysql_real_connect_start(&connected, mysql_.get(), host.c_str(), target_.user.c_str(),
                                        target_.password.c_str(), database, static_cast<unsigned>(port),
                                        socket, CLIENT_FOUND_ROWS);
      },
      [&](int ready) { return mysql_real_connect_cont(&connected, mysql_.get(), ready); }, what));
  if (connected == nullptr) return error_of(what);
  connected_ = true;
  mariadb_ = mariadb_connection(mysql_.get()) != 0;
  set_up_socket();
  return {};
}

/// Waits are ours alone, and a host that went silent is found out in less than a minute and a half.
void Session::set_up_socket() {
  const int fd = static_cast<int>(mysql_get_socket(mysql_.get()));
  // A TLS handshake leaves the socket blocking, and every later wait would be libmariadb's.
  (void)::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  const auto set = [fd](int level, int option, int value) {
    (void)::setsockopt(fd, level, option, &value, sizeof(value));
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

/// Nothing is cut silently, an id 0 stays 0, times come and go in UTC.
Status Session::set_session() {
  std::string sql = fmt::format(
      "SET NAMES utf8mb4, SESSION sql_mode = CONCAT_WS(',', NULLIF(@@sql_mode, "
      "''), "
      "'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO'), "
      "SESSION time_zone = '+00:00', SESSION net_write_timeout = {}",
      kNetWriteTimeoutS);
  for (const auto& [name, value] : target_.session_variables) {
    const bool at = name.starts_with('@');
    sql += fmt::format(", {}{} = {}", at ? "" : "SESSION ", name, value);
  }
  if (target_.statement_timeout_ms > 0) {
    sql += mariadb_ ? fmt::format(", SESSION max_statement_time = {:.3f}",
                                  static_cast<double>(target_.statement_timeout_ms) / 1000)
                    : fmt::format(", SESSION max_execution_time = {}", target_.statement_timeout_ms);
  }
  const std::string what = "set up the session with " + target_.place;
  SLUICE_RETURN_IF_ERROR(query(sql, what));
  if (!target_.isolation.empty())
    SLUICE_RETURN_IF_ERROR(query("SET SESSION TRANSACTION ISOLATION LEVEL " + target_.isolation, what));
  deadline_.reset();
  return {};
}

Result<int> Session::wait(int events, std::string_view what) {
  const auto begin = Clock::now();
  short wanted = 0;
  if ((events & MYSQL_WAIT_READ) != 0) wanted |= POLLIN;
  if ((events & MYSQL_WAIT_WRITE) != 0) wanted |= POLLOUT;
  if ((events & MYSQL_WAIT_EXCEPT) != 0) wanted |= POLLPRI;
  pollfd ready{static_cast<int>(mysql_get_socket(mysql_.get())), wanted, 0};
  std::optional<Clock::time_point> stopped_at;
  for (;;) {
    if (::poll(&ready, 1, kStopCheckMs) > 0) break;
    const auto now = Clock::now();
    if (stop_.stop_requested()) {
      if (!stopped_at) stopped_at = now;
      if (!writing_ || now - *stopped_at > kWritingGrace) {
        suspended_ = true;
        abandon();
        return closed(fmt::format("Stopped while waiting to {}", what));
      }
    }
    if (deadline_ && now > *deadline_) {
      return lost(what, fmt::format("no answer for {} ms (connectTimeout)", target_.connect_timeout_ms));
    }
    if (target_.socket_timeout_ms > 0 && now - begin > std::chrono::milliseconds(target_.socket_timeout_ms)) {
      return lost(what, fmt::format("no answer for {} ms (socketTimeout)", target_.socket_timeout_ms));
    }
  }
  int result = 0;
  if ((ready.revents & (POLLIN | POLLERR | POLLHUP)) != 0) result |= events & MYSQL_WAIT_READ;
  if ((ready.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) result |= events & MYSQL_WAIT_WRITE;
  if ((ready.revents & POLLPRI) != 0) result |= events & MYSQL_WAIT_EXCEPT;
  return result;
}

Result<int> Session::lost(std::string_view what, std::string_view why) {
  suspended_ = true;
  abandon();
  return retriable(fmt::format("Cannot {}: {}", what, why));
}

Status Session::start_query(const std::string& sql, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(drain());
  SLUICE_RETURN_IF_ERROR(check_usable(what));
  int failed = 0;
  SLUICE_RETURN_IF_ERROR(
      await([&] { return mysql_real_query_start(&failed, mysql_.get(), sql.data(), sql.size()); },
            [&](int ready) { return mysql_real_query_cont(&failed, mysql_.get(), ready); }, what));
  return failed == 0 ? Status{} : error_of(what);
}

Result<ResultPtr> Session::stream(const std::string& sql, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(start_query(sql, what));
  ResultPtr result(mysql_use_result(mysql_.get()));
  if (result == nullptr) return error_of(what);
  return result;
}

Result<MYSQL_ROW> Session::next_row(MYSQL_RES* result, std::string_view what) {
  MYSQL_ROW row = nullptr;
  SLUICE_RETURN_IF_ERROR(await([&] { return mysql_fetch_row_start(&row, result); },
                               [&](int ready) { return mysql_fetch_row_cont(&row, result, ready); }, what));
  if (row == nullptr && mysql_errno(mysql_.get()) != 0) return error_of(what);
  return row;
}

Result<ResultPtr> Session::query(const std::string& sql, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(start_query(sql, what));
  MYSQL_RES* stored = nullptr;
  SLUICE_RETURN_IF_ERROR(
      await([&] { return mysql_store_result_start(&stored, mysql_.get()); },
            [&](int ready) { return mysql_store_result_cont(&stored, mysql_.get(), ready); }, what));
  ResultPtr result(stored);
  if (result == nullptr && mysql_errno(mysql_.get()) != 0) return error_of(what);
  return result;
}

Result<StatementPtr> Session::prepare(const std::string& sql, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(drain());
  SLUICE_RETURN_IF_ERROR(check_usable(what));
  StatementPtr statement(mysql_stmt_init(mysql_.get()));
  if (statement == nullptr) return error_of(what);
  int failed = 0;
  SLUICE_RETURN_IF_ERROR(
      await([&] { return mysql_stmt_prepare_start(&failed, statement.get(), sql.data(), sql.size()); },
            [&](int ready) { return mysql_stmt_prepare_cont(&failed, statement.get(), ready); }, what));
  if (failed != 0) return error_of(statement.get(), what);
  return statement;
}

Status Session::execute(MYSQL_STMT* statement, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(drain());
  SLUICE_RETURN_IF_ERROR(check_usable(what));
  int failed = 0;
  SLUICE_RETURN_IF_ERROR(await([&] { return mysql_stmt_execute_start(&failed, statement); },
                               [&](int ready) { return mysql_stmt_execute_cont(&failed, statement, ready); },
                               what));
  return failed == 0 ? Status{} : error_of(statement, what);
}

Error Session::error_of(std::string_view what) const {
  return make_error(mysql_errno(mysql_.get()), mysql_sqlstate(mysql_.get()), mysql_error(mysql_.get()), what);
}

Error Session::error_of(MYSQL_STMT* statement, std::string_view what) const {
  return make_error(mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement), mysql_stmt_error(statement),
                    what);
}

Error Session::make_error(unsigned code, std::string_view state, std::string_view text,
                          std::string_view what) const {
  if (ends_session(code)) usable_ = false;
  if (!usable_ && stop_.stop_requested()) return closed(fmt::format("Stopped while waiting to {}", what));
  return server_error({code, state, text}, mariadb_ ? "MariaDB" : "MySQL", what, connected_);
}

void Session::break_off() {
  suspended_ = true;
  abandon();
}

Status Session::drain() {
  if (!pending_) return {};
  const auto pending = std::move(pending_);
  pending_ = nullptr;
  return pending();
}

Status Session::check_usable(std::string_view what) const {
  if (usable_) return {};
  return retriable(fmt::format("Cannot {}: the session has ended", what));
}

void Session::abandon() {
  if (mysql_ == nullptr) return;
  usable_ = false;
  if (connected_ && suspended_) {
    kill_query();
    // Closing says good-bye, which must neither wait nor come in the midst of
    // something.
    (void)::shutdown(static_cast<int>(mysql_get_socket(mysql_.get())), SHUT_RDWR);
  }
  mysql_.reset();
}

/// By a session of its own, which is given little time: a server that does not
/// answer notices by itself.
void Session::kill_query() {
  const StopSignal never;
  Target target = target_;
  target.hosts = {{host_, port_}};
  target.connect_timeout_ms = kKillWait.count();
  target.socket_timeout_ms = kKillWait.count();
  target.session_variables.clear();
  Session killer(target, never);
  if (!killer.connect(host_, port_).ok()) return;
  (void)killer.query(fmt::format("KILL CONNECTION {}", mysql_thread_id(mysql_.get())), "stop a query").ok();
  killer.connected_ = false;  // nobody kills the killer
}

}  // namespace sluice::mysql
