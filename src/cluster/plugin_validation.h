#pragma once
// Inside the folder: the keys of a connector's configuration that name other plugins, and those plugins' own
// keys (ConnectorConfig.enrich, AbstractHerder.validateConverterConfig of 4.1).

#include <optional>
#include <string>
#include <string_view>

#include "cluster/herder.h"
#include "cluster/validation_sheet.h"
#include "plugins/plugins.h"
#include "sdk/properties.h"

namespace sluice::cluster {

struct PluginValidation {
  const plugins::Plugins& plugins;
  const sdk::Properties& worker;
  const RawConfig& raw;
  const sdk::Properties& properties;  // raw without its nulls
  ValidationSheet& sheet;
};

/// `key.converter` and the like: the worker's as default, what there is as recommendation, class and version
/// checked.
void check_converter_class(PluginValidation& validation, const std::string& key);
/// The converter's own keys, if the connector names a good one.
void append_converter_keys(PluginValidation& validation, const std::string& key);

/// Keys below `transforms.` and `predicates.`.
void check_transforms(PluginValidation& validation);
void check_predicates(PluginValidation& validation);

/// What is wrong with the version that the configuration asks of this plugin.
std::optional<std::string> wrong_version(const sdk::PluginNames& plugin, const std::string* wanted);

}  // namespace sluice::cluster
