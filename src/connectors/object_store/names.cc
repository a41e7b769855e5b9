#include "connectors/object_store/names.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace sluice::connectors::object_store {
namespace {

std::string_view codec_extension(formats::ParquetCodec codec) {
  switch (codec) {
    case formats::ParquetCodec::kNone:
      return "";
    case formats::ParquetCodec::kSnappy:
      return ".snappy";
    case formats::ParquetCodec::kGzip:
      return ".gz";
    case formats::ParquetCodec::kZstd:
      return ".zstd";
    case formats::ParquetCodec::kLz4:
      return ".lz4hadoop";
    case formats::ParquetCodec::kBrotli:
      return ".br";
  }
  return "";
}

/// One {{name:parameter=value}} of a template.
struct Variable {
  std::string name;
  std::string parameter;
  std::string value;
};

std::string trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return "";
  return std::string(text.substr(start, text.find_last_not_of(' ') - start + 1));
}

Variable parse_variable(std::string_view text) {
  Variable variable;
  const size_t colon = text.find(':');
  variable.name = trimmed(text.substr(0, colon));
  if (colon == std::string_view::npos) return variable;
  const std::string_view rest = text.substr(colon + 1);
  const size_t equals = rest.find('=');
  variable.parameter = trimmed(rest.substr(0, equals));
  if (equals != std::string_view::npos) variable.value = trimmed(rest.substr(equals + 1));
  return variable;
}

/// Calls literal(text) and variable(Variable) in turn; false if a {{ is not closed.
template <typename Literal, typename OnVariable>
bool walk_template(std::string_view text, const Literal& literal, const OnVariable& variable) {
  while (!text.empty()) {
    const size_t open = text.find("{{");
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return true;
    const size_t close = text.find("}}", open);
    if (close == std::string_view::npos) return false;
    variable(parse_variable(text.substr(open + 2, close - open - 2)));
    text.remove_prefix(close + 2);
  }
  return true;
}

std::string padded(int64_t value, const Variable& variable, int width) {
  return variable.value == "true" ? fmt::format("{:0{}}", value, width) : std::to_string(value);
}

std::string variable_text(const Variable& variable, const FileIdentity& file, const TimeZone& zone) {
  if (variable.name == "topic") return std::string(file.topic);
  if (variable.name == "partition") return padded(file.partition, variable, 10);
  if (variable.name == "start_offset") return padded(file.first_offset, variable, 20);
  const CivilTime time = civil_time(zone.to_local(file.time_ms));
  if (variable.value == "yyyy") return fmt::format("{:04}", time.year);
  if (variable.value == "MM") return fmt::format("{:02}", time.month);
  if (variable.value == "dd") return fmt::format("{:02}", time.day);
  return fmt::format("{:02}", time.hour);
}

std::string from_template(const SinkOptions& options, const TimeZone& zone, const FileIdentity& file) {
  std::string name = options.names.prefix;
  walk_template(
      options.names.name_template, [&](std::string_view text) { name += text; },
      [&](const Variable& variable) { name += variable_text(variable, file, zone); });
  return name;
}

}  // namespace

std::string extension_of(const FormatOptions& format) {
  switch (format.kind) {
    case FormatKind::kParquet:
      return std::string(codec_extension(format.parquet_codec)) + ".parquet";
    case FormatKind::kBytes:
      return format.bytes_extension + (format.gzip ? ".gz" : "");
    default:
      return format.gzip ? ".json.gz" : ".json";
  }
}

std::string object_key(const SinkOptions& options, const TimeZone& zone, const FileIdentity& file) {
  const NameOptions& names = options.names;
  if (!names.name_template.empty()) return from_template(options, zone, file);
  std::string key;
  if (names.topics_dir.find_first_not_of(" \t") != std::string::npos) {
    key = names.topics_dir + names.directory_delimiter;
  }
  return key + fmt::format("{0}{4}{1}{4}{0}{5}{2}{5}{3:0{6}}{7}", file.topic, file.encoded_partition,
                           file.partition, file.first_offset, names.directory_delimiter, names.file_delimiter,
                           names.offset_digits, extension_of(options.format));
}

bool is_safe_path(std::string_view key) {
  if (key.empty() || key.front() == '/' || key.back() == '/') return false;
  if (std::any_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return false;
  for (size_t start = 0; start <= key.size();) {
    const size_t end = std::min(key.find('/', start), key.size());
    const std::string_view segment = key.substr(start, end - start);
    if (segment == ".." || segment == "." || segment.size() > 255) return false;
    start = end + 1;
  }
  return true;
}

Status check_name_template(std::string_view name_template) {
  std::optional<std::string> problem;
  bool has_topic = false;
  bool has_partition = false;
  bool has_offset = false;
  const auto check = [&](const Variable& variable) {
    has_topic |= variable.name == "topic";
    has_partition |= variable.name == "partition";
    has_offset |= variable.name == "start_offset";
    if (variable.name == "topic") return;
    if (variable.name == "partition" || variable.name == "start_offset") {
      const bool good =
          variable.parameter.empty() ||
          (variable.parameter == "padding" && (variable.value == "true" || variable.value == "false"));
      if (!good) problem = "the only parameter of " + variable.name + " is padding=true or padding=false";
      return;
    }
    if (variable.name == "timestamp") {
      const bool good = variable.parameter == "unit" && (variable.value == "yyyy" || variable.value == "MM" ||
                                                         variable.value == "dd" || variable.value == "HH");
      if (!good) problem = "timestamp needs unit=yyyy, MM, dd or HH";
      return;
    }
    problem = "unknown or unsupported variable " + variable.name +
              "; it must be one of: topic, partition, start_offset, timestamp";
  };
  if (!walk_template(
          name_template, [](std::string_view) {}, check))
    problem = "a {{ is not closed by }}";
  if (!problem && !(has_topic && has_partition && has_offset)) {
    problem = "it must hold topic, partition and start_offset, so that every file has a name of its own";
  }
  return problem ? Status(bad_config(*problem)) : Status();
}

}  // namespace sluice::connectors::object_store
