// The fast way and the lenient way must agree: what the fast one accepts, the lenient one reads as the same
// value. The decoder is kept over all inputs, so that what it has learnt about keys is tested too.

#include <cstdint>
#include <cstdlib>

#include "formats/json/json_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::json::Numbers;
  static sluice::json::Decoder plain;
  static sluice::json::Decoder exact(Numbers::kExact);
  static sluice::sdk::Arena arena;
  arena.reset();
  plain.begin_batch(arena);
  exact.begin_batch(arena);
  const sluice::BytesView text(reinterpret_cast<const char*>(data), size);
  sluice::sdk::Value value;
  size_t taken = 0;
  if (plain.decode_plain(text, arena, value, taken)) {
    const auto expected = sluice::json::decode_leniently(text, arena);
    if (!expected.ok() || !(*expected == value)) std::abort();
    const size_t start = text.find_first_of("{[");
    if (sluice::json::skip_value(text, start) != taken) std::abort();
  }
  if (exact.decode_plain(text, arena, value, taken)) {
    const auto expected = sluice::json::decode_leniently(text, arena, Numbers::kExact);
    if (!expected.ok() || !(*expected == value)) std::abort();
  }
  (void)sluice::json::decode_leniently(text, arena).ok();
  return 0;
}
