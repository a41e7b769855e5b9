// The keys of io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector, both generations, as far as the
// formats go.

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "connectors/object_store/names.h"
#include "connectors/object_store/options.h"
#include "connectors/object_store/time_zone.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::ConfigDef;
using sdk::ConfigDefault;
using sdk::ConfigType;
using sdk::Importance;

constexpr const char* kNameTemplate = "{{topic}}-{{partition}}-{{start_offset}}";

void add(ConfigDef& def, std::string name, ConfigType type, ConfigDefault value, std::string doc,
         std::optional<sdk::Validator> validator = std::nullopt) {
  def.define({.name = std::move(name),
              .type = type,
              .default_value = std::move(value),
              .validator = std::move(validator),
              .importance = Importance::kMedium,
              .doc = std::move(doc)});
}

void define_store(ConfigDef& def) {
  add(def, "aws.access.key.id", ConfigType::kPassword, nullptr, "The access key id.");
  add(def, "aws.secret.access.key", ConfigType::kPassword, nullptr, "The secret access key.");
  add(def, "aws_access_key_id", ConfigType::kPassword, nullptr, "Older name of aws.access.key.id.");
  add(def, "aws_secret_access_key", ConfigType::kPassword, nullptr, "Older name of aws.secret.access.key.");
  add(def, "aws.credentials.provider", ConfigType::kClass,
      "com.amazonaws.auth.DefaultAWSCredentialsProviderChain",
      "Where credentials come from if no key is given.");
  add(def, "aws.s3.bucket.name", ConfigType::kString, nullptr, "The bucket.");
  add(def, "aws_s3_bucket", ConfigType::kString, nullptr, "Older name of aws.s3.bucket.name.");
  add(def, "aws.s3.endpoint", ConfigType::kString, nullptr, "The endpoint, if it is not Amazon's.");
  add(def, "aws_s3_endpoint", ConfigType::kString, nullptr, "Older name of aws.s3.endpoint.");
  add(def, "aws.s3.region", ConfigType::kString, nullptr, "The region.");
  add(def, "aws_s3_region", ConfigType::kString, nullptr, "Older name of aws.s3.region.");
  add(def, "aws.s3.prefix", ConfigType::kString, nullptr, "What object names begin with.");
  add(def, "aws_s3_prefix", ConfigType::kString, nullptr, "Older name of aws.s3.prefix.");
  add(def, "file.prefix.template", ConfigType::kString, nullptr, "Newer name of aws.s3.prefix.");
  add(def, "aws.s3.sse.algorithm", ConfigType::kString, nullptr, "Server-side encryption.");
  add(def, "aws.s3.part.size.bytes", ConfigType::kInt, "5242880", "Bytes of a part of a multipart upload.",
      sdk::at_least(int64_t{5} << 20));
  add(def, "aws.s3.backoff.delay.ms", ConfigType::kLong, "100",
      "First pause before a request is tried again.", sdk::at_least(int64_t{1}));
  add(def, "aws.s3.backoff.max.delay.ms", ConfigType::kLong, "20000", "Longest such pause.",
      sdk::at_least(int64_t{1}));
  add(def, "aws.s3.backoff.max.retries", ConfigType::kInt, "3", "How often a request is tried again.",
      sdk::at_least(int64_t{0}));
  for (const char* name : {"aws.sts.role.arn", "aws.sts.role.session.name", "aws.sts.role.external.id",
                           "aws.sts.config.endpoint"}) {
    add(def, name, ConfigType::kString, nullptr, "Of roles, which are not supported yet.");
  }
  add(def, "aws.sts.role.session.duration", ConfigType::kInt, "3600",
      "Of roles, which are not supported yet.");
}

