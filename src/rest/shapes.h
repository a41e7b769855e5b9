#pragma once
// The JSON shapes of Kafka Connect's answers, field by field in Java's order.

#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "cluster/herder.h"
#include "formats/json/text_buffer.h"
#include "plugins/plugins.h"

namespace sluice::rest {

using json::TextBuffer;

std::string to_json(const std::vector<std::string>& texts);
std::string to_json(const cluster::RawConfig& config);
std::string to_json(const cluster::ConnectorInfo& info);
std::string to_json(const std::vector<cluster::TaskInfo>& tasks);
std::string to_json(const cluster::ConnectorStatus& status);
std::string to_json(const cluster::TaskState& state);
std::string to_json(const std::vector<cluster::OffsetEntry>& offsets);
std::string to_json(const cluster::ConfigChecks& checks);
std::string to_json(const std::vector<sdk::ConfigKey>& keys);
std::string to_json(const std::vector<plugins::ListedPlugin>& plugins);
std::string to_json(const log::LoggerState& state);
std::string to_json(const std::map<std::string, log::LoggerState>& loggers);
/// {"message":…}
std::string message_json(std::string_view message);
/// {"<connector>":{"topics":[…]}}
std::string topics_json(const std::string& connector, const std::set<std::string>& topics);

/// One text with its escapes and quotes.
std::string quoted(std::string_view text);

}  // namespace sluice::rest
