#include "connectors/cdc/common/event_writer.h"

#include <algorithm>

#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::connectors::cdc {
namespace {

using sdk::Header;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::Value;

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr int64_t kNanosPerMicro = 1'000;
constexpr std::string_view kNewKey = "__debezium.newkey";
constexpr std::string_view kOldKey = "__debezium.oldkey";

std::vector<Header> headers_of(const ContextHeaders& context) {
  const Schema* text = Schema::string().get();
  return {{"__debezium.context.connectorLogicalName", text, Value::string(context.logical_name)},
          {"__debezium.context.taskId", text, Value::string(context.task)},
          {"__debezium.context.connectorName", text, Value::string(context.connector)},
          {"__debezium.context.runId", text, Value::string(context.run_id)}};
}

const sdk::SchemaPtr& heartbeat_key_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.common.ServerNameKey")
                                           .version(1)
                                           .field("serverName", Schema::string())
                                           .build_or_die();
  return schema;
}

const sdk::SchemaPtr& heartbeat_schema() {
  static const sdk::SchemaPtr schema = SchemaBuilder::structure()
                                           .name("io.debezium.connector.common.Heartbeat")
                                           .version(1)
                                           .field("ts_ms", Schema::int64())
                                           .build_or_die();
  return schema;
}

}  // namespace

EventWriter::EventWriter(const CommonOptions& options, const sdk::SourcePartition* partition,
                         const ContextHeaders& headers, const Clock& clock)
    : options_(options),
      partition_(partition),
      clock_(clock),
      context_(std::make_shared<const ContextHeaders>(headers)),
      headers_(std::make_shared<const std::vector<Header>>(options.context_headers ? headers_of(*context_)
                                                                                   : std::vector<Header>())),
      topics_(std::make_shared<const Topics>(
          Topics{options.names.heartbeat_topic(), options.names.transaction_topic()})) {}

void EventWriter::start_batch(sdk::RecordBatch& batch) {
  batch_ = &batch;
  kept_.clear();
  arena().keep(context_);
  arena().keep(headers_);
  arena().keep(topics_);
  now_ns_ = clock_.wall_ns();
}

void EventWriter::use(const EventPlanPtr& plan) {
  if (!kept_.empty() && kept_.back() == plan.get()) return;
  const auto found = std::find(kept_.begin(), kept_.end(), plan.get());
  if (found != kept_.end()) {
    std::iter_swap(found, kept_.end() - 1);
    return;
  }
  arena().keep(plan);
  kept_.push_back(plan.get());
}

Value EventWriter::envelope(const EventPlan& plan, const Value& before, const Value& after,
                            std::string_view operation, const EventOrigin& origin) {
  sdk::StructNode* node = sdk::new_struct(arena(), *plan.envelope_schema());
  auto fields = node->mutable_values();
  const auto set = [&](EnvelopeField field, const Value& value) {
    fields[static_cast<size_t>(field)] = value;
  };
  set(EnvelopeField::kBefore, before);
  set(EnvelopeField::kAfter, after);
  set(EnvelopeField::kSource, origin.source);
  if (!origin.transaction.empty())
    set(EnvelopeField::kTransaction,
        extras_.transactions.count(plan.table_text(), origin.transaction, arena()));
  set(EnvelopeField::kOp, Value::string(operation));
  set(EnvelopeField::kTsMs, Value::int64(now_ns_ / kNanosPerMilli));
  set(EnvelopeField::kTsUs, Value::int64(now_ns_ / kNanosPerMicro));
  set(EnvelopeField::kTsNs, Value::int64(now_ns_));
  return Value::structure(node);
}

void EventWriter::append(const EventPlan& plan, const Value& key, const Value& value,
                         const EventOrigin& origin, const KeyChange* change, bool is_last) {
  sdk::Record& record = batch_->records().emplace_back();
  record.topic = plan.topic();
  record.key_schema = key.is_null() ? nullptr : plan.key_schema().get();
  record.key = key;
  record.value_schema = value.is_null() ? nullptr : plan.envelope_schema().get();
  record.value = value;
  if (is_last) {
    record.source_partition = partition_;
    record.source_offset = origin.offset;
  }
  record.header_data = headers_->data();
  record.header_count = static_cast<uint32_t>(headers_->size());
  if (change == nullptr) return;
  auto* headers = arena().array<Header>(headers_->size() + 1);
  headers[0] = {change->header, plan.key_schema().get(), change->key};
  std::copy(headers_->begin(), headers_->end(), headers + 1);
  record.header_data = headers;
  ++record.header_count;
}

bool EventWriter::read(const EventPlanPtr& plan, Cells row, const EventOrigin& origin) {
  use(plan);
  const Value value = envelope(*plan, Value::null(), plan->row(arena(), row), "r", origin);
  append(*plan, plan->key(arena(), row), value, origin, nullptr);
  return true;
}

