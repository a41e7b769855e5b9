// The keys of io.confluent.connect.s3.S3SinkConnector, with its defaults.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "connectors/object_store/joda_format.h"
#include "connectors/object_store/options.h"
#include "connectors/object_store/time_zone.h"

namespace sluice::connectors::object_store {
namespace {

using sdk::ConfigDef;
using sdk::ConfigDefault;
using sdk::ConfigType;
using sdk::Importance;

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kHourMs = 3'600'000;

/// A class name as users write it: full, simple, or without its suffix.
template <typename T>
struct NamedClass {
  std::string_view full;
  std::string_view suffix;
  T value;
};

template <typename T, size_t N>
Result<T> find_class(std::string_view key, const std::string& given, const NamedClass<T> (&classes)[N]) {
  std::vector<std::string_view> allowed;
  for (const auto& known : classes) {
    const std::string_view simple = known.full.substr(known.full.rfind('.') + 1);
    const std::string_view stem = simple.substr(0, simple.size() - known.suffix.size());
    if (given == known.full || given == simple || given == stem) return known.value;
    allowed.push_back(known.full);
  }
  return bad_option(key, given, fmt::format("it must be one of: {}", fmt::join(allowed, ", ")));
}

void add(ConfigDef& def, std::string name, ConfigType type, ConfigDefault value, std::string doc,
         Importance importance = Importance::kLow, std::optional<sdk::Validator> validator = std::nullopt) {
  def.define({.name = std::move(name),
              .type = type,
              .default_value = std::move(value),
              .validator = std::move(validator),
              .importance = importance,
              .doc = std::move(doc)});
}

void define_store(ConfigDef& def) {
  add(def, "storage.class", ConfigType::kClass, sdk::NoDefault{},
      "io.confluent.connect.s3.storage.S3Storage; where the files go is decided by store.url.",
      Importance::kHigh);
  add(def, "s3.bucket.name", ConfigType::kString, sdk::NoDefault{},
      "The bucket, or the folder below store.url.", Importance::kHigh, sdk::non_empty());
  add(def, "s3.region", ConfigType::kString, "us-west-2", "The bucket's region.", Importance::kMedium);
  add(def, "store.url", ConfigType::kString, nullptr,
      "Endpoint of the object store (http:// or https://), or file:///folder for local files in "
      "folder/bucket.",
      Importance::kMedium);
  add(def, "s3.path.style.access.enabled", ConfigType::kBoolean, "true",
      "Whether the bucket stands in the path (true) or in the host name.");
  add(def, "s3.part.size", ConfigType::kInt, "26214400", "Bytes of a part of a multipart upload.",
      Importance::kHigh, sdk::at_least(int64_t{5} << 20));
  add(def, "s3.elastic.buffer.enable", ConfigType::kBoolean, "false", "Has no effect: buffers always grow.");
  add(def, "s3.elastic.buffer.init.capacity", ConfigType::kInt, "131072",
      "Has no effect: buffers always grow.", Importance::kLow, sdk::at_least(int64_t{4096}));
  add(def, "s3.credentials.provider.class", ConfigType::kClass,
      "com.amazonaws.auth.DefaultAWSCredentialsProviderChain", "Where credentials come from.");
  add(def, "aws.access.key.id", ConfigType::kString, "", "The access key id of static credentials.",
      Importance::kHigh);
  add(def, "aws.secret.access.key", ConfigType::kPassword, "", "The secret of static credentials.",
      Importance::kHigh);
  add(def, "s3.ssea.name", ConfigType::kString, "", "Server-side encryption: AES256 or aws:kms.",
      Importance::kLow, sdk::one_of({"", "AES256", "aws:kms"}));
  add(def, "s3.sse.customer.key", ConfigType::kPassword, nullptr, "The customer's key for SSE-C.");
  add(def, "s3.sse.kms.key.id", ConfigType::kString, "", "The KMS key.");
  add(def, "s3.acl.canned", ConfigType::kString, nullptr, "Canned ACL of the objects.");
  add(def, "s3.wan.mode", ConfigType::kBoolean, "false", "Whether to use the accelerated endpoint.");
  add(def, "s3.object.tagging", ConfigType::kBoolean, "false", "Whether to tag objects with their offsets.");
  add(def, "s3.object.tagging.key.value.pairs", ConfigType::kList, "", "Further tags, key:value.");
  add(def, "s3.object.behavior.on.tagging.error", ConfigType::kString, "ignore",
      "What a failed tagging does.", Importance::kLow, sdk::one_of({"ignore", "fail"}));
  add(def, "s3.part.retries", ConfigType::kInt, "3", "How often a request is tried again.",
      Importance::kMedium, sdk::at_least(int64_t{0}));
  add(def, "s3.retry.backoff.ms", ConfigType::kLong, "200", "The first pause before that; it doubles.",
      Importance::kLow, sdk::at_least(int64_t{0}));
  add(def, "s3.proxy.url", ConfigType::kString, "", "The HTTP proxy.");
  add(def, "s3.proxy.user", ConfigType::kString, nullptr, "The proxy's user.");
  add(def, "s3.proxy.password", ConfigType::kPassword, "", "The proxy user's password.");
  add(def, "s3.http.send.expect.continue", ConfigType::kBoolean, "true", "Has no effect.");
  add(def, "s3.send.digest", ConfigType::kBoolean, "false", "Whether to send Content-MD5.");
}

void define_format(ConfigDef& def) {
  add(def, "format.class", ConfigType::kClass, sdk::NoDefault{}, "The format of the files.",
      Importance::kHigh);
  add(def, "parquet.codec", ConfigType::kString, "snappy", "Compression of Parquet files.", Importance::kLow,
      sdk::one_of({"none", "gzip", "snappy", "lz4", "brotli", "zstd"}));
  add(def, "avro.codec", ConfigType::kString, "null", "Compression of Avro files.");
  add(def, "s3.compression.type", ConfigType::kString, "none", "Compression of JSON and byte files.",
      Importance::kLow, sdk::one_of({"none", "gzip"}));
  add(def, "s3.compression.level", ConfigType::kInt, "-1", "Level of that compression.", Importance::kLow,
      sdk::between(-1, 9));
  add(def, "json.decimal.format", ConfigType::kString, "BASE64", "How JSON files hold decimals.",
      Importance::kLow, sdk::one_of({"BASE64", "NUMERIC"}));
  add(def, "format.bytearray.extension", ConfigType::kString, ".bin", "File name extension of byte files.");
  add(def, "format.bytearray.separator", ConfigType::kString, nullptr,
      "What stands between records of a byte file; a line separator if unset. Java escapes are understood.");
  for (const char* name : {"enhanced.avro.schema.support", "connect.meta.data", "allow.optional.map.keys"}) {
    add(def, name, ConfigType::kBoolean, "true", "Of Avro files.");
  }
  add(def, "schemas.cache.config", ConfigType::kInt, "1000", "Has no effect.");
  add(def, "schema.compatibility", ConfigType::kString, "NONE",
      "When a record of another schema closes the file.", Importance::kHigh,
      sdk::one_of({"NONE", "BACKWARD", "FORWARD", "FULL"}));
  add(def, "behavior.on.null.values", ConfigType::kString, "fail", "What a record without a value does.",
      Importance::kLow, sdk::one_of({"fail", "ignore", "write"}));
  add(def, "report.null.values.to.dlq", ConfigType::kBoolean, "true",
      "Whether ignored records without a value go to the dead letter queue.");
  add(def, "tombstone.encoded.partition", ConfigType::kString, "tombstone",
      "Path segment of written tombstones.");
  add(def, "store.kafka.keys", ConfigType::kBoolean, "false",
      "Whether keys are stored in files of their own.");
  add(def, "store.kafka.headers", ConfigType::kBoolean, "false",
      "Whether headers are stored in files of their own.");
  add(def, "keys.format.class", ConfigType::kClass, "io.confluent.connect.s3.format.avro.AvroFormat",
      "Format of the key files.");
  add(def, "headers.format.class", ConfigType::kClass, "io.confluent.connect.s3.format.avro.AvroFormat",
      "Format of the header files.");
  add(def, "s3.schema.partition.affix.type", ConfigType::kString, "NONE", "Schema name in the path.",
      Importance::kLow, sdk::one_of({"NONE", "PREFIX", "SUFFIX"}));
}

void define_rotation(ConfigDef& def) {
  add(def, "flush.size", ConfigType::kInt, sdk::NoDefault{},
      "Records of a topic partition that close its files.", Importance::kHigh, sdk::at_least(int64_t{1}));
  add(def, "rotate.interval.ms", ConfigType::kLong, "-1",
      "Span of record time that closes the files; of time-based partitioners only.", Importance::kHigh);
  add(def, "rotate.schedule.interval.ms", ConfigType::kLong, "-1",
      "Span of wall clock time, counted from midnight in timezone, that closes the files.",
      Importance::kMedium);
  add(def, "rotate.file.on.partition.change", ConfigType::kBoolean, "true",
      "With rotate.interval.ms: whether a change of the path closes the files.");
  add(def, "max.write.duration.ms", ConfigType::kLong, "9223372036854775807", "Has no effect.");
  add(def, "enable.conditional.writes", ConfigType::kBoolean, "true",
      "Has no effect: files are written once whatever rotates them.");
  add(def, "max.files.scan.limit", ConfigType::kInt, "100", "Has no effect.");
  add(def, "partitioner.max.open.files", ConfigType::kInt, "-1",
      "Open files of a topic partition at which all of them are closed.");
  add(def, "retry.backoff.ms", ConfigType::kLong, "5000", "Pause after a failure that may pass.",
      Importance::kLow, sdk::at_least(int64_t{0}));
  add(def, "shutdown.timeout.ms", ConfigType::kLong, "3000",
      "How long a task that gives up partitions waits for uploads under way.");
}

void define_names(ConfigDef& def) {
  add(def, "topics.dir", ConfigType::kString, "topics", "First path segment; may be empty.",
      Importance::kHigh);
  add(def, "directory.delim", ConfigType::kString, "/", "Between path segments.", Importance::kMedium);
  add(def, "file.delim", ConfigType::kString, "+", "Between the parts of a file name.", Importance::kMedium);
  add(def, "filename.offset.zero.pad.width", ConfigType::kInt, "10", "Digits of the offset in file names.",
      Importance::kLow, sdk::at_least(int64_t{0}));
  add(def, "partitioner.class", ConfigType::kClass,
      "io.confluent.connect.storage.partitioner.DefaultPartitioner", "What decides the path.",
      Importance::kHigh);
  add(def, "partition.field.name", ConfigType::kList, "", "Fields of the field partitioner.",
      Importance::kMedium);
  add(def, "partition.duration.ms", ConfigType::kLong, "-1", "Time bucket of the time-based partitioner.",
      Importance::kMedium);
  add(def, "path.format", ConfigType::kString, "", "Path of a time bucket, in Joda-Time's letters.",
      Importance::kMedium);
  add(def, "locale", ConfigType::kString, "", "Language of names in the path.", Importance::kMedium);
  add(def, "timezone", ConfigType::kString, "", "Time zone of paths and schedules.", Importance::kMedium);
  add(def, "timestamp.extractor", ConfigType::kString, "Wallclock", "Where a record's time comes from.",
      Importance::kMedium);
  add(def, "timestamp.field", ConfigType::kString, "timestamp", "The field that holds it, for RecordField.",
      Importance::kMedium);
}

const ConfigDef& confluent_def() {
  static const ConfigDef def = [] {
    ConfigDef made;
    define_store(made);
    define_format(made);
    define_rotation(made);
    define_names(made);
    define_common(made);
    return made;
  }();
  return def;
}

const std::vector<std::string>& recorded_keys() {
  static const std::vector<std::string> keys{"s3.bucket.name",
                                             "store.url",
                                             "s3.region",
                                             "topics.dir",
                                             "directory.delim",
                                             "file.delim",
                                             "filename.offset.zero.pad.width",
                                             "format.class",
                                             "parquet.codec",
                                             "s3.compression.type",
                                             "json.decimal.format",
                                             "format.bytearray.extension",
                                             "format.bytearray.separator",
                                             "partitioner.class",
                                             "partition.field.name",
                                             "partition.duration.ms",
                                             "path.format",
                                             "locale",
                                             "timezone",
                                             "timestamp.extractor",
                                             "timestamp.field",
                                             "schema.compatibility",
                                             "behavior.on.null.values",
                                             "tombstone.encoded.partition"};
  return keys;
}

/// Java's escapes: \n, \t, \r, \\, \uXXXX below 0x80.
std::string unescape(std::string_view text) {
  static const std::map<char, char> kEscapes{{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'0', '\0'}};
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    if (next == 'u' && i + 4 < text.size() + 0) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 4)), nullptr, 16));
      i += 4;
      continue;
    }
    const auto known = kEscapes.find(next);
    out += known == kEscapes.end() ? next : known->second;
  }
  return out;
}

