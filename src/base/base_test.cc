#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/bounded_queue.h"
#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

Result<int> half(int number) {
  if (number % 2 != 0) return bad_record("odd");
  return number / 2;
}

Result<std::string> quarter(int number) {
  SLUICE_ASSIGN_OR_RETURN(const int once, half(number));
  SLUICE_ASSIGN_OR_RETURN(const int twice, half(once));
  return std::to_string(twice);
}

TEST(Result, PassesValuesAndErrorsOn) {
  EXPECT_EQ(*quarter(12), "3");
  const auto odd = quarter(6);
  ASSERT_FALSE(odd.ok());
  EXPECT_EQ(odd.error().kind(), ErrorKind::kBadRecord);
}

TEST(Error, TraceNamesEveryCauseAsJavaDoes) {
  const Error error =
      bad_record("not a number").wrap(ErrorKind::kFailed, "Tolerance exceeded in error handler");
  EXPECT_EQ(error.trace(),
            "org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler\n"
            "Caused by: org.apache.kafka.connect.errors.DataException: not a number");
}

TEST(BoundedQueue, RefusesBeyondItsBytesAndLetsAGiantThroughWhenEmpty) {
  BoundedQueue<int> queue(10, 100);
  int item = 1;
  EXPECT_TRUE(queue.push(item, 500, milliseconds(0)));
  EXPECT_FALSE(queue.push(item, 1, milliseconds(0)));
  EXPECT_EQ(queue.pop(milliseconds(0)), 1);
  EXPECT_TRUE(queue.push(item, 60, milliseconds(0)));
  EXPECT_FALSE(queue.push(item, 60, milliseconds(0)));
}

TEST(BoundedQueue, DrainsAfterClose) {
  BoundedQueue<int> queue(10, 100);
  int item = 7;
  EXPECT_TRUE(queue.push(item, 1, milliseconds(0)));
  queue.close();
  EXPECT_FALSE(queue.push(item, 1, milliseconds(1000)));
  EXPECT_EQ(queue.pop(milliseconds(1000)), 7);
  EXPECT_EQ(queue.pop(milliseconds(1000)), std::nullopt);
}

TEST(StopSignal, WakesAWaiter) {
  StopSignal signal;
  std::thread stopper([&] { signal.request_stop(); });
  EXPECT_TRUE(signal.wait_for(milliseconds(60'000)));
  stopper.join();
}

}  // namespace
}  // namespace sluice
