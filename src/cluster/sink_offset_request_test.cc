#include "cluster/sink_offset_request.h"

#include <gtest/gtest.h>

namespace sluice::cluster {
namespace {

std::string error_of(const OffsetEntry& entry) {
  const auto answer = parse_sink_offsets({entry});
  const auto* error = std::get_if<RequestError>(&answer);
  return error == nullptr ? "" : error->message;
}

TEST(SinkOffsetRequest, TakesNumbersAndNumericTexts) {
  const auto answer = parse_sink_offsets({
      {R"({"kafka_topic":"t","kafka_partition":0,"more":1})", R"({"kafka_offset":5})"},
      {R"({"kafka_topic":"t","kafka_partition":"1"})", R"({"kafka_offset":"7"})"},
      {R"({"kafka_topic":"t","kafka_partition":2})", std::nullopt},
      {R"({"kafka_topic":"t","kafka_partition":0})", R"({"kafka_offset":6})"},
  });
  const auto& change = std::get<SinkOffsetChange>(answer);
  EXPECT_EQ(change.alter.size(), 2U);
  EXPECT_EQ(change.alter.at({"t", 0}), 6) << "the last entry counts";
  EXPECT_EQ(change.alter.at({"t", 1}), 7);
  EXPECT_EQ(change.reset, (std::set<sdk::TopicPartition>{{"t", 2}}));
}

TEST(SinkOffsetRequest, ErrorsAreKafkaConnects) {
  const std::string offset = R"({"kafka_offset":5})";
  EXPECT_EQ(error_of({"null", offset}),
            "The partition for a sink connector offset cannot be null or missing");
  EXPECT_EQ(error_of({R"({"kafka_topic":"t"})", offset}),
            "The partition for a sink connector offset must contain the keys 'kafka_topic' and "
            "'kafka_partition'");
  EXPECT_EQ(error_of({R"({"kafka_topic":null,"kafka_partition":0})", offset}),
            "Kafka topic names must be valid strings and may not be null");
  EXPECT_EQ(error_of({R"({"kafka_topic":"t","kafka_partition":null})", offset}),
            "Kafka partitions must be valid numbers and may not be null");
  EXPECT_EQ(
      error_of({R"({"kafka_topic":"t","kafka_partition":"x"})", offset}),
      "Failed to parse the following Kafka partition value in the provided offsets: 'x'. Partition values "
      "for sink connectors need to be integers.");
  const std::string partition = R"({"kafka_topic":"t","kafka_partition":0})";
  EXPECT_EQ(error_of({partition, R"({"position":1})"}),
            "The offset for a sink connector should either be null or contain the key 'kafka_offset'");
  EXPECT_EQ(
      error_of({partition, R"({"kafka_offset":"q"})"}),
      "Failed to parse the following Kafka offset value in the provided offsets: 'q'. Offset values for "
      "sink connectors need to be integers.");
}

TEST(SinkOffsetRequest, EntriesInKafkaConnectsOrder) {
  const OffsetEntry entry = sink_offset_entry({"lines", 3}, 7);
  EXPECT_EQ(entry.partition, R"({"kafka_partition":3,"kafka_topic":"lines"})");
  EXPECT_EQ(entry.offset, R"({"kafka_offset":7})");
}

}  // namespace
}  // namespace sluice::cluster
