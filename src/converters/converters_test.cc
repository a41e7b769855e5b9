// The small converters; what Java does is compared case by case in tests/compat.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "converters/string_converter.h"
#include "converters/utf8_repair.h"
#include "sdk/data/values.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::converters {

void register_plugins(sdk::PluginCatalogue& catalogue);

namespace {

class Catalogue final : public sdk::PluginCatalogue {
 public:
  void add(sdk::SourcePlugin) override {}
  void add(sdk::SinkPlugin) override {}
  void add(sdk::TransformPlugin) override {}
  void add(sdk::ConfigProviderPlugin) override {}
  void add(sdk::PredicatePlugin) override {}
  void add(sdk::ConverterPlugin plugin) override { converters[plugin.class_names[0]] = plugin.make; }
  void add(sdk::HeaderConverterPlugin plugin) override { headers[plugin.class_names[0]] = plugin.make; }
  std::map<std::string, std::function<std::unique_ptr<sdk::Converter>()>> converters;
  std::map<std::string, std::function<std::unique_ptr<sdk::HeaderConverter>()>> headers;
};

TEST(Plugins, AllConvertersAreThere) {
  Catalogue catalogue;
  register_plugins(catalogue);
  EXPECT_EQ(catalogue.converters.size(), 12U);
  EXPECT_EQ(catalogue.headers.size(), 10U);
  EXPECT_TRUE(catalogue.converters.contains("org.apache.kafka.connect.converters.ByteArrayConverter"));
  EXPECT_TRUE(catalogue.headers.contains("org.apache.kafka.connect.storage.SimpleHeaderConverter"));
}

TEST(Plugins, EveryHeaderConverterBringsNullThrough) {
  Catalogue catalogue;
  register_plugins(catalogue);
  for (const auto& [name, make] : catalogue.headers) {
    sdk::Arena arena;
    const auto converter = make();
    ASSERT_TRUE(converter->configure({}).ok()) << name;
    EXPECT_TRUE(is_null(*converter->from_data("t", "h", nullptr, {}, arena))) << name;
    EXPECT_TRUE(converter->to_data("t", "h", kNullBytes, arena)->value.is_null()) << name;
  }
}

TEST(StringConverter, PassesValidTextThroughUncopied) {
  StringConverter converter;
  ASSERT_TRUE(converter.configure({}, sdk::ConverterRole::kValue).ok());
  sdk::Arena arena;
  const std::string text("t\xC3\xA9xt");
  const sdk::BytesItem item{"t", text, {}};
  sdk::SchemaAndValue data;
  sdk::RecordErrors errors;
  converter.to_data({&item, 1}, arena, {&data, 1}, errors);
  EXPECT_EQ(data.value.as_string().data(), text.data());
  const sdk::DataItem back{"t", data.schema, data.value};
  BytesView bytes;
  converter.from_data({&back, 1}, arena, {&bytes, 1}, errors);
  EXPECT_EQ(bytes.data(), text.data());
  EXPECT_EQ(arena.bytes_used(), 0U);
}

TEST(StringConverter, EmptyTextIsNotNull) {
  StringConverter converter;
  ASSERT_TRUE(converter.configure({}, sdk::ConverterRole::kValue).ok());
  sdk::Arena arena;
  const sdk::DataItem item{"t", nullptr, sdk::Value::string({})};
  BytesView bytes;
  sdk::RecordErrors errors;
  converter.from_data({&item, 1}, arena, {&bytes, 1}, errors);
  EXPECT_FALSE(is_null(bytes));
}

TEST(StringConverter, SpeaksOtherCharacterSets) {
  StringConverter converter;
  ASSERT_TRUE(converter.configure({{"converter.encoding", "ISO-8859-1"}}, sdk::ConverterRole::kValue).ok());
  sdk::Arena arena;
  const sdk::DataItem item{"t", nullptr, sdk::Value::string("\xC3\xA9\xE2\x82\xAC")};
  BytesView bytes;
  sdk::RecordErrors errors;
  converter.from_data({&item, 1}, arena, {&bytes, 1}, errors);
  EXPECT_EQ(bytes, "\xE9?");
  const Status unknown =
      converter.configure({{"converter.encoding", "none-such"}}, sdk::ConverterRole::kValue);
  EXPECT_EQ(unknown.error().kind(), ErrorKind::kBadConfig);
}

TEST(Utf8Repair, ReplacesWhatJavaReplaces) {
  sdk::Arena arena;
  const std::string r("\xEF\xBF\xBD");
  EXPECT_EQ(repair_utf8(arena,
                        "a\xFF"
                        "b"),
            "a" + r + "b");
  EXPECT_EQ(repair_utf8(arena, "\xED\xA0\x80"), r);
  EXPECT_EQ(repair_utf8(arena, "\xE2\x82"), r);
  EXPECT_EQ(repair_utf8(arena, "\xF0\x9F\x98z"), r + "z");
  EXPECT_EQ(repair_utf8(arena, "\xC0\x80"), r + r);
}

}  // namespace
}  // namespace sluice::converters
