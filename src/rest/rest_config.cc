#include "rest/rest_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "rest/machine_address.h"
#include "rest/tls_config.h"

namespace sluice::rest {
namespace {

using sdk::ConfigDef;
using sdk::ConfigType;
using sdk::Importance;

constexpr const char* kBasicAuthClass =
    "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension";

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::vector<std::string> list_of(const sdk::Properties& worker, const char* key) {
  const std::string* text = sdk::find(worker, key);
  if (text == nullptr) return {};
  const auto item = sdk::parse_config_item(key, ConfigType::kList, *text);
  return std::get<std::vector<std::string>>(item.value());
}

std::string text_of(const sdk::Properties& worker, const char* key) {
  const std::string* text = sdk::find(worker, key);
  return text == nullptr ? std::string() : *text;
}

Result<std::vector<ListenAddress>> parse_listeners(const std::vector<std::string>& texts) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) {
    SLUICE_ASSIGN_OR_RETURN(ListenAddress address, parse_listener(text));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

Result<std::string> read_file(const std::string& file, const char* what) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    // An empty file reads as a failure too.
    if (stream.is_open()) return std::string();
    return bad_config(fmt::format("{}: could not read {}", what, file));
  }
  return std::move(text).str();
}

/// -Djava.security.auth.login.config=… of the JVM that this worker stands for.
std::string jaas_file_of_environment() {
  constexpr std::string_view kOption = "-Djava.security.auth.login.config=";
  for (const char* variable : {"KAFKA_OPTS", "EXTRA_ARGS"}) {
    const char* value = std::getenv(variable);
    const std::string_view text = value == nullptr ? std::string_view() : std::string_view(value);
    const size_t at = text.find(kOption);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + kOption.size());
    return std::string(rest.substr(0, rest.find(' ')));
  }
  return {};
}

Status read_users(const sdk::Properties& worker, const sdk::Config& own, RestOptions& options) {
  const std::string& users_file = own.get_string("sluice.rest.users.file");
  const auto extensions = list_of(worker, "rest.extension.classes");
  for (const std::string& extension : extensions) {
    if (extension != kBasicAuthClass && extension != "BasicAuthSecurityRestExtension") {
      return bad_config(fmt::format("rest.extension.classes: {} cannot be loaded; only {} is known here",
                                    extension, kBasicAuthClass));
    }
  }
  if (!users_file.empty()) {
    SLUICE_ASSIGN_OR_RETURN(const std::string text, read_file(users_file, "sluice.rest.users.file"));
    SLUICE_ASSIGN_OR_RETURN(options.users, parse_users(text, users_file));
    options.names_scheme = true;
    return {};
  }
  if (extensions.empty()) return {};
  std::string jaas_file = own.get_string("sluice.rest.jaas.file");
  if (jaas_file.empty()) jaas_file = jaas_file_of_environment();
  if (jaas_file.empty()) {
    return bad_config(
        "rest.extension.classes asks for basic authentication; name the JAAS file in sluice.rest.jaas.file, "
        "or "
        "as -Djava.security.auth.login.config=… in KAFKA_OPTS");
  }
  SLUICE_ASSIGN_OR_RETURN(const std::string jaas, read_file(jaas_file, "JAAS configuration"));
  SLUICE_ASSIGN_OR_RETURN(const std::string credentials, credentials_file_of_jaas(jaas, jaas_file));
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_file(credentials, "credentials file"));
  SLUICE_ASSIGN_OR_RETURN(options.users, parse_java_users(text, credentials));
  return {};
}

