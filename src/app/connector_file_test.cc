#include "app/connector_file.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

TEST(ConnectorFile, AFlatObjectIsTheConfiguration) {
  const auto parsed = parse_connector_file(R"({"name": "a", "tasks.max": 2, "x": true, "gone": null})", "f");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->config, (sdk::Properties{{"name", "a"}, {"tasks.max", "2"}, {"x", "true"}}));
}

TEST(ConnectorFile, TheBodyOfARestRequestIsTakenToo) {
  const auto parsed = parse_connector_file(
      R"({"name": "a", "config": {"k": "v"}, "initial_state": "PAUSED", "more": []})", "f");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message();
  EXPECT_EQ(parsed->config, (sdk::Properties{{"k", "v"}, {"name", "a"}}));
  EXPECT_EQ(parsed->initial_state, tasks::TargetState::kPaused);
}

TEST(ConnectorFile, PropertiesAreTakenToo) {
  const auto parsed = parse_connector_file("name=a\nconnector.class=X\n", "f");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->config.at("connector.class"), "X");
}

TEST(ConnectorFile, ErrorsNameTheFile) {
  for (const char* text : {"{\"name\": ", "a=b", "{\"x\": \"y\"}", "{\"name\": \"a\", \"k\": [1]}",
                           R"({"name": "a", "config": {"name": "b"}})",
                           R"({"name": "a", "config": {}, "initial_state": "SLEEPING"})"}) {
    const auto parsed = parse_connector_file(text, "orders.json");
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().message().find("orders.json"), std::string::npos) << parsed.error().message();
  }
}

}  // namespace
}  // namespace sluice::app
