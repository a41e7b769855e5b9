#include "connectors/sql/source/connector.h"
#include "connectors/sql/source/task.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::connectors::sql {
namespace {

// Of the Java connectors that these stand for.
constexpr const char* kConfluentVersion = "10.8.4";
constexpr const char* kAivenVersion = "6.10.0";

sdk::SourcePlugin plugin(Flavour flavour, const char* package, const char* version) {
  const std::string prefix(package);
  return {{{prefix + ".JdbcSourceConnector"}, version},
          prefix + ".source.JdbcSourceTask",
          [flavour] { return std::make_unique<SqlSourceConnector>(flavour); },
          [flavour] { return std::make_unique<SqlSourceTask>(flavour); }};
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  catalogue.add(plugin(Flavour::kConfluent, "io.confluent.connect.jdbc", kConfluentVersion));
  catalogue.add(plugin(Flavour::kAiven, "io.aiven.connect.jdbc", kAivenVersion));
}

}  // namespace sluice::connectors::sql