void read_limits(const sdk::Config& own, RestOptions& options) {
  using std::chrono::milliseconds;
  options.limits.body_bytes_max = static_cast<size_t>(own.get_int("sluice.rest.request.bytes.max"));
  options.limits.head_bytes_max = static_cast<size_t>(own.get_int("sluice.rest.header.bytes.max"));
  options.limits.connections_max = static_cast<size_t>(own.get_int("sluice.rest.connections.max"));
  options.limits.idle_timeout = milliseconds(own.get_int("sluice.rest.idle.timeout.ms"));
  options.limits.head_timeout = milliseconds(own.get_int("sluice.rest.header.timeout.ms"));
  options.limits.stall_timeout = milliseconds(own.get_int("sluice.rest.stall.timeout.ms"));
  options.io_threads = static_cast<int>(own.get_int("sluice.rest.io.threads"));
  options.allowed_hosts = own.get_list("sluice.rest.allowed.hosts");
}

Status read_advertised(const sdk::Properties& worker, RestOptions& options) {
  if (const auto host = text_of(worker, "rest.advertised.host.name"); !host.empty())
    options.advertised_host = host;
  if (const auto port = text_of(worker, "rest.advertised.port"); !port.empty()) {
    const auto item = sdk::parse_config_item("rest.advertised.port", ConfigType::kInt, port);
    const int64_t number = item.ok() ? std::get<int64_t>(*item) : -1;
    if (number < 0 || number > 65535) {
      return bad_config(
          fmt::format("Invalid value {} for configuration rest.advertised.port: it must be a port", port));
    }
    options.advertised_port = static_cast<uint16_t>(number);
  }
  const auto listener = lower(text_of(worker, "rest.advertised.listener"));
  if (listener.empty()) return {};
  if (listener != "http" && listener != "https") {
    return bad_config(fmt::format(
        "Invalid value {} for configuration rest.advertised.listener: it must be http or https", listener));
  }
  options.advertised_listener = listener;
  return {};
}

bool has_https(const std::vector<ListenAddress>& listeners) {
  return std::any_of(listeners.begin(), listeners.end(),
                     [](const ListenAddress& listener) { return listener.is_https; });
}

void define(ConfigDef& def, const char* name, ConfigType type, sdk::ConfigDefault fallback, const char* doc,
            std::optional<sdk::Validator> validator = std::nullopt) {
  sdk::ConfigKey key;
  key.name = name;
  key.type = type;
  key.default_value = std::move(fallback);
  key.validator = std::move(validator);
  key.importance = Importance::kLow;
  key.doc = doc;
  def.define(std::move(key));
}

void define_limits(ConfigDef& def) {
  const auto positive = sdk::at_least(int64_t{1});
  define(def, "sluice.rest.request.bytes.max", ConfigType::kLong, "33554432",
         "Largest request body in bytes; a larger one is answered with 413.", sdk::at_least(int64_t{1024}));
  define(def, "sluice.rest.header.bytes.max", ConfigType::kInt, "32768",
         "Largest request head in bytes; a larger one is answered with 431.", sdk::at_least(int64_t{1024}));
  define(def, "sluice.rest.connections.max", ConfigType::kInt, "2000",
         "Most connections at a time; beyond that the longest idle one is closed.",
         sdk::at_least(int64_t{8}));
  define(def, "sluice.rest.idle.timeout.ms", ConfigType::kLong, "60000",
         "How long a connection may wait between two requests.", positive);
  define(def, "sluice.rest.header.timeout.ms", ConfigType::kLong, "15000",
         "How long the head of a request, or a TLS handshake, may take.", positive);
  define(def, "sluice.rest.stall.timeout.ms", ConfigType::kLong, "30000",
         "How long the body of a request or the reading of an answer may stand still.", positive);
  define(def, "sluice.rest.io.threads", ConfigType::kInt, "2",
         "Threads that serve all HTTP connections and the links to other workers.", sdk::between(1, 64));
}

void define_access(ConfigDef& def) {
  define(
      def, "sluice.rest.users.file", ConfigType::kString, nullptr,
      "File of the users of the REST API, one name:role:hash per line; roles are viewer, operator and admin, "
      "hashes are made by `sluice hash-password`. Unset: no users of ours.");
  define(def, "sluice.rest.jaas.file", ConfigType::kString, nullptr,
         "JAAS file with the login context KafkaConnect, for the basic authentication of "
         "rest.extension.classes; unset: as named by -Djava.security.auth.login.config in KAFKA_OPTS.");
  define(def, "sluice.rest.allowed.hosts", ConfigType::kList, "",
         "Host names, without ports, that a request's Host header may have; others are answered with 421. "
         "Empty: "
         "any, as in Kafka Connect.");
}

}  // namespace

