#pragma once
// Inside the folder: the boolean options of a schema format, which are members of its ConnectOptions.

#include <cstddef>
#include <string>

#include "sdk/config/config_def.h"

namespace sluice::converters {

template <typename Options>
struct FormatSwitch {
  const char* name;
  bool Options::*option;
  const char* doc;
};

/// Their defaults are those of `Options`.
template <typename Options, size_t kCount>
void define_switches(const FormatSwitch<Options> (&switches)[kCount], const std::string& group,
                     sdk::ConfigDef& def) {
  const Options defaults;
  for (const auto& option : switches)
    def.define({.name = option.name,
                .type = sdk::ConfigType::kBoolean,
                .default_value = defaults.*option.option ? "true" : "false",
                .importance = sdk::Importance::kLow,
                .doc = option.doc,
                .group = group});
}

template <typename Options, size_t kCount>
void read_switches(const FormatSwitch<Options> (&switches)[kCount], const sdk::Config& config,
                   Options& options) {
  for (const auto& option : switches) options.*option.option = config.get_boolean(option.name);
}

}  // namespace sluice::converters
