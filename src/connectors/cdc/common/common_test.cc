// Filters, names, masks and the order of Java's maps.

#include <gtest/gtest.h>

#include "connectors/cdc/common/column_mask.h"
#include "connectors/cdc/common/filters.h"
#include "connectors/cdc/common/java_hash.h"
#include "connectors/cdc/common/names.h"
#include "connectors/cdc/common/regex_list.h"
#include "connectors/cdc/postgres/options.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Value;

sdk::Config config_of(const sdk::Properties& more) {
  sdk::Properties properties{
      {"topic.prefix", "pre"}, {"database.hostname", "h"}, {"database.user", "u"}, {"database.dbname", "d"}};
  for (const auto& [key, value] : more) properties[key] = value;
  auto config = postgres::option_definitions().parse(properties);
  EXPECT_TRUE(config.ok());
  return *std::move(config);
}

Filters filters_of(const sdk::Properties& more) {
  auto filters = Filters::parse(config_of(more), "schema");
  EXPECT_TRUE(filters.ok()) << filters.error().message();
  return *std::move(filters);
}

TEST(RegexListTest, MatchesWholeNamesWhateverTheirCase) {
  const auto list = RegexList::parse(R"(public\.orders, shop\.(a\,b|c))");
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->matches("PUBLIC.orders"));
  EXPECT_TRUE(list->matches("shop.c"));
  EXPECT_TRUE(list->matches("shop.a,b"));
  EXPECT_FALSE(list->matches("public.orders2"));
  EXPECT_FALSE(RegexList::parse("a,(").ok());
}

TEST(FiltersTest, TablesPassIncludeAndExcludeLists) {
  const Filters filters =
      filters_of({{"schema.exclude.list", "hidden"}, {"table.include.list", ".*\\.orders"}});
  EXPECT_TRUE(filters.captures({"public", "orders"}));
  EXPECT_FALSE(filters.captures({"hidden", "orders"}));
  EXPECT_FALSE(filters.captures({"public", "other"}));
}

TEST(FiltersTest, TheSignalTableIsAlwaysCaptured) {
  const Filters filters =
      filters_of({{"table.include.list", "public.orders"}, {"signal.data.collection", "public.signals"}});
  EXPECT_TRUE(filters.captures({"public", "signals"}));
}

