#pragma once
// Databases behind ODBC drivers for tests: SQLite in a temporary folder, PostgreSQL where
// SLUICE_TEST_POSTGRES has a libpq conninfo, MariaDB where SLUICE_TEST_MARIADB has "host=… port=… user=…
// password=…". Each needs its driver's library in a folder …/odbc.

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "connectors/sql/driver.h"
#include "connectors/sql/odbc/connection_string.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::sql {

/// The path of an installed driver's library, or nothing.
inline std::string odbc_library(std::string_view file) {
  std::error_code error;
  for (const char* const root : {"/usr/lib", "/usr/lib64", "/usr/local/lib"}) {
    for (const auto& folder : std::filesystem::directory_iterator(root, error)) {
      const auto path = folder.path() / "odbc" / file;
      if (std::filesystem::exists(path, error)) return path.string();
    }
  }
  return "";
}

class OdbcDatabase {
 public:
  explicit OdbcDatabase(std::string kind) : kind_(std::move(kind)) {
    static std::atomic<int> next{0};
    name_ = "sluice_odbc_" + std::to_string(::getpid()) + "_" + std::to_string(++next);
    connection_string();
    if (kind_ == "sqlite") return;
    connect();
    run(kind_ == "postgres" ? "CREATE SCHEMA " + name_
                            : "CREATE DATABASE " + name_ + " CHARACTER SET utf8mb4");
    run(kind_ == "postgres" ? "SET search_path = " + name_ : "USE " + name_);
    string_.set(kind_ == "postgres" ? "ConnSettings" : "Database",
                kind_ == "postgres" ? "SET search_path = " + name_ : name_);
  }
  ~OdbcDatabase() {
    if (kind_ == "postgres") run("DROP SCHEMA " + name_ + " CASCADE");
    if (kind_ == "mariadb") run("DROP DATABASE " + name_);
  }
  OdbcDatabase(const OdbcDatabase&) = delete;
  OdbcDatabase& operator=(const OdbcDatabase&) = delete;

  /// Why it cannot be had, or nothing.
  static std::string missing(const std::string& kind) {
    if (odbc_library(library(kind)).empty()) return "no " + library(kind);
    if (kind == "postgres" && std::getenv("SLUICE_TEST_POSTGRES") == nullptr)
      return "SLUICE_TEST_POSTGRES is not set";
    if (kind == "mariadb" && std::getenv("SLUICE_TEST_MARIADB") == nullptr)
      return "SLUICE_TEST_MARIADB is not set";
    return "";
  }

  const std::string& kind() const { return kind_; }
  std::string url() const { return "odbc:" + string_.text(); }
  const ConnectionString& string() const { return string_; }
  sdk::Properties properties() const { return {{"connection.url", url()}}; }
  /// By a connection of its own.
  void run(const std::string& sql) {
    connect();
    const auto done = connection_->execute(sql, {}, "prepare a test");
    SLUICE_CHECK(done.ok(), (sql + ": " + (done.ok() ? "" : done.error().message())).c_str());
  }
  /// Cells joined by '|', nulls as "null".
  std::vector<std::string> query(const std::string& sql) {
    connect();
    std::vector<std::string> rows;
    const auto answer = connection_->execute(sql, {}, "look");
    if (!answer.ok()) return {answer.error().message()};
    for (const auto& row : answer->rows) {
      std::string text;
      for (size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "|" : "") + row[i].value_or("null");
      rows.push_back(text);
    }
    return rows;
  }
  std::unique_ptr<Connection> open(ConnectionOptions options = {}) {
    options.url = url();
    auto connection = odbc_driver().connect(options, stop_);
    SLUICE_CHECK(connection.ok(), connection.ok() ? "" : connection.error().message().c_str());
    return std::move(connection).value();
  }
  StopSignal& stop() { return stop_; }

 private:
  static std::string library(const std::string& kind) {
    return kind == "sqlite" ? "libsqlite3odbc.so" : kind == "postgres" ? "psqlodbcw.so" : "libmaodbc.so";
  }
  void set(std::string_view key, const std::string& value) {
    if (key == "host") string_.set("Server", value);
    if (key == "port") string_.set("Port", value);
    if (key == "user") string_.set("UID", value);
    if (key == "password") string_.set("PWD", value);
    if (key == "dbname") string_.set("Database", value);
  }
  void connection_string() {
    string_.set("Driver", odbc_library(library(kind_)));
    if (kind_ == "sqlite") string_.set("Database", folder_.path("data.db"));
    if (kind_ == "mariadb") {
      const char* const server = std::getenv("SLUICE_TEST_MARIADB");
      SLUICE_CHECK(server != nullptr, "missing() has not been asked");
      std::istringstream words(server);
      for (std::string word; words >> word;)
        set(word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
    }
    if (kind_ != "postgres") return;
    PQconninfoOption* options = PQconninfoParse(std::getenv("SLUICE_TEST_POSTGRES"), nullptr);
    for (PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
      if (option->val != nullptr) set(option->keyword, option->val);
    }
    PQconninfoFree(options);
  }
  void connect() {
    if (connection_ == nullptr || !connection_->usable()) connection_ = open();
  }

  const std::string kind_;
  std::string name_;
  sdk::testkit::TemporaryFolder folder_;
  ConnectionString string_;
  StopSignal stop_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace sluice::connectors::sql
