#pragma once
// ODBC connection strings: Driver={ODBC Driver 18 for SQL Server};Server=h,1433;UID=…

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::connectors::sql {

class ConnectionString {
 public:
  /// Error kind kBadConfig, which never repeats the text.
  static Result<ConnectionString> parse(std::string_view text);

  /// Without regard to upper and lower case; null if there is none.
  const std::string* find(std::string_view keyword) const;
  void set(std::string keyword, std::string value);
  void set_if_absent(std::string keyword, std::string value);
  bool empty() const { return pairs_.empty(); }

  /// Values in braces where they need them.
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

/// What a driver must be told so that it neither keeps whole results in memory nor cuts texts; by the file
/// name that it gives as SQL_DRIVER_NAME. What the string says already stays.
ConnectionString with_streaming(ConnectionString string, std::string_view driver_file);

}  // namespace sluice::connectors::sql
