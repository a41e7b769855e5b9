#include "transforms/debezium/header_to_value.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/debezium/envelope.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kHeaders = "headers";
constexpr const char* kFields = "fields";
constexpr const char* kOperationOption = "operation";
constexpr size_t kSchemasMax = 64;

using Path = std::vector<std::string>;

/// What a record's headers add to its value: headers in their order, with the paths of their fields.
struct Addition {
  const Path* path;
  const sdk::Header* header;
};

/// The schema of values that get such headers.
struct ExtendedSchema {
  sdk::SchemaPtr source;
  std::vector<std::pair<const Path*, sdk::SchemaPtr>> added;
  sdk::SchemaPtr schema;
};

Path split_at_dots(const std::string& text) {
  Path path;
  size_t start = 0;
  for (size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', start)) {
    path.push_back(text.substr(start, dot - start));
    start = dot + 1;
  }
  path.push_back(text.substr(start));
  return path;
}

std::string joined(const Path& path) {
  std::string text;
  for (const std::string& step : path) text.append(text.empty() ? "" : ".").append(step);
  return text;
}

sdk::Validator plain_elements() {
  return {.check = [](std::string_view, const sdk::ConfigItem& item) -> std::optional<std::string> {
            const std::string& text = std::get<std::string>(item);
            if (text.empty()) return "Empty string element(s) not permitted";
            if (text.find(' ') != std::string::npos) return "Element(s) containing space not permitted";
            return std::nullopt;
          },
          .each_element = true};
}

class HeaderToValue final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    for_each_record(records, errors, [&](sdk::Record& record) { return step(record, arena); });
  }

 private:
  static sdk::ConfigDef make_config();
  /// The place of the header in the configured list, or -1.
  int place_of(std::string_view header) const {
    const auto found = std::find(headers_.begin(), headers_.end(), header);
    return found == headers_.end() ? -1 : static_cast<int>(found - headers_.begin());
  }
  void find_additions(const sdk::Record& record);
  Result<sdk::SchemaPtr> extended(const sdk::Schema& source);
  Result<sdk::SchemaPtr> build(const sdk::Schema& source, size_t level,
                               const std::vector<Addition>& additions);
  Result<sdk::Value> value_of(const sdk::StructNode& from, const sdk::Schema& to_schema, size_t level,
                              const std::vector<Addition>& additions, sdk::Arena& arena) const;
  void remove_headers(sdk::Record& record, sdk::Arena& arena) const;
  Status step(sdk::Record& record, sdk::Arena& arena);

  std::vector<std::string> headers_;
  std::vector<Path> fields_;
  bool move_ = false;
  std::vector<Addition> additions_;
  std::vector<ExtendedSchema> schemas_;
};

sdk::ConfigDef HeaderToValue::make_config() {
  return sdk::ConfigDef()
      .define({.name = kHeaders,
               .type = sdk::ConfigType::kList,
               .validator = plain_elements(),
               .importance = sdk::Importance::kHigh,
               .doc = "Names of the headers whose values become fields."})
      .define({.name = kFields,
               .type = sdk::ConfigType::kList,
               .validator = plain_elements(),
               .importance = sdk::Importance::kHigh,
               .doc = "Names of the fields, one for each of `headers`, in the same order; dots lead into "
                      "structs."})
      .define({.name = kOperationOption,
               .validator = sdk::one_of({"move", "copy"}),
               .importance = sdk::Importance::kHigh,
               .doc = "`move` takes the headers away, `copy` leaves them."});
}

Status HeaderToValue::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  headers_ = parsed.get_list(kHeaders);
  for (const std::string& field : parsed.get_list(kFields)) fields_.push_back(split_at_dots(field));
  if (headers_.size() != fields_.size()) {
    return bad_config("'fields' config must have the same number of elements as 'headers' config.");
  }
  move_ = parsed.get_string(kOperationOption) == "move";
  return {};
}

void HeaderToValue::find_additions(const sdk::Record& record) {
  additions_.clear();
  for (const sdk::Header& header : record.headers()) {
    const int place = place_of(header.key);
    if (place >= 0) additions_.push_back({&fields_[static_cast<size_t>(place)], &header});
  }
}

/// Those that go into the struct of that name at the level.
std::vector<Addition> inside(const std::vector<Addition>& additions, const std::string& name, size_t level) {
  std::vector<Addition> inner;
  for (const Addition& addition : additions) {
    if (addition.path->size() > level + 1 && (*addition.path)[level] == name) inner.push_back(addition);
  }
  return inner;
}

