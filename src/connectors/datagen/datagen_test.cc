#include <gtest/gtest.h>

#include <set>

#include "connectors/datagen/connector.h"
#include "connectors/datagen/quickstarts.h"
#include "connectors/datagen/task.h"
#include "sdk/data/values.h"
#include "sdk/testkit/collected_plugins.h"
#include "sdk/testkit/source_conformance.h"

namespace sluice::connectors::datagen {

void register_plugins(sdk::PluginCatalogue& catalogue);

namespace {

using sdk::testkit::OffsetMemory;
using sdk::testkit::SourceRun;
using Texts = std::vector<std::string>;

sdk::SourcePlugin plugin() {
  sdk::testkit::CollectedPlugins collected;
  register_plugins(collected);
  return collected.source("io.confluent.kafka.connect.datagen.DatagenConnector");
}

sdk::Properties settings(sdk::Properties more = {}) {
  more.emplace("kafka.topic", "made");
  more.emplace("quickstart", "orders");
  more.emplace("sluice.datagen.rate", "0");
  return more;
}

Texts first_values(const sdk::Properties& properties, size_t count, OffsetMemory& offsets) {
  SourceRun run(plugin(), properties, offsets);
  EXPECT_TRUE(run.start().ok());
  EXPECT_TRUE(run.poll_until(count).ok());
  EXPECT_TRUE(run.commit(count).ok());
  Texts values;
  for (size_t i = 0; i < count; ++i) values.push_back(run.records()[i].value);
  return values;
}

TEST(Datagen, EveryKindMakesValuesOfItsSchema) {
  for (const std::string& name : quickstart_names()) {
    const Quickstart& kind = *find_quickstart(name);
    sdk::Arena arena;
    std::set<std::string> different;
    for (int64_t i = 0; i < 1000; ++i) {
      const sdk::Value value = kind.make(*kind.schema, Random(1, static_cast<uint64_t>(i)), i, arena);
      const Status valid = sdk::validate_value(*kind.schema, value);
      ASSERT_TRUE(valid.ok()) << name << ": " << valid.error().message();
      std::string text;
      sdk::append_java_text(text, value);
      different.insert(text);
    }
    EXPECT_GT(different.size(), 900U) << name;
  }
}

TEST(Datagen, TheSameSeedMakesTheSameRecords) {
  OffsetMemory one;
  OffsetMemory two;
  OffsetMemory three;
  const Texts values = first_values(settings({{"sluice.datagen.seed", "7"}}), 50, one);
  EXPECT_EQ(values, first_values(settings({{"random.seed", "7"}}), 50, two));
  EXPECT_NE(values, first_values(settings({{"sluice.datagen.seed", "8"}}), 50, three));
}

TEST(Datagen, GoesOnWhereItWasEvenWithoutASeed) {
  OffsetMemory offsets;
  const Texts first = first_values(settings({{"iterations", "30"}}), 30, offsets);
  OffsetMemory copy;
  sdk::Arena arena;
  const sdk::Value partition = sdk::single_entry_map(arena, "task.id", sdk::Value::int64(0));
  const sdk::Value offset = offsets.find(partition, arena);
  EXPECT_EQ(sdk::map_get(offset, "current.iteration").as_integer(), 30);
  const std::string seed = std::to_string(sdk::map_get(offset, "random.seed").as_integer());
  const Texts whole = first_values(settings({{"sluice.datagen.seed", seed}}), 60, copy);
  EXPECT_EQ(Texts(whole.begin(), whole.begin() + 30), first);
  EXPECT_EQ(Texts(whole.begin() + 30, whole.end()), first_values(settings(), 30, offsets));
}

TEST(Datagen, EndsAfterTheIterationsAndTasksDiffer) {
  DatagenConnector connector;
  sdk::testkit::FakeConnectorContext context;
  ASSERT_TRUE(connector.start(settings({{"iterations", "5"}, {"sluice.datagen.seed", "1"}}), context).ok());
  const auto configs = connector.task_configs(2);
  ASSERT_EQ(configs->size(), 2U);
  OffsetMemory offsets;
  const Texts first = first_values((*configs)[0], 5, offsets);
  const Texts second = first_values((*configs)[1], 5, offsets);
  EXPECT_NE(first, second);
  SourceRun again(plugin(), (*configs)[0], offsets);
  ASSERT_TRUE(again.start().ok());
  again.context().request_stop();
  ASSERT_TRUE(again.poll().ok());
  EXPECT_TRUE(again.records().empty());
}

TEST(Datagen, KeepsToItsRate) {
  OffsetMemory offsets;
  SourceRun run(plugin(), settings({{"sluice.datagen.rate", "500"}}), offsets);
  ASSERT_TRUE(run.start().ok());
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(run.poll_until(250).ok());
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GT(took, std::chrono::milliseconds(400));
  EXPECT_LT(took, std::chrono::milliseconds(1500));
}

TEST(Datagen, TheKeyIsAFieldOfTheValue) {
  OffsetMemory offsets;
  SourceRun run(plugin(), settings({{"quickstart", "PAGEVIEWS"}}), offsets);
  ASSERT_TRUE(run.start().ok());
  ASSERT_TRUE(run.poll_until(2).ok());
  EXPECT_EQ(run.records()[1].key, "11");
  EXPECT_EQ(run.records()[1].topic, "made");
}

}  // namespace
}  // namespace sluice::connectors::datagen

namespace sluice::sdk::testkit {
namespace {

class DatagenWorld final : public SourceWorld {
 public:
  Properties properties() override {
    return {{"kafka.topic", "made"},
            {"quickstart", "events"},
            {"sluice.datagen.rate", "20000"},
            {"random.seed", "3"}};
  }
  void add(int) override {}
  std::vector<std::pair<std::string, Properties>> bad_properties() override {
    const auto with = [this](const std::string& key, const std::string& value) {
      Properties properties = this->properties();
      properties[key] = value;
      return std::pair(key, properties);
    };
    return {with("kafka.topic", ""),           with("quickstart", "nonsense"),
            with("sluice.datagen.rate", "-1"), with("iterations", "many"),
            with("schema.string", "{}"),       {"quickstart", {{"kafka.topic", "t"}}}};
  }
  bool bounded() const override { return false; }
};

INSTANTIATE_TEST_SUITE_P(Datagen, SourceConformance,
                         testing::Values(SourceCase{"datagen", connectors::datagen::plugin(),
                                                    [] { return std::make_unique<DatagenWorld>(); }}));

}  // namespace
}  // namespace sluice::sdk::testkit
