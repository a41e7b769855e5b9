// The bytes below were seen between a Java worker's peer and a Kafka 4.1 broker, or follow Kafka's protocol
// guide.

#include "kafka/protocol/messages.h"

#include <gtest/gtest.h>

#include "kafka/protocol/frame.h"
#include "kafka/protocol/testing/hex.h"

namespace sluice::kafka::protocol {
namespace {

using testing::from_hex;
using testing::to_hex;

constexpr std::string_view kClient = "cpp-ref";
const std::string kMember = "cpp-ref-c30dffc7-9bc1-497c-a6ad-d3349e26ba59";

/// A compact string of up to 126 bytes.
std::string compact(std::string_view text) { return static_cast<char>(text.size() + 1) + std::string(text); }

/// Encodes to exactly `frame` (with length), and back to the same message.
template <typename Request>
void expect_request(const Request& request, int16_t version, int32_t correlation_id,
                    const std::string& frame) {
  EXPECT_EQ(to_hex(request_frame(request, version, correlation_id, kClient)), to_hex(frame));
  const BytesView bytes = BytesView(frame).substr(4);
  const auto header = read_request_header(bytes);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->api_key, Request::kApi.key);
  EXPECT_EQ(header->api_version, version);
  EXPECT_EQ(header->correlation_id, correlation_id);
  EXPECT_EQ(header->client_id, kClient);
  const auto decoded = decode_body<Request>(bytes.substr(header->size), version);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, request);
}

template <typename Response>
void expect_response(const Response& response, int16_t version, int32_t correlation_id,
                     const std::string& frame) {
  EXPECT_EQ(to_hex(response_frame(response, version, correlation_id)), to_hex(frame));
  const BytesView bytes = BytesView(frame).substr(4);
  EXPECT_EQ(correlation_id_of(bytes), correlation_id);
  const auto decoded = decode_body<Response>(body_of_response(bytes, Response::kApi, version), version);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, response);
}

TEST(Messages, ApiVersions) {
  expect_request(ApiVersionsRequest{"cpp-connect", "1.0.0"}, 3, 1,
                 from_hex("00000025 0012 0003 00000001 0007") + "cpp-ref" + from_hex("00 0c") +
                     "cpp-connect" + from_hex("06") + "1.0.0" + from_hex("00"));
  // The response's header has no tagged fields, its body has.
  expect_response(ApiVersionsResponse{0, {{18, 0, 4}}, 0, -1}, 3, 7,
                  from_hex("00000013 00000007 0000 02 0012 0000 0004 00 00000000 00"));
  expect_response(ApiVersionsResponse{0, {}, 0, 5}, 4, 7,
                  from_hex("00000016 00000007 0000 01 00000000 01 01 08 0000000000000005"));
  // What a broker answers to a version that it does not know.
  expect_response(ApiVersionsResponse{35, {{18, 0, 2}}, 0, -1}, 0, 7,
                  from_hex("00000010 00000007 0023 00000001 0012 0000 0002"));
}

TEST(Messages, FindCoordinator) {
  FindCoordinatorRequest request;
  request.coordinator_keys = {"kcref"};
  expect_request(request, 6, 1,
                 from_hex("0000001b 000a 0006 00000001 0007") + "cpp-ref" + from_hex("00 00 02 06") +
                     "kcref" + from_hex("00"));
  FindCoordinatorResponse response;
  response.coordinators = {{"kcref", 1, "127.0.0.1", 0x4a94, 0, ""}};
  expect_response(response, 6, 1,
                  from_hex("00000027 00000001 00 00000000 02 06") + "kcref" + from_hex("00000001 0a") +
                      "127.0.0.1" + from_hex("00004a94 0000 01 00 00"));
  FindCoordinatorRequest old;
  old.key = "g";
  old.key_type = 1;
  expect_request(old, 1, 2,
                 from_hex("00000015 000a 0001 00000002 0007") + "cpp-ref" + from_hex("0001 67 01"));
}

TEST(Messages, JoinGroup) {
  JoinGroupRequest request;
  request.group_id = "kcref";
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 60'000;
  request.protocol_type = "connect";
  const std::string two(39, '2');
  const std::string one(39, '1');
  const std::string none(35, '0');
  request.protocols = {{"sessioned", two}, {"compatible", one}, {"default", none}};
  request.reason = "x";
  expect_request(request, 9, 1,
                 from_hex("000000c2 000b 0009 00000001 0007") + "cpp-ref" + from_hex("00 06") + "kcref" +
                     from_hex("00002710 0000ea60 01 00 08") + "connect" + from_hex("04 0a") + "sessioned" +
                     from_hex("28") + two + from_hex("00 0b") + "compatible" + from_hex("28") + one +
                     from_hex("00 08") + "default" + from_hex("24") + none + from_hex("00 02 78 00"));
  JoinGroupResponse response;
  response.error_code = 79;
  response.member_id = kMember;
  expect_response(response, 9, 1,
                  from_hex("00000042 00000001 00 00000000 004f ffffffff 00 00 01 00") + compact(kMember) +
                      from_hex("01 00"));
}

