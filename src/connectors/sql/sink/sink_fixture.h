#pragma once
// Records for tests of the sink, and one task run on them.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/sql/sink/task.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "sdk/testkit/sink_run.h"

namespace sluice::connectors::sql {

/// A struct's fields: names, schemas, values.
struct TestField {
  std::string name;
  sdk::SchemaPtr schema;
  sdk::Value value;
};
using TestFields = std::vector<TestField>;

inline TestField int32_field(std::string name, int32_t value) {
  return {std::move(name), sdk::Schema::int32(), sdk::Value::int32(value)};
}
inline TestField text_field(std::string name, std::string_view value) {
  return {std::move(name), sdk::Schema::optional_string(), sdk::Value::string(value)};
}

inline sdk::Value test_decimal(int64_t unscaled, int scale) {
  static sdk::Arena arena;
  return sdk::Value::decimal(sdk::unscaled_of(arena, unscaled), scale);
}

/// A struct that lives as long as the process: schemas of equal fields are shared, as converters share them.
struct TestStruct {
  const sdk::Schema* schema = nullptr;
  sdk::Value value;
};
TestStruct test_struct(const TestFields& fields, const std::string& name = "");

/// Runs a sink task of partition 0 of one topic on records given one after the other.
class SinkTest {
 public:
  SinkTest(SinkFlavour flavour, sdk::Properties properties, const std::string& topic = "orders");

  SinkTest& add(const TestStruct& key, const TestStruct& value);
  SinkTest& add_value(const TestFields& fields) { return add({}, test_struct(fields)); }
  SinkTest& add_keyed(const TestFields& key, const TestFields& value) {
    return add(test_struct(key), test_struct(value));
  }
  SinkTest& add_tombstone(const TestFields& key) { return add(test_struct(key), {}); }

  /// Delivers what was added since the last call, in one batch; "" or the error's message.
  std::string deliver();
  /// Delivers until the worker's position is at the end, as rewinds ask for.
  std::string deliver_all();
  std::string commit();
  sdk::testkit::SinkRun& run() { return *run_; }
  sdk::testkit::GroupMemory& group() { return group_; }
  /// The task dies and another takes its place.
  void crash();

 private:
  void start();
  struct Planned {
    TestStruct key;
    TestStruct value;
  };
  const SinkFlavour flavour_;
  const sdk::Properties properties_;
  const sdk::TopicPartition partition_;
  std::vector<Planned> records_;
  sdk::testkit::GroupMemory group_;
  std::unique_ptr<sdk::testkit::SinkRun> run_;
};

}  // namespace sluice::connectors::sql
