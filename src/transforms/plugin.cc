// The transforms and predicates of Apache Kafka and of Debezium, under their Java class names.

#include <string>
#include <utility>

#include "sdk/plugin_catalogue.h"
#include "transforms/cast.h"
#include "transforms/debezium/by_logical_table_router.h"
#include "transforms/debezium/decode_logical_decoding_message_content.h"
#include "transforms/debezium/event_router.h"
#include "transforms/debezium/extract_changed_record_state.h"
#include "transforms/debezium/extract_new_record_state.h"
#include "transforms/debezium/header_to_value.h"
#include "transforms/debezium/partition_routing.h"
#include "transforms/debezium/read_to_insert_event.h"
#include "transforms/debezium/schema_change_event_filter.h"
#include "transforms/debezium/scripting_transforms.h"
#include "transforms/drop_headers.h"
#include "transforms/extract_field.h"
#include "transforms/filter.h"
#include "transforms/flatten.h"
#include "transforms/header_from.h"
#include "transforms/hoist_field.h"
#include "transforms/insert_field.h"
#include "transforms/insert_header.h"
#include "transforms/mask_field.h"
#include "transforms/predicates.h"
#include "transforms/regex_router.h"
#include "transforms/replace_field.h"
#include "transforms/set_schema_metadata.h"
#include "transforms/timestamp_converter.h"
#include "transforms/timestamp_router.h"
#include "transforms/value_to_key.h"

namespace sluice::transforms {
namespace {

// Of the Kafka and the Debezium whose behaviour they have.
constexpr const char* kVersion = "4.1.0";
constexpr const char* kDebeziumVersion = "3.5.0.Final";
constexpr const char* kPackage = "org.apache.kafka.connect.transforms.";

void add(sdk::PluginCatalogue& catalogue, const std::string& name,
         std::function<std::unique_ptr<sdk::Transform>()> make) {
  sdk::TransformPlugin plugin;
  plugin.class_names = {kPackage + name};
  plugin.version = kVersion;
  plugin.make = std::move(make);
  catalogue.add(std::move(plugin));
}

void add(sdk::PluginCatalogue& catalogue, const std::string& name,
         std::function<std::unique_ptr<sdk::Predicate>()> make) {
  sdk::PredicatePlugin plugin;
  plugin.class_names = {kPackage + ("predicates." + name)};
  plugin.version = kVersion;
  plugin.make = std::move(make);
  catalogue.add(std::move(plugin));
}

/// Java's nested classes for keys and for values.
void add_both(sdk::PluginCatalogue& catalogue, const std::string& name,
              std::unique_ptr<sdk::Transform> (*make)(Operand)) {
  using Make = std::function<std::unique_ptr<sdk::Transform>()>;
  add(catalogue, name + "$Key", Make([make] { return make(Operand::kKey); }));
  add(catalogue, name + "$Value", Make([make] { return make(Operand::kValue); }));
}

void add_debezium(sdk::PluginCatalogue& catalogue, const std::string& name,
                  std::unique_ptr<sdk::Transform> (*make)()) {
  sdk::TransformPlugin plugin;
  plugin.class_names = {"io.debezium." + name};
  plugin.version = kDebeziumVersion;
  plugin.make = make;
  catalogue.add(std::move(plugin));
}

void register_debezium(sdk::PluginCatalogue& catalogue) {
  using namespace debezium;
  add_debezium(catalogue, "transforms.ByLogicalTableRouter", &make_by_logical_table_router);
  add_debezium(catalogue, "transforms.ContentBasedRouter", &make_content_based_router);
  add_debezium(catalogue, "transforms.ExtractChangedRecordState", &make_extract_changed_record_state);
  add_debezium(catalogue, "transforms.ExtractNewRecordState", &make_extract_new_record_state);
  add_debezium(catalogue, "transforms.Filter", &debezium::make_filter);
  add_debezium(catalogue, "transforms.HeaderToValue", &make_header_to_value);
  add_debezium(catalogue, "transforms.SchemaChangeEventFilter", &make_schema_change_event_filter);
  add_debezium(catalogue, "transforms.outbox.EventRouter", &make_event_router);
  add_debezium(catalogue, "transforms.partitions.PartitionRouting", &make_partition_routing);
  add_debezium(catalogue, "connector.mysql.transforms.ReadToInsertEvent", &make_read_to_insert_event);
  add_debezium(catalogue, "connector.postgresql.transforms.DecodeLogicalDecodingMessageContent",
               &make_decode_logical_decoding_message_content);
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  using Make = std::function<std::unique_ptr<sdk::Transform>()>;
  using MakePredicate = std::function<std::unique_ptr<sdk::Predicate>()>;
  add_both(catalogue, "Cast", &make_cast);
  add(catalogue, "DropHeaders", Make(&make_drop_headers));
  add_both(catalogue, "ExtractField", &make_extract_field);
  add(catalogue, "Filter", Make(&make_filter));
  add_both(catalogue, "Flatten", &make_flatten);
  add_both(catalogue, "HeaderFrom", &make_header_from);
  add_both(catalogue, "HoistField", &make_hoist_field);
  add_both(catalogue, "InsertField", &make_insert_field);
  add(catalogue, "InsertHeader", Make(&make_insert_header));
  add_both(catalogue, "MaskField", &make_mask_field);
  add(catalogue, "RegexRouter", Make(&make_regex_router));
  add_both(catalogue, "ReplaceField", &make_replace_field);
  add_both(catalogue, "SetSchemaMetadata", &make_set_schema_metadata);
  add_both(catalogue, "TimestampConverter", &make_timestamp_converter);
  add(catalogue, "TimestampRouter", Make(&make_timestamp_router));
  add(catalogue, "ValueToKey", Make(&make_value_to_key));
  add(catalogue, "TopicNameMatches", MakePredicate(&make_topic_name_matches));
  add(catalogue, "HasHeaderKey", MakePredicate(&make_has_header_key));
  add(catalogue, "RecordIsTombstone", MakePredicate(&make_record_is_tombstone));
  register_debezium(catalogue);
}

}  // namespace sluice::transforms
