#include "connectors/sql/mariadb/url.h"

#include <fmt/core.h>

#include <charconv>
#include <functional>
#include <map>
#include <optional>

#include "connectors/sql/jdbc_parameters.h"
#include "connectors/sql/letter_case.h"

namespace sluice::connectors::sql {
namespace {

constexpr int kDefaultPort = 3306;
constexpr std::string_view kForm =
    "A MySQL or MariaDB URL is "
    "jdbc:mysql://host:port/database?user=…&sslMode=…, or the same with "
    "jdbc:mariadb:";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Parts between `separator`s that stand in no parentheses and no quotes.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  char quote = '\0';
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (c == separator && depth <= 0) {
      parts.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (start < text.size()) parts.push_back(trim(text.substr(start)));
  return parts;
}

bool parse_port(std::string_view text, int& port) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && port >= 1 && port <= 65'535;
}

/// As in JDBC, `localhost` is a host and never a socket: libmariadb would take
/// it for one.
std::string tcp_host(std::string_view host) {
  if (host.empty() || lower_case(host) == "localhost") return "127.0.0.1";
  return std::string(host);
}

/// "host:port", "[::1]:3307", "(host=h,port=1)", "address=(host=h)(port=1)"
class HostReader {
 public:
  explicit HostReader(MariaDbTarget& target) : target_(target) {}

  bool read(std::string_view hosts) {
    for (const std::string_view host : split(hosts, ',')) {
      if (!(host.starts_with('(') || host.starts_with("address=") ? read_pairs(host) : read_plain(host)))
        return false;
    }
    if (target_.hosts.empty()) target_.hosts.emplace_back(tcp_host(""), kDefaultPort);
    return true;
  }

 private:
  bool read_plain(std::string_view text) {
    if (const size_t at = text.rfind('@'); at != std::string_view::npos) {
      const std::string_view who = text.substr(0, at);
      const size_t colon = who.find(':');
      const auto user = decode_percents(who.substr(0, colon), Plus::kItself);
      const auto password =
          decode_percents(colon == std::string_view::npos ? "" : who.substr(colon + 1), Plus::kItself);
      if (!user || !password) return false;
      target_.user = *user;
      target_.password = *password;
      text = text.substr(at + 1);
    }
    int port = kDefaultPort;
    const size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
    if (text.starts_with('[') && bracket == std::string_view::npos) return false;
    const size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos && !parse_port(text.substr(colon + 1), port)) return false;
    text = text.substr(0, colon);
    if (bracket != std::string_view::npos) text = text.substr(1, bracket - 1);
    target_.hosts.emplace_back(tcp_host(text), port);
    return text.find('\0') == std::string_view::npos;
  }

  bool read_pairs(std::string_view text) {
    std::string host;
    int port = kDefaultPort;
    for (size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
      const size_t close = text.find(')', open);
      if (close == std::string_view::npos) return false;
      for (const std::string_view pair : split(text.substr(open + 1, close - open - 1), ',')) {
        const size_t equals = pair.find('=');
        if (equals == std::string_view::npos) return false;
        const std::string key = lower_case(trim(pair.substr(0, equals)));
        const std::string_view value = trim(pair.substr(equals + 1));
        if (key == "host") host = value;
        if (key == "port" && !parse_port(value, port)) return false;
        if (key == "user") target_.user = value;
        if (key == "password") target_.password = value;
      }
    }
    target_.hosts.emplace_back(tcp_host(host), port);
    return host.find('\0') == std::string::npos;
  }

  MariaDbTarget& target_;
};

bool truth(const std::string& value) {
  const std::string word = lower_case(value);
  return word.empty() || word == "true" || word == "yes" || word == "1";
}

Error unknown_value(const std::string& name, const std::string& value, std::string_view allowed) {
  return bad_config(fmt::format("{} '{}' is not known; allowed: {}", name, value, allowed));
}

class Translation {
 public:
  Translation(MariaDbTarget& target, bool mariadb) : target_(target), mariadb_(mariadb) {}

