#include "sdk/testkit/collected_plugins.h"
#include "sdk/testkit/sink_conformance.h"
#include "sdk/testkit/source_conformance.h"
#include "sdk/testkit/temporary_files.h"

namespace sluice::connectors::file {
void register_plugins(sdk::PluginCatalogue& catalogue);
}  // namespace sluice::connectors::file

namespace sluice::sdk::testkit {
namespace {

namespace file = connectors::file;

CollectedPlugins plugins() {
  CollectedPlugins collected;
  file::register_plugins(collected);
  return collected;
}

class FileSourceWorld final : public SourceWorld {
 public:
  Properties properties() override {
    return {{"file", folder_.path("in.txt")}, {"topic", "lines"}, {"batch.size", "13"}};
  }
  void add(int count) override {
    std::string text;
    for (int i = 0; i < count; ++i) text += "line " + std::to_string(next_++) + "\n";
    append_to(folder_.path("in.txt"), text);
  }
  std::vector<std::pair<std::string, Properties>> bad_properties() override {
    return {{"topic", {{"file", "f"}}},
            {"topic", {{"file", "f"}, {"topic", ""}}},
            {"batch.size", {{"topic", "t"}, {"batch.size", "many"}}}};
  }

 private:
  TemporaryFolder folder_;
  int next_ = 0;
};

class FileSinkWorld final : public SinkWorld {
 public:
  Properties properties() override { return {{"file", folder_.path("out.txt")}}; }
  std::vector<std::pair<std::string, Properties>> bad_properties() override { return {}; }
  void make_record(const TopicPartition& partition, int64_t offset, Arena& arena, Record& record) override {
    record.value =
        Value::string(arena.copy(std::to_string(partition.partition) + " " + std::to_string(offset)));
  }
  std::vector<int64_t> visible(const TopicPartition& partition) override {
    std::vector<int64_t> offsets;
    std::stringstream lines(content_of(folder_.path("out.txt")));
    int32_t number = 0;
    for (int64_t offset = 0; lines >> number >> offset;) {
      if (number == partition.partition) offsets.push_back(offset);
    }
    return offsets;
  }

 private:
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(File, SourceConformance,
                         testing::Values(SourceCase{
                             "file",
                             plugins().source("org.apache.kafka.connect.file.FileStreamSourceConnector"),
                             [] { return std::make_unique<FileSourceWorld>(); }}));
INSTANTIATE_TEST_SUITE_P(File, SinkConformance,
                         testing::Values(SinkCase{
                             "file", plugins().sink("org.apache.kafka.connect.file.FileStreamSinkConnector"),
                             [] { return std::make_unique<FileSinkWorld>(); }}));

}  // namespace
}  // namespace sluice::sdk::testkit
