#pragma once
// The kinds of records that Datagen makes. Immutable; live for ever.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/datagen/random.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::datagen {

struct Quickstart {
  std::string_view name;
  sdk::SchemaPtr schema;
  int key_field;
  /// Makes the value of record `number`: a struct of `schema` in the arena.
  sdk::Value (*make)(const sdk::Schema& schema, Random random, int64_t number, sdk::Arena& arena);
};

/// Upper or lower case; null if there is none.
const Quickstart* find_quickstart(std::string_view name);
std::vector<std::string> quickstart_names();

}  // namespace sluice::connectors::datagen
