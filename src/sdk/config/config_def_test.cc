#include "sdk/config/config_def.h"

#include <gtest/gtest.h>

namespace sluice::sdk {
namespace {

ConfigDef sample() {
  return ConfigDef()
      .define(
          {.name = "i", .type = ConfigType::kInt, .default_value = "1", .validator = at_least(int64_t{1})})
      .define(
          {.name = "s", .type = ConfigType::kString, .default_value = "a", .validator = one_of({"a", "b"})})
      .define({.name = "c",
               .type = ConfigType::kString,
               .default_value = "poll",
               .validator = one_of_ignoring_case({"poll", "interval", "connector"})})
      .define(
          {.name = "l", .type = ConfigType::kList, .default_value = "a", .validator = list_of({"a", "b"})})
      .define({.name = "d", .type = ConfigType::kDouble, .default_value = "1.0", .validator = at_least(0.5)})
      .define({.name = "p", .type = ConfigType::kPassword, .default_value = nullptr})
      .define({.name = "n", .type = ConfigType::kString, .default_value = nullptr, .validator = non_empty()})
      .define({.name = "q", .type = ConfigType::kString, .validator = non_empty_without_control_chars()})
      .define({.name = "b", .type = ConfigType::kBoolean, .default_value = "false"});
}

ConfigValue validated(const ConfigDef& def, const Properties& properties, std::string_view name) {
  for (ConfigValue& value : def.validate(properties)) {
    if (value.name == name) return value;
  }
  return {};
}

using Texts = std::vector<std::string>;

struct Case {
  std::string key;
  std::string text;
  std::optional<std::string> value;
  Texts errors;
};

// Every expectation was printed by Kafka 4.1's ConfigDef.
TEST(ConfigDef, ValidatesAsKafkaDoes) {
  const std::vector<Case> cases = {
      {"i",
       " abc ",
       std::nullopt,
       {"Invalid value  abc  for configuration i: Not a number of type INT",
        "Invalid value null for configuration i: Value must be non-null"}},
      {"i", "0", "0", {"Invalid value 0 for configuration i: Value must be at least 1"}},
      {"i", "+5", "5", {}},
      {"i",
       "2147483648",
       std::nullopt,
       {"Invalid value 2147483648 for configuration i: Not a number of type INT",
        "Invalid value null for configuration i: Value must be non-null"}},
      {"s", "z", "z", {"Invalid value z for configuration s: String must be one of: a, b"}},
      {"c",
       "z",
       "z",
       {"Invalid value z for configuration c: String must be one of (case insensitive): INTERVAL, POLL, "
        "CONNECTOR"}},
      {"c", "PoLL", "PoLL", {}},
      {"l", "a, c", "a,c", {"Invalid value c for configuration l: String must be one of: a, b"}},
      {"l", "", "", {}},
      {"l", "a,,b", "a,,b", {"Invalid value  for configuration l: String must be one of: a, b"}},
      {"d", "NaN", "NaN", {}},
      {"d", "0x1p3", "8.0", {}},
      {"d", "0.1f", "0.1", {"Invalid value 0.1 for configuration d: Value must be at least 0.5"}},
      {"d",
       "-Infinity",
       "-Infinity",
       {"Invalid value -Infinity for configuration d: Value must be at least 0.5"}},
      {"d",
       "1_0",
       std::nullopt,
       {"Invalid value 1_0 for configuration d: Not a number of type DOUBLE",
        "Invalid value null for configuration d: Value must be non-null"}},
      {"p", " x ", "[hidden]", {}},
      {"n", " ", "", {"Invalid value  for configuration n: String must be non-empty"}},
      {"q",
       "a\x01"
       "b\nc",
       "a\x01"
       "b\nc",
       {"Invalid value a\x01"
        "b\nc for configuration q: String may not contain control sequences but had the "
        "following ASCII chars: 1, 10"}},
      {"q", " ", "", {"Invalid value  for configuration q: String may not be empty"}},
      {"b",
       "yes",
       std::nullopt,
       {"Invalid value yes for configuration b: Expected value to be either true or false"}},
      {"b", " TRUE ", "true", {}},
  };
  const ConfigDef def = sample();
  for (const Case& c : cases) {
    const ConfigValue value = validated(def, {{c.key, c.text}}, c.key);
    EXPECT_EQ(value.value, c.value) << c.key << "='" << c.text << "'";
    EXPECT_EQ(value.errors, c.errors) << c.key << "='" << c.text << "'";
  }
}

TEST(ConfigDef, ParseNamesTheFirstProblemInOrderOfDefinition) {
  const ConfigDef def = sample();
  const auto missing = def.parse({});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::kBadConfig);
  EXPECT_EQ(missing.error().message(), "Missing required configuration \"q\" which has no default value.");
  EXPECT_EQ(def.parse({{"i", "x"}, {"s", "z"}}).error().message(),
            "Invalid value x for configuration i: Not a number of type INT");
}

TEST(ConfigDef, ParsedOptionsHaveTheirTypes) {
  const Config config =
      *sample().parse({{"q", " name "}, {"l", "a , b"}, {"p", "secret"}, {"other", "kept"}});
  EXPECT_EQ(config.get_int("i"), 1);
  EXPECT_EQ(config.get_string("q"), "name");
  EXPECT_EQ(config.get_list("l"), (Texts{"a", "b"}));
  EXPECT_EQ(config.get_string("p"), "secret");
  EXPECT_EQ(config.get_double("d"), 1.0);
  EXPECT_FALSE(config.get_boolean("b"));
  EXPECT_FALSE(config.has("n"));
  EXPECT_EQ(config.get_string("n"), "");
  EXPECT_EQ(config.originals().at("other"), "kept");
}

TEST(ConfigDef, ValidatorsDescribeThemselvesAsKafkaDoes) {
  EXPECT_EQ(at_least(int64_t{1}).text, "[1,...]");
  EXPECT_EQ(at_least(0.5).text, "[0.5,...]");
  EXPECT_EQ(between(0, 2147483647).text, "[0,...,2147483647]");
  EXPECT_EQ(one_of({"a", "b"}).text, "[a, b]");
  EXPECT_EQ(one_of_ignoring_case({"poll", "interval", "connector"}).text,
            "(case insensitive) [INTERVAL, POLL, CONNECTOR]");
  EXPECT_EQ(both(at_least(int64_t{1}), non_empty()).text, "[1,...], non-empty string");
}

TEST(ConfigDef, BothValidatorsAreAsked) {
  const ConfigDef def = ConfigDef().define({.name = "x",
                                            .type = ConfigType::kInt,
                                            .default_value = "5",
                                            .validator = both(at_least(int64_t{1}), between(0, 9))});
  EXPECT_EQ(validated(def, {{"x", "0"}}, "x").errors,
            Texts{"Invalid value 0 for configuration x: Value must be at least 1"});
  EXPECT_EQ(validated(def, {{"x", "10"}}, "x").errors,
            Texts{"Invalid value 10 for configuration x: Value must be no more than 9"});
}

TEST(ConfigDef, RecommendersSeeParsedValuesAndDefaults) {
  Recommender recommender;
  recommender.valid_values = [](std::string_view, const Properties& properties) {
    return Texts{properties.at("mode") + "-1"};
  };
  recommender.visible = [](std::string_view, const Properties& properties) {
    return properties.at("mode") == "on";
  };
  const ConfigDef def = ConfigDef()
                            .define({.name = "mode", .default_value = "off", .dependents = {"detail"}})
                            .define({.name = "detail", .default_value = "", .recommender = recommender});
  EXPECT_FALSE(validated(def, {}, "detail").visible);
  EXPECT_TRUE(validated(def, {{"mode", " on "}}, "detail").visible);
  EXPECT_EQ(validated(def, {{"mode", " on "}}, "detail").recommended_values, Texts{"on-1"});
}

TEST(ConfigDef, NamesDependentsThatNobodyDefines) {
  const ConfigDef def = ConfigDef().define({.name = "mode", .default_value = "off", .dependents = {"ghost"}});
  EXPECT_EQ(def.parse({}).error().message(),
            "Some configurations in are referred in the dependents, but not defined: ghost");
  const ConfigValue ghost = validated(def, {}, "ghost");
  EXPECT_EQ(ghost.errors, Texts{"ghost is referred in the dependents, but not defined."});
  EXPECT_FALSE(ghost.visible);
}

TEST(ConfigDef, ListsUnknownKeys) {
  EXPECT_EQ(sample().unknown_keys({{"i", "1"}, {"zz", ""}, {"aa", ""}}), (Texts{"aa", "zz"}));
  EXPECT_EQ(sample().honour({"aa", "z."}).unknown_keys({{"aa", ""}, {"ab", ""}, {"z.z", ""}, {"zz", ""}}),
            (Texts{"ab", "zz"}));
}

TEST(ConfigDef, WrongDefinitionsEndTheProcess) {
  EXPECT_DEATH(ConfigDef().define({.name = "x", .default_value = "1"}).define({.name = "x"}),
               "defined twice");
  EXPECT_DEATH(ConfigDef().define({.name = "x", .type = ConfigType::kInt, .default_value = "one"}),
               "Not a number");
  EXPECT_DEATH((void)sample().parse({{"q", "x"}})->get_int("s"), "type that is asked for");
}

}  // namespace
}  // namespace sluice::sdk
