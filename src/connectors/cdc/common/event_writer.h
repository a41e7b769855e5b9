#pragma once
// Makes records of change events: envelope, key, tombstone, headers, transaction block, as Debezium's
// RelationalChangeRecordEmitter and EventDispatcher do. Writes to one batch at a time; one thread.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connectors/cdc/common/event_plan.h"
#include "connectors/cdc/common/offset_extras.h"
#include "connectors/cdc/common/options.h"
#include "sdk/data/record.h"

namespace sluice::connectors::cdc {

using Cells = std::span<const sdk::Value>;

/// Headers that every event has (extended.headers.enabled).
struct ContextHeaders {
  std::string logical_name;  // topic.prefix
  std::string connector;     // "postgresql"
  std::string task = "0";
  std::string run_id;  // names one run of the task
};

/// Where an event was read; its nodes are in the writer's arena.
struct EventOrigin {
  sdk::Value source;
  sdk::Value offset;
  std::string_view transaction;  // as the event's block names it; empty: in none
};

class EventWriter {
 public:
  /// Everything outlives the writer; `partition` the batches too.
  EventWriter(const CommonOptions& options, const sdk::SourcePartition* partition,
              const ContextHeaders& headers, const Clock& clock);

  /// Until the next one, records go to `batch`, and values are made in its arena.
  void start_batch(sdk::RecordBatch& batch);
  sdk::RecordBatch& batch() { return *batch_; }
  sdk::Arena& arena() { return batch_->arena(); }
  OffsetExtras& extras() { return extras_; }
  Transactions& transactions() { return extras_.transactions; }
  /// Nanoseconds since 1970: what events are stamped with until the next call.
  void set_now(int64_t ns) { now_ns_ = ns; }
  int64_t now_ns() const { return now_ns_; }

  // Cells: one per column of the plan. Each returns whether anything was written.
  bool read(const EventPlanPtr& plan, Cells row, const EventOrigin& origin);
  bool create(const EventPlanPtr& plan, Cells row, const EventOrigin& origin);
  /// `before` is empty where the database does not tell.
  bool update(const EventPlanPtr& plan, Cells before, Cells after, const EventOrigin& origin);
  bool remove(const EventPlanPtr& plan, Cells before, const EventOrigin& origin);
  bool truncate(const EventPlanPtr& plan, const EventOrigin& origin);

  void begin_transaction(std::string_view id, std::string_view shown_id, int64_t ts_ms,
                         const sdk::Value& offset);
  void end_transaction(std::string_view shown_id, int64_t ts_ms, const sdk::Value& offset);
  void heartbeat(const sdk::Value& offset);
  /// What was done to tables, which goes to the first partition and has the headers of events; `topic` and
  /// the schemas live for ever or as long as the batch.
  void schema_change(std::string_view topic, const sdk::Schema* key_schema, const sdk::Value& key,
                     const sdk::Schema* value_schema, const sdk::Value& value, const sdk::Value& offset);
  /// A record beside those of tables; `topic` and the schemas live for ever or as long as the batch.
  void plain(std::string_view topic, const sdk::Schema* key_schema, const sdk::Value& key,
             const sdk::Schema* value_schema, const sdk::Value& value, const sdk::Value& offset);

 private:
  struct KeyChange {
    std::string_view header;
    sdk::Value key;
  };
  void use(const EventPlanPtr& plan);
  sdk::Value envelope(const EventPlan& plan, const sdk::Value& before, const sdk::Value& after,
                      std::string_view operation, const EventOrigin& origin);
  /// Only the last record of an event has its offset, so that all are made again if some did not arrive.
  void append(const EventPlan& plan, const sdk::Value& key, const sdk::Value& value,
              const EventOrigin& origin, const KeyChange* change, bool is_last = true);
  void write_delete(const EventPlan& plan, const sdk::Value& key, const sdk::Value& row,
                    const EventOrigin& origin, const KeyChange* change, bool is_last);

  const CommonOptions& options_;
  const sdk::SourcePartition* const partition_;
  const Clock& clock_;
  OffsetExtras extras_;
  int64_t now_ns_ = 0;
  std::shared_ptr<const ContextHeaders> context_;
  std::shared_ptr<const std::vector<sdk::Header>> headers_;
  struct Topics {
    std::string heartbeat;
    std::string transaction;
  };
  std::shared_ptr<const Topics> topics_;
  sdk::RecordBatch* batch_ = nullptr;
  std::vector<const EventPlan*> kept_;  // by the batch
};

}  // namespace sluice::connectors::cdc
