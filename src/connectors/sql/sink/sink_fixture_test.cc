#include "connectors/sql/sink/sink_fixture.h"

#include <map>

namespace sluice::connectors::sql {
namespace {

std::string text_of(const Status& status) { return status.ok() ? "" : status.error().message(); }

}  // namespace

TestStruct test_struct(const TestFields& fields, const std::string& name) {
  static sdk::Arena arena;
  static std::map<std::string, sdk::SchemaPtr> schemas;
  std::string shape = name;
  for (const TestField& field : fields)
    shape += "|" + field.name + std::to_string(reinterpret_cast<uintptr_t>(field.schema.get()));
  sdk::SchemaPtr& schema = schemas[shape];
  if (schema == nullptr) {
    sdk::SchemaBuilder builder = sdk::SchemaBuilder::structure();
    if (!name.empty()) builder.name(name);
    for (const TestField& field : fields) builder.field(field.name, field.schema);
    schema = builder.build_or_die();
  }
  sdk::StructNode* node = sdk::new_struct(arena, *schema);
  for (size_t i = 0; i < fields.size(); ++i)
    node->mutable_values()[i] = sdk::deep_copy(arena, fields[i].value);
  return {schema.get(), sdk::Value::structure(node)};
}

SinkTest::SinkTest(SinkFlavour flavour, sdk::Properties properties, const std::string& topic)
    : flavour_(flavour),
      properties_([&] {
        properties.emplace("name", "test");
        properties.emplace("retry.backoff.ms", "5");
        return properties;
      }()),
      partition_{topic, 0} {
  start();
}

void SinkTest::start() {
  sdk::SinkPlugin plugin;
  plugin.task = [flavour = flavour_] { return std::make_unique<SqlSinkTask>(flavour); };
  run_ = std::make_unique<sdk::testkit::SinkRun>(
      plugin, properties_, group_, std::set<sdk::TopicPartition>{partition_},
      [this](const sdk::TopicPartition&, int64_t offset, sdk::Arena&, sdk::Record& record) {
        const Planned& planned = records_.at(static_cast<size_t>(offset));
        record.key_schema = planned.key.schema;
        record.key = planned.key.value;
        record.value_schema = planned.value.schema;
        record.value = planned.value.value;
      });
  const Status started = run_->start();
  EXPECT_TRUE(started.ok()) << text_of(started);
}

void SinkTest::crash() {
  run_.reset();
  start();
}

SinkTest& SinkTest::add(const TestStruct& key, const TestStruct& value) {
  records_.push_back({key, value});
  return *this;
}

std::string SinkTest::deliver() {
  const int64_t waiting = static_cast<int64_t>(records_.size()) - run_->position(partition_);
  return text_of(run_->deliver(static_cast<int>(waiting)));
}

std::string SinkTest::deliver_all() {
  for (int i = 0; i < 100; ++i) {
    if (const std::string error = deliver(); !error.empty()) return error;
    if (run_->position(partition_) == static_cast<int64_t>(records_.size())) return "";
  }
  return "it does not end";
}

std::string SinkTest::commit() { return text_of(run_->commit()); }

}  // namespace sluice::connectors::sql