TEST(FiltersTest, ColumnsMasksAndKeys) {
  const Filters filters = filters_of({{"column.exclude.list", "public.t.secret"},
                                      {"column.mask.with.5.chars", "public.t.name"},
                                      {"message.key.columns", "public.t:b,a;(.*).u:c"}});
  EXPECT_FALSE(filters.captures_column({"public", "t"}, "secret"));
  EXPECT_TRUE(filters.captures_column({"public", "t"}, "name"));
  ASSERT_NE(filters.mask({"public", "t"}, "name"), nullptr);
  EXPECT_EQ(filters.mask({"public", "t"}, "name")->length, 5);
  EXPECT_EQ(filters.key_columns({"public", "t"}), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(filters.key_columns({"x", "u"}), (std::vector<std::string>{"c"}));
}

TEST(FiltersTest, AnUnknownHashIsRefused) {
  const auto filters = Filters::parse(config_of({{"column.mask.hash.SHA-3.with.salt.x", ".*"}}), "schema");
  ASSERT_FALSE(filters.ok());
  EXPECT_NE(filters.error().message().find("SHA-3"), std::string::npos);
}

std::string_view masked(const MaskRule& rule, std::string_view text, sdk::Arena& arena) {
  return make_mask(rule, true, kNoLength)->apply(Value::string(text), arena).as_string();
}

TEST(ColumnMaskTest, StarsTruncationAndHashes) {
  sdk::Arena arena;
  EXPECT_EQ(masked({MaskRule::Kind::kStars, 3, "", ""}, "anything", arena), "***");
  EXPECT_EQ(masked({MaskRule::Kind::kTruncate, 2, "", ""}, "äöü", arena), "äö");
  EXPECT_EQ(masked({MaskRule::Kind::kTruncate, 2, "", ""}, "😀x", arena), "😀");
  // sha256("salt" + "text"), and the same of the text as Java serializes it.
  EXPECT_EQ(masked({MaskRule::Kind::kHashV2, 0, "SHA-256", "salt"}, "text", arena),
            "8f40d2c1caea4f10a6375603f18ed44f186066fd94eb7c3f1d115d8dc245527d");
  EXPECT_EQ(masked({MaskRule::Kind::kHash, 0, "SHA-256", "salt"}, "text", arena),
            "852c2b116a8beae2d98bdbaa9f316cbcfc03c53f0cef9e0602f1b4f26ca7d70a");
}

TEST(NamesTest, TopicsAndSchemas) {
  const auto names = Names::parse(config_of({}));
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(names->table_topic({"public", "order items"}), "pre.public.order_items");
  EXPECT_EQ(names->heartbeat_topic(), "__debezium-heartbeat.pre");
  EXPECT_EQ(names->transaction_topic(), "pre.transaction");
  EXPECT_EQ(sdk::adjust_schema_name(sdk::NameMode::kAvro, "1a-b.c"), "_1a_b.c");
  EXPECT_EQ(sdk::adjust_schema_name(sdk::NameMode::kAvroUnicode, "a-b"), "a_u002db");
  EXPECT_EQ(sdk::adjust_field_name(sdk::NameMode::kAvro, "a.b"), "a_b");
}

TEST(NamesTest, RegularExpressionsRouteTables) {
  const auto names =
      Names::parse(config_of({{"topic.naming.strategy", "io.debezium.schema.DefaultRegexTopicNamingStrategy"},
                              {"topic.regex", "(.*)shard\\d+(.*)"},
                              {"topic.replacement", "$1all$2"}}));
  ASSERT_TRUE(names.ok());
  EXPECT_EQ(names->table_topic({"public", "shard12_orders"}), "pre.public.all_orders");
  EXPECT_EQ(names->table_topic({"public", "orders"}), "pre.public.orders");
}

TEST(JavaHashTest, OrdersAsHashMapDoes) {
  EXPECT_EQ(java_hash("a"), 97U);
  EXPECT_EQ(java_table(12), 16U);
  EXPECT_EQ(java_table(13), 32U);
  // 2 mod 16, 1 mod 16, 1 mod 16: what falls together keeps the order of insertion.
  std::vector<std::string> keys{"b", "a", "q"};
  order_as_java(keys, java_table(keys.size()),
                [](const std::string& key) -> std::string_view { return key; });
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "q", "b"}));
}

TEST(OptionsTest, WhatIsMissingOrWrongIsNamed) {
  const auto problems = [](const sdk::Properties& properties) {
    std::string text;
    for (const auto& value : postgres::validate_options(properties)) {
      for (const std::string& error : value.errors) text += value.name + ": " + error + "\n";
    }
    return text;
  };
  const std::string missing = problems({});
  for (const char* name : {"topic.prefix", "database.hostname", "database.user", "database.dbname"})
    EXPECT_NE(missing.find("The '" + std::string(name) + "' value is invalid: A value is required"),
              std::string::npos);
  const sdk::Properties good{
      {"topic.prefix", "p"}, {"database.hostname", "h"}, {"database.user", "u"}, {"database.dbname", "d"}};
  EXPECT_EQ(problems(good), "");
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"plugin.name", "decoderbufs"},
                                                        {"slot.name", "Upper"},
                                                        {"snapshot.mode", "sometimes"},
                                                        {"decimal.handling.mode", "exact"},
                                                        {"table.include.list", "("},
                                                        {"max.queue.size", "10"},
                                                        {"skipped.operations", "x"}}) {
    sdk::Properties bad = good;
    bad[key] = value;
    EXPECT_NE(problems(bad).find(key + ": "), std::string::npos) << key << " -> " << problems(bad);
  }
}

}  // namespace
}  // namespace sluice::connectors::cdc