const ConfigDef& rest_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    define_tls(result);
    define_access(result);
    define_limits(result);
    return result;
  }();
  return def;
}

Result<ListenAddress> parse_listener(std::string_view text) {
  const size_t scheme = text.find("://");
  const size_t colon = text.rfind(':');
  const auto wrong = [] {
    return bad_config("Listener doesn't have the right format (protocol://hostname:port).");
  };
  if (scheme == std::string_view::npos || colon <= scheme) return wrong();
  ListenAddress address;
  const std::string protocol = lower(text.substr(0, scheme));
  std::string_view host = text.substr(scheme + 3, colon - scheme - 3);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  const bool is_host = std::all_of(host.begin(), host.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-%._:").find(c) != std::string_view::npos;
  });
  if (!is_host || port.empty() || code != std::errc() || end != port.data() + port.size()) return wrong();
  if (protocol != "http" && protocol != "https")
    return bad_config("Listener protocol must be either \"http\" or \"https\".");
  address.is_https = protocol == "https";
  address.host = host;
  return address;
}

Result<RestOptions> read_rest_options(const sdk::Properties& worker) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config own, rest_config().parse(worker));
  RestOptions options;
  auto listeners = list_of(worker, "listeners");
  if (listeners.empty()) listeners.emplace_back("http://:8083");
  SLUICE_ASSIGN_OR_RETURN(options.listeners, parse_listeners(listeners));
  options.admin_on_regular = !worker.contains("admin.listeners");
  auto admin = list_of(worker, "admin.listeners");
  std::erase_if(admin, [](const std::string& text) { return text.empty(); });
  SLUICE_ASSIGN_OR_RETURN(options.admin_listeners, parse_listeners(admin));
  SLUICE_RETURN_IF_ERROR(read_advertised(worker, options));
  options.cors =
      Cors(text_of(worker, "access.control.allow.origin"), text_of(worker, "access.control.allow.methods"));
  SLUICE_ASSIGN_OR_RETURN(options.header_rules,
                          HeaderRules::parse(text_of(worker, "response.http.headers.config")));
  SLUICE_RETURN_IF_ERROR(read_users(worker, own, options));
  read_limits(own, options);
  if (has_https(options.listeners)) {
    SLUICE_ASSIGN_OR_RETURN(options.tls, read_server_tls(worker, "listeners.https."));
  }
  if (has_https(options.admin_listeners)) {
    SLUICE_ASSIGN_OR_RETURN(options.admin_tls, read_server_tls(worker, "admin.listeners.https."));
  }
  if (has_https(options.listeners)) {
    SLUICE_ASSIGN_OR_RETURN(options.client_tls, read_client_tls(worker, "listeners.https."));
  }
  return options;
}

std::string advertised_url(const RestOptions& options, const std::vector<uint16_t>& ports) {
  const bool has_http = std::any_of(options.listeners.begin(), options.listeners.end(),
                                    [](const ListenAddress& listener) { return !listener.is_https; });
  const std::string protocol = options.advertised_listener.value_or(has_http ? "http" : "https");
  std::string host = options.advertised_host.value_or("");
  uint16_t port = options.advertised_port.value_or(0);
  for (size_t i = 0; i < options.listeners.size() && i < ports.size(); ++i) {
    if (options.listeners[i].is_https != (protocol == "https")) continue;
    if (host.empty()) host = options.listeners[i].host;
    if (port == 0) port = ports[i];
    break;
  }
  if (host.empty() || host == "0.0.0.0" || host == "::") host = machine_address();
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return fmt::format("{}://{}:{}/", protocol, host, port);
}

}  // namespace sluice::rest
