#include "connectors/cdc/common/java_hash.h"

#include "sdk/data/java_utf8.h"

namespace sluice::connectors::cdc {

uint32_t java_hash(std::string_view text) {
  const uint32_t hash = sdk::java_string_hash(text);
  return hash ^ hash >> 16;
}

size_t java_table(size_t entries, size_t table) {
  while (entries > table / 4 * 3) table *= 2;
  return table;
}

}  // namespace sluice::connectors::cdc
