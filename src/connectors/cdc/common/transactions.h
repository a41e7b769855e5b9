#pragma once
// Counts events by transaction, for the `transaction` block of events, the offsets, and the records of the
// transaction topic (provide.transaction.metadata). One thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

class Transactions {
 public:
  void begin(std::string_view id);
  void end() { begin({}); }
  /// Of the open transaction; empty: none.
  const std::string& id() const { return id_; }

  /// Counts one event of a table and returns its block; `shown_id` is what the block names.
  sdk::Value count(const std::string& table, std::string_view shown_id, sdk::Arena& arena);

  /// Keys of a record of the transaction topic.
  static const sdk::SchemaPtr& key_schema();
  static const sdk::SchemaPtr& value_schema();
  sdk::Value key(std::string_view shown_id, sdk::Arena& arena) const;
  sdk::Value begin_value(std::string_view shown_id, int64_t ts_ms, sdk::Arena& arena) const;
  sdk::Value end_value(std::string_view shown_id, int64_t ts_ms, sdk::Arena& arena) const;

  // What offsets keep of it.
  size_t offset_entries() const { return id_.empty() ? 0 : 1 + tables_.size(); }
  sdk::MapEntry* store(sdk::MapEntry* to, sdk::Arena& arena) const;
  void load(const sdk::Value& offset);

 private:
  struct Table {
    std::string name;
    int64_t events = 0;
  };
  Table& table(std::string_view name);

  std::string id_;
  int64_t events_ = 0;
  std::vector<Table> tables_;  // in order of appearance; few
  size_t java_table_ = 16;     // of the map that Debezium counts in
};

}  // namespace sluice::connectors::cdc
