#include "kafka/client_config.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "kafka/property_table.h"
#include "kafka/translation.h"

namespace sluice::kafka {
namespace {

constexpr int64_t kRequestTimeoutMs = 30'000;

// Where the library's defaults differ from Java's in what a user would notice.
constexpr std::pair<std::string_view, std::string_view> kCommonDefaults[] = {
    {"connections.max.idle.ms", "540000"},
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "1000"},
    {"socket.connection.setup.timeout.ms", "10000"},
    // Brokers close idle connections all the time.
    {"log.connection.close", "false"},
    // Else a response beyond 100 MB (one large message is enough) would never get through.
    {"receive.message.max.bytes", "2147483647"},
};

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_host(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '%' || c == ':';
  });
}

// "PLAINTEXT://host:1" to "host:1", as Java does.
std::string_view without_scheme(std::string_view url) {
  const size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url : url.substr(scheme + 3);
}

Status translate_bootstrap(Translation& translation) {
  const std::string* servers = translation.given_text("bootstrap.servers");
  if (servers == nullptr) {
    return bad_config("Missing required configuration \"bootstrap.servers\" which has no default value.");
  }
  std::string joined;
  for (const std::string& url : split_list(*servers)) {
    const std::string_view address = without_scheme(url);
    const size_t colon = std::min(address.rfind(':'), address.size());
    if (!is_host(address.substr(0, colon)) || colon == address.size() ||
        !is_port(address.substr(colon + 1))) {
      return bad_config(fmt::format("Invalid url in bootstrap.servers: {} (allowed: host:port)", url));
    }
    joined.append(joined.empty() ? "" : ",").append(address);
  }
  if (joined.empty()) return bad_config("No resolvable bootstrap urls given in bootstrap.servers");
  translation.set("bootstrap.servers", joined);
  return {};
}

void translate_common(Translation& translation, std::string_view client_id) {
  const std::string* id = translation.given_text("client.id");
  translation.set("client.id", id == nullptr ? std::string(client_id) : *id);

  const int64_t age = translation.number("metadata.max.age.ms", translation.config.metadata_max_age_ms);
  translation.config.metadata_max_age_ms = age;
  translation.set("topic.metadata.refresh.interval.ms", std::clamp<int64_t>(age, 100, 3'600'000));
  translation.set(
      "socket.timeout.ms",
      std::clamp<int64_t>(translation.number("request.timeout.ms", kRequestTimeoutMs), 10, 300'000));
  translation.config.default_api_timeout_ms =
      translation.number("default.api.timeout.ms", translation.config.default_api_timeout_ms);

  if (translation.config.kind == ClientKind::kAdmin) translation.set_default("enable.metrics.push", "false");
  for (const auto& [name, value] : kCommonDefaults) translation.set_default(name, value);
}

// The library wants first <= longest; Java raises the longest silently.
void order_backoffs(Translation& translation, std::string_view first, std::string_view longest) {
  int64_t values[2] = {0, 0};
  for (const auto& [name, value] : translation.config.settings) {
    if (name == first) values[0] = to_number(value);
    if (name == longest) values[1] = to_number(value);
  }
  if (values[0] > values[1]) translation.set(longest, values[0]);
}

// Checks every property against its rule; sets what needs no thought.
Status check_all(Translation& translation, const sdk::Properties& properties) {
  ClientConfig& config = translation.config;
  for (const auto& [name, value] : properties) {
    const PropertyRule* rule = find_rule(config.kind, name);
    if (rule == nullptr || rule->treatment == Treatment::kMeaningless) {
      config.ignored.push_back(name);
      continue;
    }
    if (rule->treatment == Treatment::kRefused) {
      if (trimmed(value).empty()) continue;
      return invalid_value(*rule, value, rule->note);
    }
    SLUICE_ASSIGN_OR_RETURN(std::string checked, checked_value(*rule, value));
    if (rule->treatment == Treatment::kMapped) translation.set(rule->native, checked);
    translation.checked.emplace(name, std::move(checked));
  }
  return {};
}

}  // namespace

Result<ClientConfig> translate(ClientKind kind, const sdk::Properties& java_properties,
                               std::string_view client_id) {
  Translation translation(kind);
  SLUICE_RETURN_IF_ERROR(check_all(translation, java_properties));
  SLUICE_RETURN_IF_ERROR(translate_bootstrap(translation));
  SLUICE_RETURN_IF_ERROR(translate_security(translation));
  if (kind == ClientKind::kProducer) SLUICE_RETURN_IF_ERROR(translate_producer(translation));
  if (kind == ClientKind::kConsumer) SLUICE_RETURN_IF_ERROR(translate_consumer(translation));
  translate_common(translation, client_id);
  order_backoffs(translation, "reconnect.backoff.ms", "reconnect.backoff.max.ms");
  translation.set_default("retry.backoff.max.ms", "1000");
  order_backoffs(translation, "retry.backoff.ms", "retry.backoff.max.ms");
  return std::move(translation.config);
}

const std::string* Translation::given(std::string_view java) const {
  const auto found = checked.find(java);
  return found == checked.end() ? nullptr : &found->second;
}

const std::string* Translation::given_text(std::string_view java) const {
  const std::string* text = given(java);
  return text == nullptr || text->empty() ? nullptr : text;
}

int64_t Translation::number(std::string_view java, int64_t otherwise) const {
  const std::string* text = given(java);
  return text == nullptr ? otherwise : to_number(*text);
}

bool Translation::flag(std::string_view java, bool otherwise) const {
  const std::string* text = given(java);
  return text == nullptr ? otherwise : *text == "true";
}

bool Translation::has(std::string_view native) const {
  return std::any_of(config.settings.begin(), config.settings.end(),
                     [native](const auto& setting) { return setting.first == native; });
}

void Translation::set(std::string_view native, std::string value) {
  for (auto& setting : config.settings) {
    if (setting.first != native) continue;
    setting.second = std::move(value);
    return;
  }
  config.settings.emplace_back(native, std::move(value));
}

void Translation::set_default(std::string_view native, std::string_view value) {
  if (!has(native)) set(native, std::string(value));
}

Error Translation::invalid(std::string_view java, std::string_view why) const {
  const PropertyRule* rule = find_rule(config.kind, java);
  const std::string* value = given(java);
  return invalid_value(*rule, value == nullptr ? std::string_view("null") : std::string_view(*value), why);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    if (!item.empty()) items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

}  // namespace sluice::kafka
