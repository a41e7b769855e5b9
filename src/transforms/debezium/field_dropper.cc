#include "transforms/debezium/field_dropper.h"

#include <algorithm>
#include <set>

#include "transforms/replace_field.h"

namespace sluice::transforms::debezium {
namespace {

/// As many lists of fields as are remembered: each is compiled into a transform of its own.
constexpr size_t kListsMax = 256;

Result<std::set<std::string>> listed_fields(const sdk::Record& record, const std::string& header) {
  std::set<std::string> names;
  const auto headers = record.headers();
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const sdk::Header& candidate) { return candidate.key == header; });
  if (found == headers.end() || found->value.is_null()) return names;
  const auto is_text = [](const sdk::Value& item) { return item.kind() == sdk::Kind::kString; };
  if (found->value.kind() != sdk::Kind::kArray || !std::ranges::all_of(found->value.as_array(), is_text)) {
    return bad_record("The header " + header + " does not hold a list of field names")
        .as_java("java.lang.ClassCastException");
  }
  for (const sdk::Value& item : found->value.as_array()) names.emplace(item.as_string());
  return names;
}

}  // namespace

void define_dropper(sdk::ConfigDef& def) {
  def.define({.name = "drop.fields.header.name",
              .default_value = nullptr,
              .importance = sdk::Importance::kLow,
              .doc = "A header that lists fields to take out of the value, as `ExtractChangedRecordState` "
                     "writes it."})
      .define({.name = "drop.fields.from.key",
               .type = sdk::ConfigType::kBoolean,
               .default_value = "false",
               .importance = sdk::Importance::kLow,
               .doc = "Whether the fields that `drop.fields.header.name` lists go from the key as well."})
      .define({.name = "drop.fields.keep.schema.compatible",
               .type = sdk::ConfigType::kBoolean,
               .default_value = "true",
               .importance = sdk::Importance::kLow,
               .doc = "Whether only optional fields are dropped, so that schemas stay compatible."});
}

void FieldDropper::configure(const sdk::Config& config) {
  header_ = config.get_string("drop.fields.header.name");
  from_key_ = config.get_boolean("drop.fields.from.key");
  only_optional_ = config.get_boolean("drop.fields.keep.schema.compatible");
}

Status FieldDropper::drop(sdk::Record& record, Operand operand, const std::vector<std::string>& names,
                          sdk::Arena& arena) {
  if (names.empty() || value_of(record, operand).is_null()) return {};
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ",").append(name);
  std::string key = (operand == Operand::kKey ? "key:" : "value:") + list;
  auto found = without_.find(key);
  if (found == without_.end()) {
    if (without_.size() >= kListsMax) without_.clear();
    auto transform = make_replace_field(operand);
    SLUICE_RETURN_IF_ERROR(transform->configure({{"exclude", list}}));
    found = without_.emplace(std::move(key), std::move(transform)).first;
  }
  sdk::RecordErrors errors;
  uint8_t dropped = 0;
  found->second->apply({&record, 1}, arena, {&dropped, 1}, errors);
  return errors.empty() ? Status() : Status(errors.entries()[0].error);
}

Status FieldDropper::drop(sdk::Record& record, const std::vector<ResolvedField>& added, sdk::Arena& arena) {
  if (header_.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(std::set<std::string> listed, listed_fields(record, header_));
  for (const ResolvedField& field : added) listed.erase(field.reference->new_name);
  if (listed.empty()) return {};
  for (const Operand operand : {Operand::kKey, Operand::kValue}) {
    const sdk::Schema* schema = schema_of(record, operand);
    if (schema == nullptr || (operand == Operand::kKey && !from_key_)) continue;
    // Without regard to the schema, the struct is copied whether or not it has such fields, as Debezium does
    // it.
    std::vector<std::string> names(listed.begin(), listed.end());
    if (only_optional_) {
      std::erase_if(names, [&](const std::string& name) {
        const int index = schema->field_index(name);
        return index < 0 || !schema->fields()[static_cast<size_t>(index)].schema->optional();
      });
    }
    SLUICE_RETURN_IF_ERROR(drop(record, operand, names, arena));
  }
  return {};
}

}  // namespace sluice::transforms::debezium
