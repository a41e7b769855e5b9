#pragma once
// For tests: links between workers in memory. Who is killed, closes all of them and, a moment later,
// refuses new ones; who is paused accepts and says nothing; ways between two can be cut.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/scheduler.h"
#include "cluster/peers.h"

namespace sluice::cluster {

class FakeLinks {
 public:
  explicit FakeLinks(Scheduler& scheduler) : scheduler_(scheduler) {}
  /// Who accepted a link keeps its end in its callbacks, which the link keeps.
  ~FakeLinks() {
    for (const auto& entry : pipes_) {
      const auto pipe = entry.lock();
      if (pipe) drop_callbacks(*pipe);
    }
  }
  FakeLinks(const FakeLinks&) = delete;
  FakeLinks& operator=(const FakeLinks&) = delete;

  /// Nothing gets through between them, in neither direction, and nothing ends.
  void cut(const std::string& one, const std::string& other) {
    cuts_.insert({one, other});
    cuts_.insert({other, one});
  }
  void mend() { cuts_.clear(); }
  /// Messages to it wait.
  void pause(const std::string& url) { paused_.insert(url); }
  void resume(const std::string& url) {
    paused_.erase(url);
    for (const auto& work : std::exchange(waiting_[url], {})) work();
  }

  // For FakeLinkPeers.
  using Accept = Peers::AcceptLink;
  struct Pipe;
  class End final : public PeerLink {
   public:
    End(FakeLinks& net, std::shared_ptr<Pipe> pipe, int side)
        : net_(net), pipe_(std::move(pipe)), side_(side) {}
    ~End() override { net_.close(pipe_, side_, LinkEnd::kClosed); }
    void send(std::string message) override { net_.carry(pipe_, side_, std::move(message)); }

   private:
    FakeLinks& net_;
    std::shared_ptr<Pipe> pipe_;
    int side_;
  };
  struct Pipe {
    std::string urls[2];
    LinkCallbacks callbacks[2];
    bool is_open[2] = {true, true};
  };

  void listen(const std::string& url, Accept accept) {
    if (accept) {
      listeners_[url] = std::move(accept);
    } else {
      listeners_.erase(url);
      dying_.insert(url);
      scheduler_.post_after(kDyingTime, [this, url] { dying_.erase(url); });
    }
  }

  std::unique_ptr<PeerLink> connect(const std::string& from, const std::string& to, const std::string& hello,
                                    const std::string& signature, LinkCallbacks callbacks) {
    auto pipe = std::make_shared<Pipe>();
    pipe->urls[0] = from;
    pipe->urls[1] = to;
    pipe->callbacks[0] = std::move(callbacks);
    std::erase_if(pipes_, [](const auto& entry) { return entry.expired(); });
    pipes_.push_back(pipe);
    deliver(from, to, [this, pipe, to, hello, signature] {
      if (!pipe->is_open[0]) return;
      const auto listener = listeners_.find(to);
      if (listener == listeners_.end()) {
        return end(pipe, 0, dying_.contains(to) ? LinkEnd::kClosed : LinkEnd::kRefused);
      }
      auto accepted = listener->second(hello, signature, std::make_shared<End>(*this, pipe, 1));
      if (!accepted) return end(pipe, 0, LinkEnd::kFailed);
      pipe->callbacks[1] = std::move(*accepted);
      const auto opened = pipe->callbacks[1].on_open;
      if (opened) opened();
      deliver(to, pipe->urls[0], [pipe] {
        if (pipe->is_open[0] && pipe->callbacks[0].on_open) pipe->callbacks[0].on_open();
      });
    });
    return std::make_unique<End>(*this, pipe, 0);
  }

 private:
  void deliver(const std::string& from, const std::string& to, std::function<void()> work) {
    scheduler_.post_after(std::chrono::milliseconds(1), [this, from, to, work = std::move(work)] {
      if (cuts_.contains({from, to})) return;
      if (paused_.contains(to)) {
        waiting_[to].push_back(work);
      } else {
        work();
      }
    });
  }
  void carry(const std::shared_ptr<Pipe>& pipe, int side, std::string message) {
    deliver(pipe->urls[side], pipe->urls[1 - side], [pipe, side, message = std::move(message)] {
      if (!pipe->is_open[1 - side]) return;
      const auto heard = pipe->callbacks[1 - side].on_message;
      if (heard) heard(message);
    });
  }
  void close(const std::shared_ptr<Pipe>& pipe, int side, LinkEnd how) {
    if (!std::exchange(pipe->is_open[side], false)) return;
    deliver(pipe->urls[side], pipe->urls[1 - side], [this, pipe, side, how] { end(pipe, 1 - side, how); });
  }
  static void drop_callbacks(Pipe& pipe) {
    for (LinkCallbacks& callbacks : pipe.callbacks) static_cast<void>(std::exchange(callbacks, {}));
  }
  static void end(const std::shared_ptr<Pipe>& pipe, int side, LinkEnd how) {
    if (!std::exchange(pipe->is_open[side], false)) return;
    const LinkCallbacks callbacks = std::exchange(pipe->callbacks[side], {});
    if (callbacks.on_end) callbacks.on_end(how);
  }

  static constexpr std::chrono::milliseconds kDyingTime{10};

  Scheduler& scheduler_;
  std::vector<std::weak_ptr<Pipe>> pipes_;
  std::map<std::string, Accept> listeners_;
  std::set<std::string> dying_;  // connections are taken, and closed with the process
  std::set<std::pair<std::string, std::string>> cuts_;
  std::set<std::string> paused_;
  std::map<std::string, std::vector<std::function<void()>>> waiting_;
};

}  // namespace sluice::cluster
