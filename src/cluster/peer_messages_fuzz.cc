// Messages from other workers, whatever they hold, are read or refused; what was read survives a round trip.

#include <cstdlib>
#include <string_view>

#include "cluster/peer_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::cluster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto message = decode_peer_message(text); message.ok()) {
    const auto again = decode_peer_message(encode_peer_message(*message));
    if (!again.ok()) std::abort();
  }
  if (const auto hello = decode_hello(text); hello.ok()) {
    if (!decode_hello(encode_hello(*hello)).ok()) std::abort();
  }
  return 0;
}
