#include "connectors/cdc/common/task.h"
#include "connectors/cdc/mysql/connector.h"
#include "connectors/cdc/mysql/reader.h"
#include "connectors/cdc/postgres/connector.h"
#include "connectors/cdc/postgres/reader.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::cdc {
namespace {

constexpr const char* kVersion = "3.5.0.Final";  // of Debezium, whose connectors these stand for

template <typename Make>
sdk::SourcePlugin source(const char* connector, Make make, TaskKind task) {
  return {{{connector}, kVersion}, std::string(connector) + "Task", make, [task] {
            return std::make_unique<CdcTask>(task);
          }};
}

constexpr const char* kJavaWorker =
    "Run it on a Java worker of the same cluster: Java and Sluice workers share one.";
constexpr const char* kBySql =
    "Its tables can be read by io.confluent.connect.jdbc.JdbcSourceConnector through ODBC; for its log, run "
    "it on a "
    "Java worker of the same cluster.";

/// Debezium's that are not ported.
constexpr std::pair<const char*, const char*> kAbsent[] = {
    {"io.debezium.connector.sqlserver.SqlServerConnector", kBySql},
    {"io.debezium.connector.oracle.OracleConnector", kBySql},
    {"io.debezium.connector.db2.Db2Connector", kBySql},
    {"io.debezium.connector.informix.InformixConnector", kBySql},
    {"io.debezium.connector.mongodb.MongoDbConnector", kJavaWorker},
    {"io.debezium.connector.mongodb.MongoDbSinkConnector", kJavaWorker},
    {"io.debezium.connector.cassandra.CassandraConnector", kJavaWorker},
    {"io.debezium.connector.spanner.SpannerConnector", kJavaWorker},
    {"io.debezium.connector.vitess.VitessConnector", kJavaWorker},
    {"io.debezium.connector.ingres.IngresConnector", kJavaWorker},
};

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(source("io.debezium.connector.postgresql.PostgresConnector",
                       [] { return std::make_unique<postgres::PostgresConnector>(); },
                       {postgres::option_definitions, "schema", postgres::make_reader}));
  catalogue.add(source("io.debezium.connector.mysql.MySqlConnector",
                       [] { return std::make_unique<mysql::BinlogConnector>(mysql::Flavour::kMySql); },
                       {mysql::mysql_options, "database", mysql::make_mysql_reader}));
  catalogue.add(source("io.debezium.connector.mariadb.MariaDbConnector",
                       [] { return std::make_unique<mysql::BinlogConnector>(mysql::Flavour::kMariaDb); },
                       {mysql::mariadb_options, "database", mysql::make_mariadb_reader}));
  for (const auto& [name, instead] : kAbsent) catalogue.add(sdk::AbsentConnector{name, instead});
}

}  // namespace sluice::connectors::cdc
