#include "transforms/debezium/extract_changed_record_state.h"

#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/struct_fields.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"

namespace sluice::transforms::debezium {
namespace {

/// A header to write; kept by every batch.
struct NamesHeader {
  std::string name;
  sdk::SchemaPtr schema;
};

std::shared_ptr<const NamesHeader> make_header(const std::string& name) {
  if (name.find_first_not_of(" \t") == std::string::npos) return nullptr;
  sdk::SchemaPtr schema =
      sdk::SchemaBuilder::array(sdk::Schema::optional_string()).optional().name(name).build_or_die();
  return std::make_shared<const NamesHeader>(NamesHeader{name, std::move(schema)});
}

class ExtractChangedRecordState final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef =
        sdk::ConfigDef()
            .define({.name = "header.changed.name",
                     .default_value = nullptr,
                     .importance = sdk::Importance::kLow,
                     .doc = "The header for the names of changed fields; without it there is none."})
            .define({.name = "header.unchanged.name",
                     .default_value = nullptr,
                     .importance = sdk::Importance::kLow,
                     .doc = "The header for the names of unchanged fields; without it there is none."});
    return kDef;
  }

  Status configure(const sdk::Properties& properties) override {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
    changed_ = make_header(parsed.get_string("header.changed.name"));
    unchanged_ = make_header(parsed.get_string("header.unchanged.name"));
    return {};
  }

  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    if (changed_ != nullptr) arena.keep(changed_);
    if (unchanged_ != nullptr) arena.keep(unchanged_);
    for_each_record(records, errors, [&](sdk::Record& record) { return step(record, arena); });
  }

 private:
  Status step(sdk::Record& record, sdk::Arena& arena) {
    if (record.value.is_null() || !is_envelope(record.value_schema)) return {};
    SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Record value should be struct."));
    const sdk::StructNode& event = record.value.as_struct();
    changed_names_.clear();
    unchanged_names_.clear();
    SLUICE_RETURN_IF_ERROR(compare(field_value(event, kBefore), field_value(event, kAfter)));
    add(changed_.get(), changed_names_, record, arena);
    add(unchanged_.get(), unchanged_names_, record, arena);
    return {};
  }

  /// Nothing has changed, and nothing is unchanged, where one of the rows is not known.
  Status compare(const sdk::Value& before, const sdk::Value& after) {
    if (before.is_null() || after.is_null()) return {};
    SLUICE_RETURN_IF_ERROR(require_struct(after, "After value should be struct."));
    SLUICE_RETURN_IF_ERROR(require_struct(before, "Before value should be struct."));
    const sdk::StructNode& old_row = before.as_struct();
    const sdk::StructNode& new_row = after.as_struct();
    const bool same_schema = old_row.schema == new_row.schema;
    for (size_t i = 0; i < new_row.field_count; ++i) {
      const std::string& name = new_row.schema->fields()[i].name;
      size_t old_index = i;
      if (!same_schema) {
        SLUICE_ASSIGN_OR_RETURN(old_index, require_field(*old_row.schema, name));
      }
      const bool equal = new_row.values()[i] == old_row.values()[old_index];
      (equal ? unchanged_names_ : changed_names_).push_back(sdk::Value::string(name));
    }
    return {};
  }

  /// The names are those of the record's own schema.
  static void add(const NamesHeader* header, const std::vector<sdk::Value>& names, sdk::Record& record,
                  sdk::Arena& arena) {
    if (header == nullptr) return;
    auto* items = arena.array<sdk::Value>(names.size());
    std::copy(names.begin(), names.end(), items);
    sdk::add_header(arena, record,
                    {header->name, header->schema.get(), sdk::Value::array({items, names.size()})});
  }

  std::shared_ptr<const NamesHeader> changed_;
  std::shared_ptr<const NamesHeader> unchanged_;
  std::vector<sdk::Value> changed_names_;
  std::vector<sdk::Value> unchanged_names_;
};

}  // namespace

std::unique_ptr<sdk::Transform> make_extract_changed_record_state() {
  return std::make_unique<ExtractChangedRecordState>();
}

}  // namespace sluice::transforms::debezium
