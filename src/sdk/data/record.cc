#include "sdk/data/record.h"

#include <algorithm>

namespace sluice::sdk {

void add_header(Arena& arena, Record& record, const Header& header) {
  auto* headers = arena.array<Header>(record.header_count + 1);
  std::copy_n(record.header_data, record.header_count, headers);
  headers[record.header_count] = header;
  record.header_data = headers;
  ++record.header_count;
}

}  // namespace sluice::sdk
