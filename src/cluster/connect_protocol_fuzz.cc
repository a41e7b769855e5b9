#include <cstddef>
#include <cstdint>

#include "cluster/connect_protocol.h"

using namespace sluice::cluster;

// What could be read must come out the same after it was written again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const sluice::BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto metadata = decode_metadata(bytes); metadata.ok()) {
    const std::string written = encode_metadata(*metadata);
    const auto again = decode_metadata(written);
    if (!again.ok() || encode_metadata(*again) != written) __builtin_trap();
  }
  if (const auto assignment = decode_assignment(bytes); assignment.ok()) {
    const std::string written = encode_assignment(*assignment);
    const auto again = decode_assignment(written);
    if (!again.ok() || encode_assignment(*again) != written) __builtin_trap();
  }
  return 0;
}
