#pragma once
// Makes the calls of a driver that may block, on a thread of its own, so that its owner can stop waiting for
// them: ODBC has no waits with an end. A driver that does not come back is left to itself, with all it needs.
// One thread may call.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include <sql.h>

#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice::connectors::sql {

/// How long a call may take.
struct Patience {
  int64_t timeout_ms = 0;       // 0: without end
  bool finishes_first = false;  // stop lets it go on for two seconds
};

class CallThread {
 public:
  using Call = std::function<SQLRETURN()>;

  /// `stop` outlives it.
  explicit CallThread(const StopSignal& stop);
  /// Waits a second for a running call.
  ~CallThread();
  CallThread(const CallThread&) = delete;
  CallThread& operator=(const CallThread&) = delete;

  /// The call's return code. Error kind kClosed when stop ended it, kRetry when it took too long. When it is
  /// to end, `cancel` runs once beside it, and is waited for. Both own what they use: they may outlive this
  /// object.
  Result<SQLRETURN> run(Call call, const Call& cancel, Patience patience, std::string_view what);
  /// Whether a call did not come back: every later one fails.
  bool abandoned() const { return abandoned_; }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable wake;
    Call call;  // empty: none is to be made
    bool done = false;
    bool cancelling = false;
    bool quit = false;
    bool gone = false;  // the thread is at its end
    SQLRETURN code = SQL_ERROR;
  };
  static void work(const std::shared_ptr<Shared>& shared);
  /// On a thread of its own, as it may block as well; the mutex is held.
  void start_cancelling(Call cancel);

  const StopSignal& stop_;
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  bool abandoned_ = false;
  std::thread thread_;
};

}  // namespace sluice::connectors::sql
