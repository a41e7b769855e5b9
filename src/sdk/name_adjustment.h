#pragma once
// Names made fit for what they name: Avro's schemas and fields (Debezium's schema.name.adjustment.mode,
// field.name.adjustment.mode), and topics.

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::sdk {

/// kAvro puts an underscore for each unit of UTF-16 that Avro does not take, kAvroUnicode its number.
enum class NameMode : uint8_t { kNone, kAvro, kAvroUnicode };

/// "avro", "avro_unicode"; anything else is kNone.
NameMode name_mode_of(std::string_view text);

std::string adjust_schema_name(NameMode mode, std::string_view name);
std::string adjust_field_name(NameMode mode, std::string_view name);
/// Underscores for what Kafka does not take, 249 characters at most.
std::string adjust_topic_name(std::string_view name);

}  // namespace sluice::sdk
