#pragma once
// A database of its own on the server that SLUICE_TEST_MARIADB ("host=… port=…
// user=… password=…") names; tests skip without it.

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <mysql.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "connectors/sql/driver.h"
#include "sdk/properties.h"

namespace sluice::connectors::sql {

inline const char* mariadb_conninfo() { return std::getenv("SLUICE_TEST_MARIADB"); }

class MariaDbDatabase {
 public:
  MariaDbDatabase() : mysql_(mysql_init(nullptr)), name_(fresh_name()) {
    std::istringstream words(mariadb_conninfo());
    for (std::string word; words >> word;)
      settings_[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
    mysql_options(mysql_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const bool connected =
        mysql_real_connect(mysql_, settings_["host"].c_str(), settings_["user"].c_str(),
                           settings_["password"].c_str(), nullptr,
                           static_cast<unsigned>(std::stoi(settings_["port"])), nullptr, 0) != nullptr;
    SLUICE_CHECK(connected, mysql_error(mysql_));
    run("CREATE DATABASE `" + name_ + "` CHARACTER SET utf8mb4");
    run("USE `" + name_ + "`");
    run("SET time_zone = '+00:00'");
  }
  ~MariaDbDatabase() {
    run("DROP DATABASE `" + name_ + "`");
    mysql_close(mysql_);
  }
  MariaDbDatabase(const MariaDbDatabase&) = delete;
  MariaDbDatabase& operator=(const MariaDbDatabase&) = delete;

  const std::string& name() const { return name_; }
  bool is_mariadb() const { return mariadb_connection(mysql_) != 0; }
  void run(const std::string& sql) {
    SLUICE_CHECK(mysql_real_query(mysql_, sql.data(), sql.size()) == 0,
                 (sql + ": " + mysql_error(mysql_)).c_str());
    mysql_free_result(mysql_store_result(mysql_));
  }
  /// The rows of a result, cells joined by '|', nulls as "null"; the error if
  /// there is one.
  std::vector<std::string> query(const std::string& sql) {
    if (mysql_real_query(mysql_, sql.data(), sql.size()) != 0) return {mysql_error(mysql_)};
    MYSQL_RES* result = mysql_store_result(mysql_);
    std::vector<std::string> rows;
    while (MYSQL_ROW row = mysql_fetch_row(result)) {
      std::string text;
      const unsigned long* lengths = mysql_fetch_lengths(result);
      for (unsigned i = 0; i < mysql_num_fields(result); ++i)
        text += (i > 0 ? "|" : "") + (row[i] == nullptr ? "null" : std::string(row[i], lengths[i]));
      rows.push_back(text);
    }
    mysql_free_result(result);
    return rows;
  }
  std::string url(const std::string& parameters = "") const {
    return fmt::format("jdbc:mysql://{}:{}/{}{}", settings_.at("host"), settings_.at("port"), name_,
                       parameters.empty() ? "" : "?" + parameters);
  }
  /// connection.url, connection.user and connection.password for the server.
  sdk::Properties connection() const {
    return {{"connection.url", url()},
            {"connection.user", settings_.at("user")},
            {"connection.password", settings_.at("password")}};
  }
  ConnectionOptions options(const std::string& parameters = "") const {
    ConnectionOptions options;
    options.url = url(parameters);
    options.user = settings_.at("user");
    options.password = settings_.at("password");
    return options;
  }
  /// Ends every session but this one.
  void kill_others() {
    for (const std::string& id : query("SELECT id FROM information_schema.processlist WHERE db = "
                                       "DATABASE() "
                                       "AND id <> CONNECTION_ID()"))
      run("KILL CONNECTION " + id);
  }

 private:
  static std::string fresh_name() {
    static std::atomic<int> next{0};
    return fmt::format("sluice_{}_{}", ::getpid(), ++next);
  }
  MYSQL* const mysql_;
  const std::string name_;
  std::map<std::string, std::string> settings_;
};

/// A connection of the driver to a database of its own.
class MariaDbTest : public testing::Test {
 protected:
  void SetUp() override {
    if (mariadb_conninfo() == nullptr) GTEST_SKIP() << "SLUICE_TEST_MARIADB is not set";
    database_ = std::make_unique<MariaDbDatabase>();
    connect();
  }
  void connect(const std::string& parameters = "") {
    auto connection = mariadb_driver().connect(database_->options(parameters), stop_);
    ASSERT_TRUE(connection.ok()) << connection.error().message();
    connection_ = std::move(connection).value();
  }

  StopSignal stop_;
  std::unique_ptr<MariaDbDatabase> database_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace sluice::connectors::sql
