#pragma once
// Statements that change tables, on their way into the model, the schema history and the topic of schema
// changes (io.debezium.connector.binlog.BinlogDatabaseSchema). One thread.

#include <functional>
#include <string>

#include "base/clock.h"
#include "connectors/cdc/common/output.h"
#include "connectors/cdc/mysql/ddl.h"
#include "connectors/cdc/mysql/position.h"
#include "connectors/cdc/mysql/schema_history.h"
#include "connectors/cdc/mysql/tables.h"

namespace sluice::connectors::cdc::mysql {

using Output = cdc::Output<Position>;

class SchemaChanges {
 public:
  /// All references outlive this.
  SchemaChanges(const Options& options, const SourceInfo& source, Tables& tables, SchemaHistory& history,
                Output& output, const Clock& clock);

  /// Gives the definition of a table as it is now.
  using Reread = std::function<Result<std::string>(const TableId& table)>;

  /// A statement that ran in `database`, at the output's position. `mark` is kNone for statements of the log.
  Status apply(std::string_view sql, const std::string& database, SnapshotMark mark, const Reread& reread);
  /// The tables that the statement before emptied.
  const std::vector<TableId>& truncated() const { return truncated_; }
  /// The source block of the last event that was written; null: there is none in this batch.
  sdk::StructNode* last_source() const { return last_source_; }

 private:
  bool ignored(std::string_view sql) const;
  Status reread_tables(const DdlResult& result, std::string_view sql, const Reread& reread);
  bool stores(const DdlResult& result, std::string_view sql, const std::string& database) const;
  Status record(const DdlChange& change, const std::string& tables, SnapshotMark mark);
  Status publish(const HistoryEntry& entry, const std::string& tables, SnapshotMark mark);
  sdk::Value change_value(const TableChange& change);
  sdk::Value table_value(const TableDefinition& table);
  sdk::Value column_value(const ColumnDefinition& column, int position);

  const Options& options_;
  const SourceInfo& source_;
  Tables& tables_;
  SchemaHistory& history_;
  Output& output_;
  const Clock& clock_;
  const std::string topic_;
  sdk::SchemaPtr key_schema_;
  sdk::SchemaPtr value_schema_;
  std::vector<TableId> truncated_;
  sdk::StructNode* last_source_ = nullptr;
};

}  // namespace sluice::connectors::cdc::mysql
