#include "formats/avro/schema_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace sluice::avro {
namespace {

constexpr int kDepthMax = 500;
constexpr size_t kBranchesMax = 30'000;
constexpr size_t kShownMax = 200;  // of a wrong part, in error texts

constexpr std::array<std::pair<std::string_view, Type>, 8> kPrimitives = {{{"null", Type::kNull},
                                                                           {"boolean", Type::kBoolean},
                                                                           {"int", Type::kInt},
                                                                           {"long", Type::kLong},
                                                                           {"float", Type::kFloat},
                                                                           {"double", Type::kDouble},
                                                                           {"bytes", Type::kBytes},
                                                                           {"string", Type::kString}}};

constexpr std::array<std::string_view, 11> kSchemaWords = {
    "type", "name", "namespace", "doc", "aliases", "fields", "symbols", "items", "values", "size", "default"};
constexpr std::array<std::string_view, 6> kFieldWords = {"name",    "type",  "doc",
                                                         "default", "order", "aliases"};

std::optional<Type> primitive(std::string_view name) {
  const auto* const found =
      std::ranges::find(kPrimitives, name, [](const auto& entry) { return entry.first; });
  return found == kPrimitives.end() ? std::nullopt : std::optional(found->second);
}

std::string shown(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kShownMax) text = text.substr(0, kShownMax) + "...";
  return text;
}

const std::string* text_of(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

template <size_t N>
Json unknown_words(const Json& object, const std::array<std::string_view, N>& words) {
  Json result = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(words, key) == words.end()) result[key] = value;
  }
  return result;
}

class Parser {
 public:
  explicit Parser(const NamedSchemas& known) : known_(known) {}

  Result<SchemaPtr> parse(const Json& json) {
    SLUICE_ASSIGN_OR_RETURN(const Schema* root, schema(json, "", 0));
    return pool_->share(root);
  }

 private:
  Result<const Schema*> schema(const Json& json, const std::string& space, int depth) {
    if (depth > kDepthMax) return bad_record(fmt::format("The schema is nested deeper than {}", kDepthMax));
    if (json.is_string()) return reference(json.get_ref<const std::string&>(), space);
    if (json.is_array()) return unite(json, space, depth);
    if (!json.is_object()) return bad_record("Schema not yet supported: " + shown(json));
    const auto type = json.find("type");
    if (type == json.end()) return bad_record("No type: " + shown(json));
    if (!type->is_string()) return schema(*type, space, depth + 1);
    return described(json, type->get_ref<const std::string&>(), space, depth);
  }

  Result<const Schema*> described(const Json& json, const std::string& type, const std::string& space,
                                  int depth) {
    if (const auto simple = primitive(type)) {
      Schema* made = pool_->make(*simple);
      made->properties = unknown_words(json, kSchemaWords);
      return made;
    }
    if (type == "record" || type == "error") return record(json, space, depth);
    if (type == "enum") return enumeration(json, space);
    if (type == "fixed") return fixed(json, space);
    if (type == "array") return container(json, Type::kArray, "items", space, depth);
    if (type == "map") return container(json, Type::kMap, "values", space, depth);
    return reference(type, space);
  }

  Result<const Schema*> reference(const std::string& name, const std::string& space) {
    if (const auto simple = primitive(name)) return pool_->make(*simple);
    const bool is_full = name.find('.') != std::string::npos;
    const std::string full = is_full || space.empty() ? name : space + "." + name;
    for (const std::string& candidate : {full, name}) {
      if (const auto found = defined_.find(candidate); found != defined_.end()) return found->second;
      if (const auto found = known_.find(candidate); found != known_.end()) {
        pool_->keep(found->second);
        return found->second.get();
      }
    }
    return bad_record(fmt::format("Undefined schema: {}", full));
  }

  Result<const Schema*> unite(const Json& json, const std::string& space, int depth) {
    if (json.size() > kBranchesMax)
      return bad_record(fmt::format("A union of more than {} types", kBranchesMax));
    Schema* made = pool_->make(Type::kUnion);
    std::set<std::string> kinds;
    for (const Json& item : json) {
      SLUICE_ASSIGN_OR_RETURN(const Schema* branch, schema(item, space, depth + 1));
      if (branch->type == Type::kUnion) return bad_record("Nested union: " + shown(json));
      const std::string kind =
          branch->is_named() ? branch->full_name() : std::string(type_name(branch->type));
      if (!kinds.insert(kind).second) return bad_record("Duplicate in union:" + kind);
      made->branches.push_back(branch);
    }
    return made;
  }

  Result<const Schema*> container(const Json& json, Type type, const char* word, const std::string& space,
                                  int depth) {
    const auto element = json.find(word);
    if (element == json.end())
      return bad_record(fmt::format("{} has no {} type: {}", type_name(type), word, shown(json)));
    Schema* made = pool_->make(type);
    made->properties = unknown_words(json, kSchemaWords);
    SLUICE_ASSIGN_OR_RETURN(const Schema* parsed, schema(*element, space, depth + 1));
    made->branches.push_back(parsed);
    return made;
  }

