#include "tasks/config_transformer.h"

#include <gtest/gtest.h>

namespace sluice::tasks {
namespace {

/// Knows "key" and, below a path, "key@path"; fails for "trouble".
class FakeProvider final : public sdk::ConfigProvider {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef def;
    return def;
  }
  Status configure(const sdk::Properties& properties) override {
    suffix_ = properties.contains("suffix") ? properties.at("suffix") : "";
    return suffix_ == "bad" ? Status(bad_config("a bad suffix")) : Status();
  }
  Result<std::optional<std::string>> get(const std::string& path, const std::string& key) const override {
    if (key == "trouble") return bad_config("no way to the vault");
    if (key != "key" && key != "a:b") return std::optional<std::string>();
    return std::optional<std::string>((path.empty() ? key : key + "@" + path) + suffix_);
  }

 private:
  std::string suffix_;
};

plugins::Plugins catalogue() {
  plugins::Plugins plugins;
  sdk::ConfigProviderPlugin plugin;
  plugin.class_names = {"a.b.FakeConfigProvider"};
  plugin.make = [] { return std::make_unique<FakeProvider>(); };
  plugins.add(std::move(plugin));
  return plugins;
}

const sdk::Properties kWorker{{"config.providers", "f, g"},
                              {"config.providers.f.class", "a.b.FakeConfigProvider"},
                              {"config.providers.g.class", "a.b.FakeConfigProvider"},
                              {"config.providers.g.param.suffix", "!"}};

std::string transformed(const std::string& value) {
  const auto plugins = catalogue();
  const auto transformer = ConfigTransformer::make(plugins, kWorker);
  EXPECT_TRUE(transformer.ok());
  const auto out = transformer->transform({{"k", value}});
  return out.ok() ? out->at("k") : out.error().message();
}

TEST(ConfigTransformer, PutsValuesInThePlaceOfReferences) {
  EXPECT_EQ(transformed("${f:key}"), "key");
  EXPECT_EQ(transformed("${g:/a/b:key}"), "key@/a/b!");
  EXPECT_EQ(transformed("jdbc:${f:key}:${g:key}/x"), "jdbc:key:key!/x");
  EXPECT_EQ(transformed("${f:p:a:b}"), "a:b@p");
}

TEST(ConfigTransformer, LeavesWhatItDoesNotKnow) {
  for (const char* value : {"plain", "${nobody:key}", "${f:unknown}", "${f}", "${f:key", "$ {f:key}"}) {
    EXPECT_EQ(transformed(value), value);
  }
  // Values are not looked at again.
  EXPECT_EQ(transformed("${topic}-${timestamp}:${f:key}"), "${topic}-${timestamp}:key");
}

TEST(ConfigTransformer, NamesTheOptionThatFails) {
  EXPECT_EQ(transformed("${f:trouble}"), "k: no way to the vault");
}

TEST(ConfigTransformer, RefusesWrongProviders) {
  const auto plugins = catalogue();
  EXPECT_EQ(ConfigTransformer::make(plugins, {{"config.providers", "f"}}).error().message(),
            "Missing required configuration \"config.providers.f.class\" which has no default value.");
  sdk::Properties worker = kWorker;
  worker["config.providers.f.class"] = "a.b.Nobody";
  EXPECT_FALSE(ConfigTransformer::make(plugins, worker).ok());
  worker = kWorker;
  worker["config.providers.g.param.suffix"] = "bad";
  EXPECT_EQ(ConfigTransformer::make(plugins, worker).error().message(), "Config provider g: a bad suffix");
}

TEST(ConfigTransformer, ChangesNothingWithoutProviders) {
  EXPECT_EQ(ConfigTransformer().transform({{"k", "${f:key}"}})->at("k"), "${f:key}");
  EXPECT_TRUE(has_reference("x${f:key}"));
  EXPECT_FALSE(has_reference("${f}:${g}"));
}

}  // namespace
}  // namespace sluice::tasks