Status parse_store(const sdk::Config& config, StoreOptions& store) {
  static constexpr NamedClass<int> kStorages[] = {
      {"io.confluent.connect.s3.storage.S3Storage", "Storage", 0}};
  SLUICE_RETURN_IF_ERROR(find_class("storage.class", config.get_string("storage.class"), kStorages));
  store.bucket = config.get_string("s3.bucket.name");
  store.url = config.get_string("store.url");
  const bool known_url = store.url.empty() || store.url.starts_with("http://") ||
                         store.url.starts_with("https://") || store.url.starts_with("file:///");
  if (!known_url) {
    return bad_option("store.url", store.url, "it must begin with https://, http:// or file:///");
  }
  store.region = config.get_string("s3.region");
  store.path_style = config.get_boolean("s3.path.style.access.enabled");
  if (config.get_boolean("s3.wan.mode") && store.url.empty()) {
    store.url = "https://s3-accelerate.amazonaws.com";
    store.path_style = false;
  }
  store.part_bytes = static_cast<size_t>(config.get_int("s3.part.size"));
  store.access_key_id = config.get_string("aws.access.key.id");
  store.secret_access_key = config.get_string("aws.secret.access.key");
  store.retries = static_cast<int>(config.get_int("s3.part.retries"));
  store.retry_backoff_ms = config.get_int("s3.retry.backoff.ms");
  store.proxy_url = config.get_string("s3.proxy.url");
  store.proxy_user = config.get_string("s3.proxy.user");
  store.proxy_password = config.get_string("s3.proxy.password");
  store.canned_acl = config.get_string("s3.acl.canned");
  store.sse_algorithm = config.get_string("s3.ssea.name");
  store.sse_kms_key_id = config.get_string("s3.sse.kms.key.id");
  store.sse_customer_key = config.get_string("s3.sse.customer.key");
  store.send_digest = config.get_boolean("s3.send.digest");
  for (const std::string& pair : config.get_list("s3.object.tagging.key.value.pairs")) {
    const size_t colon = pair.find(':');
    if (colon == std::string::npos) {
      return bad_option("s3.object.tagging.key.value.pairs", pair, "it must be a list of key:value");
    }
    store.tags.emplace_back(pair.substr(0, colon), pair.substr(colon + 1));
  }
  const std::string& provider = config.get_string("s3.credentials.provider.class");
  if (provider.ends_with("ProfileCredentialsProvider")) {
    const std::string* profile = sdk::find(config.originals(), "s3.credentials.provider.profile.name");
    store.profile = profile != nullptr ? *profile : "default";
  }
  return {};
}

