#include "connectors/sql/odbc/call_thread.h"

#include <fmt/core.h>

#include <chrono>

namespace sluice::connectors::sql {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kStopCheck{50};
constexpr milliseconds kFinishing{2000};
constexpr milliseconds kAfterCancel{500};
constexpr milliseconds kGoodbye{1000};

}  // namespace

CallThread::CallThread(const StopSignal& stop) : stop_(stop), thread_([shared = shared_] { work(shared); }) {}

CallThread::~CallThread() {
  std::unique_lock lock(shared_->mutex);
  shared_->quit = true;
  shared_->wake.notify_all();
  const bool gone = shared_->wake.wait_for(lock, kGoodbye, [this] { return shared_->gone; });
  lock.unlock();
  if (gone) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void CallThread::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->wake.wait(lock, [&] { return shared->quit || shared->call; });
    if (!shared->call) break;
    Call call = std::move(shared->call);
    shared->call = nullptr;
    lock.unlock();
    const SQLRETURN code = call();
    call = nullptr;  // what it owns may be what only the driver may free
    lock.lock();
    shared->code = code;
    shared->done = true;
    shared->wake.notify_all();
  }
  shared->gone = true;
  shared->wake.notify_all();
}

void CallThread::start_cancelling(Call cancel) {
  shared_->cancelling = true;
  std::thread([shared = shared_, cancel = std::move(cancel)]() mutable {
    cancel();
    cancel = nullptr;  // a statement must not be freed beside the next call
    const std::lock_guard lock(shared->mutex);
    shared->cancelling = false;
    shared->wake.notify_all();
  }).detach();
}

Result<SQLRETURN> CallThread::run(Call call, const Call& cancel, Patience patience, std::string_view what) {
  if (abandoned_) return retriable(fmt::format("Cannot {}: the connection does not answer", what));
  const auto start = Clock::now();
  std::unique_lock lock(shared_->mutex);
  shared_->done = false;
  shared_->call = std::move(call);
  shared_->wake.notify_all();
  bool stopped = false;
  bool late = false;
  Clock::time_point given_up;
  const auto over = [this] { return shared_->done && !shared_->cancelling; };
  while (!shared_->wake.wait_for(lock, kStopCheck, over)) {
    const auto now = Clock::now();
    if (stopped || late) {
      if (now - given_up < kAfterCancel) continue;
      abandoned_ = true;
      break;
    }
    stopped = stop_.stop_requested() && (!patience.finishes_first || now - start > kFinishing);
    late = patience.timeout_ms > 0 && now - start > milliseconds(patience.timeout_ms);
    if (!stopped && !late) continue;
    given_up = now;
    if (cancel) start_cancelling(cancel);
  }
  if (!abandoned_ && SQL_SUCCEEDED(shared_->code)) return shared_->code;
  if (stopped) return closed(fmt::format("Stopped while waiting to {}", what));
  if (late) {
    return retriable(
        fmt::format("Cannot {}: it took longer than {} ms and was cut short", what, patience.timeout_ms));
  }
  return shared_->code;
}

}  // namespace sluice::connectors::sql
