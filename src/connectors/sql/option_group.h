#pragma once
// Defines options of one group, numbering them as the Java connectors do.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/config/config_def.h"

namespace sluice::connectors::sql {

class OptionGroup {
 public:
  /// `def` outlives the group.
  OptionGroup(sdk::ConfigDef& def, std::string name) : def_(def), name_(std::move(name)) {}

  /// `recommended` are suggestions for a form, whatever the other values.
  OptionGroup& add(std::string_view key, sdk::ConfigType type, sdk::ConfigDefault default_value,
                   sdk::Importance importance, std::string display, sdk::Width width, std::string doc,
                   std::optional<sdk::Validator> validator = {},
                   const std::vector<std::string>& recommended = {});

 private:
  sdk::ConfigDef& def_;
  const std::string name_;
  int order_ = 0;
};

/// A choice that may be left open.
sdk::Validator open_or(const sdk::Validator& choice);
/// The name of a time zone.
sdk::Validator timezone_check();

}  // namespace sluice::connectors::sql