  Status take(const std::string& given, const std::string& value) {
    const std::string name = lower_case(given);
    if (const auto text = texts().find(name); text != texts().end()) {
      target_.*(text->second) = value;
      return {};
    }
    if (const auto flag = flags().find(name); flag != flags().end()) {
      target_.*(flag->second) = truth(value);
      return {};
    }
    if (name == "connecttimeout") return take_ms(given, value, target_.connect_timeout_ms);
    if (name == "sockettimeout") return take_ms(given, value, target_.socket_timeout_ms);
    if (name == "sessionvariables") return take_variables(value);
    if (name == "zerodatetimebehavior") return take_zero_dates(given, value);
    if (name == "sslmode") return take_tls(given, value);
    if (name.ends_with("keystoreurl")) return take_store(given, name, value);
    if (name == "keystore" || name == "truststore") return take_store(given, name, value);
    if (name == "usessl") {
      use_ssl_ = truth(value);
    } else if (name == "requiressl") {
      require_ = truth(value);
    } else if (name == "verifyservercertificate") {
      verify_ = truth(value);
    } else if (name == "trustservercertificate") {
      trust_all_ = truth(value);
    } else {
      target_.ignored.push_back(given);
    }
    return {};
  }

  void finish() {
    if (tls_) {
      target_.tls = *tls_;
    } else if (use_ssl_) {
      const bool verify = verify_.value_or(mariadb_ && !trust_all_);
      target_.tls = !*use_ssl_             ? mysql::Tls::kOff
                    : verify               ? mysql::Tls::kVerified
                    : require_ || mariadb_ ? mysql::Tls::kRequired
                                           : mysql::Tls::kPreferred;
    } else {
      // Connector/J uses TLS where the server offers it, MariaDB's driver where
      // it is asked to.
      target_.tls = mariadb_ ? mysql::Tls::kOff : mysql::Tls::kPreferred;
    }
  }

 private:
  using TextMember = std::string MariaDbTarget::*;
  using FlagMember = bool MariaDbTarget::*;
  static const std::map<std::string, TextMember, std::less<>>& texts() {
    static const std::map<std::string, TextMember, std::less<>> kTexts{
        {"user", &MariaDbTarget::user},
        {"password", &MariaDbTarget::password},
        {"localsocket", &MariaDbTarget::socket_path},
        {"serversslcert", &MariaDbTarget::trust_file},
        {"clientsslcert", &MariaDbTarget::certificate_file},
        {"clientsslkey", &MariaDbTarget::key_file},
        {"keypassword", &MariaDbTarget::key_password},
        {"serverrsapublickeyfile", &MariaDbTarget::public_key_file},
    };
    return kTexts;
  }
  static const std::map<std::string, FlagMember, std::less<>>& flags() {
    static const std::map<std::string, FlagMember, std::less<>> kFlags{
        {"usecompression", &MariaDbTarget::compress},
        {"tinyint1isbit", &MariaDbTarget::tiny_is_bit},
        {"transformedbitisboolean", &MariaDbTarget::bit_is_boolean},
        {"yearisdatetype", &MariaDbTarget::year_is_date},
    };
    return kFlags;
  }