Status parse_format(const sdk::Config& config, SinkOptions& options) {
  static constexpr NamedClass<FormatKind> kFormats[] = {
      {"io.confluent.connect.s3.format.parquet.ParquetFormat", "Format", FormatKind::kParquet},
      {"io.confluent.connect.s3.format.json.JsonFormat", "Format", FormatKind::kJson},
      {"io.confluent.connect.s3.format.bytearray.ByteArrayFormat", "Format", FormatKind::kBytes}};
  static const std::map<std::string, formats::ParquetCodec> kCodecs{
      {"none", formats::ParquetCodec::kNone},     {"gzip", formats::ParquetCodec::kGzip},
      {"snappy", formats::ParquetCodec::kSnappy}, {"lz4", formats::ParquetCodec::kLz4},
      {"brotli", formats::ParquetCodec::kBrotli}, {"zstd", formats::ParquetCodec::kZstd}};
  FormatOptions& format = options.format;
  SLUICE_ASSIGN_OR_RETURN(format.kind,
                          find_class("format.class", config.get_string("format.class"), kFormats));
  format.parquet_codec = kCodecs.at(config.get_string("parquet.codec"));
  format.gzip = config.get_string("s3.compression.type") == "gzip" && format.kind != FormatKind::kParquet;
  format.gzip_level = static_cast<int>(config.get_int("s3.compression.level"));
  format.decimal_numeric = config.get_string("json.decimal.format") == "NUMERIC";
  format.bytes_extension = config.get_string("format.bytearray.extension");
  if (config.has("format.bytearray.separator")) {
    format.bytes_separator = unescape(config.get_string("format.bytearray.separator"));
  }
  static const std::map<std::string, Compatibility> kCompatibilities{{"NONE", Compatibility::kNone},
                                                                     {"BACKWARD", Compatibility::kBackward},
                                                                     {"FORWARD", Compatibility::kForward},
                                                                     {"FULL", Compatibility::kFull}};
  options.compatibility = kCompatibilities.at(config.get_string("schema.compatibility"));
  const std::string& on_null = config.get_string("behavior.on.null.values");
  options.on_null = on_null == "fail"     ? NullBehavior::kFail
                    : on_null == "ignore" ? NullBehavior::kIgnore
                                          : NullBehavior::kWrite;
  options.report_nulls = config.get_boolean("report.null.values.to.dlq");
  options.tombstone_path = config.get_string("tombstone.encoded.partition");
  for (const char* key : {"store.kafka.keys", "store.kafka.headers"}) {
    if (config.get_boolean(key))
      return bad_option(key, "true", "files of keys and headers are not supported yet");
  }
  if (options.on_null == NullBehavior::kWrite) {
    return bad_option("behavior.on.null.values", on_null,
                      "it needs files of keys, which are not supported yet; it must be one of: fail, ignore");
  }
  if (config.get_string("s3.schema.partition.affix.type") != "NONE") {
    return bad_option("s3.schema.partition.affix.type", config.get_string("s3.schema.partition.affix.type"),
                      "only NONE is supported yet");
  }
  if (config.get_boolean("s3.object.tagging")) {
    return bad_option("s3.object.tagging", "true", "tags of offsets are not supported yet");
  }
  return {};
}

