#include "converters/registry_config.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::converters {
namespace {

using sdk::ConfigDefault;
using sdk::ConfigType;
using sdk::Importance;

constexpr const char* kTopicNames = "io.confluent.kafka.serializers.subject.TopicNameStrategy";
constexpr const char* kNoContext = "io.confluent.kafka.serializers.context.NullContextNameStrategy";
constexpr const char* kPrefixId = "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer";
constexpr const char* kDualId = "io.confluent.kafka.serializers.schema.id.DualSchemaIdDeserializer";

struct Option {
  const char* name;
  ConfigType type;
  ConfigDefault default_value;
  Importance importance;
  const char* doc;
};

void define_each(sdk::ConfigDef& def, std::initializer_list<Option> options, const char* group) {
  for (const Option& option : options) {
    def.define({.name = option.name,
                .type = option.type,
                .default_value = option.default_value,
                .importance = option.importance,
                .doc = option.doc,
                .group = group});
  }
}

void define_schema_options(sdk::ConfigDef& def) {
  define_each(
      def,
      {
          {"schema.registry.url", ConfigType::kList, sdk::NoDefault{}, Importance::kHigh,
           "URLs of the schema registry, tried in turn."},
          {"schema.registry.url.randomize", ConfigType::kBoolean, "false", Importance::kLow,
           "Begin with any of the URLs instead of the first."},
          {"auto.register.schemas", ConfigType::kBoolean, "true", Importance::kMedium,
           "Register the schemas of records that are written; else they must be there."},
          {"normalize.schemas", ConfigType::kBoolean, "false", Importance::kMedium,
           "Let the registry bring schemas into their normal form before it compares them."},
          {"use.latest.version", ConfigType::kBoolean, "false", Importance::kLow,
           "Write with the subject's latest version; needs auto.register.schemas=false."},
          {"latest.compatibility.strict", ConfigType::kBoolean, "true", Importance::kLow,
           "Refuse records whose own schema the latest version cannot read."},
          {"use.latest.with.metadata", ConfigType::kString, nullptr, Importance::kLow,
           "Write with the latest version that has these properties: key=value, separated by commas."},
          {"use.schema.id", ConfigType::kInt, "-1", Importance::kLow,
           "Write with the schema of this id; needs auto.register.schemas=false."},
          {"use.schema.guid", ConfigType::kString, nullptr, Importance::kLow,
           "Write with the schema of this GUID; needs auto.register.schemas=false."},
          {"id.compatibility.strict", ConfigType::kBoolean, "true", Importance::kLow,
           "Refuse records whose own schema that of use.schema.id cannot read."},
          {"key.subject.name.strategy", ConfigType::kClass, kTopicNames, Importance::kMedium,
           "Under which subject the schemas of keys are kept."},
          {"value.subject.name.strategy", ConfigType::kClass, kTopicNames, Importance::kMedium,
           "Under which subject the schemas of values are kept."},
          {"context.name.strategy", ConfigType::kClass, kNoContext, Importance::kLow,
           "Which context of the registry a topic belongs to; contexts also go into the URL."},
          {"key.schema.id.serializer", ConfigType::kClass, kPrefixId, Importance::kLow,
           "Where the id of a key's schema is written."},
          {"value.schema.id.serializer", ConfigType::kClass, kPrefixId, Importance::kLow,
           "Where the id of a value's schema is written."},
          {"key.schema.id.deserializer", ConfigType::kClass, kDualId, Importance::kLow,
           "Where the id of a key's schema is read: in a header, else before the payload."},
          {"value.schema.id.deserializer", ConfigType::kClass, kDualId, Importance::kLow,
           "Where the id of a value's schema is read: in a header, else before the payload."},
      },
      "Schemas");
}

void define_access_options(sdk::ConfigDef& def) {
  define_each(
      def,
      {
          {"basic.auth.credentials.source", ConfigType::kString, "URL", Importance::kMedium,
           "Where user and password of basic authentication stand: URL or USER_INFO."},
          {"basic.auth.user.info", ConfigType::kPassword, "", Importance::kMedium, "user:password"},
          {"schema.registry.basic.auth.user.info", ConfigType::kPassword, "", Importance::kLow,
           "The older name of basic.auth.user.info."},
          {"bearer.auth.credentials.source", ConfigType::kString, "STATIC_TOKEN", Importance::kMedium,
           "Where tokens come from: STATIC_TOKEN or OAUTHBEARER (client credentials)."},
          {"bearer.auth.token", ConfigType::kPassword, "", Importance::kMedium, "The token of STATIC_TOKEN."},
          {"bearer.auth.issuer.endpoint.url", ConfigType::kString, nullptr, Importance::kMedium,
           "The token endpoint of OAUTHBEARER."},
          {"bearer.auth.client.id", ConfigType::kString, nullptr, Importance::kMedium, "The client's id."},
          {"bearer.auth.client.secret", ConfigType::kPassword, nullptr, Importance::kMedium,
           "The client's secret."},
          {"bearer.auth.scope", ConfigType::kString, nullptr, Importance::kMedium, "The scope asked for."},
          {"bearer.auth.logical.cluster", ConfigType::kString, nullptr, Importance::kMedium,
           "Sent as header target-sr-cluster."},
          {"bearer.auth.identity.pool.id", ConfigType::kString, nullptr, Importance::kMedium,
           "Sent as header Confluent-Identity-Pool-Id."},
          {"proxy.host", ConfigType::kString, "", Importance::kLow,
           "An HTTP proxy on the way to the registry."},
          {"proxy.port", ConfigType::kInt, "-1", Importance::kLow, "The proxy's port."},
          {"http.connect.timeout.ms", ConfigType::kInt, "60000", Importance::kLow,
           "How long a connection may take."},
          {"http.read.timeout.ms", ConfigType::kInt, "60000", Importance::kLow,
           "How long the registry may be silent."},
          {"max.retries", ConfigType::kInt, "3", Importance::kLow, "How often a request is tried again."},
          {"retries.wait.ms", ConfigType::kInt, "1000", Importance::kLow,
           "The longest wait before the first retry; it doubles with each."},
          {"retries.max.wait.ms", ConfigType::kInt, "20000", Importance::kLow,
           "The longest wait before any retry."},
      },
      "Registry");
}

void define_cache_options(sdk::ConfigDef& def) {
  define_each(
      def,
      {
          {"max.schemas.per.subject", ConfigType::kInt, "1000", Importance::kLow,
           "How many schemas are remembered; the least recently used goes first."},
          {"latest.cache.size", ConfigType::kInt, "1000", Importance::kLow,
           "Accepted; max.schemas.per.subject bounds every cache."},
          {"latest.cache.ttl.sec", ConfigType::kInt, "-1", Importance::kLow,
           "How long the latest version is remembered; -1: for ever."},
          {"missing.id.cache.ttl.sec", ConfigType::kLong, "10", Importance::kLow,
           "How long it is remembered that the registry does not have something."},
          {"sluice.registry.saved.schemas.dir", ConfigType::kString, nullptr, Importance::kLow,
           "A folder where schemas are kept for the time when no registry can be reached. Sluice only."},
      },
      "Caches");
}

Result<std::map<std::string, std::string>> read_metadata(const sdk::Config& config) {
  static constexpr const char* kName = "use.latest.with.metadata";
  std::map<std::string, std::string> properties;
  std::string_view rest = config.get_string(kName);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return bad_config(
          fmt::format("Invalid value {} for configuration {}: it must be key=value, separated by commas",
                      config.get_string(kName), kName));
    }
    properties.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
  }
  return properties;
}

