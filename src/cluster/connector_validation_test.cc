#include "cluster/connector_validation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::cluster {
namespace {

class TinySource final : public sdk::SourceConnector {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def = sdk::ConfigDef()
                                          .define({.name = "topic", .validator = sdk::non_empty()})
                                          .define({.name = "secret",
                                                   .type = sdk::ConfigType::kPassword,
                                                   .default_value = nullptr,
                                                   .group = "Access"});
    return def;
  }
  Status start(const sdk::Properties&, sdk::ConnectorContext&) override { return {}; }
  Result<std::vector<sdk::Properties>> task_configs(int) override { return std::vector<sdk::Properties>(1); }
};

class TinySink final : public sdk::SinkConnector {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def = sdk::ConfigDef().define({.name = "file", .default_value = "x"});
    return def;
  }
  Status start(const sdk::Properties&, sdk::ConnectorContext&) override { return {}; }
  Result<std::vector<sdk::Properties>> task_configs(int) override { return std::vector<sdk::Properties>(1); }
};

class TinyTransform final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def =
        sdk::ConfigDef()
            .define({.name = "replacement", .default_value = nullptr, .importance = sdk::Importance::kLow})
            .define({.name = "count",
                     .type = sdk::ConfigType::kInt,
                     .default_value = "1",
                     .validator = sdk::at_least(int64_t{1})})
            .define({.name = "fields", .type = sdk::ConfigType::kList, .importance = sdk::Importance::kHigh});
    return def;
  }
  Status configure(const sdk::Properties&) override { return {}; }
  void apply(std::span<sdk::Record>, sdk::Arena&, std::span<uint8_t>, sdk::RecordErrors&) override {}
};

class TinyConverter final : public sdk::Converter {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def =
        sdk::ConfigDef()
            .define({.name = "converter.type", .validator = sdk::one_of({"key", "value", "header"})})
            .define({.name = "schemas.enable",
                     .type = sdk::ConfigType::kBoolean,
                     .default_value = "true",
                     .group = "Schemas"});
    return def;
  }
  Status configure(const sdk::Properties&, sdk::ConverterRole) override { return {}; }
  void from_data(std::span<const sdk::DataItem>, sdk::Arena&, std::span<BytesView>,
                 sdk::RecordErrors&) override {}
  void to_data(std::span<const sdk::BytesItem>, sdk::Arena&, std::span<sdk::SchemaAndValue>,
               sdk::RecordErrors&) override {}
};

template <typename Plugin>
void name(Plugin& plugin, const char* class_name) {
  plugin.class_names = {class_name};
  plugin.version = "4.1.0";
}

plugins::Plugins tiny_plugins() {
  plugins::Plugins plugins;
  sdk::SourcePlugin source;
  name(source, "x.TinySourceConnector");
  source.connector = [] { return std::make_unique<TinySource>(); };
  plugins.add(source);
  sdk::SinkPlugin sink;
  name(sink, "x.TinySinkConnector");
  sink.connector = [] { return std::make_unique<TinySink>(); };
  plugins.add(sink);
  sdk::TransformPlugin transform;
  name(transform, "x.TinyTransform");
  transform.make = [] { return std::make_unique<TinyTransform>(); };
  plugins.add(transform);
  sdk::ConverterPlugin converter;
  name(converter, "x.TinyConverter");
  converter.make = [] { return std::make_unique<TinyConverter>(); };
  plugins.add(converter);
  return plugins;
}

class ConnectorValidation : public testing::Test {
 protected:
  Answer<ConfigChecks> ask(const RawConfig& config) {
    return validate_connector({plugins_, worker_, group_id_}, config);
  }
  ConfigChecks check(RawConfig config) {
    config.try_emplace("name", "s");
    auto answer = ask(config);
    EXPECT_TRUE(std::holds_alternative<ConfigChecks>(answer)) << std::get<RequestError>(answer).message;
    return std::get<ConfigChecks>(std::move(answer));
  }
  static const ConfigCheck& of(const ConfigChecks& checks, const std::string& name) {
    const auto found = std::find_if(checks.configs.begin(), checks.configs.end(),
                                    [&](const ConfigCheck& check) { return check.value.name == name; });
    EXPECT_NE(found, checks.configs.end()) << name;
    return *found;
  }
  static std::vector<std::string> names(const ConfigChecks& checks, std::string_view prefix) {
    std::vector<std::string> found;
    for (const ConfigCheck& check : checks.configs) {
      if (check.value.name.starts_with(prefix)) found.push_back(check.value.name.substr(prefix.size()));
    }
    return found;
  }
  using Texts = std::vector<std::string>;

