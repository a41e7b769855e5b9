#include "tasks/worker_config.h"

#include "tasks/worker_config_keys.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigDef;
using sdk::ConfigType;
using sdk::Importance;
using sdk::NoDefault;

void define_core(ConfigDef& def) {
  def.define(key(
      "bootstrap.servers", ConfigType::kList, "localhost:9092", Importance::kHigh,
      "Brokers of the Kafka cluster that this worker and its connectors use: host:port, comma separated."));
  def.define(checked(key("client.dns.lookup", ConfigType::kString, "use_all_dns_ips", Importance::kMedium,
                         "How host names of brokers are looked up."),
                     sdk::one_of({"use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"})));
  def.define(key("key.converter", ConfigType::kClass, NoDefault{}, Importance::kHigh,
                 "Converter of record keys, for connectors that name none."));
  def.define(key("value.converter", ConfigType::kClass, NoDefault{}, Importance::kHigh,
                 "Converter of record values, for connectors that name none."));
  def.define(key("header.converter", ConfigType::kClass,
                 "org.apache.kafka.connect.storage.SimpleHeaderConverter", Importance::kLow,
                 "Converter of record headers, for connectors that name none."));
  for (const char* which : {"key", "value", "header"}) {
    def.define(key(std::string(which) + ".converter.plugin.version", ConfigType::kString, nullptr,
                   Importance::kLow, "Version of that converter."));
  }
  def.define(key("task.shutdown.graceful.timeout.ms", ConfigType::kLong, "5000", Importance::kLow,
                 "How long all tasks together may take to stop."));
  def.define(key("offset.flush.interval.ms", ConfigType::kLong, "60000", Importance::kLow,
                 "How often offsets are committed."));
  def.define(key("offset.flush.timeout.ms", ConfigType::kLong, "5000", Importance::kLow,
                 "How long a commit of offsets may take before it is given up until the next one."));
}

void define_plugins(ConfigDef& def) {
  def.define(key("plugin.path", ConfigType::kList, nullptr, Importance::kLow, "Folders that hold plugins."));
  def.define(checked(key("plugin.discovery", ConfigType::kString, "hybrid_warn", Importance::kLow,
                         "How a Java worker finds plugins; without a meaning here."),
                     sdk::one_of_ignoring_case({"only_scan", "service_load", "hybrid_warn", "hybrid_fail"})));
  def.define(
      key("config.providers", ConfigType::kList, "", Importance::kLow, "Aliases of config providers."));
  def.define(key("connector.client.config.override.policy", ConfigType::kString, "All", Importance::kLow,
                 "Which client settings a connector may override: All, None or Principal."));
}

void define_topics_and_metrics(ConfigDef& def) {
  def.define(key("topic.creation.enable", ConfigType::kBoolean, "true", Importance::kLow,
                 "Whether topic.creation.* of source connectors is followed."));
  def.define(key("topic.tracking.enable", ConfigType::kBoolean, "true", Importance::kLow,
                 "Whether the topics that a connector uses are recorded."));
  def.define(key("topic.tracking.allow.reset", ConfigType::kBoolean, "true", Importance::kLow,
                 "Whether that record may be reset by request."));
  def.define(checked(key("metrics.sample.window.ms", ConfigType::kLong, "30000", Importance::kLow,
                         "Length of the window over which a metrics sample is computed."),
                     sdk::at_least(int64_t{0})));
  def.define(checked(key("metrics.num.samples", ConfigType::kInt, "2", Importance::kLow,
                         "Number of windows kept for metrics."),
                     sdk::at_least(int64_t{1})));
  def.define(checked(key("metrics.recording.level", ConfigType::kString, "INFO", Importance::kLow,
                         "Highest recording level for metrics."),
                     sdk::one_of({"INFO", "DEBUG"})));
  def.define(key("metric.reporters", ConfigType::kList, "org.apache.kafka.common.metrics.JmxReporter",
                 Importance::kLow, "Metrics reporters of a Java worker; without a meaning here."));
}

void define_token_urls(ConfigDef& def) {
  def.define(
      key("sluice.oauthbearer.allowed.urls", ConfigType::kList, "", Importance::kLow,
          "Where clients with SASL OAUTHBEARER may get tokens: URLs of token endpoints, and of files. What a "
          "Java worker takes from the system property org.apache.kafka.sasl.oauthbearer.allowed.urls."));
}

void define_rest(ConfigDef& def) {
  def.define(
      key("listeners", ConfigType::kList, "http://:8083", Importance::kLow, "Where the REST API listens."));
  def.define(key("rest.advertised.host.name", ConfigType::kString, nullptr, Importance::kLow,
                 "Host name that other workers are given for this one."));
  def.define(key("rest.advertised.port", ConfigType::kInt, nullptr, Importance::kLow,
                 "Port that other workers are given."));
  def.define(key("rest.advertised.listener", ConfigType::kString, nullptr, Importance::kLow,
                 "Listener (http or https) that other workers are given."));
  def.define(key("access.control.allow.origin", ConfigType::kString, "", Importance::kLow,
                 "Origins allowed by CORS; empty turns CORS off."));
  def.define(key("access.control.allow.methods", ConfigType::kString, "", Importance::kLow,
                 "Methods allowed by CORS; empty: GET, POST, HEAD."));
  def.define(key("response.http.headers.config", ConfigType::kString, "", Importance::kLow,
                 "Rules for extra HTTP response headers."));
  def.define(
      key("rest.extension.classes", ConfigType::kList, "", Importance::kLow, "REST extensions, in order."));
  def.define(key("admin.listeners", ConfigType::kList, nullptr, Importance::kLow,
                 "Where the admin endpoints listen; unset: with the others; empty: nowhere."));
}

}  // namespace

const ConfigDef& common_worker_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    define_core(result);
    define_plugins(result);
    define_topics_and_metrics(result);
    define_token_urls(result);
    define_rest(result);
    return result;
  }();
  return def;
}

const ConfigDef& standalone_worker_config() {
  static const ConfigDef def = [] {
    ConfigDef result;
    result.define_all(common_worker_config());
    result.define(key("offset.storage.file.filename", ConfigType::kString, NoDefault{}, Importance::kHigh,
                      "File that keeps the offsets of source connectors."));
    return result;
  }();
  return def;
}

}  // namespace sluice::tasks
