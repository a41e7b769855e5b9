// SQLite by libsqlite3, for URLs as the Java driver takes them: jdbc:sqlite:/path/to/file.

#include "connectors/sql/driver.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "connectors/sql/sqlite/connection.h"

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kUrlStart = "jdbc:sqlite:";

std::string path_of(std::string_view url) {
  std::string_view path = url.substr(std::min(url.size(), kUrlStart.size()));
  if (!path.starts_with("file:")) path = path.substr(0, path.find('?'));
  return std::string(path);
}

class SqliteDriver final : public Driver {
 public:
  std::vector<std::string_view> subprotocols() const override { return {"sqlite"}; }
  std::string_view url_form() const override { return "jdbc:sqlite:/path/to/file"; }

  Status check_url(std::string_view url) const override {
    if (!url.starts_with(kUrlStart) || path_of(url).empty()) {
      return bad_config(
          "An SQLite URL is jdbc:sqlite: and the path of the database file, e.g. jdbc:sqlite:/data/shop.db");
    }
    return {};
  }

  Result<std::unique_ptr<Connection>> connect(const ConnectionOptions& options,
                                              const StopSignal& stop) const override {
    SLUICE_RETURN_IF_ERROR(check_url(options.url));
    const std::string path = path_of(options.url);
    const bool is_file = !path.starts_with("file:") && path != ":memory:";
    std::error_code ignored;
    if (is_file && !std::filesystem::exists(path, ignored)) {
      return failed(fmt::format("There is no database file '{}'", path));
    }
    sqlite3* raw = nullptr;
    // Not created when missing; opened for reading alone by SQLite itself if the file may not be written.
    const int code = sqlite3_open_v2(path.c_str(), &raw,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    SqliteDatabase database(raw);
    if (code != SQLITE_OK) return sqlite_error(raw, code, fmt::format("open the database file '{}'", path));
    return std::unique_ptr<Connection>(std::make_unique<SqliteConnection>(std::move(database), stop));
  }
};

}  // namespace

const Driver& sqlite_driver() {
  static const SqliteDriver driver;
  return driver;
}

}  // namespace sluice::connectors::sql
