#pragma once
// A schema of its own on the server that SLUICE_TEST_POSTGRES (libpq's conninfo) names; tests skip without
// it.

#include <fmt/core.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

inline const char* postgres_conninfo() { return std::getenv("SLUICE_TEST_POSTGRES"); }

class PostgresSchema {
 public:
  PostgresSchema() : connection_(PQconnectdb(postgres_conninfo())), name_(fresh_name()) {
    run("SET client_min_messages = warning; CREATE SCHEMA " + name_ + "; SET search_path = " + name_);
  }
  /// A second connection to a schema that another one made.
  explicit PostgresSchema(std::string name)
      : connection_(PQconnectdb(postgres_conninfo())), name_(std::move(name)), owner_(false) {
    run("SET search_path = " + name_);
  }
  ~PostgresSchema() {
    if (owner_) run("DROP SCHEMA IF EXISTS " + name_ + " CASCADE");
    PQfinish(connection_);
  }
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  const std::string& name() const { return name_; }
  void run(const std::string& sql) {
    PGresult* result = PQexec(connection_, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    SLUICE_CHECK(done, (sql + ": " + PQerrorMessage(connection_)).c_str());
    PQclear(result);
  }
  /// The rows of a result, cells joined by '|', nulls as "null"; none if there is an error.
  std::vector<std::string> query(const std::string& sql) {
    std::vector<std::string> rows;
    PGresult* result = PQexec(connection_, sql.c_str());
    for (int row = 0; row < PQntuples(result); ++row) {
      std::string text;
      for (int i = 0; i < PQnfields(result); ++i) {
        text += (i > 0 ? "|" : "");
        text += PQgetisnull(result, row, i) != 0 ? "null" : PQgetvalue(result, row, i);
      }
      rows.push_back(text);
    }
    PQclear(result);
    return rows;
  }
  /// connection.url, connection.user and connection.password for the server.
  sdk::Properties connection() const {
    std::map<std::string, std::string> settings;
    PQconninfoOption* options = PQconninfo(connection_);
    for (PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
      if (option->val != nullptr) settings[option->keyword] = option->val;
    }
    PQconninfoFree(options);
    return {{"connection.url", fmt::format("jdbc:postgresql://{}:{}/{}", settings["host"], settings["port"],
                                           settings["dbname"])},
            {"connection.user", settings["user"]},
            {"connection.password", settings["password"]}};
  }
  /// Kills every other connection to the server.
  void kill_others() {
    run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "application_name = 'sluice'");
  }

 private:
  static std::string fresh_name() {
    static std::atomic<int> next{0};
    return fmt::format("sluice_{}_{}", ::getpid(), ++next);
  }
  PGconn* connection_;
  const std::string name_;
  const bool owner_ = true;
};

}  // namespace sluice::connectors::sql
