#include "connectors/sql/postgres/url.h"

#include <gtest/gtest.h>

#include <map>

namespace sluice::connectors::sql {
namespace {

std::map<std::string, std::string> keywords(std::string_view url, const sdk::Properties& driver = {}) {
  const auto target = parse_postgres_url(url, driver);
  EXPECT_TRUE(target.ok()) << url;
  if (!target.ok()) return {};
  return {target->keywords.begin(), target->keywords.end()};
}

TEST(PostgresUrl, ReadsHostsPortsAndParameters) {
  const auto one =
      keywords("jdbc:postgresql://db.example:6432/shop?user=u&password=p%26q+r&sslmode=verify-full");
  EXPECT_EQ(one.at("host"), "db.example");
  EXPECT_EQ(one.at("port"), "6432");
  EXPECT_EQ(one.at("dbname"), "shop");
  EXPECT_EQ(one.at("user"), "u");
  EXPECT_EQ(one.at("password"), "p&q r");
  EXPECT_EQ(one.at("sslmode"), "verify-full");
  EXPECT_EQ(one.at("application_name"), "sluice");
  EXPECT_EQ(one.at("client_encoding"), "UTF8");
  const auto many = keywords("jdbc:postgresql://a,b:5433,[::1]:5434/d?targetServerType=primary");
  EXPECT_EQ(many.at("host"), "a,b,::1");
  EXPECT_EQ(many.at("port"), "5432,5433,5434");
  EXPECT_EQ(many.at("target_session_attrs"), "primary");
}

TEST(PostgresUrl, KnowsTheShortForms) {
  EXPECT_EQ(keywords("jdbc:postgresql:shop").at("dbname"), "shop");
  EXPECT_EQ(keywords("jdbc:postgresql:shop").at("host"), "localhost");
  EXPECT_EQ(keywords("jdbc:postgresql:/").count("dbname"), 0U);
  EXPECT_EQ(keywords("jdbc:postgresql://h/").at("host"), "h");
}

TEST(PostgresUrl, TranslatesDriverProperties) {
  const auto all = keywords("jdbc:postgresql://h/d?ssl=true&currentSchema=my schema",
                            {{"ApplicationName", "app"}, {"tcpKeepAlive", "true"}, {"options", "-c x=y"}});
  EXPECT_EQ(all.at("sslmode"), "verify-full");
  EXPECT_EQ(all.at("application_name"), "app");
  EXPECT_EQ(all.at("keepalives"), "1");
  EXPECT_EQ(all.at("options"), "-csearch_path=my\\ schema -c x=y");
  EXPECT_EQ(keywords("jdbc:postgresql://h/d?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory")
                .at("sslmode"),
            "require");
  const auto target = parse_postgres_url("jdbc:postgresql://h/d?prepareThreshold=3&connectTimeout=7", {});
  EXPECT_EQ(target->ignored, (std::vector<std::string>{"prepareThreshold"}));
  EXPECT_EQ(target->connect_timeout_s, 7);
}

TEST(PostgresUrl, RefusesNonsenseWithoutRepeatingSecrets) {
  for (const char* url :
       {"postgresql://h/d", "jdbc:postgresql://h:port/d", "jdbc:postgresql://h:70000/d",
        "jdbc:postgresql://h/d?password=secret%zz",
        "jdbc:postgresql://h/d?connectTimeout=soon&password=secret",
        "jdbc:postgresql://h/d?password=secret&targetServerType=best", "jdbc:postgresql://h/%00"}) {
    const auto target = parse_postgres_url(url, {});
    ASSERT_FALSE(target.ok()) << url;
    EXPECT_EQ(target.error().kind(), ErrorKind::kBadConfig);
    EXPECT_EQ(target.error().message().find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace sluice::connectors::sql
