#pragma once
// The reference pages (docs/reference/), written from the option definitions so that they cannot lie.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "plugins/plugins.h"
#include "sdk/config/config_def.h"

namespace sluice::app {

/// A Markdown table of the options, grouped; internal ones are left out.
std::string options_table(const sdk::ConfigDef& def);

/// Page text by file name: the worker, what all connectors share, one page per connector,
/// and one for each other kind of plugins.
std::map<std::string, std::string> reference_pages(const plugins::Plugins& plugins);

/// `sluice docs DIRECTORY`: writes the pages; returns the exit status.
int write_reference_pages(const std::filesystem::path& directory);

}  // namespace sluice::app
