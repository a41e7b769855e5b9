#include "converters/converter_config.h"

#include <utility>

namespace sluice::converters {
namespace {

constexpr std::string_view kType = "converter.type";
constexpr std::string_view kSerializationException = "org.apache.kafka.common.errors.SerializationException";

}  // namespace

sdk::ConfigDef converter_config_def() {
  sdk::ConfigDef def;
  def.define({.name = std::string(kType),
              .type = sdk::ConfigType::kString,
              .validator = sdk::one_of({"key", "value", "header"}),
              .importance = sdk::Importance::kLow,
              .doc = "How this converter will be used."});
  return def;
}

const sdk::ConfigDef& bare_converter_config() {
  static const sdk::ConfigDef def = converter_config_def();
  return def;
}

Result<sdk::Config> parse_converter_config(const sdk::ConfigDef& def, const sdk::Properties& properties,
                                           sdk::ConverterRole role) {
  static constexpr const char* kRoles[] = {"key", "value", "header"};
  sdk::Properties complete = properties;
  complete.emplace(kType, kRoles[static_cast<size_t>(role)]);
  return def.parse(complete);
}

Error serialization_error(std::string message, std::string reason) {
  return bad_record(std::move(reason))
      .as_java(kSerializationException)
      .wrap(ErrorKind::kBadRecord, std::move(message));
}

}  // namespace sluice::converters
