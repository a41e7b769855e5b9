#pragma once
// Options of the change data capture connectors as tables: those that all have, and how a connector's own are
// put between them, in the order that Debezium's REST answers have.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/config/config_def.h"

namespace sluice::connectors::cdc {

struct OptionRow {
  const char* name;
  sdk::ConfigType type;
  const char* default_value;  // null: Java's null
  sdk::Importance importance;
  sdk::Width width;
  const char* display;
  const char* doc;
};

struct OptionOrder {
  const char* group;
  std::span<const char* const> names;
};

std::span<const OptionRow> common_options();

struct OptionProblem {
  std::string name;
  std::string text;
};
/// A problem for each of these that has no value. Their default is null, as in Debezium's definitions.
std::vector<OptionProblem> missing_options(const sdk::Config& config,
                                           std::initializer_list<std::string_view> names);

/// Adds each problem to the errors of its option; one without a name to the option that its text names, or to
/// the first.
void place_problems(const std::vector<OptionProblem>& problems, std::vector<sdk::ConfigValue>& values);

/// The definition of `names`, each found among `own` or the common ones; one that is in neither ends the
/// process.
sdk::ConfigDef define_options(std::span<const OptionRow> own, std::initializer_list<OptionOrder> groups);

}  // namespace sluice::connectors::cdc
