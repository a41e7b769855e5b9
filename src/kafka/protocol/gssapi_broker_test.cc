// Tickets from a real key distribution centre: SLUICE_TEST_BRIEF_KEYTAB has the key of brief@SLUICE.TEST,
// whose tickets last 4 seconds. KRB5_CONFIG says where the centre is.

#include "kafka/protocol/gssapi.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace sluice::kafka::protocol {
namespace {

using std::chrono::seconds;

security::KerberosOptions brief() {
  security::KerberosOptions options;
  options.service_name = "kafka";
  options.principal = "brief@SLUICE.TEST";
  options.use_keytab = true;
  if (const char* keytab = std::getenv("SLUICE_TEST_BRIEF_KEYTAB")) options.keytab = keytab;
  options.relogin_ms = 500;
  return options;
}

class GssapiBrokerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (brief().keytab.empty()) GTEST_SKIP() << "SLUICE_TEST_BRIEF_KEYTAB is not set";
  }
};

TEST_F(GssapiBrokerTest, TicketsAreRenewedBeforeTheyEnd) {
  security::TicketSource tickets(brief(), system_clock(), system_random());
  const auto cache = tickets.cache();
  ASSERT_TRUE(cache.ok()) << cache.error().message();
  const int64_t start_ms = system_clock().steady_ms();
  // Ten seconds: the first ticket and the one for the service have ended twice.
  while (system_clock().steady_ms() - start_ms < 10'000) {
    const auto exchange = begin_gssapi(tickets, "127.0.0.1");
    ASSERT_TRUE(exchange.ok()) << exchange.error().message();
    EXPECT_FALSE((*exchange)->first().empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(tickets.cache().value(), *cache);
}

TEST_F(GssapiBrokerTest, TheStarterAnswersEachAndForgetsWhoLeft) {
  const auto starter = make_gssapi_starter(security::shared_ticket_source(brief()));
  starter->begin("127.0.0.1").reset();
  const auto first = starter->begin("127.0.0.1");
  const auto second = starter->begin("127.0.0.1");
  ASSERT_EQ(second->exchange.wait_for(seconds(20)), std::future_status::ready);
  EXPECT_TRUE(first->exchange.get().ok());
  EXPECT_TRUE(second->exchange.get().ok());
}

TEST_F(GssapiBrokerTest, AServiceWithoutAKeyIsNamed) {
  security::KerberosOptions options = brief();
  options.service_name = "no-such-service";
  security::TicketSource tickets(options, system_clock(), system_random());
  const auto unknown = begin_gssapi(tickets, "127.0.0.1");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(unknown.error().message().substr(0, 44), "Kerberos login at no-such-service@127.0.0.1:")
      << unknown.error().message();
}

TEST_F(GssapiBrokerTest, ABrokerThatTalksNonsenseIsRefused) {
  security::TicketSource tickets(brief(), system_clock(), system_random());
  for (const std::string& nonsense : {std::string(), std::string("x"), std::string(5'000, '\x60')}) {
    const auto exchange = begin_gssapi(tickets, "127.0.0.1");
    ASSERT_TRUE(exchange.ok()) << exchange.error().message();
    const auto next = (*exchange)->next(nonsense);
    ASSERT_FALSE(next.ok());
    EXPECT_EQ(next.error().kind(), ErrorKind::kFailed);
  }
}

}  // namespace
}  // namespace sluice::kafka::protocol
