#include "connectors/sql/driver.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace sluice::connectors::sql {
namespace {

const std::array<const Driver*, 4>& drivers() {
  static const std::array<const Driver*, 4> kDrivers{&sqlite_driver(), &postgres_driver(), &mariadb_driver(),
                                                     &odbc_driver()};
  return kDrivers;
}

struct Elsewhere {
  std::string_view subprotocol;
  std::string_view advice;
};

constexpr std::string_view kOdbcOrJava =
    "use its ODBC driver with connection.url=odbc:Driver={…};Server=…, or run that connector on a Java "
    "Connect "
    "worker of the same cluster, which Sluice workers can join";

constexpr Elsewhere kElsewhere[] = {
    {"redshift", "Redshift speaks PostgreSQL's protocol: write jdbc:postgresql://…"},
    {"cockroachdb", "CockroachDB speaks PostgreSQL's protocol: write jdbc:postgresql://…"},
    {"h2", "H2 speaks PostgreSQL's protocol (its -pg server): write jdbc:postgresql://…"},
};

std::string_view subprotocol_of(std::string_view url) {
  constexpr std::string_view kJdbc = "jdbc:";
  if (url.starts_with(kJdbc)) url.remove_prefix(kJdbc.size());
  const size_t colon = url.find(':');
  return colon == std::string_view::npos ? std::string_view() : url.substr(0, colon);
}

}  // namespace

std::string url_forms() {
  std::vector<std::string_view> forms;
  for (const Driver* driver : drivers()) forms.push_back(driver->url_form());
  return fmt::format("{}", fmt::join(forms, ", "));
}

Result<const Driver*> find_driver(std::string_view url) {
  const std::string_view subprotocol = subprotocol_of(url);
  for (const Driver* driver : drivers()) {
    const auto known = driver->subprotocols();
    if (std::find(known.begin(), known.end(), subprotocol) != known.end()) return driver;
  }
  for (const Elsewhere& other : kElsewhere) {
    if (other.subprotocol == subprotocol) return bad_config(std::string(other.advice));
  }
  if (subprotocol.empty()) return bad_config(fmt::format("The URL is of none of the forms {}", url_forms()));
  return bad_config(
      fmt::format("Databases of 'jdbc:{}:' have no dialect here; {}", subprotocol, kOdbcOrJava));
}

}  // namespace sluice::connectors::sql