Status check_time_options(const sdk::Config& config, PartitionerOptions& partitioner) {
  static const std::map<std::string, ExtractorKind> kExtractors{{"Wallclock", ExtractorKind::kWallclock},
                                                                {"Record", ExtractorKind::kRecord},
                                                                {"RecordField", ExtractorKind::kRecordField}};
  const std::string& name = config.get_string("timestamp.extractor");
  auto extractor = kExtractors.find(name);
  for (auto known = kExtractors.begin(); extractor == kExtractors.end() && known != kExtractors.end();
       ++known) {
    const bool is_class = name == "io.confluent.connect.storage.partitioner.TimeBasedPartitioner$" +
                                      known->first + "TimestampExtractor";
    if (is_class) extractor = known;
  }
  if (extractor == kExtractors.end()) {
    return bad_option("timestamp.extractor", name, "it must be one of: Wallclock, Record, RecordField");
  }
  partitioner.extractor = extractor->second;
  partitioner.timestamp_field = config.get_string("timestamp.field");
  if (partitioner.kind != PartitionerKind::kTime) return {};
  if (partitioner.duration_ms <= 0) {
    return bad_option("partition.duration.ms", std::to_string(partitioner.duration_ms),
                      "the time-based partitioner needs a positive number of milliseconds");
  }
  if (partitioner.path_format.empty()) {
    return bad_option("path.format", "",
                      "the time-based partitioner needs a path format, such as 'year'=YYYY");
  }
  if (config.get_string("locale").empty()) {
    return bad_option("locale", "", "the partitioner needs a locale, such as en-US");
  }
  const auto format = JodaFormat::parse(partitioner.path_format, config.get_string("locale"));
  if (!format.ok()) {
    const bool of_locale = format.error().kind() == ErrorKind::kUnsupported;
    return of_locale ? bad_option("locale", config.get_string("locale"), format.error().message())
                     : bad_option("path.format", partitioner.path_format, format.error().message());
  }
  return {};
}

