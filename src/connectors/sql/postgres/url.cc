#include "connectors/sql/postgres/url.h"

#include <fmt/core.h>

#include <charconv>
#include <map>

#include "connectors/sql/jdbc_parameters.h"

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kStart = "jdbc:postgresql:";
constexpr std::string_view kForm =
    "A PostgreSQL URL is jdbc:postgresql://host:port/database?user=…&sslmode=…";

/// JDBC names that mean the same under another name; those without an entry and not in kSame mean nothing
/// here.
const std::map<std::string, std::string, std::less<>>& renamed() {
  static const std::map<std::string, std::string, std::less<>> kNames{
      {"user", "user"},
      {"password", "password"},
      {"sslmode", "sslmode"},
      {"sslcert", "sslcert"},
      {"sslkey", "sslkey"},
      {"sslpassword", "sslpassword"},
      {"sslrootcert", "sslrootcert"},
      {"ApplicationName", "application_name"},
      {"options", "options"},
      {"gssEncMode", "gssencmode"},
      {"kerberosServerName", "krbsrvname"},
      {"channelBinding", "channel_binding"},
  };
  return kNames;
}

/// "host:port,[::1]:5433" as libpq's two lists.
bool split_hosts(std::string_view hosts, std::string& names, std::string& ports) {
  while (!hosts.empty()) {
    const size_t comma = hosts.find(',');
    std::string_view one = hosts.substr(0, comma);
    hosts = comma == std::string_view::npos ? std::string_view() : hosts.substr(comma + 1);
    std::string_view port;
    const size_t bracket = one.starts_with('[') ? one.find(']') : std::string_view::npos;
    const size_t colon = one.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
      port = one.substr(colon + 1);
      one = one.substr(0, colon);
    }
    if (bracket != std::string_view::npos) one = one.substr(1, bracket - 1);
    int number = 0;
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == port.data() + port.size();
    if (!port.empty() && (!whole || number < 1 || number > 65'535)) return false;
    names += (names.empty() ? "" : ",") + std::string(one.empty() ? "localhost" : one);
    ports += (ports.empty() ? "" : ",") + std::string(port.empty() ? "5432" : port);
  }
  return true;
}

class Translation {
 public:
  explicit Translation(PostgresTarget& target) : target_(target) {}

  Status take(const std::string& name, const std::string& value) {
    if (const auto found = renamed().find(name); found != renamed().end()) {
      set(found->second, value);
    } else if (name == "ssl") {
      ssl_ = value.empty() || value == "true";
    } else if (name == "sslfactory") {
      trust_all_ = value.ends_with("NonValidatingFactory");
    } else if (name == "currentSchema") {
      set("options", "-csearch_path=" + escaped(value));
    } else if (name == "tcpKeepAlive") {
      set("keepalives", value == "true" ? "1" : "0");
    } else if (name == "targetServerType") {
      return take_server_type(value);
    } else if (name == "connectTimeout" || name == "loginTimeout") {
      return take_timeout(name, value);
    } else {
      target_.ignored.push_back(name);
    }
    return {};
  }

  void finish() {
    // As the JDBC driver: ssl=true alone verifies everything.
    if (ssl_ && !has("sslmode")) set("sslmode", trust_all_ ? "require" : "verify-full");
    if (!has("application_name")) set("application_name", "sluice");
    set("client_encoding", "UTF8");
  }

  void set(const std::string& keyword, const std::string& value) {
    for (auto& [name, old] : target_.keywords) {
      if (name != keyword) continue;
      if (keyword == "options") {
        old.append(" ").append(value);
      } else {
        old = value;
      }
      return;
    }
    target_.keywords.emplace_back(keyword, value);
  }

 private:
  bool has(std::string_view keyword) const {
    for (const auto& [name, value] : target_.keywords) {
      if (name == keyword) return true;
    }
    return false;
  }
  static std::string escaped(const std::string& value) {
    std::string result;
    for (const char c : value) {
      if (c == ' ' || c == '\\') result.push_back('\\');
      result.push_back(c);
    }
    return result;
  }
  Status take_server_type(const std::string& value) {
    static const std::map<std::string, std::string, std::less<>> kTypes{
        {"any", "any"},
        {"primary", "primary"},
        {"master", "primary"},
        {"secondary", "standby"},
        {"slave", "standby"},
        {"preferSecondary", "prefer-standby"},
        {"preferSlave", "prefer-standby"},
    };
    const auto found = kTypes.find(value);
    if (found == kTypes.end()) {
      return bad_config(
          fmt::format("targetServerType '{}' is not known; allowed: any, primary, secondary, "
                      "preferSecondary",
                      value));
    }
    set("target_session_attrs", found->second);
    return {};
  }
  Status take_timeout(const std::string& name, const std::string& value) {
    int seconds = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() || seconds < 0) {
      return bad_config(fmt::format("{} '{}' is not a number of seconds", name, value));
    }
    if (seconds > 0) target_.connect_timeout_s = seconds;
    return {};
  }

  PostgresTarget& target_;
  bool ssl_ = false;
  bool trust_all_ = false;
};

}  // namespace

Result<PostgresTarget> parse_postgres_url(std::string_view url, const sdk::Properties& driver) {
  if (!url.starts_with(kStart)) return bad_config(std::string(kForm));
  url.remove_prefix(kStart.size());
  SLUICE_ASSIGN_OR_RETURN(const auto parameters, take_jdbc_parameters(url, Plus::kBlank, kForm));
  std::string_view hosts = "localhost";
  if (url.starts_with("//")) {
    url.remove_prefix(2);
    const size_t slash = url.find('/');
    hosts = url.substr(0, slash);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1);
  } else if (url.starts_with('/')) {
    url.remove_prefix(1);
  }
  PostgresTarget target;
  Translation translation(target);
  std::string names;
  std::string ports;
  const auto database = decode_percents(url, Plus::kBlank);
  if (!split_hosts(hosts.empty() ? "localhost" : hosts, names, ports) || !database) {
    return bad_config(fmt::format("{}; the host, port or database of this one cannot be read", kForm));
  }
  translation.set("host", names);
  translation.set("port", ports);
  if (!database->empty()) translation.set("dbname", *database);
  target.place = fmt::format("{}:{}/{}", names, ports, *database);
  for (const auto& [name, value] : parameters) SLUICE_RETURN_IF_ERROR(translation.take(name, value));
  for (const auto& [name, value] : driver) SLUICE_RETURN_IF_ERROR(translation.take(name, value));
  translation.finish();
  return target;
}

}  // namespace sluice::connectors::sql
