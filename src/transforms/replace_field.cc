#include "transforms/replace_field.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "field replacement";

using Names = std::map<std::string, std::string, std::less<>>;

std::optional<std::string> find_bad_rename(const std::vector<std::string>& pairs) {
  for (const std::string& pair : pairs) {
    if (split_at_colons(pair).size() == 2) continue;
    std::string list;
    for (const std::string& each : pairs) list.append(list.empty() ? "" : ", ").append(each);
    return list.insert(0, "Invalid value [")
        .append("] for configuration renames: Invalid rename mapping: ")
        .append(pair);
  }
  return std::nullopt;
}

struct Plan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
  std::optional<Error> missing;  // of the field behind the last one
};

class ReplaceField final : public sdk::Transform {
 public:
  explicit ReplaceField(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  bool is_kept(std::string_view name) const {
    return !exclude_.contains(name) && (include_.empty() || include_.contains(name));
  }
  static std::string_view look_up(const Names& names, std::string_view name) {
    const auto found = names.find(name);
    return found == names.end() ? name : std::string_view(found->second);
  }
  Result<Plan> make_plan(const sdk::Schema& source) const;
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena);

  const Operand operand_;
  std::set<std::string, std::less<>> exclude_;
  std::set<std::string, std::less<>> include_;
  Names new_names_;
  Names old_names_;
  std::set<std::string, std::less<>> shared_names_;  // new names of several old ones
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

sdk::ConfigDef ReplaceField::make_config() {
  return sdk::ConfigDef()
      .define({.name = "exclude",
               .type = sdk::ConfigType::kList,
               .default_value = "",
               .doc = "Fields to leave out, by their old names. Wins over `include`."})
      .define({.name = "include",
               .type = sdk::ConfigType::kList,
               .default_value = "",
               .doc = "The only fields to keep, by their old names. Empty: all."})
      .define({.name = "renames",
               .type = sdk::ConfigType::kList,
               .default_value = "",
               .validator = colon_pairs(&find_bad_rename),
               .doc = "New names as `old:new` pairs. They apply after `exclude` and `include`."})
      .define(replace_null_key());
}

Status ReplaceField::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  const auto& exclude = parsed.get_list("exclude");
  const auto& include = parsed.get_list("include");
  exclude_.insert(exclude.begin(), exclude.end());
  include_.insert(include.begin(), include.end());
  for (const std::string& pair : parsed.get_list("renames")) {
    const auto names = split_at_colons(pair);
    new_names_[names[0]] = names[1];
  }
  for (const auto& [old_name, new_name] : new_names_) {
    if (!old_names_.emplace(new_name, old_name).second) shared_names_.insert(new_name);
  }
  replace_null_ = parsed.get_boolean(kReplaceNull);
  return {};
}

/// As Java does it, the value of a new field is looked up by the new name's old one: a rename takes
/// precedence over a field that has the new name already. Where several old names become one, Java takes any
/// of them; here it is the one that is there.
Result<Plan> ReplaceField::make_plan(const sdk::Schema& source) const {
  sdk::SchemaBuilder builder = copy_schema_basics(source);
  std::vector<int> sources;
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    if (!is_kept(field.name)) continue;
    builder.field(look_up(new_names_, field.name), field.schema);
    sources.push_back(static_cast<int>(i));
  }
  Plan plan;
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  for (size_t i = 0; i < sources.size(); ++i) {
    const sdk::Field& field = plan.schema->fields()[i];
    const std::string_view old_name = look_up(old_names_, field.name);
    const int index = shared_names_.contains(field.name) ? sources[i] : source.field_index(old_name);
    if (index < 0) {
      plan.missing = bad_record(std::string(old_name) + " is not a valid field name");
      return plan;
    }
    plan.fields.push_back(make_field_copy(source, static_cast<size_t>(index), *field.schema, replace_null_));
  }
  return plan;
}

Status ReplaceField::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(*schema);
  }));
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, *to));
  if (plan->missing) return *plan->missing;
  set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  return {};
}

Status ReplaceField::apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena) {
  draft_.start();
  for (const sdk::MapEntry& entry : map.as_map()) {
    if (entry.key.kind() != sdk::Kind::kString) {
      if (!entry.key.is_null()) return key_not_a_string(entry.key);
      if (include_.empty()) draft_.append(entry.key, entry.value);
      continue;
    }
    const std::string_view name = entry.key.as_string();
    if (!is_kept(name)) continue;
    const std::string_view new_name = look_up(new_names_, name);
    draft_.put(new_name.data() == name.data() ? name : arena.copy(new_name), entry.value);
  }
  set_operand(record, operand_, nullptr, draft_.finish(arena));
  return {};
}

void ReplaceField::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                         sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    if (value.is_null()) return {};
    return map_or_struct(
        record, operand_, kPurpose, [&] { return apply_map(record, value, arena); },
        [&] { return apply_struct(record, value.as_struct(), arena); });
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_replace_field(Operand operand) {
  return std::make_unique<ReplaceField>(operand);
}

}  // namespace sluice::transforms
