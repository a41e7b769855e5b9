#pragma once
// What has changed between two versions of a schema, in words for people.

#include <string>
#include <vector>

#include "sdk/data/schema.h"

namespace sluice::converters {

/// Fields are named by their path, e.g. "customer.address.street".
struct SchemaDrift {
  struct Retyped {
    std::string field;
    std::string from;
    std::string to;
  };
  struct Renamed {
    std::string from;
    std::string to;
  };
  std::vector<std::string> added;
  std::vector<std::string> missing;
  std::vector<Retyped> retyped;
  std::vector<Renamed> renamed;  // probably: names or places are alike, and the types are the same

  bool empty() const { return added.empty() && missing.empty() && retyped.empty() && renamed.empty(); }
  /// E.g. "field userId is missing (probably renamed to user_id); field age is STRING instead of INT32".
  std::string text() const;
};

/// How `record` differs from `contract`.
SchemaDrift schema_drift(const sdk::Schema& contract, const sdk::Schema& record);

}  // namespace sluice::converters
