#include "transforms/debezium/schema_change_event_filter.h"

#include <set>
#include <string>

#include "sdk/config/config_def.h"
#include "transforms/debezium/envelope.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kExclude = "schema.change.event.exclude.list";
/// The type of a change that names no table.
constexpr const char* kDatabase = "DATABASE";

bool is_schema_change(const sdk::Schema* schema) {
  return name_ends_with(schema, ".SchemaChangeValue") || name_ends_with(schema, ".SchemaChangeKey");
}

class SchemaChangeEventFilter final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = sdk::ConfigDef().define(
        {.name = kExclude,
         .type = sdk::ConfigType::kList,
         .validator = sdk::list_of({"CREATE", "ALTER", "DROP", "TRUNCATE", kDatabase}),
         .importance = sdk::Importance::kHigh,
         .doc = "What to drop: `CREATE`, `ALTER`, `DROP`, `TRUNCATE` of tables, and "
                "`DATABASE` for what changes none."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    const std::vector<std::string>& excluded = parsed.get_list(kExclude);
    excluded_ = {excluded.begin(), excluded.end()};
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& /*arena*/, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override {
    for_each_record(records, errors, [&](sdk::Record& record) -> Status {
      if (record.value.is_null() || !is_schema_change(record.value_schema)) return {};
      SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Read schema change event to filter"));
      SLUICE_ASSIGN_OR_RETURN(const bool is_excluded, excludes(record.value.as_struct()));
      if (is_excluded) dropped[static_cast<size_t>(&record - records.data())] = 1;
      return {};
    });
  }

 private:
  Result<bool> excludes(const sdk::StructNode& event) const {
    const sdk::Value changes = field_value(event, "tableChanges");
    if (changes.is_null()) return true;
    if (changes.kind() != sdk::Kind::kArray) return bad_record("Field 'tableChanges' is not of type ARRAY");
    if (changes.as_array().empty()) return excluded_.contains(kDatabase);
    SLUICE_RETURN_IF_ERROR(require_struct(changes.as_array()[0], "Read schema change event to filter"));
    const sdk::Value type = field_value(changes.as_array()[0].as_struct(), "type");
    if (type.kind() != sdk::Kind::kString) return bad_record("Field 'type' is not of type STRING");
    return excluded_.contains(type.as_string());
  }

  std::set<std::string, std::less<>> excluded_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_schema_change_event_filter() {
  return std::make_unique<SchemaChangeEventFilter>();
}

}  // namespace sluice::transforms::debezium
