#pragma once
// Tables of PostgreSQL in chunks, for incremental snapshots. One thread.

#include <string>
#include <vector>

#include "connectors/cdc/common/chunk_source.h"
#include "connectors/cdc/postgres/options.h"
#include "connectors/cdc/postgres/output.h"
#include "connectors/cdc/postgres/tables.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

class Chunks final : public ChunkSource {
 public:
  /// All references outlive this; `session` is in no transaction; `lsn` is that of the message at hand.
  Chunks(const Options& options, Output& output, Tables& tables, sluice::postgres::Session& session,
         const Lsn& lsn, Output::WhileWaiting while_waiting)
      : options_(options),
        output_(output),
        tables_(tables),
        session_(session),
        lsn_(lsn),
        while_waiting_(std::move(while_waiting)) {}

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
  struct KeyColumn {
    int column;
    std::string name;  // quoted
    KeyPart::Kind kind;
    bool may_be_null;
  };
  Result<bool> find_key(const SnapshotTable& table);
  std::string key_list(const char* suffix) const;
  ChunkKey key_of(const std::vector<BytesView>& texts) const;
  std::string bounds(const ChunkKey* after, const ChunkKey* maximum) const;
  std::string row_comparison(const char* sign, const ChunkKey& key) const;
  std::string behind(const ChunkKey& key) const;

  const Options& options_;
  Output& output_;
  Tables& tables_;
  sluice::postgres::Session& session_;
  const Lsn& lsn_;
  const Output::WhileWaiting while_waiting_;
  // The current table.
  TableShape shape_;
  TablePtr table_;
  std::vector<KeyColumn> key_;
  std::vector<int> columns_;  // that are read, those of the key first
};

}  // namespace sluice::connectors::cdc::postgres
