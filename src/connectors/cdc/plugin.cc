#include "connectors/cdc/common/task.h"
#include "connectors/cdc/postgres/connector.h"
#include "connectors/cdc/postgres/reader.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::cdc {
namespace {

constexpr const char* kVersion = "3.5.0.Final";  // of Debezium, whose connectors these stand for

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(sdk::SourcePlugin{{{"io.debezium.connector.postgresql.PostgresConnector"}, kVersion},
                                  "io.debezium.connector.postgresql.PostgresConnectorTask",
                                  [] { return std::make_unique<postgres::PostgresConnector>(); },
                                  [] {
                                    return std::make_unique<CdcTask>(TaskKind{
                                        postgres::option_definitions, "schema", postgres::make_reader});
                                  }});
}

}  // namespace sluice::connectors::cdc
