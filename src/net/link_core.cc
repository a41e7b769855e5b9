#include "net/link_core.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <utility>

namespace sluice::net {
namespace {

constexpr size_t kChunkBytes = size_t{16} << 10;
constexpr size_t kLengthBytes = 4;

std::string framed(const std::string& message) {
  const auto size = static_cast<uint32_t>(message.size());
  std::string frame;
  frame.reserve(kLengthBytes + message.size());
  for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>((size >> shift) & 0xFF));
  return frame.append(message);
}

size_t length_of(std::string_view frame) {
  size_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length = (length << 8) | static_cast<unsigned char>(frame[i]);
  return length;
}

}  // namespace

LinkEnding ending_of(ErrorCode error) {
  namespace asio = boost::asio;
  if (error == asio::error::connection_refused) return LinkEnding::kRefused;
  const bool is_closed = error == asio::error::eof || error == asio::error::connection_reset ||
                         error == asio::error::broken_pipe || error == asio::ssl::error::stream_truncated;
  return is_closed ? LinkEnding::kClosed : LinkEnding::kFailed;
}

LinkCore::LinkCore(std::shared_ptr<Channel> channel, std::shared_ptr<void> keep_alive)
    : channel_(std::move(channel)), keep_alive_(std::move(keep_alive)), chunk_(kChunkBytes) {}

void LinkCore::start(LinkEvents events, std::string early) {
  if (ended_) return;
  started_ = true;
  events_ = std::move(events);
  input_ = std::move(early);
  if (events_.opened) events_.opened();
  write();
  if (take_messages()) read();
}

void LinkCore::read() {
  channel_->read_some(chunk_, [self = shared_from_this()](ErrorCode error, size_t count) {
    if (self->ended_) return;
    if (error) return self->fail(ending_of(error), error.message());
    self->input_.append(self->chunk_.data(), count);
    if (self->take_messages()) self->read();
  });
}

/// Hands over what is whole; false when the link has ended.
bool LinkCore::take_messages() {
  size_t used = 0;
  while (!ended_ && input_.size() - used >= kLengthBytes) {
    const size_t length = length_of(std::string_view(input_).substr(used));
    if (length > kLinkMessageBytesMax) {
      fail(LinkEnding::kFailed, "the other side sent a message that is too large");
      return false;
    }
    if (input_.size() - used - kLengthBytes < length) break;
    std::string message = input_.substr(used + kLengthBytes, length);
    used += kLengthBytes + length;
    if (events_.received) events_.received(std::move(message));
  }
  input_.erase(0, used);
  return !ended_;
}

void LinkCore::send(const std::string& message) {
  if (ended_) return;
  queued_bytes_ += message.size();
  if (message.size() > kLinkMessageBytesMax || queued_bytes_ > kLinkQueueBytesMax)
    return fail(LinkEnding::kFailed, "the other side does not read what it is sent");
  queue_.push_back(framed(message));
  if (started_) write();
}

void LinkCore::write() {
  if (writing_ || queue_.empty() || ended_) return;
  writing_ = true;
  channel_->write(queue_.front(), [self = shared_from_this()](ErrorCode error) {
    self->writing_ = false;
    if (self->ended_) return;
    if (error) return self->fail(ending_of(error), error.message());
    self->queued_bytes_ -= self->queue_.front().size() - kLengthBytes;
    self->queue_.pop_front();
    self->write();
  });
}

void LinkCore::close() {
  if (std::exchange(ended_, true)) return;
  events_ = {};
  channel_->close();
  keep_alive_.reset();
}

void LinkCore::fail(LinkEnding ending, const std::string& why) {
  if (ended_) return;
  const auto ended = std::move(events_.ended);
  close();
  if (ended) ended(ending, why);
}

}  // namespace sluice::net