  plugins::Plugins plugins_ = tiny_plugins();
  sdk::Properties worker_{{"key.converter", "x.TinyConverter"}};
  std::optional<std::string> group_id_ = "workers";
};

TEST_F(ConnectorValidation, ListsTheFrameworksKeysThenTheConnectors) {
  const ConfigChecks checks = check({{"connector.class", "TinySource"}, {"topic", "t"}});
  EXPECT_EQ(checks.error_count, 0);
  EXPECT_EQ(checks.name, "TinySource");
  EXPECT_EQ(checks.groups, (Texts{"Common", "Transforms", "Predicates", "Error Handling", "Topic Creation",
                                  "Exactly Once Support", "offsets.topic", "Access"}));
  EXPECT_EQ(checks.configs.front().value.name, "name");
  EXPECT_EQ(checks.configs.back().value.name, "secret");
  const ConfigCheck& converter = of(checks, "key.converter");
  EXPECT_EQ(converter.value.value, "x.TinyConverter");
  EXPECT_EQ(converter.value.recommended_values, Texts{"x.TinyConverter"});
  EXPECT_EQ(std::get<std::string>(converter.definition->default_value), "x.TinyConverter");
  EXPECT_EQ(of(checks, "connector.plugin.version").value.value, "4.1.0");
}

TEST_F(ConnectorValidation, EveryProblemIsAnErrorOfItsKey) {
  const ConfigChecks checks =
      check({{"connector.class", "TinySink"}, {"tasks.max", "a"}, {"odd", std::nullopt}});
  EXPECT_EQ(of(checks, "tasks.max").value.errors,
            (Texts{"Invalid value a for configuration tasks.max: Not a number of type INT",
                   "Invalid value null for configuration tasks.max: Value must be non-null"}));
  EXPECT_EQ(of(checks, "topics").value.errors, Texts{"Must configure one of topics or topics.regex"});
  EXPECT_EQ(checks.configs.front().value.name, "odd");
  EXPECT_FALSE(checks.configs.front().definition);
  EXPECT_EQ(checks.error_count, 5);
  const auto refusal = refusal_of(checks);
  ASSERT_TRUE(refusal);
  EXPECT_TRUE(refusal->message.starts_with(
      "Connector configuration is invalid and contains the following 5 error(s):\nNull value can not be"))
      << refusal->message;
  EXPECT_TRUE(refusal->message.ends_with("`/connector-plugins/{connectorType}/config/validate`"));
}

TEST_F(ConnectorValidation, TheDeadLetterQueueMustNotBeConsumed) {
  const RawConfig base{{"connector.class", "TinySink"}, {"errors.deadletterqueue.topic.name", "dead"}};
  RawConfig listed = base;
  listed["topics"] = "a, dead,,";
  EXPECT_EQ(of(check(listed), "topics").value.errors,
            Texts{"The DLQ topic 'dead' may not be included in the list of topics ('topics=[a, dead]') "
                  "consumed by the connector"});
  RawConfig matched = base;
  matched["topics.regex"] = "d.*";
  EXPECT_EQ(of(check(matched), "topics.regex").value.errors.size(), 1U);
}

TEST_F(ConnectorValidation, ATransformsKeysFollowItsTypeInJavasOrder) {
  const ConfigChecks checks = check({{"connector.class", "TinySource"},
                                     {"topic", "t"},
                                     {"transforms", "a"},
                                     {"transforms.a.type", "TinyTransform"},
                                     {"transforms.a.count", "x"}});
  EXPECT_EQ(names(checks, "transforms.a."),
            (Texts{"type", "plugin.version", "fields", "count", "negate", "predicate", "replacement"}));
  EXPECT_EQ(of(checks, "transforms.a.fields").value.errors,
            Texts{"Missing required configuration \"transforms.a.fields\" which has no default value."});
  EXPECT_EQ(of(checks, "transforms.a.count").value.errors,
            (Texts{"Invalid value x for configuration transforms.a.count: Not a number of type INT",
                   "Invalid value null for configuration count: Value must be non-null"}));
  EXPECT_EQ(of(checks, "transforms.a.fields").definition->group, "Transforms: a");
  EXPECT_EQ(of(checks, "transforms.a.fields").definition->order, 2);
}

