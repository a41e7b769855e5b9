#include "rest/exchange.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace sluice::rest {
namespace {

using std::chrono::milliseconds;

class ExchangeTest : public testing::Test {
 protected:
  std::shared_ptr<Exchange> make() {
    return std::make_shared<Exchange>(net::ServerRequest(), Target(),
                                      [this](const Exchange&, const net::ServerResponse& response) {
                                        ++answers_;
                                        status_.set_value(response.status);
                                      });
  }
  net::IoThreads threads_;
  std::atomic<int> answers_{0};
  std::promise<int> status_;
};

TEST_F(ExchangeTest, TheFirstAnswerCounts) {
  const auto exchange = make();
  exchange->reply(empty_reply(204));
  exchange->reply(empty_reply(500));
  EXPECT_EQ(status_.get_future().get(), 204);
  EXPECT_EQ(answers_, 1);
}

TEST_F(ExchangeTest, TheDeadlineAnswersWhenNobodyElseDoes) {
  const auto exchange = make();
  exchange->set_deadline(threads_, milliseconds(10), [] { return error_reply(500, "Request timed out"); });
  EXPECT_EQ(status_.get_future().get(), 500);
  exchange->reply(empty_reply(204));
  EXPECT_EQ(answers_, 1);
}

TEST_F(ExchangeTest, AnAnswerCancelsTheDeadline) {
  auto exchange = make();
  exchange->set_deadline(threads_, milliseconds(60'000), [] { return empty_reply(500); });
  const std::weak_ptr<Exchange> weak = exchange;
  exchange->reply(empty_reply(204));
  exchange.reset();
  // Nothing keeps it for the rest of the minute.
  for (int i = 0; i < 1000 && !weak.expired(); ++i) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(weak.expired());
}

TEST_F(ExchangeTest, ErrorsOfTheHerderBecomeStatuses) {
  const auto exchange = make();
  const auto done = exchange->then<int>([](int) { return empty_reply(200); });
  done(cluster::RequestError{cluster::RequestProblem::kUnavailable, "starting", {}});
  EXPECT_EQ(status_.get_future().get(), 503);
}

}  // namespace
}  // namespace sluice::rest
