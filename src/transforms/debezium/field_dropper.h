#pragma once
// `drop.fields.*`: takes out of key and value the fields that a header of the record lists, as
// ExtractChangedRecordState writes one. Not for several threads.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdk/config/config_def.h"
#include "sdk/transform.h"
#include "transforms/debezium/field_reference.h"
#include "transforms/operand.h"

namespace sluice::transforms::debezium {

/// The three options.
void define_dropper(sdk::ConfigDef& def);

class FieldDropper {
 public:
  void configure(const sdk::Config& config);
  /// Rewrites the record; fields that `added` names stay. Error kind kBadRecord if the header is no list of
  /// texts, or if a field cannot go.
  Status drop(sdk::Record& record, const std::vector<ResolvedField>& added, sdk::Arena& arena);

 private:
  Status drop(sdk::Record& record, Operand operand, const std::vector<std::string>& names, sdk::Arena& arena);

  std::string header_;
  bool from_key_ = false;
  bool only_optional_ = true;
  std::map<std::string, std::unique_ptr<sdk::Transform>> without_;  // by half and names
};

}  // namespace sluice::transforms::debezium
