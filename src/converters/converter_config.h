#pragma once
// What the options of all converters share (org.apache.kafka.connect.storage.ConverterConfig).

#include <string_view>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/converter.h"

namespace sluice::converters {

/// A definition that holds `converter.type`.
sdk::ConfigDef converter_config_def();
/// The definition of converters without options of their own.
const sdk::ConfigDef& bare_converter_config();

/// Parses the properties, with the role as `converter.type` if they do not name one.
Result<sdk::Config> parse_converter_config(const sdk::ConfigDef& def, const sdk::Properties& properties,
                                           sdk::ConverterRole role);

/// An error whose cause is Kafka's SerializationException with `reason`.
Error serialization_error(std::string message, std::string reason);

}  // namespace sluice::converters
