#include "plugins/plugins.h"

#include <gtest/gtest.h>

#include "plugins/naming.h"

namespace sluice::plugins {
namespace {

Plugins some_plugins() {
  Plugins plugins;
  sdk::SourcePlugin source;
  source.class_names = {"io.confluent.connect.jdbc.JdbcSourceConnector",
                        "io.aiven.connect.jdbc.JdbcSourceConnector"};
  plugins.add(source);
  sdk::SinkPlugin confluent;
  confluent.class_names = {"io.confluent.connect.jdbc.JdbcSinkConnector"};
  plugins.add(confluent);
  sdk::SinkPlugin debezium;
  debezium.class_names = {"io.debezium.connector.jdbc.JdbcSinkConnector"};
  plugins.add(debezium);
  return plugins;
}

TEST(Naming, AliasesAreTheSimpleNameAndTheSimpleNameWithoutItsSuffix) {
  EXPECT_EQ(simple_name("a.b.Cast$Value"), "Value");
  EXPECT_EQ(pruned_name("org.apache.kafka.connect.json.JsonConverter", "Converter"), "Json");
  EXPECT_EQ(pruned_name("a.Connector", "Connector"), "Connector");
}

TEST(Plugins, FindsByFullNameSimpleNameAndPrunedName) {
  const Plugins plugins = some_plugins();
  for (const char* name :
       {"io.aiven.connect.jdbc.JdbcSourceConnector", "JdbcSourceConnector", "JdbcSource"}) {
    const auto found = plugins.connector(name);
    ASSERT_TRUE(found.ok()) << name;
    EXPECT_NE(found->source, nullptr);
  }
}

TEST(Plugins, AnAliasOfTwoPluginsIsAnErrorAndTheFullNameIsNot) {
  const Plugins plugins = some_plugins();
  EXPECT_FALSE(plugins.connector("JdbcSink").ok());
  EXPECT_TRUE(plugins.connector("io.debezium.connector.jdbc.JdbcSinkConnector").ok());
}

TEST(Plugins, AnUnknownClassGetsTheNearestName) {
  const auto missing = some_plugins().connector("io.confluent.connect.jdbc.JdbcSorceConnector");
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message().find("did you mean io.confluent.connect.jdbc.JdbcSourceConnector?"),
            std::string::npos)
      << missing.error().message();
}

TEST(Plugins, AConnectorThatIsKnownToBeAbsentSaysWhatToUse) {
  Plugins plugins = some_plugins();
  plugins.add(sdk::AbsentConnector{"org.example.TapeConnector", "Use a disk."});
  for (const char* name : {"org.example.TapeConnector", "Tape"}) {
    const auto missing = plugins.connector(name);
    ASSERT_FALSE(missing.ok());
    EXPECT_EQ(missing.error().message(), "org.example.TapeConnector is not part of Sluice. Use a disk.");
  }
}

}  // namespace
}  // namespace sluice::plugins