  /// The node of a named type, with what all of them have; it may be referred to from here on.
  Result<Schema*> named(const Json& json, Type type, const std::string& space) {
    const std::string* name = text_of(json, "name");
    if (name == nullptr) return bad_record("No name in schema: " + shown(json));
    Schema* made = pool_->make(type);
    if (const size_t dot = name->rfind('.'); dot != std::string::npos) {
      made->space = name->substr(0, dot);
      made->name = name->substr(dot + 1);
    } else {
      const std::string* own = text_of(json, "namespace");
      made->space = own == nullptr ? space : *own;
      made->name = *name;
    }
    SLUICE_RETURN_IF_ERROR(check_name(made->name));
    if (made->space.empty() && primitive(made->name))
      return bad_record("Schemas may not be named after primitives: " + made->name);
    if (const std::string* doc = text_of(json, "doc")) made->doc = *doc;
    made->properties = unknown_words(json, kSchemaWords);
    for (const std::string& alias : texts_of(json, "aliases")) {
      const bool is_full = alias.find('.') != std::string::npos || made->space.empty();
      made->aliases.push_back(is_full ? alias : made->space + "." + alias);
    }
    if (!defined_.emplace(made->full_name(), made).second)
      return bad_record("Can't redefine: " + made->full_name());
    return made;
  }

  static std::vector<std::string> texts_of(const Json& json, const char* key) {
    std::vector<std::string> texts;
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array()) return texts;
    for (const Json& item : *found) {
      if (item.is_string()) texts.push_back(item.get<std::string>());
    }
    return texts;
  }

  Result<const Schema*> record(const Json& json, const std::string& space, int depth) {
    SLUICE_ASSIGN_OR_RETURN(Schema * made, named(json, Type::kRecord, space));
    const auto fields = json.find("fields");
    if (fields == json.end() || !fields->is_array())
      return bad_record(fmt::format("Record {} has no fields: {}", made->full_name(), shown(json)));
    std::set<std::string, std::less<>> names;
    made->fields.reserve(fields->size());
    for (const Json& item : *fields) {
      SLUICE_ASSIGN_OR_RETURN(Field parsed, field(item, *made, depth));
      if (!names.insert(parsed.name).second)
        return bad_record(fmt::format("Duplicate field {} in record {}", parsed.name, made->full_name()));
      made->fields.push_back(std::move(parsed));
    }
    return made;
  }

  Result<Field> field(const Json& json, const Schema& record, int depth) {
    const std::string* name = json.is_object() ? text_of(json, "name") : nullptr;
    if (name == nullptr)
      return bad_record(fmt::format("No field name in record {}: {}", record.full_name(), shown(json)));
    SLUICE_RETURN_IF_ERROR(check_name(*name));
    const auto type = json.find("type");
    if (type == json.end())
      return bad_record(fmt::format("No field type for field {} of record {}", *name, record.full_name()));
    Field result;
    result.name = *name;
    auto parsed = schema(*type, record.space, depth + 1);
    if (!parsed.ok()) return parsed.error().with_context(fmt::format("field {}", *name));
    result.schema = *parsed;
    if (const std::string* doc = text_of(json, "doc")) result.doc = *doc;
    if (const std::string* order = text_of(json, "order")) result.order = *order;
    result.aliases = texts_of(json, "aliases");
    result.properties = unknown_words(json, kFieldWords);
    // Not validated, as by Confluent's clients: a registry may have older schemas than the rule.
    if (const auto value = json.find("default"); value != json.end()) result.default_value = *value;
    return result;
  }

  Result<const Schema*> enumeration(const Json& json, const std::string& space) {
    SLUICE_ASSIGN_OR_RETURN(Schema * made, named(json, Type::kEnum, space));
    const auto symbols = json.find("symbols");
    if (symbols == json.end() || !symbols->is_array())
      return bad_record("Enum has no symbols: " + made->full_name());
    made->symbols = texts_of(json, "symbols");
    std::set<std::string_view> seen;
    for (const std::string& symbol : made->symbols) {
      SLUICE_RETURN_IF_ERROR(check_name(symbol));
      if (!seen.insert(symbol).second) return bad_record("Duplicate enum symbol: " + symbol);
    }
    if (const std::string* value = text_of(json, "default")) {
      if (!seen.contains(*value))
        return bad_record(
            fmt::format("The Enum Default: {} is not in the enum symbol set: {}", *value, shown(*symbols)));
      made->enum_default = *value;
    }
    return made;
  }

  Result<const Schema*> fixed(const Json& json, const std::string& space) {
    SLUICE_ASSIGN_OR_RETURN(Schema * made, named(json, Type::kFixed, space));
    const auto size = json.find("size");
    if (size == json.end() || !size->is_number_unsigned() || size->get<uint64_t>() > INT32_MAX)
      return bad_record("Invalid or no size: " + shown(json));
    made->size = size->get<int32_t>();
    return made;
  }

  const NamedSchemas& known_;
  const std::shared_ptr<SchemaPool> pool_ = std::make_shared<SchemaPool>();
  std::map<std::string, const Schema*, std::less<>> defined_;
};

void collect(const SchemaPtr& root, const Schema& schema, NamedSchemas& names) {
  if (schema.is_named() && !names.emplace(schema.full_name(), SchemaPtr(root, &schema)).second) return;
  for (const Schema* branch : schema.branches) collect(root, *branch, names);
  for (const Field& field : schema.fields) collect(root, *field.schema, names);
}

}  // namespace

Result<SchemaPtr> parse_schema(std::string_view text, const NamedSchemas& known) {
  try {
    const Json json = Json::parse(text);
    return Parser(known).parse(json);
  } catch (const Json::parse_error& error) {
    // Confluent's clients register primitive schemas as bare words too.
    if (primitive(text)) return Parser(known).parse(Json(std::string(text)));
    return bad_record(fmt::format("The Avro schema is no JSON: {}", error.what()));
  } catch (const Json::exception& error) {
    return bad_record(fmt::format("The Avro schema is malformed: {}", error.what()));
  }
}

NamedSchemas named_schemas(const SchemaPtr& schema) {
  NamedSchemas names;
  collect(schema, *schema, names);
  return names;
}

}  // namespace sluice::avro