/// What the path leads through at the level has to be a struct.
Status check_parent(const sdk::Schema& schema, size_t level, const Path& path) {
  const int index = schema.field_index(path[level]);
  if (index >= 0 && schema.fields()[static_cast<size_t>(index)].schema->type() == sdk::Type::kStruct)
    return {};
  const std::string_view problem = index < 0 ? "' does not exist in the schema" : "' is not a struct";
  std::string text = "Field '";
  text.append(path[level])
      .append(problem)
      .append(". Cannot add nested field '")
      .append(joined(path))
      .append("'.");
  return bad_record(std::move(text)).as_java(kException);
}

Result<sdk::SchemaPtr> HeaderToValue::build(const sdk::Schema& source, size_t level,
                                            const std::vector<Addition>& additions) {
  for (const Addition& addition : additions) {
    if (addition.path->size() > level + 1) {
      SLUICE_RETURN_IF_ERROR(check_parent(source, level, *addition.path));
    }
  }
  sdk::SchemaBuilder builder = sdk::copy_schema_basics(source);
  for (const sdk::Field& field : source.fields()) {
    const std::vector<Addition> inner = inside(additions, field.name, level);
    sdk::SchemaPtr schema = field.schema;
    if (!inner.empty()) {
      SLUICE_ASSIGN_OR_RETURN(schema, build(*field.schema, level + 1, inner));
    }
    builder.field(field.name, std::move(schema));
  }
  for (const Addition& addition : additions) {
    if (addition.path->size() != level + 1) continue;
    if (addition.header->schema == nullptr) {
      return bad_record("fieldSchema for field " + addition.path->back() + " cannot be null.");
    }
    builder.field(addition.path->back(), addition.header->schema->share());
  }
  return builder.build();
}

Result<sdk::SchemaPtr> HeaderToValue::extended(const sdk::Schema& source) {
  const auto found = std::find_if(schemas_.begin(), schemas_.end(), [&](const ExtendedSchema& known) {
    return known.source.get() == &source &&
           std::ranges::equal(known.added, additions_, [](auto& held, auto& given) {
             return held.first == given.path && held.second.get() == given.header->schema;
           });
  });
  if (found != schemas_.end()) return found->schema;
  ExtendedSchema made;
  SLUICE_ASSIGN_OR_RETURN(made.schema, build(source, 0, additions_));
  made.source = source.share();
  for (const Addition& addition : additions_) {
    made.added.emplace_back(addition.path, addition.header->schema->share());
  }
  if (schemas_.size() >= kSchemasMax) schemas_.erase(schemas_.begin());
  schemas_.push_back(std::move(made));
  return schemas_.back().schema;
}

Result<sdk::Value> HeaderToValue::value_of(const sdk::StructNode& from, const sdk::Schema& to_schema,
                                           size_t level, const std::vector<Addition>& additions,
                                           sdk::Arena& arena) const {
  sdk::StructNode* to = sdk::new_struct(arena, to_schema);
  for (size_t i = 0; i < from.field_count; ++i) {
    const sdk::Field& field = to_schema.fields()[i];
    sdk::Value& value = to->mutable_values()[i];
    value = field_or_default(from, i);
    const std::vector<Addition> inner = inside(additions, field.name, level);
    if (inner.empty() || value.is_null()) continue;
    SLUICE_RETURN_IF_ERROR(require_struct(value, "Nested field"));
    SLUICE_ASSIGN_OR_RETURN(value, value_of(value.as_struct(), *field.schema, level + 1, inner, arena));
  }
  size_t next = from.field_count;
  for (const Addition& addition : additions) {
    if (addition.path->size() != level + 1) continue;
    SLUICE_RETURN_IF_ERROR(validate_field(to_schema.fields()[next], addition.header->value));
    to->mutable_values()[next++] = addition.header->value;
  }
  return sdk::Value::structure(to);
}

void HeaderToValue::remove_headers(sdk::Record& record, sdk::Arena& arena) const {
  auto* kept = arena.array<sdk::Header>(record.header_count);
  sdk::Header* next = kept;
  for (const sdk::Header& header : record.headers()) {
    if (place_of(header.key) < 0) *next++ = header;
  }
  record.header_data = kept;
  record.header_count = static_cast<uint32_t>(next - kept);
}

Status HeaderToValue::step(sdk::Record& record, sdk::Arena& arena) {
  if (record.value.is_null()) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Header field insertion"));
  const sdk::StructNode& node = record.value.as_struct();
  find_additions(record);
  if (additions_.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(const sdk::SchemaPtr schema, extended(*node.schema));
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value value, value_of(node, *schema, 0, additions_, arena));
  arena.keep(schema);
  record.value_schema = schema.get();
  record.value = value;
  if (move_) remove_headers(record, arena);
  return {};
}

}  // namespace

std::unique_ptr<sdk::Transform> make_header_to_value() { return std::make_unique<HeaderToValue>(); }

}  // namespace sluice::transforms::debezium
