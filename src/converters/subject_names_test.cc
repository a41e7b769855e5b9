#include "converters/subject_names.h"

#include <gtest/gtest.h>

namespace sluice::converters {
namespace {

constexpr std::string_view kKey = "value.subject.name.strategy";

std::string subject_of(const std::string& strategy, sdk::ConverterRole role, std::string_view record) {
  const auto names = SubjectNames::make(kKey, strategy, role);
  if (!names.ok()) return names.error().message();
  const auto subject = names->subject("orders", record);
  return subject.ok() ? *subject : subject.error().message();
}

TEST(SubjectNames, FollowTheStrategy) {
  using sdk::ConverterRole;
  const std::string package = "io.confluent.kafka.serializers.subject.";
  EXPECT_EQ(subject_of(package + "TopicNameStrategy", ConverterRole::kValue, ""), "orders-value");
  EXPECT_EQ(subject_of("TopicNameStrategy", ConverterRole::kKey, "a.B"), "orders-key");
  EXPECT_EQ(subject_of(package + "RecordNameStrategy", ConverterRole::kValue, "a.B"), "a.B");
  EXPECT_EQ(subject_of(package + "TopicRecordNameStrategy", ConverterRole::kKey, "a.B"), "orders-a.B");
}

TEST(SubjectNames, SayWhatIsMissing) {
  EXPECT_EQ(
      subject_of("RecordNameStrategy", sdk::ConverterRole::kValue, ""),
      "In configuration value.subject.name.strategy = "
      "io.confluent.kafka.serializers.subject.RecordNameStrategy, the message value must only be a record "
      "schema");
  EXPECT_NE(subject_of("com.example.Mine", sdk::ConverterRole::kValue, "").find(kKey), std::string::npos);
}

}  // namespace
}  // namespace sluice::converters
