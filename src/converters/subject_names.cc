#include "converters/subject_names.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sluice::converters {
namespace {

constexpr std::string_view kPackage = "io.confluent.kafka.serializers.subject.";

}  // namespace

Result<SubjectNames> SubjectNames::make(std::string_view key, std::string_view strategy,
                                        sdk::ConverterRole role) {
  static constexpr std::array<std::pair<std::string_view, Strategy>, 3> kStrategies{
      {{"TopicNameStrategy", Strategy::kTopic},
       {"RecordNameStrategy", Strategy::kRecord},
       {"TopicRecordNameStrategy", Strategy::kTopicRecord}}};
  std::string_view simple = strategy;
  if (simple.starts_with(kPackage)) simple.remove_prefix(kPackage.size());
  for (const auto& [name, value] : kStrategies) {
    if (simple != name) continue;
    SubjectNames names;
    names.strategy_ = value;
    names.is_key_ = role == sdk::ConverterRole::kKey;
    return names;
  }
  return bad_config(fmt::format(
      "Invalid value {} for configuration {}: Sluice has {}TopicNameStrategy, RecordNameStrategy and "
      "TopicRecordNameStrategy",
      strategy, key, kPackage));
}

Result<std::string> SubjectNames::subject(std::string_view topic, std::string_view record_name) const {
  if (strategy_ == Strategy::kTopic) return fmt::format("{}-{}", topic, is_key_ ? "key" : "value");
  if (record_name.empty()) {
    return bad_record(fmt::format(
        "In configuration {0}.subject.name.strategy = {1}{2}, the message {0} must only be a record schema",
        is_key_ ? "key" : "value", kPackage,
        strategy_ == Strategy::kRecord ? "RecordNameStrategy" : "TopicRecordNameStrategy"));
  }
  if (strategy_ == Strategy::kRecord) return std::string(record_name);
  return fmt::format("{}-{}", topic, record_name);
}

}  // namespace sluice::converters
