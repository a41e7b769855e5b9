#include "cluster/connect_protocol.h"

#include <gtest/gtest.h>

namespace sluice::cluster {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += "0123456789abcdef"[static_cast<uint8_t>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<uint8_t>(byte) & 15];
  }
  return hex;
}

const std::string kLeader = "connect-127.0.0.1:28082-00000000-0000-0000-0000-0000005bf";
const std::string kUrl1 = "http://127.0.0.1:28081/";
const std::string kUrl2 = "http://127.0.0.1:28082/";
const std::string kUrl1Hex = "0017 687474703a2f2f3132372e302e302e313a32383038312f";
const std::string kUrl2Hex = "0017 687474703a2f2f3132372e302e302e313a32383038322f";

std::string leader_hex() { return "0039" + to_hex(kLeader); }

/// Captured from Java workers of Kafka 4.1 (the leader's id apart).
std::string captured_allocation() {
  return from_hex("0002 0000" + leader_hex() + kUrl2Hex + "000000000000000b 00000002" +
                  "0002 6331 00000001 ffffffff" + "0002 6332 00000002 00000000 00000002" +
                  "00000000 00000000");
}

Assignment allocation() {
  return {.version = 2,
          .leader = kLeader,
          .leader_url = kUrl2,
          .config_offset = 11,
          .assigned = {.connectors = {"c1"}, .tasks = {{"c2", 0}, {"c2", 2}}}};
}

TEST(ConnectProtocolTest, MetadataOfANewWorker) {
  const std::string bytes = from_hex("0002" + kUrl1Hex + "0000000000000001 ffffffff");
  const WorkerMetadata metadata{.version = 2, .url = kUrl1, .config_offset = 1};
  EXPECT_EQ(decode_metadata(bytes).value(), metadata);
  EXPECT_EQ(encode_metadata(metadata), bytes);
}

TEST(ConnectProtocolTest, MetadataWithAllocation) {
  const std::string bytes = from_hex("0002" + kUrl1Hex + "000000000000000f 00000088") + captured_allocation();
  const WorkerMetadata metadata{.version = 2, .url = kUrl1, .config_offset = 15, .allocation = allocation()};
  EXPECT_EQ(decode_metadata(bytes).value(), metadata);
  EXPECT_EQ(encode_metadata(metadata), bytes);
}

TEST(ConnectProtocolTest, EagerMetadataHasNoAllocation) {
  const std::string bytes = from_hex("0000" + kUrl1Hex + "ffffffffffffffff");
  EXPECT_EQ(encode_metadata({.url = kUrl1, .allocation = allocation()}), bytes);
  EXPECT_EQ(decode_metadata(bytes).value(), WorkerMetadata{.url = kUrl1});
}

TEST(ConnectProtocolTest, AssignmentOfOneTask) {
  const std::string bytes = from_hex("0002 0000" + leader_hex() + kUrl1Hex + "000000000000000f 00000001" +
                                     "0002 6331 00000001 00000000 00000000 00000000");
  const Assignment assignment{.version = 2,
                              .leader = kLeader,
                              .leader_url = kUrl1,
                              .config_offset = 15,
                              .assigned = {.tasks = {{"c1", 0}}}};
  EXPECT_EQ(decode_assignment(bytes).value(), assignment);
  EXPECT_EQ(encode_assignment(assignment), bytes);
}

TEST(ConnectProtocolTest, DelayAndMismatch) {
  const std::string head = leader_hex() + kUrl1Hex;
  Assignment delayed{.version = 2, .leader = kLeader, .leader_url = kUrl1, .config_offset = 15};
  delayed.delay_ms = 20'000;
  EXPECT_EQ(encode_assignment(delayed),
            from_hex("0002 0000" + head + "000000000000000f 00000000 00000000 00004e20"));
  const auto mismatch =
      decode_assignment(from_hex("0002 0001" + head + "00000000000003e8 00000000 00000000 00000000"));
  EXPECT_TRUE(mismatch->failed());
  EXPECT_EQ(mismatch->config_offset, 1000);
}

TEST(ConnectProtocolTest, EagerAssignmentIsComplete) {
  const std::string bytes = from_hex("0000 0000" + leader_hex() + kUrl1Hex + "0000000000000009 00000001" +
                                     "0002 6531 00000002 00000000 00000002");
  const Assignment assignment{.leader = kLeader,
                              .leader_url = kUrl1,
                              .config_offset = 9,
                              .assigned = {.tasks = {{"e1", 0}, {"e1", 2}}}};
  EXPECT_EQ(decode_assignment(bytes).value(), assignment);
  EXPECT_EQ(encode_assignment(assignment), bytes);
}

