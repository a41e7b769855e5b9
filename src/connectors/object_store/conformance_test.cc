// The suite that every sink passes, on local files.

#include "connectors/object_store/test_world.h"
#include "sdk/testkit/collected_plugins.h"
#include "sdk/testkit/sink_conformance.h"

namespace sluice::connectors::object_store {

void register_plugins(sdk::PluginCatalogue& catalogue);

}  // namespace sluice::connectors::object_store

namespace sluice::sdk::testkit {
namespace {

using connectors::object_store::TemporaryFolder;

constexpr const char* kClass = "io.confluent.connect.s3.S3SinkConnector";

class FolderWorld : public SinkWorld {
 public:
  explicit FolderWorld(Properties extra) : extra_(std::move(extra)) {}

  Properties properties() override {
    Properties properties = connectors::object_store::json_to_folder(folder_.path(), 4);
    for (const auto& [key, value] : extra_) properties[key] = value;
    return properties;
  }
  std::vector<std::pair<std::string, Properties>> bad_properties() override {
    std::vector<std::pair<std::string, Properties>> bad;
    const auto with = [&](const char* key, const char* value) {
      Properties properties = this->properties();
      properties[key] = value;
      bad.emplace_back(key, properties);
    };
    with("flush.size", "0");
    with("format.class", "io.confluent.connect.s3.format.avro.AvroFormat");
    with("storage.class", "HdfsStorage");
    with("partitioner.class", "NoPartitioner");
    with("parquet.codec", "lzo");
    with("store.url", "ftp://host");
    Properties without_bucket = properties();
    without_bucket.erase("s3.bucket.name");
    bad.emplace_back("s3.bucket.name", without_bucket);
    return bad;
  }
  void make_record(const TopicPartition&, int64_t offset, Arena& arena, Record& record) override {
    auto* entries = arena.array<MapEntry>(2);
    entries[0] = {Value::string("offset"), Value::int64(offset)};
    entries[1] = {Value::string("kind"), Value::string(offset % 3 == 0 ? "a" : "b")};
    record.value = Value::map({entries, 2});
  }
  std::vector<int64_t> visible(const TopicPartition& partition) override {
    return connectors::object_store::offsets_in(folder_.path() / "lake", partition);
  }
  bool exactly_once() const override { return true; }

 private:
  TemporaryFolder folder_;
  Properties extra_;
};

SinkCase case_of(const char* name, const Properties& extra) {
  CollectedPlugins plugins;
  connectors::object_store::register_plugins(plugins);
  return {name, plugins.sink(kClass), [extra] { return std::make_unique<FolderWorld>(extra); }};
}

INSTANTIATE_TEST_SUITE_P(ObjectStore, SinkConformance,
                         testing::Values(case_of("default", {}),
                                         case_of("field", {{"partitioner.class", "FieldPartitioner"},
                                                           {"partition.field.name", "kind"}}),
                                         case_of("wallclock", {{"partitioner.class", "HourlyPartitioner"},
                                                               {"timezone", "UTC"},
                                                               {"locale", "en"},
                                                               {"rotate.interval.ms", "20"}}),
                                         case_of("record_time", {{"partitioner.class", "DailyPartitioner"},
                                                                 {"timezone", "Europe/Berlin"},
                                                                 {"locale", "en"},
                                                                 {"timestamp.extractor", "Record"},
                                                                 {"rotate.interval.ms", "3000"}}),
                                         case_of("schedule", {{"rotate.schedule.interval.ms", "10"},
                                                              {"timezone", "UTC"}})),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sluice::sdk::testkit
