#pragma once
// What stands around a message on a connection: length, correlation id, header. Not thread-safe.

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "kafka/protocol/messages.h"

namespace sluice::kafka::protocol {

/// Brokers' default for socket.request.max.bytes; no coordinator has more to say.
inline constexpr uint32_t kFrameBytesMax = 100 * 1024 * 1024;

struct RequestHeader {
  int16_t api_key = 0;
  int16_t api_version = 0;
  int32_t correlation_id = 0;
  std::optional<std::string> client_id;
  /// Where the body begins.
  size_t size = 0;
};

void write_request_header(std::string& out, const ApiInfo& api, int16_t version, int32_t correlation_id,
                          std::string_view client_id);
void write_response_header(std::string& out, const ApiInfo& api, int16_t version, int32_t correlation_id);
/// Tagged fields are read when `api` is known and flexible in the request's version.
std::optional<RequestHeader> read_request_header(BytesView frame);
/// The body that follows the header of a response to `api`; null if the header is broken.
BytesView body_of_response(BytesView frame, const ApiInfo& api, int16_t version);
/// Of a response; empty if it is too short.
std::optional<int32_t> correlation_id_of(BytesView frame);
/// The api with this key among those that we speak; null if none.
const ApiInfo* find_api(int16_t api_key);

/// Puts the length in front.
std::string with_length(std::string_view frame);

template <typename Request>
std::string request_frame(const Request& request, int16_t version, int32_t correlation_id,
                          std::string_view client_id) {
  std::string frame;
  write_request_header(frame, Request::kApi, version, correlation_id, client_id);
  Writer writer(frame, Request::kApi.is_flexible(version));
  request.encode(writer, version);
  return with_length(frame);
}

template <typename Response>
std::string response_frame(const Response& response, int16_t version, int32_t correlation_id) {
  std::string frame;
  write_response_header(frame, Response::kApi, version, correlation_id);
  Writer writer(frame, Response::kApi.is_flexible(version));
  response.encode(writer, version);
  return with_length(frame);
}

/// A request or response from its body.
template <typename Message>
Result<Message> decode_body(BytesView body, int16_t version) {
  Message message;
  Reader reader(body, Message::kApi.is_flexible(version));
  message.decode(reader, version);
  if (reader.ok()) return message;
  return failed(fmt::format("Cannot read {} version {}: {} bytes do not fit its format at byte {}",
                            Message::kApi.name, version, body.size(), reader.offset()));
}

/// Cuts a stream of bytes into frames. Holds at most one incomplete frame.
class FrameSplitter {
 public:
  /// Takes bytes as they come.
  void append(BytesView bytes);
  /// The next complete frame without its length; valid until append(). Empty: there is none yet.
  std::optional<BytesView> next();
  /// A length that no peer of ours would send: the stream is lost.
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace sluice::kafka::protocol