Status parse_partitioner(const sdk::Config& config, SinkOptions& options) {
  enum class Class { kDefault, kField, kTime, kDaily, kHourly };
  static constexpr NamedClass<Class> kPartitioners[] = {
      {"io.confluent.connect.storage.partitioner.DefaultPartitioner", "Partitioner", Class::kDefault},
      {"io.confluent.connect.storage.partitioner.FieldPartitioner", "Partitioner", Class::kField},
      {"io.confluent.connect.storage.partitioner.TimeBasedPartitioner", "Partitioner", Class::kTime},
      {"io.confluent.connect.storage.partitioner.DailyPartitioner", "Partitioner", Class::kDaily},
      {"io.confluent.connect.storage.partitioner.HourlyPartitioner", "Partitioner", Class::kHourly}};
  const std::string& name = config.get_string("partitioner.class");
  SLUICE_ASSIGN_OR_RETURN(const Class chosen, find_class("partitioner.class", name, kPartitioners));
  PartitionerOptions& partitioner = options.partitioner;
  partitioner.kind = chosen == Class::kDefault ? PartitionerKind::kDefault
                     : chosen == Class::kField ? PartitionerKind::kField
                                               : PartitionerKind::kTime;
  partitioner.fields = config.get_list("partition.field.name");
  if (partitioner.kind == PartitionerKind::kField && partitioner.fields.empty()) {
    return bad_option("partition.field.name", "", "the field partitioner needs the names of its fields");
  }
  partitioner.path_format = config.get_string("path.format");
  partitioner.duration_ms = config.get_int("partition.duration.ms");
  const std::string& delimiter = config.get_string("directory.delim");
  if (chosen == Class::kDaily || chosen == Class::kHourly) {
    partitioner.path_format = fmt::format("'year'=YYYY{0}'month'=MM{0}'day'=dd", delimiter);
    partitioner.duration_ms = kDayMs;
  }
  if (chosen == Class::kHourly) {
    partitioner.path_format += delimiter + "'hour'=HH";
    partitioner.duration_ms = kHourMs;
  }
  const std::string& zone = config.get_string("timezone");
  const bool needs_zone =
      partitioner.kind == PartitionerKind::kTime || config.get_int("rotate.schedule.interval.ms") > 0;
  if (needs_zone && zone.empty()) {
    return bad_option("timezone", "",
                      "the partitioner or rotate.schedule.interval.ms needs one, such as UTC");
  }
  if (!zone.empty()) {
    if (const auto found = TimeZone::find(zone); !found.ok()) {
      return bad_option("timezone", zone, found.error().message());
    }
    partitioner.timezone = zone;
  }
  return check_time_options(config, partitioner);
}

