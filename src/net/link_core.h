#pragma once
// Inside the folder: the messages of a link over a connected channel. On the channel's loop, but for post_*.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "net/channel.h"
#include "net/message_link.h"

namespace sluice::net {

class LinkCore final : public std::enable_shared_from_this<LinkCore> {
 public:
  /// `keep_alive` is held until the link has ended, and let go on the channel's loop.
  LinkCore(std::shared_ptr<Channel> channel, std::shared_ptr<void> keep_alive);

  /// The channel speaks messages from now on; `early` has come already.
  void start(LinkEvents events, std::string early);
  void send(const std::string& message);
  void close();
  void fail(LinkEnding ending, const std::string& why);

 private:
  void read();
  bool take_messages();
  void write();

  const std::shared_ptr<Channel> channel_;
  std::shared_ptr<void> keep_alive_;
  LinkEvents events_;
  bool started_ = false;
  bool ended_ = false;
  std::vector<char> chunk_;
  std::string input_;
  std::deque<std::string> queue_;  // with their lengths
  size_t queued_bytes_ = 0;
  bool writing_ = false;
};

/// How a failed read or write is told.
LinkEnding ending_of(ErrorCode error);

}  // namespace sluice::net
