// Talking to a key distribution centre blocks, which the connections' thread may not.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "kafka/protocol/gssapi.h"

namespace sluice::kafka::protocol {
namespace {

class GssapiStarter final : public ExchangeStarter {
 public:
  explicit GssapiStarter(std::shared_ptr<security::TicketSource> tickets) : tickets_(std::move(tickets)) {}
  ~GssapiStarter() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  GssapiStarter(const GssapiStarter&) = delete;
  GssapiStarter& operator=(const GssapiStarter&) = delete;

  std::shared_ptr<ExchangeUnderWay> begin(const std::string& host) override {
    auto under_way = std::make_shared<ExchangeUnderWay>();
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({host, under_way});
      if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    }
    changed_.notify_all();
    return under_way;
  }

 private:
  struct Entry {
    std::string host;
    // Connections that gave up meanwhile have let go of theirs.
    std::weak_ptr<ExchangeUnderWay> under_way;
  };

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      const Entry entry = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      if (const auto under_way = entry.under_way.lock())
        under_way->begun.set_value(begin_gssapi(*tickets_, entry.host));
      lock.lock();
    }
  }

  const std::shared_ptr<security::TicketSource> tickets_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::shared_ptr<ExchangeStarter> make_gssapi_starter(std::shared_ptr<security::TicketSource> tickets) {
  return std::make_shared<GssapiStarter>(std::move(tickets));
}

}  // namespace sluice::kafka::protocol