void parse_rotation(const sdk::Config& config, SinkOptions& options) {
  RotationOptions& rotation = options.rotation;
  rotation.flush_size = config.get_int("flush.size");
  rotation.interval_ms = config.get_int("rotate.interval.ms");
  rotation.schedule_interval_ms = config.get_int("rotate.schedule.interval.ms");
  rotation.on_partition_change = config.get_boolean("rotate.file.on.partition.change");
  rotation.open_files_max = static_cast<int>(config.get_int("partitioner.max.open.files"));
  if (rotation.interval_ms > 0 && options.partitioner.kind != PartitionerKind::kTime) {
    options.warnings.push_back(
        "rotate.interval.ms has no effect without a time-based partitioner, as in the Java connector; "
        "rotate.schedule.interval.ms closes files by the clock whatever the partitioner");
    rotation.interval_ms = -1;
  }
  options.retry_backoff_ms = config.get_int("retry.backoff.ms");
  options.shutdown_timeout_ms = config.get_int("shutdown.timeout.ms");
  options.store.stop_grace_ms = options.shutdown_timeout_ms;
  options.buffer_bytes_max = static_cast<size_t>(config.get_int(kBufferMemory));
}

Result<SinkOptions> parse_confluent(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config config, confluent_def().parse(properties));
  SinkOptions options;
  SLUICE_RETURN_IF_ERROR(parse_store(config, options.store));
  SLUICE_RETURN_IF_ERROR(parse_format(config, options));
  SLUICE_RETURN_IF_ERROR(parse_partitioner(config, options));
  parse_rotation(config, options);
  options.names.topics_dir = config.get_string("topics.dir");
  options.names.directory_delimiter = config.get_string("directory.delim");
  options.names.file_delimiter = config.get_string("file.delim");
  options.names.offset_digits = static_cast<int>(config.get_int("filename.offset.zero.pad.width"));
  SLUICE_ASSIGN_OR_RETURN(options.recorded, select_recorded(confluent_family(), properties));
  return options;
}

}  // namespace

const OptionFamily& confluent_family() {
  static const OptionFamily family{&confluent_def, &parse_confluent, &recorded_keys};
  return family;
}

}  // namespace sluice::connectors::object_store
