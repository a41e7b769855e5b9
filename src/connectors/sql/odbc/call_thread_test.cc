#include "connectors/sql/odbc/call_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

namespace sluice::connectors::sql {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A driver's call that lasts until it is cancelled, or for two seconds.
struct Slow {
  std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
  CallThread::Call call() const {
    return [cancelled = cancelled] {
      for (int i = 0; i < 200 && !*cancelled; ++i) std::this_thread::sleep_for(milliseconds(10));
      return SQLRETURN{SQL_ERROR};
    };
  }
  CallThread::Call cancel() const {
    return [cancelled = cancelled] {
      *cancelled = true;
      return SQLRETURN{SQL_SUCCESS};
    };
  }
};

ErrorKind kind_of(const Result<SQLRETURN>& result) {
  return result.ok() ? ErrorKind::kUnsupported : result.error().kind();
}

TEST(CallThread, GivesTheCode) {
  const StopSignal stop;
  CallThread calls(stop);
  for (const SQLRETURN code : {SQL_SUCCESS, SQL_NO_DATA, SQL_ERROR}) {
    const auto result = calls.run([code] { return code; }, {}, {}, "try");
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(*result, code);
  }
}

TEST(CallThread, StopCancels) {
  StopSignal stop;
  CallThread calls(stop);
  stop.request_stop();
  const Slow slow;
  const auto begin = Clock::now();
  EXPECT_EQ(kind_of(calls.run(slow.call(), slow.cancel(), {}, "wait")), ErrorKind::kClosed);
  EXPECT_LT(Clock::now() - begin, milliseconds(400));
  EXPECT_FALSE(calls.abandoned());
}

TEST(CallThread, TimeCancels) {
  const StopSignal stop;
  CallThread calls(stop);
  const Slow slow;
  EXPECT_EQ(kind_of(calls.run(slow.call(), slow.cancel(), {100, false}, "wait")), ErrorKind::kRetry);
  EXPECT_FALSE(calls.abandoned());
}

TEST(CallThread, WhatCancelsIsOverWhenTheCallIs) {
  StopSignal stop;
  CallThread calls(stop);
  stop.request_stop();
  const Slow slow;
  const auto owned = std::make_shared<int>();
  const auto cancel = [cancel = slow.cancel(), own = std::make_shared<std::shared_ptr<int>>(owned)] {
    cancel();
    std::this_thread::sleep_for(milliseconds(200));
    own->reset();
    return SQLRETURN{SQL_SUCCESS};
  };
  EXPECT_EQ(kind_of(calls.run(slow.call(), cancel, {}, "wait")), ErrorKind::kClosed);
  EXPECT_EQ(owned.use_count(), 1);
  EXPECT_FALSE(calls.abandoned());
}

TEST(CallThread, ADriverThatDoesNotComeBackIsLeft) {
  StopSignal stop;
  const Slow slow;
  const auto begin = Clock::now();
  {
    CallThread calls(stop);
    stop.request_stop();
    EXPECT_EQ(kind_of(calls.run(slow.call(), {}, {}, "wait")), ErrorKind::kClosed);
    EXPECT_TRUE(calls.abandoned());
    EXPECT_LT(Clock::now() - begin, milliseconds(900));
    EXPECT_EQ(kind_of(calls.run(slow.call(), {}, {}, "wait")), ErrorKind::kRetry);
  }
  EXPECT_LT(Clock::now() - begin, milliseconds(2000));
  *slow.cancelled = true;
}

}  // namespace
}  // namespace sluice::connectors::sql