bool EventWriter::create(const EventPlanPtr& plan, Cells row, const EventOrigin& origin) {
  if (options_.skipped.has('c')) return false;
  use(plan);
  const Value value = envelope(*plan, Value::null(), plan->row(arena(), row), "c", origin);
  append(*plan, plan->key(arena(), row), value, origin, nullptr);
  return true;
}

bool EventWriter::update(const EventPlanPtr& plan, Cells before, Cells after, const EventOrigin& origin) {
  use(plan);
  const Value new_key = plan->key(arena(), after);
  const Value new_row = plan->row(arena(), after);
  const Value old_key = before.empty() ? Value::null() : plan->key(arena(), before);
  const Value old_row = before.empty() ? Value::null() : plan->row(arena(), before);
  if (options_.skip_unchanged && old_row == new_row) return false;
  if (old_key.is_null() || old_key == new_key) {
    if (options_.skipped.has('u')) return false;
    append(*plan, new_key, envelope(*plan, old_row, new_row, "u", origin), origin, nullptr);
    return true;
  }
  // Another key is another row for whoever compacts or partitions by it.
  const bool deletes = !options_.skipped.has('d');
  const bool creates = !options_.skipped.has('c');
  const KeyChange to{kNewKey, new_key};
  const KeyChange from{kOldKey, old_key};
  if (deletes) write_delete(*plan, old_key, old_row, origin, &to, !creates);
  if (creates) append(*plan, new_key, envelope(*plan, Value::null(), new_row, "c", origin), origin, &from);
  return deletes || creates;
}

void EventWriter::write_delete(const EventPlan& plan, const Value& key, const Value& row,
                               const EventOrigin& origin, const KeyChange* change, bool is_last) {
  append(plan, key, envelope(plan, row, Value::null(), "d", origin), origin, change,
         is_last && !options_.tombstones);
  if (options_.tombstones) append(plan, key, Value::null(), origin, change, is_last);
}

bool EventWriter::remove(const EventPlanPtr& plan, Cells before, const EventOrigin& origin) {
  if (options_.skipped.has('d')) return false;
  use(plan);
  write_delete(*plan, plan->key(arena(), before), plan->row(arena(), before), origin, nullptr, true);
  return true;
}

bool EventWriter::truncate(const EventPlanPtr& plan, const EventOrigin& origin) {
  if (options_.skipped.has('t')) return false;
  use(plan);
  append(*plan, Value::null(), envelope(*plan, Value::null(), Value::null(), "t", origin), origin, nullptr);
  return true;
}

void EventWriter::plain(std::string_view topic, const Schema* key_schema, const Value& key,
                        const Schema* value_schema, const Value& value, const Value& offset) {
  sdk::Record& record = batch_->records().emplace_back();
  record.topic = topic;
  record.key_schema = key_schema;
  record.key = key;
  record.value_schema = value_schema;
  record.value = value;
  record.source_partition = partition_;
  record.source_offset = offset;
}

void EventWriter::schema_change(std::string_view topic, const Schema* key_schema, const Value& key,
                                const Schema* value_schema, const Value& value, const Value& offset) {
  plain(topic, key_schema, key, value_schema, value, offset);
  sdk::Record& record = batch_->records().back();
  record.partition = 0;
  record.header_data = headers_->data();
  record.header_count = static_cast<uint32_t>(headers_->size());
}

void EventWriter::begin_transaction(std::string_view id, std::string_view shown_id, int64_t ts_ms,
                                    const Value& offset) {
  extras_.transactions.begin(id);
  plain(topics_->transaction, Transactions::key_schema().get(), extras_.transactions.key(shown_id, arena()),
        Transactions::value_schema().get(), extras_.transactions.begin_value(shown_id, ts_ms, arena()),
        offset);
}

void EventWriter::end_transaction(std::string_view shown_id, int64_t ts_ms, const Value& offset) {
  plain(topics_->transaction, Transactions::key_schema().get(), extras_.transactions.key(shown_id, arena()),
        Transactions::value_schema().get(), extras_.transactions.end_value(shown_id, ts_ms, arena()), offset);
  extras_.transactions.end();
}

void EventWriter::heartbeat(const Value& offset) {
  sdk::StructNode* key = sdk::new_struct(arena(), *heartbeat_key_schema());
  key->mutable_values()[0] = Value::string(context_->logical_name);
  sdk::StructNode* value = sdk::new_struct(arena(), *heartbeat_schema());
  value->mutable_values()[0] = Value::int64(now_ns_ / kNanosPerMilli);
  plain(topics_->heartbeat, heartbeat_key_schema().get(), Value::structure(key), heartbeat_schema().get(),
        Value::structure(value), offset);
}

}  // namespace sluice::connectors::cdc
