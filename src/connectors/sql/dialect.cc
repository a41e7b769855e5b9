#include "connectors/sql/dialect.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace sluice::connectors::sql {
namespace {

const std::array<const Dialect*, 2>& dialects() {
  static const std::array<const Dialect*, 2> kDialects{&sqlite_dialect(), &postgres_dialect()};
  return kDialects;
}

struct Elsewhere {
  std::string_view subprotocol;
  std::string_view advice;
};

constexpr Elsewhere kElsewhere[] = {
    {"mysql", "MySQL has no dialect here yet"},
    {"mariadb", "MariaDB has no dialect here yet"},
    {"oracle", "Oracle has no dialect here yet"},
    {"sqlserver", "SQL Server has no dialect here yet"},
    {"jtds", "SQL Server has no dialect here yet"},
    {"db2", "DB2 has no dialect here yet"},
    {"redshift", "Redshift speaks PostgreSQL's protocol: write jdbc:postgresql://…"},
};

std::string_view subprotocol_of(std::string_view url) {
  constexpr std::string_view kJdbc = "jdbc:";
  if (!url.starts_with(kJdbc)) return {};
  url.remove_prefix(kJdbc.size());
  return url.substr(0, url.find(':'));
}

constexpr std::string_view kOtherwise =
    "run that connector on a Java Connect worker of the same cluster, which Sluice workers can join";

}  // namespace

std::string Dialect::quote(std::string_view identifier) const {
  std::string quoted(1, quote_char());
  for (const char c : identifier) {
    if (c == quote_char()) quoted.push_back(c);
    quoted.push_back(c);
  }
  quoted.push_back(quote_char());
  return quoted;
}

std::string Dialect::quote(const TableId& table) const {
  std::string quoted;
  for (const std::string* part : {&table.catalog, &table.schema}) {
    if (!part->empty()) quoted += quote(*part) + ".";
  }
  return quoted + quote(table.table);
}

TableId Dialect::parse_table(std::string_view name) const {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == quote_char()) {
      const bool doubled = quoted && i + 1 < name.size() && name[i + 1] == quote_char();
      if (doubled) {
        parts.back().push_back(name[++i]);
      } else {
        quoted = !quoted;
      }
    } else if (name[i] == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back().push_back(name[i]);
    }
  }
  TableId table;
  table.table = parts.back();
  if (parts.size() > 1) table.schema = parts[parts.size() - 2];
  if (parts.size() > 2) table.catalog = parts[parts.size() - 3];
  return table;
}

std::vector<std::string> dialect_names() {
  std::vector<std::string> names;
  for (const Dialect* dialect : dialects()) names.emplace_back(dialect->name());
  return names;
}

Result<const Dialect*> find_dialect(std::string_view url, std::string_view dialect_name) {
  if (!dialect_name.empty()) {
    for (const Dialect* dialect : dialects()) {
      if (dialect->name() == dialect_name) return dialect;
    }
    return bad_config(fmt::format("There is no dialect '{}' here; there are {}. For others, {}", dialect_name,
                                  fmt::join(dialect_names(), ", "), kOtherwise));
  }
  const std::string_view subprotocol = subprotocol_of(url);
  for (const Dialect* dialect : dialects()) {
    if (dialect->subprotocol() == subprotocol) return dialect;
  }
  for (const Elsewhere& other : kElsewhere) {
    if (other.subprotocol != subprotocol) continue;
    return bad_config(fmt::format("{}; until then {}", other.advice, kOtherwise));
  }
  if (subprotocol.empty()) {
    return bad_config(
        "The URL is not of the form jdbc:sqlite:/path/to/file or jdbc:postgresql://host:port/database");
  }
  return bad_config(fmt::format("Databases of 'jdbc:{}:' have no dialect here; {}", subprotocol, kOtherwise));
}

}  // namespace sluice::connectors::sql
