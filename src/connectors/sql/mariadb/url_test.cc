#include "connectors/sql/mariadb/url.h"

#include <gtest/gtest.h>

namespace sluice::connectors::sql {
namespace {

MariaDbTarget parsed(std::string_view url, const sdk::Properties& driver = {}) {
  auto target = parse_mariadb_url(url, driver);
  EXPECT_TRUE(target.ok()) << (target.ok() ? "" : target.error().message());
  return target.ok() ? *target : MariaDbTarget{};
}

std::string refusal(std::string_view url) {
  const auto target = parse_mariadb_url(url, {});
  return target.ok() ? "" : target.error().message();
}

TEST(MariaDbUrl, HostsPortsAndDatabase) {
  EXPECT_EQ(parsed("jdbc:mysql://db/shop").place, "db:3306/shop");
  EXPECT_EQ(parsed("jdbc:mariadb://localhost:3307/").place, "127.0.0.1:3307/");
  EXPECT_EQ(parsed("jdbc:mysql:///shop").place, "127.0.0.1:3306/shop");
  EXPECT_EQ(parsed("jdbc:mysql://a,b:1,[::1]:2/x").place, "a:3306,b:1,::1:2/x");
  EXPECT_EQ(parsed("jdbc:mysql:loadbalance://a,b/x").place, "a:3306,b:3306/x");
  EXPECT_EQ(parsed("jdbc:mariadb:sequential://address=(host=a)(port=7)/x").place, "a:7/x");
  EXPECT_EQ(parsed("jdbc:mysql://(host=a,port=7),(host=b)/x").place, "a:7,b:3306/x");
  EXPECT_EQ(parsed("jdbc:mysql://db/caf%C3%A9").database, "café");
  EXPECT_EQ(parsed("jdbc:mysql://u:p%40ss@db/x").password, "p@ss");
}

TEST(MariaDbUrl, ParametersOfBothDrivers) {
  const auto target = parsed(
      "jdbc:mysql://db/"
      "x?user=me&password=a%26b&connectTimeout=500&socketTimeout=7000&"
      "useCompression=true"
      "&sessionVariables=sql_mode='A,B',wait_timeout=5&tinyInt1isBit="
      "false&zeroDateTimeBehavior=CONVERT_TO_NULL"
      "&yearIsDateType=false&characterEncoding=UTF-8");
  EXPECT_EQ(target.user, "me");
  EXPECT_EQ(target.password, "a&b");
  EXPECT_EQ(target.connect_timeout_ms, 500);
  EXPECT_EQ(target.socket_timeout_ms, 7000);
  EXPECT_TRUE(target.compress);
  ASSERT_EQ(target.session_variables.size(), 2U);
  EXPECT_EQ(target.session_variables[0].second, "'A,B'");
  EXPECT_FALSE(target.tiny_is_bit);
  EXPECT_FALSE(target.year_is_date);
  EXPECT_EQ(target.zero_dates, ZeroDates::kNull);
  EXPECT_EQ(target.ignored, std::vector<std::string>{"characterEncoding"});
  EXPECT_EQ(parsed("jdbc:mariadb://db/x", {{"user", "you"}}).user, "you");
  EXPECT_EQ(parsed("jdbc:mariadb://db/x?localSocket=/run/db.sock").place, "/run/db.sock/x");
}

TEST(MariaDbUrl, TlsAsEachDriverHasIt) {
  EXPECT_EQ(parsed("jdbc:mysql://db/x").tls, mysql::Tls::kPreferred);
  EXPECT_EQ(parsed("jdbc:mariadb://db/x").tls, mysql::Tls::kOff);
  EXPECT_EQ(parsed("jdbc:mysql://db/x?useSSL=false").tls, mysql::Tls::kOff);
  EXPECT_EQ(parsed("jdbc:mysql://db/x?useSSL=true&requireSSL=true").tls, mysql::Tls::kRequired);
  EXPECT_EQ(parsed("jdbc:mysql://db/x?useSSL=true&verifyServerCertificate=true").tls, mysql::Tls::kVerified);
  EXPECT_EQ(parsed("jdbc:mariadb://db/x?useSsl=true").tls, mysql::Tls::kVerified);
  EXPECT_EQ(parsed("jdbc:mariadb://db/x?sslMode=trust").tls, mysql::Tls::kRequired);
  const auto target = parsed(
      "jdbc:mysql://db/x?sslMode=VERIFY_CA&trustCertificateKeyStoreUrl=file:///"
      "a/ca.pem");
  EXPECT_EQ(target.tls, mysql::Tls::kVerified);
  EXPECT_EQ(target.trust_file, "/a/ca.pem");
}

TEST(MariaDbUrl, SaysWhatIsWrongWithoutSecrets) {
  EXPECT_NE(refusal("jdbc:mysql:db").find("jdbc:mysql://host:port/database"), std::string::npos);
  EXPECT_NE(refusal("jdbc:mysql://db:port/x").find("cannot be read"), std::string::npos);
  EXPECT_NE(refusal("jdbc:mysql://[::1/x").find("cannot be read"), std::string::npos);
  EXPECT_NE(refusal("jdbc:mysql://db/x?sslMode=maybe").find("VERIFY_IDENTITY"), std::string::npos);
  EXPECT_NE(refusal("jdbc:mysql://db/x?connectTimeout=soon").find("milliseconds"), std::string::npos);
  EXPECT_NE(refusal("jdbc:mysql://db/x?trustCertificateKeyStoreUrl=file:a.jks").find("PEM"),
            std::string::npos);
  EXPECT_EQ(refusal("jdbc:mysql://db/x?password=%zzgeheim").find("geheim"), std::string::npos);
}

}  // namespace
}  // namespace sluice::connectors::sql
