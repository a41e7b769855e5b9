#include "connectors/cdc/mysql/schema_history.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/log.h"
#include "connectors/cdc/mysql/position.h"

namespace sluice::connectors::cdc::mysql {
namespace {

class TopicHistory final : public SchemaHistory {
 public:
  TopicHistory(std::unique_ptr<sdk::TopicLog> log, std::string topic)
      : log_(std::move(log)), topic_(std::move(topic)) {}

  Status read(const Each& each) override {
    return log_->read_all([&](BytesView, BytesView value) { return value.empty() ? Status{} : each(value); });
  }
  Status append(const std::string& record) override {
    const Status done = log_->append(kNullBytes, record);
    return done.ok()
               ? done
               : done.error().wrap(done.error().kind(), "Cannot write to schema history topic " + topic_);
  }

 private:
  const std::unique_ptr<sdk::TopicLog> log_;
  const std::string topic_;
};

/// A record per line.
class FileHistory final : public SchemaHistory {
 public:
  explicit FileHistory(std::string path) : path_(std::move(path)) {}

  Status read(const Each& each) override {
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) SLUICE_RETURN_IF_ERROR(each(line));
    }
    return {};
  }
  Status append(const std::string& record) override {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path_.c_str(), "a"), &std::fclose);
    const std::string line = record + "\n";
    if (file == nullptr || std::fwrite(line.data(), 1, line.size(), file.get()) != line.size() ||
        std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0)
      return retriable(fmt::format("Cannot write to schema history {}: {}", path_, std::strerror(errno)));
    return {};
  }

 private:
  const std::string path_;
};

/// For tests: a connector that starts again with an offset knows no table.
class MemoryHistory final : public SchemaHistory {
 public:
  Status read(const Each& each) override {
    for (const std::string& record : records_) SLUICE_RETURN_IF_ERROR(each(record));
    return {};
  }
  Status append(const std::string& record) override {
    records_.push_back(record);
    return {};
  }

 private:
  std::vector<std::string> records_;
};

}  // namespace

Result<std::unique_ptr<SchemaHistory>> open_history(const Options& options, sdk::SourceTaskContext& context) {
  switch (options.history) {
    case HistoryStore::kFile:
      return std::unique_ptr<SchemaHistory>(std::make_unique<FileHistory>(options.history_file));
    case HistoryStore::kMemory:
      return std::unique_ptr<SchemaHistory>(std::make_unique<MemoryHistory>());
    case HistoryStore::kKafka:
      break;
  }
  SLUICE_ASSIGN_OR_RETURN(auto log, context.open_topic({options.history_topic, options.history_client}));
  return std::unique_ptr<SchemaHistory>(
      std::make_unique<TopicHistory>(std::move(log), options.history_topic));
}

Result<int> recover(SchemaHistory& history, const sdk::Value& offset, Flavour flavour, TableModel& model) {
  HistoryReader reader;
  int applied = 0;
  SLUICE_RETURN_IF_ERROR(history.read([&](BytesView record) -> Status {
    const auto position = reader.read(record);
    if (!position.ok()) {
      log::warn("A record of the schema history is left out: {}", position.error().message());
      return {};
    }
    if (!is_at_or_before(*position, offset, flavour)) return {};
    ++applied;
    return reader.apply(model);
  }));
  return applied;
}

}  // namespace sluice::connectors::cdc::mysql
