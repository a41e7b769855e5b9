#include "cluster/letter_headers.h"

#include <gtest/gtest.h>

namespace sluice::cluster {
namespace {

TEST(LetterHeaders, ContextIsToldApartFromTheRecordsOwn) {
  const std::vector<RawHeader> headers{{"own", "1"},
                                       {"__connect.errors.topic", "earlier"},
                                       {"none", kNullBytes},
                                       {"__connect.errors.topic", "orders"},
                                       {"__connect.errors.partition", "3"},
                                       {"__connect.errors.offset", "41"},
                                       {"__connect.errors.connector.name", "lake"},
                                       {"__connect.errors.stage", "VALUE_CONVERTER"},
                                       {"__connect.errors.exception.message", "why"}};
  kafka::ConsumedMessage message;
  message.headers = headers;
  message.offset = 7;
  message.partition = 1;
  message.value = "v";
  const DeadLetter letter = open_letter(message);
  EXPECT_EQ(letter.topic, "orders");
  EXPECT_EQ(letter.topic_partition, 3);
  EXPECT_EQ(letter.topic_offset, 41);
  EXPECT_EQ(letter.connector, "lake");
  EXPECT_EQ(letter.stage, "VALUE_CONVERTER");
  EXPECT_EQ(letter.message, "why");
  EXPECT_EQ(letter.key, std::nullopt);
  EXPECT_EQ(letter.value, "v");
  using Header = std::pair<std::string, LetterBytes>;
  EXPECT_EQ(letter.headers, (std::vector<Header>{
                                {"own", "1"}, {"__connect.errors.topic", "earlier"}, {"none", std::nullopt}}))
      << "a record that was a dead letter before keeps what it had";
}

TEST(LetterHeaders, WithoutContextThePlaceIsUnknown) {
  const DeadLetter letter = open_letter({});
  EXPECT_EQ(letter.topic, "");
  EXPECT_EQ(letter.topic_partition, -1);
}

}  // namespace
}  // namespace sluice::cluster
