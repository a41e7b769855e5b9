#pragma once
// An entry of `add.fields` or `add.headers`: `[struct.]field[:new name]`, a field of the event or of one of
// its structs.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sdk/data/schema.h"

namespace sluice::transforms::debezium {

struct FieldReference {
  std::string structure;  // empty: the event itself
  std::string field;
  std::string new_name;  // prefix included
};

/// Error kind kBadConfig for an entry of another form.
Result<std::vector<FieldReference>> parse_field_references(const std::vector<std::string>& entries,
                                                           const std::string& prefix);

/// A reference resolved for one schema of events.
struct ResolvedField {
  const FieldReference* reference = nullptr;
  sdk::SchemaPtr schema;  // what the copy has
  int home = -1;          // index of the struct; negative: the event itself
  bool in_home = true;    // or in the event, where another transform has put it
  int index = -1;         // within either
};

/// Nothing if the event has no such field. Error kind kBadRecord if its schema cannot be made optional.
Result<std::optional<ResolvedField>> resolve(const FieldReference& reference, const sdk::Schema& event);

/// Null if the struct is.
sdk::Value value_of(const ResolvedField& field, const sdk::StructNode& event);

}  // namespace sluice::transforms::debezium