const ConfigDef& aiven_def() {
  static const ConfigDef def = [] {
    ConfigDef made;
    define_store(made);
    add(made, "file.name.template", ConfigType::kString, nullptr,
        fmt::format("Names of the objects; {} and the compression's suffix if unset.", kNameTemplate));
    add(made, "file.compression.type", ConfigType::kString, nullptr,
        "gzip (the default), snappy, zstd or none.");
    add(made, "output_compression", ConfigType::kString, nullptr, "Older name of file.compression.type.");
    add(made, "file.max.records", ConfigType::kInt, "0", "Records of a file; 0: no limit.",
        sdk::at_least(int64_t{0}));
    add(made, "file.name.timestamp.timezone", ConfigType::kString, "UTC", "Zone of timestamps in names.");
    add(made, "file.name.timestamp.source", ConfigType::kString, "wallclock", "wallclock or event.",
        sdk::one_of_ignoring_case({"wallclock", "event"}));
    add(made, "format.output.type", ConfigType::kString, "csv", "jsonl, json or parquet.");
    add(made, "format.output.fields", ConfigType::kList, nullptr,
        "Fields of a row: key, value, offset, timestamp, "
        "headers; value if unset.");
    add(made, "output_fields", ConfigType::kList, nullptr, "Older name of format.output.fields.");
    add(made, "format.output.fields.value.encoding", ConfigType::kString, "base64", "Of csv files.",
        sdk::one_of_ignoring_case({"none", "base64"}));
    add(made, "format.output.envelope", ConfigType::kBoolean, "true", "Whether a single field is wrapped.");
    add(made, "kafka.retry.backoff.ms", ConfigType::kLong, nullptr, "Pause after a failure that may pass.");
    define_common(made);
    return made;
  }();
  return def;
}

const std::vector<std::string>& recorded_keys() {
  static const std::vector<std::string> keys{"aws.s3.bucket.name",
                                             "aws_s3_bucket",
                                             "aws.s3.endpoint",
                                             "aws_s3_endpoint",
                                             "aws.s3.region",
                                             "aws_s3_region",
                                             "aws.s3.prefix",
                                             "aws_s3_prefix",
                                             "file.prefix.template",
                                             "file.name.template",
                                             "file.compression.type",
                                             "output_compression",
                                             "file.name.timestamp.timezone",
                                             "file.name.timestamp.source",
                                             "format.output.type",
                                             "format.output.fields",
                                             "output_fields",
                                             "format.output.envelope"};
  return keys;
}

/// The value under the newer name, else the older one's.
std::string either(const sdk::Config& config, std::string_view name, std::string_view older) {
  return config.has(name) ? config.get_string(name) : config.get_string(older);
}

Status parse_store(const sdk::Config& config, SinkOptions& options) {
  StoreOptions& store = options.store;
  store.bucket = either(config, "aws.s3.bucket.name", "aws_s3_bucket");
  if (store.bucket.empty()) {
    return bad_config(
        "Missing required configuration \"aws.s3.bucket.name\" which has no default value. "
        "(Invalid value null for configuration aws.s3.bucket.name: it is required)");
  }
  store.url = either(config, "aws.s3.endpoint", "aws_s3_endpoint");
  store.region = either(config, "aws.s3.region", "aws_s3_region");
  if (store.region.empty()) store.region = "us-east-1";
  store.access_key_id = either(config, "aws.access.key.id", "aws_access_key_id");
  store.secret_access_key = either(config, "aws.secret.access.key", "aws_secret_access_key");
  store.sse_algorithm = config.get_string("aws.s3.sse.algorithm");
  store.part_bytes = static_cast<size_t>(config.get_int("aws.s3.part.size.bytes"));
  store.retry_backoff_ms = config.get_int("aws.s3.backoff.delay.ms");
  store.retry_backoff_max_ms = config.get_int("aws.s3.backoff.max.delay.ms");
  store.retries = static_cast<int>(config.get_int("aws.s3.backoff.max.retries"));
  if (config.has("aws.sts.role.arn")) {
    return bad_option("aws.sts.role.arn", config.get_string("aws.sts.role.arn"),
                      "roles are not supported yet");
  }
  options.names.prefix = either(config, "file.prefix.template", "aws.s3.prefix");
  if (options.names.prefix.empty()) options.names.prefix = config.get_string("aws_s3_prefix");
  return {};
}

Status parse_fields(const sdk::Config& config, FormatOptions& format) {
  static const std::map<std::string, EnvelopeField> kFields{{"key", EnvelopeField::kKey},
                                                            {"value", EnvelopeField::kValue},
                                                            {"offset", EnvelopeField::kOffset},
                                                            {"timestamp", EnvelopeField::kTimestamp},
                                                            {"headers", EnvelopeField::kHeaders}};
  const char* key = config.has("format.output.fields") || !config.has("output_fields")
                        ? "format.output.fields"
                        : "output_fields";
  std::vector<std::string> names{"value"};
  if (config.has(key) && !config.get_list(key).empty()) names = config.get_list(key);
  for (const std::string& name : names) {
    const auto known = kFields.find(name);
    if (known == kFields.end()) {
      return bad_option(key, name, "supported values are: 'key', 'value', 'offset', 'timestamp', 'headers'");
    }
    format.envelope.push_back(known->second);
  }
  if (!config.get_boolean("format.output.envelope")) {
    if (format.envelope != std::vector{EnvelopeField::kValue}) {
      return bad_option("format.output.envelope", "false",
                        "only rows of the value alone can do without an envelope");
    }
    format.envelope.clear();
  }
  return {};
}

