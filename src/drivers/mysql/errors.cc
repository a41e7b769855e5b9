#include "drivers/mysql/errors.h"

#include <errmsg.h>
#include <fmt/core.h>
#include <mysqld_error.h>

#include <algorithm>
#include <string>

namespace sluice::mysql {
namespace {

// Names that this header has for one of the two products only.
constexpr unsigned kMySqlCheckViolated = 3819;
constexpr unsigned kMySqlClientTimeout = 4031;  // the server ended an idle session
constexpr unsigned kMySqlNullNotAllowed = 3673;
constexpr unsigned kMySqlInvalidJson = 3140;
constexpr unsigned kMySqlQueryTimeout = 3024;
constexpr unsigned kMySqlShuttingDown = 3169;  // the session was killed

bool is_transient(unsigned code) {
  constexpr unsigned kCodes[] = {ER_LOCK_DEADLOCK,
                                 ER_LOCK_WAIT_TIMEOUT,
                                 ER_CON_COUNT_ERROR,
                                 ER_TOO_MANY_USER_CONNECTIONS,
                                 ER_USER_LIMIT_REACHED,
                                 ER_OPTION_PREVENTS_STATEMENT,  // --read-only
                                 ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
                                 ER_SERVER_SHUTDOWN,
                                 ER_NORMAL_SHUTDOWN,
                                 ER_QUERY_INTERRUPTED,
                                 ER_DISK_FULL,
                                 ER_RECORD_FILE_FULL,
                                 ER_OUT_OF_RESOURCES,
                                 ER_OUTOFMEMORY,
                                 ER_LOCK_TABLE_FULL,
                                 ER_CHECKREAD,
                                 ER_TABLE_DEF_CHANGED,
                                 ER_HOST_IS_BLOCKED,
                                 ER_NEW_ABORTING_CONNECTION,
                                 ER_XA_RBDEADLOCK,
                                 kMySqlClientTimeout,
                                 kMySqlQueryTimeout,
                                 kMySqlShuttingDown};
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

bool is_about_data(unsigned code, std::string_view state) {
  constexpr unsigned kCodes[] = {ER_TRUNCATED_WRONG_VALUE,
                                 ER_TRUNCATED_WRONG_VALUE_FOR_FIELD,
                                 ER_WRONG_VALUE,
                                 ER_NO_DEFAULT_FOR_FIELD,
                                 ER_DATA_TOO_LONG,
                                 ER_WARN_DATA_OUT_OF_RANGE,
                                 WARN_DATA_TRUNCATED,
                                 ER_BAD_NULL_ERROR,
                                 ER_CONSTRAINT_FAILED,
                                 ER_CANT_CREATE_GEOMETRY_OBJECT,
                                 ER_TOO_BIG_ROWSIZE,
                                 ER_NO_PARTITION_FOR_GIVEN_VALUE,
                                 ER_VIEW_CHECK_FAILED,
                                 ER_ILLEGAL_VALUE_FOR_TYPE,
                                 ER_INVALID_CHARACTER_STRING,
                                 ER_CANNOT_CONVERT_CHARACTER,
                                 ER_NET_PACKET_TOO_LARGE,
                                 kMySqlCheckViolated,
                                 kMySqlNullNotAllowed,
                                 kMySqlInvalidJson};
  // 22: data exceptions, 23: violated constraints, 45: what a trigger signals.
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("45") ||
         std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

std::string_view advice(unsigned code) {
  switch (code) {
    case ER_NO_SUCH_TABLE:
      return "; is the table there, and in this database?";
    case ER_BAD_FIELD_ERROR:
      return "; was the column dropped or renamed?";
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
      return "; GRANT the connector's user the right to do that";
    case ER_NET_PACKET_TOO_LARGE:
      return "; raise max_allowed_packet";
    case ER_ACCESS_DENIED_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
      return "; check the user, the password and the user's GRANTs";
    case CR_SSL_CONNECTION_ERROR:
      return "; check the mode of TLS, and which certificates are trusted";
    default:
      return "";
  }
}

bool is_about_login(unsigned code) {
  return code == ER_ACCESS_DENIED_ERROR || code == ER_DBACCESS_DENIED_ERROR || code == ER_BAD_DB_ERROR ||
         code == ER_UNKNOWN_SYSTEM_VARIABLE || code == ER_WRONG_VALUE_FOR_VAR;
}

}  // namespace

bool ends_session(unsigned code) {
  constexpr unsigned kCodes[] = {ER_SERVER_SHUTDOWN,         ER_NORMAL_SHUTDOWN,  ER_CONNECTION_KILLED,
                                 ER_NEW_ABORTING_CONNECTION, kMySqlClientTimeout, kMySqlShuttingDown};
  return (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR && code != CR_UNSUPPORTED_PARAM_TYPE) ||
         std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

Error server_error(const Failure& failure, std::string_view product, std::string_view what, bool connected) {
  std::string message = fmt::format("Cannot {}: {} says '{}' (error {}, SQLSTATE {}){}", what, product,
                                    failure.text, failure.code, failure.state, advice(failure.code));
  if (!connected)
    return is_about_login(failure.code) ? failed(std::move(message)) : retriable(std::move(message));
  if (is_transient(failure.code) || ends_session(failure.code) || failure.state.starts_with("08") ||
      failure.state.starts_with("40"))
    return retriable(std::move(message));
  return is_about_data(failure.code, failure.state) ? bad_record(std::move(message))
                                                    : failed(std::move(message));
}

}  // namespace sluice::mysql