TEST_F(ConnectorValidation, ATransformOfTheWrongClass) {
  const ConfigChecks checks = check({{"connector.class", "TinySource"},
                                     {"topic", "t"},
                                     {"transforms", "a,b,c"},
                                     {"transforms.a.type", "TinyConverter"},
                                     {"transforms.b.type", "Foo"},
                                     {"transforms.c.type", "TinyTransform"},
                                     {"transforms.c.fields", "f"},
                                     {"transforms.c.negate", "true"}});
  EXPECT_EQ(of(checks, "transforms.a.type").value.errors,
            Texts{"Class class x.TinyConverter does not implement the Transformation interface"});
  EXPECT_EQ(of(checks, "transforms.b.type").value.errors,
            Texts{"Invalid value Foo for configuration transforms.b.type: Class Foo could not be found."});
  EXPECT_EQ(of(checks, "transforms.c.type").value.errors,
            Texts{"Config 'transforms.c.negate' was provided but there is no config 'transforms.c.predicate' "
                  "defining a predicate to be negated."});
  EXPECT_EQ(checks.error_count, 3);
}

TEST_F(ConnectorValidation, AConvertersKeysComeLast) {
  const ConfigChecks checks = check({{"connector.class", "TinySource"},
                                     {"topic", "t"},
                                     {"value.converter", "TinyConverter"},
                                     {"value.converter.schemas.enable", "maybe"}});
  EXPECT_EQ(of(checks, "value.converter").value.value, "x.TinyConverter");
  EXPECT_EQ(
      checks.configs.back().value.errors,
      Texts{
          "Invalid value maybe for configuration schemas.enable: Expected value to be either true or false"});
  EXPECT_EQ(checks.groups.back(), "Schemas");
  EXPECT_EQ(of(checks, "value.converter.converter.type").value.value, "value");
}

TEST_F(ConnectorValidation, ClientOverridesAreParsedAndHidden) {
  RawConfig config{{"connector.class", "TinySource"},
                   {"topic", "t"},
                   {"producer.override.acks", "9"},
                   {"producer.override.bogus", "1"},
                   {"producer.override.ssl.key.password", "secret"},
                   {"consumer.override.max.poll.records", "ignored"}};
  const ConfigChecks checks = check(config);
  EXPECT_EQ(names(checks, "producer.override."), (Texts{"acks", "bogus", "ssl.key.password"}));
  EXPECT_EQ(of(checks, "producer.override.ssl.key.password").value.value, "[hidden]");
  EXPECT_FALSE(of(checks, "producer.override.bogus").definition);
  config["name"] = "s";
  config["producer.override.linger.ms"] = "soon";
  const auto answer = ask(config);
  const auto* problem = std::get_if<RequestError>(&answer);
  ASSERT_NE(problem, nullptr);
  EXPECT_EQ(problem->problem, RequestProblem::kInternal);
  EXPECT_EQ(problem->message, "Invalid value soon for configuration linger.ms: Not a number of type LONG");
}

TEST_F(ConnectorValidation, AWorkersGroupIsNotASinksGroup) {
  group_id_ = "connect-s";
  EXPECT_EQ(of(check({{"connector.class", "TinySink"}, {"topics", "t"}}), "name").value.errors,
            Texts{"Consumer group for sink connector named s conflicts with Connect worker group connect-s"});
  const ConfigChecks overridden =
      check({{"connector.class", "TinySink"}, {"topics", "t"}, {"consumer.override.group.id", "connect-s"}});
  EXPECT_EQ(overridden.configs.front().value.errors,
            Texts{"Consumer group connect-s conflicts with Connect worker group connect-s"});
}

TEST_F(ConnectorValidation, AVersionThatIsNotThere) {
  const ConfigChecks checks =
      check({{"connector.class", "TinySource"}, {"topic", "t"}, {"connector.plugin.version", "9.9"}});
  EXPECT_EQ(checks.error_count, 2);
  EXPECT_EQ(
      of(checks, "connector.class").value.errors,
      Texts{"Plugin x.TinySourceConnector not found that matches the version range [9.9,9.9], available "
            "versions: [4.1.0]"});
  EXPECT_EQ(checks.groups, (Texts{"Common", "Transforms", "Predicates", "Error Handling"}));
}

TEST_F(ConnectorValidation, WithoutAClassThereIsNothingToCheck) {
  const auto none = ask({{"name", "s"}, {"topic", std::nullopt}});
  EXPECT_EQ(std::get<RequestError>(none).message,
            "Connector config {name=s, topic=null} contains no connector type");
  const auto unknown = ask({{"name", "s"}, {"connector.class", "NoSuch"}});
  EXPECT_EQ(std::get<RequestError>(unknown).problem, RequestProblem::kBadRequest);
}

TEST_F(ConnectorValidation, UnknownKeysAreNamed) {
  EXPECT_EQ(
      unknown_keys(plugins_, {{"connector.class", "TinySink"}, {"filee", "y"}, {"transforms.a.type", "T"}}),
      Texts{"filee"});
}

}  // namespace
}  // namespace sluice::cluster