Status parse_format(const sdk::Config& config, FormatOptions& format) {
  static const std::map<std::string, FormatKind> kKinds{
      {"parquet", FormatKind::kParquet}, {"jsonl", FormatKind::kJson}, {"json", FormatKind::kJsonArray}};
  const std::string& type = config.get_string("format.output.type");
  const auto kind = kKinds.find(type);
  if (kind == kKinds.end()) {
    return bad_option("format.output.type", type,
                      "it must be one of: jsonl, json, parquet (csv, the default of the "
                      "Java connector, and avro are not supported yet)");
  }
  format.kind = kind->second;
  std::string compression = either(config, "file.compression.type", "output_compression");
  if (compression.empty()) compression = "gzip";
  static const std::map<std::string, formats::ParquetCodec> kCodecs{
      {"none", formats::ParquetCodec::kNone},
      {"gzip", formats::ParquetCodec::kGzip},
      {"snappy", formats::ParquetCodec::kSnappy},
      {"zstd", formats::ParquetCodec::kZstd}};
  const auto codec = kCodecs.find(compression);
  if (codec == kCodecs.end()) {
    return bad_option("file.compression.type", compression, "it must be one of: none, gzip, snappy, zstd");
  }
  format.parquet_codec = codec->second;
  format.gzip = format.kind != FormatKind::kParquet && compression == "gzip";
  if (format.kind != FormatKind::kParquet && compression != "none" && compression != "gzip") {
    return bad_option("file.compression.type", compression, "of JSON files it must be one of: none, gzip");
  }
  return parse_fields(config, format);
}

Status parse_names(const sdk::Config& config, SinkOptions& options) {
  std::string name_template = config.get_string("file.name.template");
  if (name_template.empty()) {
    name_template = kNameTemplate;
    if (options.format.gzip || options.format.parquet_codec == formats::ParquetCodec::kGzip)
      name_template += ".gz";
    if (options.format.parquet_codec == formats::ParquetCodec::kSnappy) name_template += ".snappy";
    if (options.format.parquet_codec == formats::ParquetCodec::kZstd) name_template += ".zst";
  }
  if (const auto checked = check_name_template(name_template); !checked.ok()) {
    return bad_option("file.name.template", name_template, checked.error().message());
  }
  options.names.name_template = name_template;
  PartitionerOptions& partitioner = options.partitioner;
  const bool has_time = name_template.find("timestamp") != std::string::npos;
  partitioner.kind = has_time ? PartitionerKind::kTemplate : PartitionerKind::kDefault;
  const bool is_event = config.get_string("file.name.timestamp.source").starts_with("e") ||
                        config.get_string("file.name.timestamp.source").starts_with("E");
  partitioner.extractor = is_event ? ExtractorKind::kRecord : ExtractorKind::kWallclock;
  partitioner.timezone = config.get_string("file.name.timestamp.timezone");
  if (const auto zone = TimeZone::find(partitioner.timezone); !zone.ok()) {
    return bad_option("file.name.timestamp.timezone", partitioner.timezone, zone.error().message());
  }
  return {};
}

Result<SinkOptions> parse_aiven(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, aiven_def().parse(properties));
  SinkOptions options;
  SLUICE_RETURN_IF_ERROR(parse_store(config, options));
  SLUICE_RETURN_IF_ERROR(parse_format(config, options.format));
  SLUICE_RETURN_IF_ERROR(parse_names(config, options));
  options.rotation.flush_size = config.get_int("file.max.records");
  options.rotation.on_commit = true;
  options.on_null = NullBehavior::kWrite;
  if (config.has("kafka.retry.backoff.ms"))
    options.retry_backoff_ms = config.get_int("kafka.retry.backoff.ms");
  options.buffer_bytes_max = static_cast<size_t>(config.get_int(kBufferMemory));
  SLUICE_ASSIGN_OR_RETURN(options.recorded, select_recorded(aiven_family(), properties));
  return options;
}

}  // namespace

const OptionFamily& aiven_family() {
  static const OptionFamily family{&aiven_def, &parse_aiven, &recorded_keys};
  return family;
}

}  // namespace sluice::connectors::object_store
