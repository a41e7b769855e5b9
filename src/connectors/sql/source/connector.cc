#include "connectors/sql/source/connector.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "connectors/sql/source/table_list.h"
#include "connectors/sql/table_name.h"

namespace sluice::connectors::sql {
namespace {

constexpr int64_t kListWaitMsMax = 5000;  // a connector's calls may not block for longer

sdk::Properties with_tables(sdk::Properties properties, std::string tables, bool fetched) {
  properties[std::string(kTables)] = std::move(tables);
  properties[std::string(kTablesFetched)] = fetched ? "true" : "false";
  return properties;
}

int tasks_max_of(const sdk::Properties& properties) {
  const std::string* text = sdk::find(properties, "tasks.max");
  int tasks = 1;
  if (text != nullptr) std::from_chars(text->data(), text->data() + text->size(), tasks);
  return tasks;
}

}  // namespace

Status SqlSourceConnector::start(const sdk::Properties& properties, sdk::ConnectorContext& context) {
  SLUICE_ASSIGN_OR_RETURN(options_, parse_source(flavour_, properties));
  properties_ = properties;
  if (!options_.query.empty()) return {};
  const std::string* name = sdk::find(properties, "name");
  monitor_ = std::make_unique<TableMonitor>(options_, name == nullptr ? "sql" : *name,
                                            tasks_max_of(properties), context);
  monitor_->start();
  return {};
}

Result<std::vector<sdk::Properties>> SqlSourceConnector::task_configs(int tasks_max) {
  std::vector<sdk::Properties> configs;
  if (!monitor_) {
    configs.push_back(with_tables(properties_, "", true));
    return configs;
  }
  const auto tables =
      monitor_->tables(std::chrono::milliseconds(std::min(options_.startup_wait_ms, kListWaitMsMax)));
  if (!tables) {
    configs.push_back(with_tables(properties_, "", false));
    return configs;
  }
  if (tables->empty()) log::warn("No tasks will be run because no tables were found");
  const Dialect& dialect = monitor_->dialect();
  for (const auto& group : group_tables(*tables, tasks_max)) {
    std::vector<TableId> names;
    for (const TableSlice& slice : group) names.push_back(slice.table);
    configs.push_back(with_tables(properties_, join_tables(dialect, names), true));
    const bool split =
        std::any_of(group.begin(), group.end(), [](const auto& one) { return !one.range.whole(); });
    if (split) configs.back()[std::string(kTableRanges)] = join_ranges(group);
  }
  return configs;
}

Status SqlSourceConnector::stop() {
  if (monitor_) monitor_->stop();
  return {};
}

sdk::ExactlyOnceSupport SqlSourceConnector::exactly_once_support(const sdk::Properties& properties) const {
  const auto options = parse_source(flavour_, properties);
  return options.ok() && options->mode != Mode::kBulk ? sdk::ExactlyOnceSupport::kSupported
                                                      : sdk::ExactlyOnceSupport::kUnsupported;
}

}  // namespace sluice::connectors::sql
