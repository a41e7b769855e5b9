#include "cluster/task_config_publisher.h"

#include <gtest/gtest.h>

#include "cluster/url_path.h"

namespace sluice::cluster {
namespace {

store::ConnectorEntry entry() {
  store::ConnectorEntry result;
  result.config = {{"name", "orders"}, {"password", "${file:/secrets:password}"}};
  result.applied = result.config;
  result.task_count = 2;
  result.tasks = {{0, {{"part", "a"}}}, {1, {{"part", "b"}}}};
  return result;
}

const std::vector<RawConfig> kSame{{{"part", "a"}}, {{"part", "b"}}};

TEST(TaskConfigsChanged, NotWhenTheTopicHoldsThem) { EXPECT_FALSE(task_configs_changed(entry(), kSame)); }

TEST(TaskConfigsChanged, ByNumberOrContent) {
  EXPECT_TRUE(task_configs_changed(entry(), {{{"part", "a"}}}));
  EXPECT_TRUE(task_configs_changed(entry(), {{{"part", "a"}}, {{"part", "c"}}}));
}

TEST(TaskConfigsChanged, WhenTheyWereMadeFromAnotherConfiguration) {
  auto changed = entry();
  changed.config["name"] = "bills";
  EXPECT_TRUE(task_configs_changed(changed, kSame));
  changed = entry();
  changed.applied.reset();
  EXPECT_TRUE(task_configs_changed(changed, kSame));
}

TEST(TaskConfigsChanged, WhenTheTopicIsIncomplete) {
  auto incomplete = entry();
  incomplete.inconsistent = true;
  EXPECT_TRUE(task_configs_changed(incomplete, kSame));
}

TEST(WithReferences, SecretsAreNotWritten) {
  const auto configs =
      with_references(entry().config, {{{"password", "hunter2"}, {"name", "orders"}, {"part", "a"}}});
  EXPECT_EQ(configs[0].at("password"), "${file:/secrets:password}");
  EXPECT_EQ(configs[0].at("name"), "orders");
  EXPECT_EQ(configs[0].at("part"), "a");
}

TEST(WithReferences, TextThatOnlyLooksLikeOneStays) {
  const RawConfig connector{{"a", "${no colon}"}, {"b", "costs 5$"}, {"c", "${open:"}};
  const auto configs = with_references(connector, {{{"a", "1"}, {"b", "2"}, {"c", "3"}}});
  EXPECT_EQ(configs[0], (RawConfig{{"a", "1"}, {"b", "2"}, {"c", "3"}}));
}

TEST(UrlPath, EncodesAllButTheUnreserved) { EXPECT_EQ(url_path("a b/ä~"), "a%20b%2F%C3%A4~"); }

}  // namespace
}  // namespace sluice::cluster
