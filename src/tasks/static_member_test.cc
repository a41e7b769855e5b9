#include "tasks/static_member.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

sdk::Properties consumer(const std::string& protocol) {
  return {{"bootstrap.servers", "127.0.0.1:1"}, {"group.id", "connect-s"}, {"group.protocol", protocol}};
}

TEST(StaticMemberTest, WithTheClassicProtocolNobodyIsRefused) {
  sdk::Properties settings = consumer("CLASSIC");
  take_instance(settings, "sluice-c-s-0", {"t"}, "s-0");
  EXPECT_EQ(settings["group.instance.id"], "sluice-c-s-0");
}

TEST(StaticMemberTest, WhoCannotFreeItsIdJoinsWithoutIt) {
  sdk::Properties settings = consumer("Consumer");
  take_instance(settings, "sluice-c-s-0", {"t"}, "s-0");
  EXPECT_FALSE(settings.contains("group.instance.id"));
}

TEST(StaticMemberTest, KnowsAMoveToAnotherGroup) {
  sdk::Properties settings = consumer("classic");
  const StaticMember before = static_member_of(settings, "sluice-c-s-0");
  EXPECT_EQ(before, static_member_of(settings, "sluice-c-s-0"));
  settings["group.id"] = "elsewhere";
  EXPECT_NE(before, static_member_of(settings, "sluice-c-s-0"));
}

TEST(StaticMemberTest, IdsOfAConnectorWhoseNameBeginsLikeAnothers) {
  EXPECT_TRUE(is_instance_of("sluice-g-a-10", "sluice-g", "a"));
  EXPECT_FALSE(is_instance_of("sluice-g-a-b-0", "sluice-g", "a"));
  EXPECT_FALSE(is_instance_of("sluice-g-a-", "sluice-g", "a"));
  EXPECT_FALSE(is_instance_of("sluice-h-a-0", "sluice-g", "a"));
}

TEST(StaticMemberTest, LeavesEachGroupOnce) {
  const StaticMember one = static_member_of(consumer("classic"), "sluice-c-s-0");
  const StaticMember two = static_member_of(consumer("classic"), "sluice-c-s-1");
  const std::vector<Status> left = leave_groups({one, two});
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].error().kind(), ErrorKind::kRetry);
}

}  // namespace
}  // namespace sluice::tasks
