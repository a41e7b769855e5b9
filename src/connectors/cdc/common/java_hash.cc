#include "connectors/cdc/common/java_hash.h"

namespace sluice::connectors::cdc {

uint32_t java_hash(std::string_view text) {
  uint32_t hash = 0;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    uint32_t point = lead;
    if (lead >= 0x80) {
      int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      point = lead & (0x3f >> more);
      for (; more > 0 && at < text.size(); --more)
        point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
    }
    // Java counts units of UTF-16.
    if (point >= 0x10000) {
      hash = 31 * hash + 0xd800 + ((point - 0x10000) >> 10);
      point = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    hash = 31 * hash + point;
  }
  return hash ^ hash >> 16;
}

size_t java_table(size_t entries, size_t table) {
  while (entries > table / 4 * 3) table *= 2;
  return table;
}

}  // namespace sluice::connectors::cdc