// What Sluice has only one of.
Status require(const sdk::Config& config, const std::string& name,
               std::initializer_list<std::string_view> known) {
  const std::string& value = config.get_string(name);
  const std::string_view simple = std::string_view(value).substr(value.rfind('.') + 1);
  if (std::ranges::find(known, simple) != known.end()) return {};
  return bad_config(fmt::format("Invalid value {} for configuration {}: Sluice has {} only", value, name,
                                fmt::join(known, ", ")));
}

}  // namespace

void define_registry_options(sdk::ConfigDef& def) {
  define_schema_options(def);
  define_access_options(def);
  define_cache_options(def);
}

Result<RegistryConfig> read_registry_config(const sdk::Config& config, sdk::ConverterRole role) {
  RegistryConfig out;
  SchemaChoice& choice = out.choice;
  choice.auto_register = config.get_boolean("auto.register.schemas");
  choice.normalize = config.get_boolean("normalize.schemas");
  choice.use_latest = config.get_boolean("use.latest.version");
  choice.latest_strict = config.get_boolean("latest.compatibility.strict");
  choice.id_strict = config.get_boolean("id.compatibility.strict");
  choice.use_guid = config.get_string("use.schema.guid");
  if (const int64_t id = config.get_int("use.schema.id"); id >= 0) choice.use_id = static_cast<int32_t>(id);
  SLUICE_ASSIGN_OR_RETURN(choice.latest_with_metadata, read_metadata(config));
  const std::string role_name = role == sdk::ConverterRole::kKey ? "key" : "value";
  const std::string strategy = role_name + ".subject.name.strategy";
  SLUICE_ASSIGN_OR_RETURN(out.subjects, SubjectNames::make(strategy, config.get_string(strategy), role));
  SLUICE_RETURN_IF_ERROR(require(config, "context.name.strategy", {"NullContextNameStrategy"}));
  const std::string serializer = role_name + ".schema.id.serializer";
  SLUICE_RETURN_IF_ERROR(
      require(config, serializer, {"PrefixSchemaIdSerializer", "HeaderSchemaIdSerializer"}));
  out.guid_in_header = config.get_string(serializer).ends_with("HeaderSchemaIdSerializer");
  SLUICE_RETURN_IF_ERROR(require(config, role_name + ".schema.id.deserializer",
                                 {"DualSchemaIdDeserializer", "PrefixSchemaIdDeserializer"}));
  out.schemas_max = static_cast<size_t>(std::max<int64_t>(config.get_int("max.schemas.per.subject"), 1));
  return out;
}

}  // namespace sluice::converters
