#include "kafka/protocol/frame.h"

#include <tuple>

namespace sluice::kafka::protocol {
namespace {

constexpr size_t kLengthBytes = 4;

template <typename... Requests>
const ApiInfo* find_among(int16_t key, const std::tuple<Requests...>* /*type*/) {
  const ApiInfo* found = nullptr;
  ((Requests::kApi.key == key ? void(found = &Requests::kApi) : void()), ...);
  return found;
}

}  // namespace

const ApiInfo* find_api(int16_t api_key) {
  return find_among(api_key, static_cast<const AllRequests*>(nullptr));
}

void write_request_header(std::string& out, const ApiInfo& api, int16_t version, int32_t correlation_id,
                          std::string_view client_id) {
  // The client id keeps its old encoding in flexible versions.
  Writer writer(out, false);
  writer.int16(api.key);
  writer.int16(version);
  writer.int32(correlation_id);
  writer.string(client_id);
  if (api.is_flexible(version)) writer.uvarint(0);
}

void write_response_header(std::string& out, const ApiInfo& api, int16_t version, int32_t correlation_id) {
  Writer writer(out, false);
  writer.int32(correlation_id);
  // A client that asks for its versions cannot know yet which header it will get.
  if (api.is_flexible(version) && api.key != ApiVersionsRequest::kApi.key) writer.uvarint(0);
}

std::optional<RequestHeader> read_request_header(BytesView frame) {
  Reader reader(frame, false);
  RequestHeader header;
  header.api_key = reader.int16();
  header.api_version = reader.int16();
  header.correlation_id = reader.int32();
  header.client_id = reader.nullable_string();
  const ApiInfo* api = find_api(header.api_key);
  if (api != nullptr && api->is_flexible(header.api_version)) reader.skip_tags();
  if (!reader.ok()) return std::nullopt;
  header.size = reader.offset();
  return header;
}

std::optional<int32_t> correlation_id_of(BytesView frame) {
  Reader reader(frame, false);
  const int32_t correlation_id = reader.int32();
  if (!reader.ok()) return std::nullopt;
  return correlation_id;
}

BytesView body_of_response(BytesView frame, const ApiInfo& api, int16_t version) {
  Reader reader(frame, false);
  reader.int32();
  if (api.is_flexible(version) && api.key != ApiVersionsRequest::kApi.key) reader.skip_tags();
  return reader.ok() ? frame.substr(reader.offset()) : kNullBytes;
}

std::string with_length(std::string_view frame) {
  std::string out;
  out.reserve(kLengthBytes + frame.size());
  Writer writer(out, false);
  writer.int32(static_cast<int32_t>(frame.size()));
  writer.raw(frame);
  return out;
}

void FrameSplitter::append(BytesView bytes) {
  if (broken_) return;
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
}

std::optional<BytesView> FrameSplitter::next() {
  const BytesView rest = BytesView(buffer_).substr(at_);
  if (broken_ || rest.size() < kLengthBytes) return std::nullopt;
  const auto size = static_cast<uint32_t>(Reader(rest, false).int32());
  if (size > kFrameBytesMax) {
    broken_ = true;
    return std::nullopt;
  }
  if (rest.size() - kLengthBytes < size) return std::nullopt;
  at_ += kLengthBytes + size;
  return rest.substr(kLengthBytes, size);
}

}  // namespace sluice::kafka::protocol
