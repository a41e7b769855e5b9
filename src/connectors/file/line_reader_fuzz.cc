// Any bytes in any pieces: never a crash, never a byte lost, and no line end left inside a line.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "connectors/file/line_reader.h"
#include "sdk/data/java_utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::connectors::file;
  if (size < 2) return 0;
  const size_t piece = data[0] + 1U;
  LineReader reader(16 + data[1]);
  sluice::sdk::Arena arena;
  const char* at = reinterpret_cast<const char*>(data) + 2;
  const char* const end = reinterpret_cast<const char*>(data) + size;
  size_t taken = 0;
  while (at < end) {
    const auto room = reader.room();
    const size_t count = std::min({piece, room.size(), static_cast<size_t>(end - at)});
    std::memcpy(room.data(), at, count);
    reader.filled(count);
    at += count;
    for (Line line; reader.next(line);) {
      SLUICE_CHECK(line.text.find_first_of("\r\n") == std::string_view::npos, "a line end inside a line");
      sluice::sdk::decode_utf8(arena, line.text);
      taken += line.bytes;
    }
  }
  SLUICE_CHECK(taken + reader.pending_bytes() == size - 2, "bytes got lost");
  return 0;
}