  static Status take_ms(const std::string& name, const std::string& value, int64_t& to) {
    int64_t ms = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), ms);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() || ms < 0)
      return bad_config(fmt::format("{} '{}' is not a number of milliseconds", name, value));
    if (ms > 0) to = ms;
    return {};
  }

  Status take_variables(const std::string& value) {
    for (const char separator : {',', ';'}) {
      const auto parts = split(value, separator);
      if (parts.size() < 2 && separator == ',' && value.find(';') != std::string::npos) continue;
      for (const std::string_view pair : parts) {
        const size_t equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0)
          return bad_config("sessionVariables is a list of name=value, separated by commas");
        target_.session_variables.emplace_back(trim(pair.substr(0, equals)), trim(pair.substr(equals + 1)));
      }
      break;
    }
    return {};
  }

  Status take_zero_dates(const std::string& name, const std::string& value) {
    const std::string word = lower_case(value);
    if (word == "exception") {
      target_.zero_dates = ZeroDates::kError;
    } else if (word == "convert_to_null" || word == "converttonull") {
      target_.zero_dates = ZeroDates::kNull;
    } else if (word == "round") {
      target_.zero_dates = ZeroDates::kRound;
    } else {
      return unknown_value(name, value, "EXCEPTION, CONVERT_TO_NULL, ROUND");
    }
    return {};
  }

  /// The words of both drivers.
  Status take_tls(const std::string& name, const std::string& value) {
    static const std::map<std::string, mysql::Tls, std::less<>> kModes{
        {"disabled", mysql::Tls::kOff},         {"disable", mysql::Tls::kOff},
        {"preferred", mysql::Tls::kPreferred},  {"required", mysql::Tls::kRequired},
        {"trust", mysql::Tls::kRequired},       {"verify_ca", mysql::Tls::kVerified},
        {"verify-ca", mysql::Tls::kVerified},   {"verify_identity", mysql::Tls::kVerified},
        {"verify-full", mysql::Tls::kVerified},
    };
    const auto found = kModes.find(lower_case(value));
    if (found == kModes.end())
      return unknown_value(name, value, "DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY");
    tls_ = found->second;
    return {};
  }

  Status take_store(const std::string& given, const std::string& name, const std::string& value) {
    std::string_view path = value;
    if (path.starts_with("file:")) path.remove_prefix(5);
    while (path.starts_with("//")) path.remove_prefix(1);
    if (!path.ends_with(".pem") && !path.ends_with(".crt")) {
      return bad_config(
          fmt::format("{} names a Java key store; give PEM files instead, by "
                      "serverSslCert (whom to trust), "
                      "clientSslCert and clientSslKey",
                      given));
    }
    const bool trust = name.starts_with("trust");
    (trust ? target_.trust_file : target_.certificate_file) = path;
    if (!trust) target_.key_file = path;
    return {};
  }

  MariaDbTarget& target_;
  const bool mariadb_;
  std::optional<mysql::Tls> tls_;
  std::optional<bool> use_ssl_;
  std::optional<bool> verify_;
  bool require_ = false;
  bool trust_all_ = false;
};

/// What stands before "//": the product, and how hosts are chosen, which is
/// always in turn here.
std::optional<bool> read_start(std::string_view& url) {
  constexpr std::string_view kMySql = "jdbc:mysql:";
  constexpr std::string_view kMariaDb = "jdbc:mariadb:";
  const bool mariadb = url.starts_with(kMariaDb);
  if (!mariadb && !url.starts_with(kMySql)) return std::nullopt;
  url.remove_prefix(mariadb ? kMariaDb.size() : kMySql.size());
  for (const std::string_view mode :
       {"loadbalance:", "load-balance:", "replication:", "sequential:", "failover:"}) {
    if (!url.starts_with(mode)) continue;
    url.remove_prefix(mode.size());
    break;
  }
  if (!url.starts_with("//")) return std::nullopt;
  url.remove_prefix(2);
  return mariadb;
}

std::string place_of(const MariaDbTarget& target) {
  std::string place = target.socket_path;
  for (const auto& [host, port] : target.hosts) {
    if (target.socket_path.empty()) place += fmt::format("{}{}:{}", place.empty() ? "" : ",", host, port);
  }
  return place + "/" + target.database;
}

}  // namespace

Result<MariaDbTarget> parse_mariadb_url(std::string_view url, const sdk::Properties& driver) {
  const auto mariadb = read_start(url);
  if (!mariadb) return bad_config(std::string(kForm));
  SLUICE_ASSIGN_OR_RETURN(const auto parameters, take_jdbc_parameters(url, Plus::kItself, kForm));
  const size_t slash = url.find('/');
  const auto database = decode_percents(
      slash == std::string_view::npos ? std::string_view() : url.substr(slash + 1), Plus::kItself);
  MariaDbTarget target;
  if (!database || !HostReader(target).read(url.substr(0, slash)))
    return bad_config(fmt::format("{}; the host, port or database of this one cannot be read", kForm));
  target.database = *database;
  Translation translation(target, *mariadb);
  for (const auto& [name, value] : parameters) SLUICE_RETURN_IF_ERROR(translation.take(name, value));
  for (const auto& [name, value] : driver) SLUICE_RETURN_IF_ERROR(translation.take(name, value));
  translation.finish();
  target.place = place_of(target);
  return target;
}

}  // namespace sluice::connectors::sql
