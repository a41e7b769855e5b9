#include "kafka/protocol/coordinator_call.h"

#include <gtest/gtest.h>

#include "kafka/protocol/error_codes.h"
#include "kafka/protocol/testing/group_world.h"

namespace sluice::kafka::protocol {
namespace {

using std::chrono::milliseconds;
using testing::MemoryWorld;

constexpr int16_t kInit = InitProducerIdRequest::kApi.key;

class CoordinatorCallsTest : public ::testing::Test {
 protected:
  CoordinatorCallsTest() { settings_.bootstrap = world_.bootstrap(); }

  Result<InitProducerIdResponse> fence(milliseconds timeout = milliseconds(90'000)) {
    CoordinatorCalls calls(settings_, {world_.network("worker"), world_.time, world_.time, world_.random});
    InitProducerIdRequest request;
    request.transactional_id = "t";
    std::optional<Result<InitProducerIdResponse>> result;
    calls.call<InitProducerIdRequest>(
        CoordinatorType::kTransaction, "t", request, [](const auto& response) { return response.error_code; },
        "Cannot fence transactional id t", world_.time.steady_ms() + timeout.count(),
        [&](auto response) { result.emplace(std::move(response)); });
    EXPECT_TRUE(world_.run_until([&] { return result.has_value(); }, 2 * timeout));
    return result.value_or(retriable("no result"));
  }

  MemoryWorld world_{3};
  ConnectionSettings settings_;
};

TEST_F(CoordinatorCallsTest, TriesAgainWhileTheCoordinatorIsBusyOrElsewhere) {
  for (const int16_t code :
       {kCoordinatorLoadInProgress, kCoordinatorNotAvailable, kNotCoordinator, kConcurrentTransactions}) {
    world_.coordinator.fail_next(kInit, code, 3);
  }
  const auto fenced = fence();
  ASSERT_TRUE(fenced.ok()) << fenced.error().message();
  EXPECT_EQ(world_.coordinator.fenced("t"), 1);
}

TEST_F(CoordinatorCallsTest, OtherErrorsAreFinal) {
  world_.coordinator.fail_next(kInit, 53);
  const auto fenced = fence();
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(fenced.error().exception_class(),
            "org.apache.kafka.common.errors.TransactionalIdAuthorizationException");
  EXPECT_EQ(fenced.error().message().substr(0, 33), "Cannot fence transactional id t: ");
}

TEST_F(CoordinatorCallsTest, GivesUpAtTheDeadlineWithTheLastError) {
  world_.coordinator.fail_next(kInit, kConcurrentTransactions, 1'000);
  const int64_t start_ms = world_.time.steady_ms();
  const auto fenced = fence(milliseconds(5'000));
  ASSERT_FALSE(fenced.ok());
  EXPECT_EQ(fenced.error().kind(), ErrorKind::kRetry);
  EXPECT_NE(fenced.error().cause()->message().find("error code 51"), std::string::npos);
  EXPECT_LE(world_.time.steady_ms() - start_ms, 5'000);
}

TEST_F(CoordinatorCallsTest, ASilentCoordinatorIsGivenUpAtTheDeadline) {
  world_.net.set_partitioned("worker", true);
  const int64_t start_ms = world_.time.steady_ms();
  EXPECT_EQ(fence(milliseconds(20'000)).error().kind(), ErrorKind::kRetry);
  EXPECT_LE(world_.time.steady_ms() - start_ms, 20'000);
}

TEST_F(CoordinatorCallsTest, FollowsACoordinatorThatDies) {
  ASSERT_TRUE(fence().ok());
  world_.coordinator.stop_broker(0);
  world_.time.post_after(milliseconds(8'000), [this] { world_.coordinator.move_coordinator(1); });
  EXPECT_TRUE(fence().ok());
  EXPECT_EQ(world_.coordinator.fenced("t"), 2);
}

}  // namespace
}  // namespace sluice::kafka::protocol
