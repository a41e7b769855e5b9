#include <gtest/gtest.h>

#include <map>

#include "kafka/security/kerberos_options.h"
#include "kafka/security/ticket_source.h"

namespace sluice::kafka::security {
namespace {

using Properties = std::map<std::string, std::string, std::less<>>;

const Properties kService = {{"sasl.kerberos.service.name", "kafka"}};

Result<KerberosOptions> options_of(const Properties& properties, const JaasOptions& jaas) {
  return kerberos_options(
      [&](std::string_view name) -> const std::string* {
        const auto found = properties.find(name);
        return found == properties.end() ? nullptr : &found->second;
      },
      jaas);
}

std::string refusal(const Properties& properties, const JaasOptions& jaas) {
  const auto options = options_of(properties, jaas);
  if (options.ok()) return "accepted";
  EXPECT_EQ(options.error().kind(), ErrorKind::kBadConfig);
  return options.error().message();
}

TEST(KerberosOptionsTest, Keytab) {
  const auto options = options_of({{"sasl.kerberos.ticket.renew.window.factor", "0.5"},
                                   {"sasl.kerberos.ticket.renew.jitter", "0.1"},
                                   {"sasl.kerberos.min.time.before.relogin", "1000"}},
                                  {{"useKeyTab", "True"},
                                   {"keyTab", "/k"},
                                   {"principal", "a@R"},
                                   {"storeKey", "true"},
                                   {"serviceName", "k"}});
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_TRUE(options->use_keytab);
  EXPECT_FALSE(options->use_ticket_cache);
  EXPECT_EQ(options->keytab, "/k");
  EXPECT_EQ(options->principal, "a@R");
  EXPECT_EQ(options->service_name, "k");
  EXPECT_EQ(options->renew_share, 0.5);
  EXPECT_EQ(options->renew_jitter, 0.1);
  EXPECT_EQ(options->relogin_ms, 1000);
}

TEST(KerberosOptionsTest, TicketCache) {
  const auto options = options_of(kService, {{"useTicketCache", "true"},
                                             {"ticketCache", "FILE:/c"},
                                             {"renewTicket", "true"},
                                             {"doNotPrompt", "true"}});
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_TRUE(options->use_ticket_cache);
  EXPECT_EQ(options->ticket_cache, "/c");
  EXPECT_EQ(options->principal, "");
}

TEST(KerberosOptionsTest, WrongOnesAreRefused) {
  const JaasOptions keytab = {{"useKeyTab", "true"}, {"principal", "a@R"}};
  EXPECT_EQ(refusal({}, keytab).substr(0, 58), "No serviceName defined in either JAAS or Kafka config: set");
  EXPECT_EQ(
      refusal(kService, {{"useKeyTab", "true"}, {"principal", "a@R"}, {"serviceName", "other"}}),
      "Conflicting serviceName values found in JAAS and Kafka configs value in JAAS file other, value in "
      "Kafka config kafka");
  const std::string prefix = "Invalid value [hidden] for configuration sasl.jaas.config: Krb5LoginModule ";
  EXPECT_EQ(refusal(kService, {}),
            prefix + "needs useKeyTab=true with keyTab and principal, or useTicketCache=true");
  EXPECT_EQ(refusal(kService, {{"useKeyTab", "true"}}),
            prefix + "with useKeyTab=true needs the option principal=\"name@REALM\"");
  EXPECT_EQ(refusal(kService, {{"useTicketCache", "true"}, {"keyTab", "/k"}}),
            prefix + "has keyTab, but useKeyTab is not true");
  for (const char* bad : {"2", "-0.1", "x", "0.5x"}) {
    EXPECT_EQ(refusal({{"sasl.kerberos.service.name", "kafka"}, {"sasl.kerberos.ticket.renew.jitter", bad}},
                      keytab),
              std::string("Invalid value ") + bad +
                  " for configuration sasl.kerberos.ticket.renew.jitter: Value must be between 0 and 1");
  }
}

TEST(TicketSourceTest, WithoutAKeytabItSaysWhich) {
  KerberosOptions options;
  options.principal = "alice@SLUICE.TEST";
  options.use_keytab = true;
  // No shell ever sees it.
  options.keytab = "/no/such'$(id)";
  TicketSource tickets(options, system_clock(), system_random());
  const auto cache = tickets.cache();
  ASSERT_FALSE(cache.ok());
  EXPECT_EQ(cache.error().kind(), ErrorKind::kFailed);
  EXPECT_EQ(cache.error().message(),
            "Kerberos login of alice@SLUICE.TEST with keytab /no/such'$(id) failed: Key table file "
            "'/no/such'$(id)' not found");
}

TEST(TicketSourceTest, OneForAllWithTheSameOptions) {
  KerberosOptions options;
  const auto source = shared_ticket_source(options);
  EXPECT_EQ(shared_ticket_source(options), source);
  options.principal = "other";
  EXPECT_NE(shared_ticket_source(options), source);
}

}  // namespace
}  // namespace sluice::kafka::security
