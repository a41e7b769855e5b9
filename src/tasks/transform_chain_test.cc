#include "tasks/transform_chain.h"

#include <gtest/gtest.h>

#include "sdk/config/config_def.h"

namespace sluice::tasks {
namespace {

const sdk::ConfigDef& no_options() {
  static const sdk::ConfigDef def;
  return def;
}

/// Adds its "by" to integer values; drops 13; cannot take null; retriable once for 99.
class Add final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override { return no_options(); }
  Status configure(const sdk::Properties& properties) override {
    by_ = std::stoi(properties.at("by"));
    return {};
  }
  void apply(std::span<sdk::Record> records, sdk::Arena&, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override {
    for (size_t i = 0; i < records.size(); ++i) {
      const sdk::Value value = records[i].value;
      if (value.is_null()) {
        errors.add(i, bad_record("null"));
      } else if (value.as_integer() == 99 && !std::exchange(busy_once_, true)) {
        errors.add(i, retriable("busy"));
      } else if (value.as_integer() == 13) {
        dropped[i] = 1;
      } else {
        records[i].value = sdk::Value::int64(value.as_integer() + by_);
      }
    }
  }

 private:
  int by_ = 0;
  bool busy_once_ = false;
};

class IsEven final : public sdk::Predicate {
 public:
  const sdk::ConfigDef& config() const override { return no_options(); }
  Status configure(const sdk::Properties&) override { return {}; }
  void test(std::span<const sdk::Record> records, std::span<uint8_t> matches, sdk::RecordErrors&) override {
    for (size_t i = 0; i < records.size(); ++i) {
      matches[i] = !records[i].value.is_null() && records[i].value.as_integer() % 2 == 0 ? 1 : 0;
    }
  }
};

class NoOrigins final : public Origins {
 public:
  FailureContext failure(Stage stage, std::string_view class_name, const Error& error, uint32_t) override {
    return {.stage = stage,
            .class_name = class_name,
            .error = error,
            .message = nullptr,
            .message_owner = nullptr,
            .source_record = nullptr};
  }
};

class TransformChainTest : public testing::Test {
 protected:
  void SetUp() override {
    sdk::TransformPlugin add;
    add.class_names = {"x.Add"};
    add.make = [] { return std::make_unique<Add>(); };
    plugins_.add(add);
    sdk::PredicatePlugin even;
    even.class_names = {"x.IsEven"};
    even.make = [] { return std::make_unique<IsEven>(); };
    plugins_.add(even);
  }

  Result<std::vector<int64_t>> run(const sdk::Properties& properties, const std::vector<sdk::Value>& values,
                                   ErrorPolicyOptions options = {}) {
    SLUICE_ASSIGN_OR_RETURN(TransformChain chain, TransformChain::make(plugins_, properties));
    ErrorPolicy policy(options, system_clock(), stop_);
    NoOrigins origins;
    StageRunner stages(policy, origins);
    sdk::RecordBatch batch;
    for (const sdk::Value& value : values) {
      sdk::Record record;
      record.value = value;
      batch.records().push_back(record);
    }
    SLUICE_RETURN_IF_ERROR(chain.apply(batch, stages));
    std::vector<int64_t> result;
    for (const sdk::Record& record : batch.records()) result.push_back(record.value.as_integer());
    return result;
  }

  static std::vector<sdk::Value> numbers(const std::vector<int64_t>& numbers) {
    std::vector<sdk::Value> values;
    for (const int64_t number : numbers) values.push_back(sdk::Value::int64(number));
    return values;
  }

  plugins::Plugins plugins_;
  StopSignal stop_;
};

const sdk::Properties kTwoSteps{{"transforms", "a, b"},
                                {"transforms.a.type", "Add"},
                                {"transforms.a.by", "10"},
                                {"transforms.b.type", "x.Add"},
                                {"transforms.b.by", "1"}};

TEST_F(TransformChainTest, AppliesInOrderAndDrops) {
  EXPECT_EQ(*run(kTwoSteps, numbers({1, 13, 3, 5})), (std::vector<int64_t>{12, 16}));  // 3+10=13 drops in b
}

TEST_F(TransformChainTest, APredicateChoosesAndNegateTurnsItRound) {
  sdk::Properties properties = kTwoSteps;
  properties["predicates"] = "even";
  properties["predicates.even.type"] = "x.IsEven";
  properties["transforms.a.predicate"] = "even";
  EXPECT_EQ(*run(properties, numbers({1, 2})), (std::vector<int64_t>{2, 13}));
  properties["transforms.a.negate"] = "true";
  EXPECT_EQ(*run(properties, numbers({1, 2})), (std::vector<int64_t>{12, 3}));
}

TEST_F(TransformChainTest, ABadRecordIsSkippedOrFailsTheTask) {
  std::vector<sdk::Value> values = numbers({1, 2});
  values.insert(values.begin() + 1, sdk::Value::null());
  EXPECT_EQ(*run(kTwoSteps, values, {.tolerate_all = true}), (std::vector<int64_t>{12, 13}));
  EXPECT_FALSE(run(kTwoSteps, values).ok());
}

TEST_F(TransformChainTest, ARetriedRecordKeepsItsPlace) {
  EXPECT_EQ(*run(kTwoSteps, numbers({1, 99, 2}), {.retry_timeout_ms = 60'000, .retry_delay_max_ms = 1}),
            (std::vector<int64_t>{12, 110, 13}));
}

TEST_F(TransformChainTest, MissingPartsAreNamed) {
  const auto missing = run({{"transforms", "a"}}, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message(),
            "Missing required configuration \"transforms.a.type\" which has no default value.");
}

}  // namespace
}  // namespace sluice::tasks
