#include "kafka/jaas.h"

#include <gtest/gtest.h>

namespace sluice::kafka {
namespace {

std::map<std::string, std::string, std::less<>> options(std::string_view text) {
  const auto module = parse_jaas(text);
  EXPECT_TRUE(module.ok()) << module.error().message();
  if (!module.ok()) return {};
  EXPECT_EQ(module->login_module, "a.b.Module");
  return module->options;
}

std::string refusal(std::string_view text) {
  const auto module = parse_jaas(text);
  EXPECT_FALSE(module.ok()) << text;
  return module.ok() ? ""
                     : module.error().message().substr(sizeof("Invalid value [hidden] for configuration "
                                                              "sasl.jaas.config: ") -
                                                       1);
}

using Options = std::map<std::string, std::string, std::less<>>;

TEST(JaasTest, ReadsOptions) {
  EXPECT_EQ(options("a.b.Module required;"), Options());
  EXPECT_EQ(options("a.b.Module REQUIRED username=\"u\" password='p p';"),
            (Options{{"username", "u"}, {"password", "p p"}}));
  EXPECT_EQ(options("  a.b.Module // comment\n required /* more */ a = b\n\t c=$d-_e ; // end"),
            (Options{{"a", "b"}, {"c", "$d-_e"}}));
  EXPECT_EQ(options("a.b.Module optional a=\"1\" a=\"2\";"), (Options{{"a", "2"}}));
}

TEST(JaasTest, ReadsEscapesAsJavaDoes) {
  EXPECT_EQ(options(R"(a.b.Module required p="\"\\\n\t\x\101\7";)"), (Options{{"p",
                                                                               "\"\\\n\tx"
                                                                               "A\a"}}));
  EXPECT_EQ(options("a.b.Module required p=\"ünïcødé €\";"), (Options{{"p", "ünïcødé €"}}));
}

TEST(JaasTest, SaysWhatIsWrong) {
  EXPECT_EQ(refusal(""), "Login module not specified in JAAS config");
  EXPECT_EQ(refusal("  // only a comment"), "Login module not specified in JAAS config");
  EXPECT_EQ(refusal(";"), "Login module not specified in JAAS config");
  EXPECT_EQ(refusal("a.b.Module"), "Login module control flag not specified in JAAS config");
  EXPECT_EQ(
      refusal("a.b.Module maybe;"),
      "Login module control flag is not one of required, requisite, sufficient, optional in JAAS config");
  EXPECT_EQ(refusal("a.b.Module required"), "JAAS config entry not terminated by semi-colon");
  EXPECT_EQ(refusal("a.b.Module required a=\"b\""), "JAAS config entry not terminated by semi-colon");
  EXPECT_EQ(refusal("a.b.Module required a=;"), "Value not specified for key 'a' in JAAS config");
  // StreamTokenizer makes a number of it.
  EXPECT_EQ(refusal("a.b.Module required a=5;"), "Value not specified for key 'a' in JAAS config");
  EXPECT_EQ(refusal("a.b.Module required a;"),
            "JAAS config options are key=\"value\" pairs; quote values that hold spaces or symbols");
  EXPECT_EQ(refusal("a.b.Module required; a.b.Other required;"),
            "JAAS config property contains 2 login modules, should be 1 module");
}

}  // namespace
}  // namespace sluice::kafka
