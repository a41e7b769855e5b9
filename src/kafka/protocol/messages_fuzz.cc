// Any bytes as any message in any version: what can be read is written and read back to the same message.
// Input: index of the api, version, 0 (request) or 1 (response), then the body.

#include <cstdint>
#include <cstdlib>
#include <tuple>

#include "kafka/protocol/frame.h"

namespace sluice::kafka::protocol {
namespace {

constexpr size_t kHeadBytes = 3;

template <typename Message>
void try_message(uint8_t version_byte, BytesView body) {
  constexpr ApiInfo kApi = Message::kApi;
  const auto version =
      static_cast<int16_t>(kApi.min_version + version_byte % (kApi.max_version - kApi.min_version + 1));
  const auto message = decode_body<Message>(body, version);
  if (!message.ok()) return;
  std::string bytes;
  Writer out(bytes, kApi.is_flexible(version));
  message.value().encode(out, version);
  const auto again = decode_body<Message>(bytes, version);
  if (!again.ok() || again.value() != message.value()) std::abort();
}

template <typename... Requests>
void try_api(uint8_t index, uint8_t version, bool response, BytesView body,
             const std::tuple<Requests...>* /*type*/) {
  uint8_t at = 0;
  const auto try_one = [&]<typename Request>() {
    if (at++ != index) return;
    response ? try_message<typename Request::Response>(version, body) : try_message<Request>(version, body);
  };
  (try_one.template operator()<Requests>(), ...);
}

void try_stream(BytesView bytes) {
  FrameSplitter splitter;
  splitter.append(bytes);
  while (const auto frame = splitter.next()) {
    const auto header = read_request_header(*frame);
    if (header && header->size > frame->size()) std::abort();
  }
}

}  // namespace
}  // namespace sluice::kafka::protocol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::kafka::protocol::AllRequests;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  sluice::kafka::protocol::try_stream(bytes);
  if (size < sluice::kafka::protocol::kHeadBytes) return 0;
  const uint8_t index = data[0] % std::tuple_size_v<AllRequests>;
  sluice::kafka::protocol::try_api(index, data[1], data[2] % 2 == 1,
                                   bytes.substr(sluice::kafka::protocol::kHeadBytes),
                                   static_cast<const AllRequests*>(nullptr));
  return 0;
}
