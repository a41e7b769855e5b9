#pragma once
// A connector's file on the command line of the standalone worker: a flat JSON object, the body of POST
// /connectors, or Java properties, tried in this order whatever the file is called (KIP-934,
// ConnectStandalone of 4.1).

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "sdk/properties.h"
#include "tasks/status.h"

namespace sluice::app {

struct ConnectorFile {
  sdk::Properties config;  // holds "name"
  tasks::TargetState initial_state = tasks::TargetState::kStarted;
};

/// Error kind kBadConfig names the file.
Result<ConnectorFile> read_connector_file(const std::filesystem::path& file);
/// `file` is for error texts.
Result<ConnectorFile> parse_connector_file(std::string_view text, const std::string& file);

/// Error kind kBadConfig names the file and the reason.
Result<std::string> read_text_file(const std::filesystem::path& file);

}  // namespace sluice::app
