#include "cluster/peer_messages.h"

#include <gtest/gtest.h>

namespace sluice::cluster {
namespace {

TEST(PeerMessages, RoundTrip) {
  PeerMessage message;
  message.says = PeerSays::kMembers;
  message.sequence = 7;
  message.generation = 3;
  message.member_id = "m-1";
  message.url = "http://a:8083/";
  message.incarnation = "abc";
  message.is_alive = true;
  message.members = {{"m-1", "http://a:8083/", "abc"}, {"m-2", "http://b:8083/", ""}};
  message.work = {{"orders"}, {{"orders", 0}, {"orders", 2}}};
  const auto decoded = decode_peer_message(encode_peer_message(message));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, message);
}

TEST(PeerMessages, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(decode_peer_message("").ok());
  EXPECT_FALSE(decode_peer_message("[]").ok());
  EXPECT_FALSE(decode_peer_message(R"({"says":"hm"})").ok());
  EXPECT_TRUE(decode_peer_message(R"({"says":"ping","later":[1]})").ok());
}

TEST(PeerMessages, WorkOfOtherShapesIsSkipped) {
  const auto decoded = decode_peer_message(
      R"({"says":"goodbye","work":{"connectors":[1,"a"],"tasks":[["a"],["a",0],"b"]},"members":[3]})");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->work, (WorkItems{{"a"}, {{"a", 0}}}));
}

TEST(PeerMessages, Hello) {
  const PeerHello hello{"cluster", "http://a:8083/", "abc", true};
  const auto decoded = decode_hello(encode_hello(hello));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, hello);
  EXPECT_FALSE(decode_hello(R"({"url":"http://a/"})").ok());
}

}  // namespace
}  // namespace sluice::cluster
