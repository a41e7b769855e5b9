#include "formats/protobuf/message_index.h"

#include <algorithm>
#include <limits>

#include "formats/protobuf/wire_reader.h"

namespace sluice::protobuf {
namespace {

constexpr int64_t kPathMax = 100;

void append_zigzag(std::string& out, int64_t value) {
  uint64_t raw = zigzag_encoded(value);
  for (; raw >= 0x80; raw >>= 7) out += static_cast<char>(raw | 0x80);
  out += static_cast<char>(raw);
}

}  // namespace

std::string message_index(std::span<const int32_t> path) {
  if (path.size() == 1 && path.front() == 0) return std::string(1, '\0');
  std::string out;
  append_zigzag(out, static_cast<int64_t>(path.size()));
  for (const int32_t place : path) append_zigzag(out, place);
  return out;
}

Result<IndexedPayload> read_message_index(BytesView bytes) {
  WireReader in(bytes);
  IndexedPayload out;
  const int64_t count = zigzag_decoded(in.varint());
  if (count < 0 || count > kPathMax) return bad_record("Malformed Protobuf data: no message index before it");
  for (int64_t i = 0; i < count; ++i) {
    const int64_t place = zigzag_decoded(in.varint());
    if (place < 0 || place > std::numeric_limits<int32_t>::max())
      return bad_record("Malformed Protobuf data: no message index before it");
    out.path.push_back(static_cast<int32_t>(place));
  }
  if (in.failed()) return bad_record("Malformed Protobuf data: it ends within its message index");
  if (out.path.empty()) out.path.push_back(0);
  out.payload = bytes.substr(bytes.size() - in.left());
  out.index = bytes.substr(0, bytes.size() - in.left());
  return out;
}

}  // namespace sluice::protobuf