TEST(Messages, SyncGroup) {
  SyncGroupRequest request{"kcref", 7, kMember, std::nullopt, "connect", "sessioned", {}};
  expect_request(request, 5, 3,
                 from_hex("0000005e 000e 0005 00000003 0007") + "cpp-ref" + from_hex("00 06") + "kcref" +
                     from_hex("00000007") + compact(kMember) + from_hex("00 08") + "connect" +
                     from_hex("0a") + "sessioned" + from_hex("01 00"));
  const std::string assignment(111, 'a');
  expect_response(SyncGroupResponse{0, 0, "connect", "sessioned", assignment}, 5, 3,
                  from_hex("0000008e 00000003 00 00000000 0000 08") + "connect" + from_hex("0a") +
                      "sessioned" + from_hex("70") + assignment + from_hex("00"));
}

TEST(Messages, HeartbeatAndLeaveGroup) {
  expect_request(HeartbeatRequest{"kcref", 7, kMember, std::nullopt}, 4, 4,
                 from_hex("0000004b 000c 0004 00000004 0007") + "cpp-ref" + from_hex("00 06") + "kcref" +
                     from_hex("00000007") + compact(kMember) + from_hex("00 00"));
  expect_response(HeartbeatResponse{0, 0}, 4, 4, from_hex("0000000c 00000004 00 00000000 0000 00"));
  LeaveGroupRequest leave;
  leave.group_id = "kcref";
  leave.members = {{kMember, std::nullopt, "bye"}};
  expect_request(leave, 5, 0x32,
                 from_hex("0000004d 000d 0005 00000032 0007") + "cpp-ref" + from_hex("00 06") + "kcref" +
                     from_hex("02") + compact(kMember) + from_hex("00 04") + "bye" + from_hex("00 00"));
  expect_response(
      LeaveGroupResponse{0, 0, {{kMember, std::nullopt, 0}}}, 5, 0x32,
      from_hex("0000003e 00000032 00 00000000 0000 02") + compact(kMember) + from_hex("00 0000 00 00"));
}

TEST(Messages, MetadataOfBrokersOnly) {
  MetadataRequest request;
  request.topics.emplace();
  request.allow_auto_topic_creation = false;
  expect_request(request, 12, 1,
                 from_hex("00000016 0003 000c 00000001 0007") + "cpp-ref" + from_hex("00 01 00 00 00"));
  MetadataResponse response;
  response.brokers = {{1, "h", 9092, std::nullopt}};
  response.cluster_id = "c";
  response.controller_id = 1;
  response.topics = {{0, "t", {}, false, {{0, 0, 1, 5, {1}, {1}, {}}}}};
  expect_response(response, 13, 1,
                  from_hex("00000055 00000001 00 00000000 02 00000001 0268 00002384 00 00 0263 00000001"
                           "02 0000 0274 00000000000000000000000000000000 00"
                           "02 0000 00000000 00000001 00000005 02 00000001 02 00000001 01 00 80000000 00"
                           "0000 00"));
}

template <typename Message>
void expect_default_survives_every_version() {
  for (int16_t version = Message::kApi.min_version; version <= Message::kApi.max_version; ++version) {
    std::string bytes;
    Writer out(bytes, Message::kApi.is_flexible(version));
    Message().encode(out, version);
    const auto decoded = decode_body<Message>(bytes, version);
    ASSERT_TRUE(decoded.ok()) << decoded.error().message();
    EXPECT_EQ(*decoded, Message()) << Message::kApi.name << " version " << version;
    // One byte short is noticed.
    if (bytes.empty()) continue;
    EXPECT_FALSE(decode_body<Message>(BytesView(bytes).substr(0, bytes.size() - 1), version).ok());
  }
}

template <typename... Requests>
void expect_all_survive(const std::tuple<Requests...>* /*type*/) {
  (expect_default_survives_every_version<Requests>(), ...);
  (expect_default_survives_every_version<typename Requests::Response>(), ...);
}

TEST(Messages, EveryVersionOfEveryMessageSurvives) {
  expect_all_survive(static_cast<const AllRequests*>(nullptr));
}

TEST(FrameSplitter, CutsFramesHoweverTheyCome) {
  const std::string stream = with_length("abc") + with_length("") + with_length("de");
  for (size_t step = 1; step <= stream.size(); ++step) {
    FrameSplitter splitter;
    std::string seen;
    for (size_t at = 0; at < stream.size(); at += step) {
      splitter.append(BytesView(stream).substr(at, step));
      while (const auto frame = splitter.next()) seen.append("[").append(*frame).append("]");
    }
    EXPECT_EQ(seen, "[abc][][de]");
  }
}

TEST(FrameSplitter, GivesUpOnImpossibleLengths) {
  for (const char* hex : {"ffffffff", "7fffffff00"}) {
    FrameSplitter splitter;
    splitter.append(from_hex(hex));
    EXPECT_FALSE(splitter.next().has_value());
    EXPECT_TRUE(splitter.broken());
  }
}

}  // namespace
}  // namespace sluice::kafka::protocol
