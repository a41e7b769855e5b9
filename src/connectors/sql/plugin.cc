#include "connectors/sql/sink/connector.h"
#include "connectors/sql/sink/task.h"
#include "connectors/sql/source/connector.h"
#include "connectors/sql/source/task.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::sql {
namespace {

// Of the Java connectors that these stand for.
constexpr const char* kConfluentVersion = "10.8.4";
constexpr const char* kAivenVersion = "6.10.0";
constexpr const char* kDebeziumVersion = "3.5.0.Final";

sdk::SourcePlugin source(Flavour flavour, const char* package, const char* version) {
  const std::string prefix(package);
  return {{{prefix + ".JdbcSourceConnector"}, version},
          prefix + ".source.JdbcSourceTask",
          [flavour] { return std::make_unique<SqlSourceConnector>(flavour); },
          [flavour] { return std::make_unique<SqlSourceTask>(flavour); }};
}

sdk::SinkPlugin sink(SinkFlavour flavour, const char* connector_class, const char* task_class,
                     const char* version) {
  return {{{connector_class}, version},
          task_class,
          [flavour] { return std::make_unique<SqlSinkConnector>(flavour); },
          [flavour] { return std::make_unique<SqlSinkTask>(flavour); }};
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(source(Flavour::kConfluent, "io.confluent.connect.jdbc", kConfluentVersion));
  catalogue.add(source(Flavour::kAiven, "io.aiven.connect.jdbc", kAivenVersion));
  catalogue.add(sink(SinkFlavour::kConfluent, "io.confluent.connect.jdbc.JdbcSinkConnector",
                     "io.confluent.connect.jdbc.sink.JdbcSinkTask", kConfluentVersion));
  catalogue.add(sink(SinkFlavour::kAiven, "io.aiven.connect.jdbc.JdbcSinkConnector",
                     "io.aiven.connect.jdbc.sink.JdbcSinkTask", kAivenVersion));
  catalogue.add(sink(SinkFlavour::kDebezium, "io.debezium.connector.jdbc.JdbcSinkConnector",
                     "io.debezium.connector.jdbc.JdbcSinkConnectorTask", kDebeziumVersion));
}

}  // namespace sluice::connectors::sql
