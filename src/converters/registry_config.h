#pragma once
// The options that the registry converters share
// (io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig).

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "converters/subject_names.h"
#include "sdk/config/config_def.h"
#include "sdk/converter.h"

namespace sluice::converters {

/// How writers find the schema that they write with.
struct SchemaChoice {
  bool auto_register = true;
  bool normalize = false;
  bool use_latest = false;
  bool latest_strict = true;
  std::optional<int32_t> use_id;
  std::string use_guid;
  bool id_strict = true;
  std::map<std::string, std::string> latest_with_metadata;
};

struct RegistryConfig {
  SchemaChoice choice;
  SubjectNames subjects;
  bool guid_in_header = false;
  size_t schemas_max = 1'000;  // compiled ones, of each direction
};

void define_registry_options(sdk::ConfigDef& def);
/// Error kind kBadConfig names the option.
Result<RegistryConfig> read_registry_config(const sdk::Config& config, sdk::ConverterRole role);

}  // namespace sluice::converters
