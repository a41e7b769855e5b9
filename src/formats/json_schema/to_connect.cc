#include "formats/json_schema/to_connect.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "formats/json/json_number.h"
#include "formats/json_schema/decoder.h"
#include "formats/json_schema/facets.h"
#include "formats/json_schema/json_tree.h"
#include "sdk/data/schema_builder.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Type;
using sdk::Value;

/// A schema with references may describe far more data than its text is long.
constexpr size_t kNodesMax = 200'000;
constexpr int kDepthMax = 500;

constexpr std::pair<std::string_view, Type> kNumberTypes[] = {
    {"int8", Type::kInt8},   {"int16", Type::kInt16},     {"int32", Type::kInt32},
    {"int64", Type::kInt64}, {"float32", Type::kFloat32}, {"float64", Type::kFloat64},
    {"bytes", Type::kBytes},
};

/// As Java's String.valueOf has it in parameters.
std::string symbol_text(const Value& value) {
  if (value.is_null()) return std::string(kNullSymbol);
  return is_string(value) ? std::string(value.as_string()) : short_text(value);
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Converter {
 public:
  Converter(const SchemaDocument& document, const ConnectOptions& options)
      : document_(document), options_(options) {}

  Result<SchemaPtr> convert(const Place& place, bool optional, std::optional<int32_t> version) {
    if (!is_object(*place.schema)) return says_nothing(place);
    SLUICE_ASSIGN_OR_RETURN(const Facets facets, gather(place));
    if (depth_ >= kDepthMax || !open_.insert(place.schema).second)
      return bad_record(
          fmt::format("The JSON Schema at {} contains itself, which a Connect schema cannot say",
                      document_.where(place)));
    ++depth_;
    auto converted = convert_open(facets, optional, version);
    --depth_;
    open_.erase(place.schema);
    return converted;
  }

 private:
  Result<Facets> gather(const Place& place) {
    SLUICE_ASSIGN_OR_RETURN(Facets facets, Facets::gather(document_, place));
    nodes_ += facets.parts().size();
    if (nodes_ <= kNodesMax) return facets;
    return bad_record(fmt::format(
        "The JSON Schema describes more than {} values, counting those of a reference wherever it is used",
        kNodesMax));
  }

  Result<SchemaPtr> convert_open(const Facets& facets, bool optional, std::optional<int32_t> version) {
    const Facets::Types types = facets.types();
    optional = optional || types.null;
    if (types.names.size() > 1) return union_of_types(facets, types.names, optional);
    const bool is_map = facets_text(facets, kTypeProperty) == kMapType;
    if (!is_map) {
      const std::vector<Property> properties = facets.properties(document_);
      if (!properties.empty()) return structure(facets, properties, optional, version);
      for (const std::string_view keyword : {"oneOf", "anyOf"}) {
        const Place part = facets.with(keyword);
        if (part.schema != nullptr) return union_of(part, keyword, optional);
      }
    }
    if (facets.find("enum", Kind::kArray) != nullptr || facets.find("const") != nullptr) {
      if (types.names.empty() || types.names[0] == "string")
        return enumeration(facets, !types.names.empty(), optional, version);
    }
    if (types.names.empty()) return says_nothing(facets.parts()[0]);
    SLUICE_ASSIGN_OR_RETURN(SchemaBuilder builder, of_type(facets, types.names[0]));
    return finish(std::move(builder), facets, optional, version);
  }

  static std::string_view facets_text(const Facets& facets, std::string_view keyword) {
    const Value* found = facets.find(keyword, Kind::kString);
    return found == nullptr ? std::string_view() : found->as_string();
  }

  Error says_nothing(const Place& place) const {
    return bad_record(
        fmt::format("Unsupported schema type: the JSON Schema at {} does not say of what type its values are",
                    document_.where(place)));
  }

  Result<SchemaBuilder> of_type(const Facets& facets, std::string_view type) {
    if (type == "boolean") return SchemaBuilder(Type::kBoolean);
    if (type == "string") {
      const bool bytes = facets_text(facets, kTypeProperty) == kBytesType;
      return SchemaBuilder(bytes ? Type::kBytes : Type::kString);
    }
    if (type == "integer" || type == "number") return number(facets, type == "integer");
    if (type == "array") return array(facets);
    if (type == "object") return object(facets);
    return bad_record(fmt::format("The JSON Schema at {} has the type {}, which JSON does not have",
                                  document_.where(facets.parts()[0]), type));
  }

  static Result<SchemaBuilder> number(const Facets& facets, bool whole) {
    const std::string_view type = facets_text(facets, kTypeProperty);
    if (type.empty()) return SchemaBuilder(whole ? Type::kInt64 : Type::kFloat64);
    for (const auto& [name, connect] : kNumberTypes) {
      if (name == type) return SchemaBuilder(connect);
    }
    return bad_record(fmt::format("Unsupported type {}", type));
  }

  Result<SchemaBuilder> array(const Facets& facets) {
    const Place part = facets.with("items");
    const Value* items = part.schema == nullptr ? nullptr : member(*part.schema, "items");
    if (items == nullptr || !is_object(*items))
      return bad_record(
          fmt::format("The array at {} of the JSON Schema has no schema for its items in the keyword items",
                      document_.where(facets.parts()[0])));
    const Place element = document_.enter(part, *items);
    if (facets_text(facets, kTypeProperty) == kMapType) return map_of_entries(element);
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr schema, convert(element, false, {}));
    return SchemaBuilder::array(std::move(schema));
  }

  Result<SchemaBuilder> map_of_entries(const Place& element) {
    SLUICE_ASSIGN_OR_RETURN(const Facets facets, gather(element));
    SchemaPtr schemas[2];
    for (const Property& property : facets.properties(document_)) {
      if (property.name != kKeyField && property.name != kValueField) continue;
      SLUICE_ASSIGN_OR_RETURN(schemas[property.name == kValueField], convert(property.schema, false, {}));
    }
    if (schemas[0] == nullptr || schemas[1] == nullptr)
      return bad_record(
          fmt::format("The entries of the map at {} of the JSON Schema are not objects with key and value",
                      document_.where(element)));
    return SchemaBuilder::map(schemas[0], schemas[1]);
  }

  Result<SchemaBuilder> object(const Facets& facets) {
    if (facets_text(facets, kTypeProperty) != kMapType) return SchemaBuilder::structure();
    const Place part = facets.with("additionalProperties");
    if (part.schema == nullptr)
      return bad_record(fmt::format(
          "The map at {} of the JSON Schema has no schema for its values in the keyword additionalProperties",
          document_.where(facets.parts()[0])));
    const Value& values = *member(*part.schema, "additionalProperties");
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr schema, convert(document_.enter(part, values), false, {}));
    return SchemaBuilder::map(sdk::Schema::string(), std::move(schema));
  }

  Result<SchemaPtr> structure(const Facets& facets, const std::vector<Property>& properties, bool optional,
                              std::optional<int32_t> version) {
    // Properties without an index stand where they stand.
    std::vector<std::pair<int64_t, const Property*>> ordered;
    for (const Property& property : properties) {
      SLUICE_ASSIGN_OR_RETURN(const auto index, index_of(property));
      ordered.emplace_back(index.value_or(static_cast<int64_t>(ordered.size())), &property);
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    SchemaBuilder builder = SchemaBuilder::structure();
    for (const auto& [index, property] : ordered) {
      const bool may_miss = options_.optional_for_nonrequired && !property->required;
      SLUICE_ASSIGN_OR_RETURN(SchemaPtr schema, convert(property->schema, may_miss, {}));
      builder.field(property->name, std::move(schema));
    }
    return finish(std::move(builder), facets, optional, version);
  }

  Result<std::optional<int64_t>> index_of(const Property& property) {
    SLUICE_ASSIGN_OR_RETURN(const Facets facets, gather(property.schema));
    const Value* index = facets.find(kIndexProperty, Kind::kInt64);
    return index == nullptr ? std::optional<int64_t>() : index->as_integer();
  }

  /// {"type":["string","integer"]}: each type with the keywords that stand beside it.
  Result<SchemaPtr> union_of_types(const Facets& facets, const std::vector<std::string_view>& types,
                                   bool optional) {
    std::vector<SchemaPtr> branches;
    for (const std::string_view type : types) {
      // A number may be an integer, and takes it too.
      if (type == "integer" && contains(types, "number")) continue;
      if (type == "object") {
        const auto properties = facets.properties(document_);
        if (!properties.empty()) {
          SLUICE_ASSIGN_OR_RETURN(branches.emplace_back(), structure(facets, properties, true, {}));
          continue;
        }
      }
      SLUICE_ASSIGN_OR_RETURN(SchemaBuilder builder, of_type(facets, type));
      builder.optional();
      SLUICE_ASSIGN_OR_RETURN(branches.emplace_back(), builder.build());
    }
    if (branches.size() == 1) return with_optional(branches[0], optional);
    return union_struct(branches, optional);
  }

  Result<SchemaPtr> union_of(const Place& part, std::string_view keyword, bool optional) {
    const Value* list = member_of_kind(*part.schema, keyword, Kind::kArray);
    if (list == nullptr || list->as_array().empty()) return says_nothing(part);
    std::vector<Place> branches;
    for (const Value& branch : list->as_array()) {
      const Place place = document_.enter(part, branch);
      SLUICE_ASSIGN_OR_RETURN(const bool null, is_null(place));
      optional = optional || null;
      if (!null) branches.push_back(place);
    }
    if (branches.empty()) return says_nothing(part);
    if (list->as_array().size() == 2 && branches.size() == 1) return convert(branches[0], true, {});
    std::vector<SchemaPtr> schemas;
    for (const Place& branch : branches) {
      SLUICE_ASSIGN_OR_RETURN(schemas.emplace_back(), convert(branch, true, {}));
    }
    return union_struct(schemas, optional);
  }

  Result<bool> is_null(const Place& place) {
    if (!is_object(*place.schema)) return false;
    SLUICE_ASSIGN_OR_RETURN(const Facets facets, gather(place));
    const Facets::Types types = facets.types();
    const Value* constant = facets.find("const");
    return (types.null && types.names.empty()) || (constant != nullptr && constant->is_null());
  }

  Result<SchemaPtr> union_struct(const std::vector<SchemaPtr>& branches, bool optional) {
    SchemaBuilder builder = SchemaBuilder::structure();
    const bool general = options_.generalized_sum_types;
    if (general) {
      const std::string name = fmt::format("{}{}", kGeneralUnionPrefix, unions_++);
      builder.name(name).parameter(kGeneralUnion, name);
    } else {
      builder.name(kOneOf);
    }
    for (size_t i = 0; i < branches.size(); ++i)
      builder.field(fmt::format("{}{}", general ? kGeneralUnionFieldPrefix : kOneOfFieldPrefix, i),
                    branches[i]);
    if (optional) builder.optional();
    return builder.build();
  }

  Result<SchemaPtr> enumeration(const Facets& facets, bool typed, bool optional,
                                std::optional<int32_t> version) {
    SchemaBuilder builder(Type::kString);
    const Value* constant = facets.find("const");
    const Value* symbols = facets.find("enum", Kind::kArray);
    if (symbols == nullptr && typed) return finish(std::move(builder), facets, optional, version);
    const std::span<const Value> values =
        symbols != nullptr ? symbols->as_array() : std::span<const Value>(constant, 1);
    const bool general = options_.generalized_sum_types;
    const std::string parameter(general ? kGeneralEnum : kEnum);
    builder.parameter(parameter, "");
    std::set<std::string> known;
    for (const Value& value : values) {
      const std::string symbol = symbol_text(value);
      optional = optional || value.is_null();
      if (!known.insert(symbol).second) continue;
      builder.parameter(fmt::format("{}.{}", parameter, symbol),
                        general ? std::to_string(known.size() - 1) : symbol);
    }
    return finish(std::move(builder), facets, optional, version);
  }

  Result<SchemaPtr> finish(SchemaBuilder builder, const Facets& facets, bool optional,
                           std::optional<int32_t> version) const {
    if (const Value* title = facets.find("title", Kind::kString)) builder.name(title->as_string());
    const Value* own_version = facets.find(kVersionProperty, Kind::kInt64);
    if (own_version != nullptr) {
      builder.version(static_cast<int32_t>(own_version->as_integer()));
    } else if (version) {
      builder.version(*version);
    }
    if (const Value* doc = facets.find("description", Kind::kString)) builder.doc(doc->as_string());
    if (const Value* parameters = facets.find(kParametersProperty, Kind::kMap)) {
      for (const MapEntry& entry : parameters->as_map())
        builder.parameter(entry.key.as_string(), symbol_text(entry.value));
    }
    if (optional) builder.optional();
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr built, builder.build());
    const Value* default_value = facets.find("default");
    if (default_value == nullptr || default_value->is_null()) return built;
    return with_default(std::move(built), facets, *default_value);
  }

  Result<SchemaPtr> with_default(SchemaPtr built, const Facets& facets, const Value& json) const {
    // A default of a struct would have to contain the schema that it belongs to.
    if (built->type() == Type::kStruct) return built;
    sdk::Arena arena;
    Value value;
    const Status read = Decoder(plan_decoding(built, options_)).decode(json, arena, value);
    if (!read.ok()) {
      log::warn("Ignoring the default at {} of a JSON Schema: {}", document_.where(facets.parts()[0]),
                read.error().message());
      return built;
    }
    SchemaBuilder builder = sdk::copy_schema_basics(*built);
    if (built->optional()) builder.optional();
    builder.default_value(value);
    return builder.build();
  }

  const SchemaDocument& document_;
  const ConnectOptions& options_;
  std::set<const Value*> open_;  // schemas around the one that is converted
  size_t nodes_ = 0;
  int depth_ = 0;
  int unions_ = 0;
};

}  // namespace

Result<SchemaPtr> to_connect(const SchemaDocument& document, const ConnectOptions& options,
                             std::optional<int32_t> version) {
  return Converter(document, options).convert(document.root(), false, version);
}

}  // namespace sluice::json_schema
