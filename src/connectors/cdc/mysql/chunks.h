#pragma once
// Tables of MySQL and MariaDB in chunks, for incremental snapshots. One thread.

#include <functional>
#include <string>
#include <vector>

#include "connectors/cdc/common/chunk_source.h"
#include "connectors/cdc/common/output.h"
#include "connectors/cdc/mysql/options.h"
#include "connectors/cdc/mysql/tables.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

class Chunks final : public ChunkSource {
 public:
  using Output = cdc::Output<Position>;
  /// Gives a session for what is asked of the server beside its log.
  using Metadata = std::function<Result<sluice::mysql::Session*>()>;

  /// All references outlive this.
  Chunks(const Options& options, const SourceInfo& source, Output& output, Tables& tables, Metadata metadata)
      : options_(options),
        source_(source),
        output_(output),
        tables_(tables),
        metadata_(std::move(metadata)) {}

  Status insert_signal(const std::string& id, const std::string& type, const std::string& data) override;
  Status delete_signal(const std::string& id) override;
  Result<std::vector<TableId>> tables() override;
  Result<Ready> open(const SnapshotTable& table) override;
  const EventPlanPtr& plan() const override { return table_->plan(); }
  Result<std::optional<ChunkKey>> maximum_key(const SnapshotTable& table) override;
  Status read(const SnapshotTable& table, const ChunkKey* after, const ChunkKey* maximum, int limit,
              ChunkRows& rows) override;
  EventOrigin origin(const TableId& table) override;
  sdk::Value offset() override { return output_.offset(); }
  Status make_room() override;

 private:
  /// How values of a key's column are written in SQL.
  enum class Form : uint8_t { kNumber, kText, kBinary };
  struct KeyColumn {
    std::string name;  // quoted
    KeyPart::Kind kind;
    Form form;
    bool may_be_null;
  };
  Result<bool> find_key(const SnapshotTable& table, const TableDefinition& definition);
  std::string key_list(const char* suffix) const;
  ChunkKey key_of(MYSQL_ROW row, const unsigned long* sizes) const;
  std::string behind(const ChunkKey& key) const;
  Status write(const std::string& sql, std::string_view what);

  const Options& options_;
  const SourceInfo& source_;
  Output& output_;
  Tables& tables_;
  const Metadata metadata_;
  PositionTexts texts_;
  // The current table.
  TablePtr table_;
  std::vector<KeyColumn> key_;
  std::vector<int> columns_;  // that are read, those of the key first
};

}  // namespace sluice::connectors::cdc::mysql