TEST(ConnectProtocolTest, ConnectorAndItsTasksShareAnEntry) {
  Assignment assignment = allocation();
  assignment.assigned = {.connectors = {"b", "a"}, .tasks = {{"a", 1}, {"b", 0}, {"a", 0}}};
  const std::string bytes = encode_assignment(assignment);
  EXPECT_EQ(decode_assignment(bytes)->assigned,
            (WorkItems{.connectors = {"b", "a"}, .tasks = {{"b", 0}, {"a", 1}, {"a", 0}}}));
}

TEST(ConnectProtocolTest, FieldsMayBeMissingAtTheEndAndNullWhereJavaAllowsIt) {
  const std::string start = from_hex("0001 0000" + leader_hex() + kUrl1Hex + "000000000000000f");
  EXPECT_TRUE(decode_assignment(start)->assigned.empty());
  EXPECT_TRUE(decode_assignment(start + from_hex("ffffffff"))->assigned.empty());
  EXPECT_EQ(decode_assignment(start + from_hex("ffffffff ffffffff 00000007"))->delay_ms, 7);
  EXPECT_FALSE(decode_metadata(from_hex("0001" + kUrl1Hex + "0000000000000001"))->allocation);
  // Version 0 has no null arrays.
  EXPECT_FALSE(
      decode_assignment(from_hex("0000 0000" + leader_hex() + kUrl1Hex + "000000000000000f ffffffff")).ok());
}

TEST(ConnectProtocolTest, LaterVersionsAndTrailingBytesAreTaken) {
  std::string bytes = from_hex("0007" + kUrl1Hex + "0000000000000001 ffffffff") + "more";
  EXPECT_EQ(decode_metadata(bytes)->version, 7);
  EXPECT_FALSE(decode_metadata(bytes)->sluice);
  EXPECT_TRUE(decode_assignment(captured_allocation() + "more").ok());
}

TEST(ConnectProtocolTest, SluiceWorkersKnowEachOther) {
  for (const int16_t version : {0, 1, 2}) {
    const WorkerMetadata metadata{
        .version = version, .url = kUrl1, .config_offset = 3, .sluice = SluiceMetadata{"i-1", {"a.B", "B"}}};
    const std::string bytes = encode_metadata(metadata);
    EXPECT_EQ(decode_metadata(bytes).value(), metadata);
    EXPECT_EQ(decode_metadata(bytes + "of a later version")->sluice, metadata.sluice);
    WorkerMetadata as_java = metadata;
    as_java.sluice.reset();
    EXPECT_TRUE(bytes.starts_with(encode_metadata(as_java)));
  }
}

TEST(ConnectProtocolTest, EveryCutIsRefusedOrReadAsMissing) {
  const std::string bytes = captured_allocation();
  const size_t revoked_at = bytes.size() - 8;
  const size_t assigned_at = revoked_at - (4 + 12 + 16);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const bool between_fields = size == assigned_at || size == revoked_at || size == bytes.size() - 4;
    EXPECT_EQ(decode_assignment(BytesView(bytes).substr(0, size)).ok(), between_fields) << size;
  }
}

TEST(ConnectProtocolTest, WrongBytesSayWhere) {
  EXPECT_EQ(decode_metadata(from_hex("ffff")).error().message(),
            "a worker's metadata cannot be read: version -1 does not exist at byte 2");
  EXPECT_EQ(decode_metadata(from_hex("0001 7fff 61")).error().message(),
            "a worker's metadata cannot be read: 32767 bytes are promised, 1 left at byte 4");
  EXPECT_EQ(
      decode_assignment(from_hex("0001 0000 0000 0000 0000000000000001 7fffffff")).error().message(),
      "a worker's assignment cannot be read: 2147483647 elements are promised, 0 bytes left at byte 20");
}

TEST(ConnectProtocolTest, NamesTooLongForTheWireAreLeftOut) {
  Assignment assignment = allocation();
  assignment.assigned.connectors = {std::string(32'768, 'x'), std::string(32'767, 'y')};
  assignment.assigned.tasks = {{std::string(40'000, 'x'), 0}};
  const auto read = decode_assignment(encode_assignment(assignment));
  EXPECT_EQ(read->assigned, (WorkItems{.connectors = {std::string(32'767, 'y')}}));
}

TEST(ConnectProtocolTest, Names) {
  EXPECT_EQ(parse_connect_protocol("eager"), ConnectProtocol::kEager);
  EXPECT_EQ(parse_connect_protocol("default"), std::nullopt);
  EXPECT_EQ(parse_group_protocol("default"), ConnectProtocol::kEager);
  EXPECT_EQ(parse_group_protocol("eager"), std::nullopt);
  EXPECT_EQ(group_protocol_name(ConnectProtocol::kSessioned), "sessioned");
  EXPECT_EQ(offered_protocols(ConnectProtocol::kEager), std::vector{ConnectProtocol::kEager});
  EXPECT_EQ(
      offered_protocols(ConnectProtocol::kSessioned),
      (std::vector{ConnectProtocol::kSessioned, ConnectProtocol::kCompatible, ConnectProtocol::kEager}));
}

}  // namespace
}  // namespace sluice::cluster
