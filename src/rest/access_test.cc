#include "rest/access.h"

#include <gtest/gtest.h>

#include <future>

#include "rest/cors.h"
#include "rest/header_rules.h"
#include "rest/password_hash.h"

namespace sluice::rest {
namespace {

net::ServerRequest with_header(const std::string& name, const std::string& value) {
  net::ServerRequest request;
  request.method = "GET";
  request.headers = {{name, value}};
  return request;
}

int ask(Access& access, const std::string& authorization, Role needed) {
  std::promise<int> status;
  access.check(with_header("authorization", authorization), needed, [&](const Access::Verdict& verdict) {
    status.set_value(verdict.refusal ? verdict.refusal->status : 200);
  });
  return status.get_future().get();
}

// user:pass, op:pass, user:wrong
constexpr const char* kUser = "Basic dXNlcjpwYXNz";
constexpr const char* kOperator = "basic b3A6cGFzcw==";
constexpr const char* kWrong = "Basic dXNlcjp3cm9uZw==";

TEST(PasswordHash, VerifiesWhatItHashed) {
  const auto hash = hash_password("päss:word");
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(is_password_hash(*hash)) << *hash;
  EXPECT_TRUE(verify_password("päss:word", *hash));
  EXPECT_FALSE(verify_password("pass", *hash));
  EXPECT_NE(*hash, *hash_password("päss:word"));
  EXPECT_FALSE(is_password_hash("$scrypt$ln=30,r=8,p=1$AAAA$AAAA"));
  EXPECT_FALSE(verify_password("x", "x"));
}

TEST(UsersFile, RolesDecide) {
  const std::string hash = *hash_password("pass");
  const auto users = parse_users("# comment\nuser:viewer:" + hash + "\r\n\nop:operator:" + hash + "\n", "f");
  ASSERT_TRUE(users.ok()) << users.error().message();
  Access access(*users, true);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask(access, kUser, Role::kViewer), 200);
    EXPECT_EQ(ask(access, kUser, Role::kOperator), 403);
    EXPECT_EQ(ask(access, kOperator, Role::kOperator), 200);
    EXPECT_EQ(ask(access, kOperator, Role::kAdmin), 403);
    EXPECT_EQ(ask(access, kWrong, Role::kViewer), 401);
  }
  EXPECT_EQ(ask(access, "", Role::kViewer), 401);
  EXPECT_EQ(ask(access, "Bearer abc", Role::kViewer), 401);
  EXPECT_EQ(ask(access, "Basic !!!", Role::kViewer), 500);
}

TEST(UsersFile, MistakesNameTheLineAndNoPassword) {
  for (const char* text : {"user", "user:viewer", "user:king:x", "user:viewer:plaintext", ""}) {
    const auto users = parse_users(text, "users.txt");
    ASSERT_FALSE(users.ok()) << text;
    EXPECT_NE(users.error().message().find("users.txt"), std::string::npos);
    EXPECT_EQ(users.error().message().find("plaintext"), std::string::npos);
  }
}

TEST(JavaUsers, EverybodyMayDoEverything) {
  Access access(*parse_java_users("user=pass\n", "f"), false);
  EXPECT_EQ(ask(access, kUser, Role::kAdmin), 200);
  EXPECT_EQ(ask(access, kWrong, Role::kViewer), 401);
  Access empty(*parse_java_users("", "f"), false);
  EXPECT_EQ(ask(empty, "", Role::kAdmin), 200);
}

TEST(JavaUsers, TheJaasFileNamesTheirFile) {
  const char* jaas =
      "Other { x.Y required file=\"no\"; };\n// comment\nKafkaConnect {\n  "
      "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required\n  "
      "debug=true file=\"/etc/kafka/users\";\n};\n";
  EXPECT_EQ(*credentials_file_of_jaas(jaas, "j"), "/etc/kafka/users");
  EXPECT_FALSE(credentials_file_of_jaas("KafkaConnect { x.Y required; };", "j").ok());
  EXPECT_FALSE(credentials_file_of_jaas("", "j").ok());
}

TEST(BasicAuth, ComplaintsAreJavas) {
  EXPECT_EQ(parse_basic_auth("Basic !!").error().message(), "Illegal base64 character 21");
  EXPECT_EQ(parse_basic_auth("Basic YTpi")->value().password, "b");
  EXPECT_EQ(parse_basic_auth("bAsIc YTpiOmM=")->value().password, "b:c");
  EXPECT_FALSE(parse_basic_auth("Basic YWI=")->has_value());
  EXPECT_FALSE(parse_basic_auth("Basic OmI=")->has_value());
  EXPECT_FALSE(parse_basic_auth("Digest x")->has_value());
  EXPECT_FALSE(parse_basic_auth("Basic Y").ok());
}

TEST(HeaderRules, AddSetAndDates) {
  const auto rules = HeaderRules::parse(
      "add Cache-Control: no-cache, set X-Frame-Options:DENY,\"add X: a, b\", setDate Expires: 0");
  ASSERT_TRUE(rules.ok()) << rules.error().message();
  net::ServerResponse response{200, {{"x-frame-options", "ALLOW"}}, "", false};
  rules->apply(response);
  ASSERT_EQ(response.headers.size(), 4U);
  EXPECT_EQ(response.headers[1], (std::pair<std::string, std::string>("X-Frame-Options", "DENY")));
  EXPECT_EQ(response.headers[2].second, "a, b");
  EXPECT_TRUE(response.headers[3].second.ends_with("GMT"));
}

TEST(HeaderRules, MistakesHaveJavasTexts) {
  EXPECT_EQ(HeaderRules::parse("bogus X:Y").error().message(),
            "Invalid header config action: 'bogus'. Expected one of [set, add, setDate, addDate]");
  EXPECT_EQ(HeaderRules::parse("set X").error().message(),
            "Invalid format of header config 'set X'. Expected: '[action] [header name]:[header value]'");
  EXPECT_EQ(HeaderRules::parse("set a b:c").error().message(),
            "Invalid header name 'a b'. The '[header name]' cannot contain whitespace");
}

std::string header_of(const net::ServerResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Cors, OriginsAndPreflight) {
  const Cors cors("http://example.com,http://*.corp", "GET,PUT");
  net::ServerResponse response;
  cors.apply(with_header("origin", "http://a.corp"), response);
  EXPECT_EQ(header_of(response, "Access-Control-Allow-Origin"), "http://a.corp");
  EXPECT_EQ(header_of(response, "Vary"), "Origin");

  net::ServerResponse other;
  cors.apply(with_header("origin", "http://evil"), other);
  EXPECT_EQ(header_of(other, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(header_of(other, "Vary"), "Origin");

  net::ServerRequest preflight = with_header("origin", "http://example.com");
  preflight.method = "OPTIONS";
  preflight.headers.emplace_back("access-control-request-method", "PUT");
  preflight.headers.emplace_back("access-control-request-headers", "content-type, x-own");
  net::ServerResponse answer;
  cors.apply(preflight, answer);
  EXPECT_EQ(header_of(answer, "Access-Control-Allow-Methods"), "GET,PUT");
  EXPECT_EQ(header_of(answer, "Access-Control-Allow-Headers"), "content-type");
  EXPECT_EQ(header_of(answer, "Access-Control-Max-Age"), "60");

  net::ServerResponse off;
  Cors("", "").apply(preflight, off);
  EXPECT_TRUE(off.headers.empty());
}

}  // namespace
}  // namespace sluice::rest
