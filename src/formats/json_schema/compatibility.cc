#include "formats/json_schema/compatibility.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <compare>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/json_schema/connect_names.h"
#include "formats/json_schema/facets.h"
#include "formats/json_schema/json_tree.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::Value;

using Reason = std::optional<std::string>;

#define SLUICE_RETURN_IF_REASON(expression)             \
  do {                                                  \
    SLUICE_ASSIGN_OR_RETURN(Reason reason, expression); \
    if (reason) return reason;                          \
  } while (false)

constexpr std::string_view kWidths[] = {"int8", "int16", "int32", "int64", "float32", "float64"};
constexpr std::string_view kLowerLimits[] = {"minimum",  "exclusiveMinimum", "minLength",
                                             "minItems", "minProperties",    "minContains"};
constexpr std::string_view kUpperLimits[] = {"maximum",  "exclusiveMaximum", "maxLength",
                                             "maxItems", "maxProperties",    "maxContains"};
/// Rules that are not looked into: what has changed may refuse something.
constexpr std::string_view kOpaque[] = {"pattern",
                                        "multipleOf",
                                        "patternProperties",
                                        "propertyNames",
                                        "dependencies",
                                        "dependentRequired",
                                        "dependentSchemas",
                                        "not",
                                        "if",
                                        "then",
                                        "else",
                                        "contains",
                                        "prefixItems",
                                        "additionalItems",
                                        "unevaluatedItems",
                                        "unevaluatedProperties",
                                        "uniqueItems"};

int width(const Facets& facets) {
  const Value* type = facets.find(kTypeProperty, Kind::kString);
  if (type == nullptr) return -1;
  const auto* found = std::find(std::begin(kWidths), std::end(kWidths), type->as_string());
  return found == std::end(kWidths) ? -1 : static_cast<int>(found - std::begin(kWidths));
}

bool takes_type(const std::vector<std::string_view>& types, std::string_view type) {
  return std::any_of(types.begin(), types.end(), [type](std::string_view known) {
    return known == type || (known == "number" && type == "integer");
  });
}

/// "null" is a type like others here.
std::vector<std::string_view> types_of(const Facets& facets) {
  Facets::Types types = facets.types();
  if (types.null) types.names.emplace_back("null");
  return types.names;
}

bool is_closed(const Facets& facets) {
  const Value* others = facets.find("additionalProperties", Kind::kBoolean);
  return others != nullptr && !others->as_boolean();
}

class Comparison {
 public:
  Comparison(const SchemaDocument& writer, const SchemaDocument& reader) : writer_(writer), reader_(reader) {}

  /// `at`: the place in the data.
  Result<Reason> compare(const Place& from, const Place& to, const std::string& at) {
    if (is_boolean(*to.schema))
      return to.schema->as_boolean() || is_nothing(from)
                 ? Reason()
                 : fmt::format("nothing is allowed at {} any more", at);
    if (is_nothing(from) || !open_.emplace(from.schema, to.schema).second) return Reason();
    compared_.emplace_back(from.schema, to.schema);
    SLUICE_ASSIGN_OR_RETURN(const Facets old_facets, gather(writer_, from));
    SLUICE_ASSIGN_OR_RETURN(const Facets new_facets, gather(reader_, to));
    const std::vector<Place> kinds = branches(writer_, old_facets);
    for (const Place& kind : kinds) SLUICE_RETURN_IF_REASON(compare(kind, to, at));
    if (!kinds.empty() && types_of(old_facets).empty()) return Reason();
    const std::vector<Place> accepted = branches(reader_, new_facets);
    if (!accepted.empty()) SLUICE_RETURN_IF_REASON(accepted_by_any(from, accepted, at));
    return compare_rules(old_facets, new_facets, at);
  }

 private:
  Result<Facets> gather(const SchemaDocument& document, const Place& place) {
    constexpr size_t kPartsMax = 1'000'000;
    SLUICE_ASSIGN_OR_RETURN(Facets facets, Facets::gather(document, place));
    parts_ += facets.parts().size();
    if (parts_ > kPartsMax) return bad_record("The JSON Schemas are too large to be compared");
    return facets;
  }

  static bool is_nothing(const Place& place) {
    return is_boolean(*place.schema) && !place.schema->as_boolean();
  }

  static std::vector<Place> branches(const SchemaDocument& document, const Facets& facets) {
    std::vector<Place> found;
    for (const std::string_view keyword : {"oneOf", "anyOf"}) {
      const Place part = facets.with(keyword);
      if (part.schema == nullptr) continue;
      const Value* list = member_of_kind(*part.schema, keyword, Kind::kArray);
      if (list == nullptr) continue;
      for (const Value& branch : list->as_array()) {
        if (is_object(branch) || is_boolean(branch)) found.push_back(document.enter(part, branch));
      }
      break;
    }
    return found;
  }

  Result<Reason> accepted_by_any(const Place& from, const std::vector<Place>& accepted,
                                 const std::string& at) {
    Reason first;
    for (const Place& kind : accepted) {
      const size_t mark = compared_.size();
      SLUICE_ASSIGN_OR_RETURN(Reason reason, compare(from, kind, at));
      if (!reason) return Reason();
      // What was found out on the way to a branch that does not fit counts for nothing.
      for (; compared_.size() > mark; compared_.pop_back()) open_.erase(compared_.back());
      // Of the branches the one that comes nearest: it is not the type that differs.
      if (!first || first->starts_with("the type")) first = std::move(reason);
    }
    return first;
  }

  Result<Reason> compare_rules(const Facets& from, const Facets& to, const std::string& at) {
    if (Reason reason = compare_types(from, to, at)) return reason;
    if (Reason reason = compare_values(from, to, at)) return reason;
    if (Reason reason = compare_limits(from, to, at)) return reason;
    for (const std::string_view rule : kOpaque) {
      const Value* wanted = to.find(rule);
      const Value* known = from.find(rule);
      if (wanted == nullptr || (is_boolean(*wanted) && wanted->as_boolean() != (rule == "uniqueItems")))
        continue;
      if (known == nullptr || !same_json(*known, *wanted))
        return Reason(
            fmt::format("the rule {} of {} is {}", rule, at, known == nullptr ? "new" : "another one"));
    }
    SLUICE_RETURN_IF_REASON(compare_items(from, to, at));
    return compare_objects(from, to, at);
  }

  static Reason compare_types(const Facets& from, const Facets& to, const std::string& at) {
    const auto known = types_of(from);
    const auto wanted = types_of(to);
    if (wanted.empty()) return {};
    const bool limited = from.find("enum") != nullptr || from.find("const") != nullptr;
    if (known.empty() && !limited)
      return fmt::format("the type of {} was any and is {}", at, fmt::join(wanted, " or "));
    for (const std::string_view type : known) {
      if (!takes_type(wanted, type))
        return fmt::format("the type of {} changes from {} to {}", at, type, fmt::join(wanted, " or "));
    }
    const int old_width = width(from);
    const int new_width = width(to);
    if (old_width >= 0 && new_width >= 0 && new_width < old_width)
      return fmt::format("the type of {} narrows from {} to {}", at, kWidths[old_width], kWidths[new_width]);
    return {};
  }

  static std::vector<const Value*> values_of(const Facets& facets) {
    std::vector<const Value*> values;
    if (const Value* constant = facets.find("const")) values.push_back(constant);
    if (const Value* symbols = facets.find("enum", Kind::kArray)) {
      for (const Value& symbol : symbols->as_array()) values.push_back(&symbol);
    }
    return values;
  }

  static Reason compare_values(const Facets& from, const Facets& to, const std::string& at) {
    const auto wanted = values_of(to);
    if (wanted.empty()) return {};
    const auto known = values_of(from);
    if (known.empty())
      return fmt::format("{} was free and is limited to {} value{}", at, wanted.size(),
                         wanted.size() > 1 ? "s" : "");
    for (const Value* value : known) {
      const auto is_it = [value](const Value* other) { return same_json(*value, *other); };
      if (std::none_of(wanted.begin(), wanted.end(), is_it))
        return fmt::format("the value {} of {} is not allowed any more", short_text(*value), at);
    }
    return {};
  }

  static const Value* number(const Facets& facets, std::string_view rule) {
    const Value* found = facets.find(rule);
    return found != nullptr && (found->kind() == Kind::kInt64 || found->kind() == Kind::kBytes) ? found
                                                                                                : nullptr;
  }

  static Reason compare_limits(const Facets& from, const Facets& to, const std::string& at) {
    const auto narrowed = [&](std::string_view rule, bool upper) -> Reason {
      const Value* wanted = number(to, rule);
      if (wanted == nullptr) return {};
      const Value* known = number(from, rule);
      if (known == nullptr) return fmt::format("{} of {} is new: {}", rule, at, short_text(*wanted));
      const auto order = compare_numbers(*wanted, *known);
      if (upper ? std::is_gteq(order) : std::is_lteq(order)) return {};
      return fmt::format("{} of {} changes from {} to {}", rule, at, short_text(*known), short_text(*wanted));
    };
    for (const std::string_view rule : kLowerLimits) {
      if (Reason reason = narrowed(rule, false)) return reason;
    }
    for (const std::string_view rule : kUpperLimits) {
      if (Reason reason = narrowed(rule, true)) return reason;
    }
    return {};
  }

  Result<Reason> compare_items(const Facets& from, const Facets& to, const std::string& at) {
    const Place new_part = to.with("items");
    if (new_part.schema == nullptr) return Reason();
    const Value& wanted = *member(*new_part.schema, "items");
    const Place old_part = from.with("items");
    if (old_part.schema == nullptr)
      return Reason(fmt::format("the items of {} were free and have a schema", at));
    const Value& known = *member(*old_part.schema, "items");
    if (!is_array(wanted) && !is_array(known))
      return compare(writer_.enter(old_part, known), reader_.enter(new_part, wanted), at + "/items");
    if (same_json(wanted, known)) return Reason();
    return Reason(fmt::format("the items of {} have other schemas", at));
  }

  Result<Reason> compare_objects(const Facets& from, const Facets& to, const std::string& at) {
    const auto known = from.properties(writer_);
    const auto wanted = to.properties(reader_);
    for (const Property& property : wanted) {
      const auto same_name = [&](const Property& other) { return other.name == property.name; };
      const auto old = std::find_if(known.begin(), known.end(), same_name);
      const std::string below = fmt::format("{}/{}", at, property.name);
      if (old != known.end()) SLUICE_RETURN_IF_REASON(compare(old->schema, property.schema, below));
      if (!property.required || (old != known.end() && old->required)) continue;
      SLUICE_ASSIGN_OR_RETURN(const Facets facets, gather(reader_, property.schema));
      if (facets.find("default") == nullptr)
        return Reason(fmt::format("the property {} is required and has no default, and {}", below,
                                  old == known.end() ? "was not there" : "need not be there"));
    }
    return compare_others(from, to, known, wanted, at);
  }

  /// Properties that the reader does not name.
  Result<Reason> compare_others(const Facets& from, const Facets& to, const std::vector<Property>& known,
                                const std::vector<Property>& wanted, const std::string& at) {
    const Place part = to.with("additionalProperties");
    if (part.schema == nullptr) return Reason();
    const Place others = reader_.enter(part, *member(*part.schema, "additionalProperties"));
    const bool closed = is_closed(to);
    std::set<std::string_view> names;
    for (const Property& property : wanted) names.insert(property.name);
    for (const Property& property : known) {
      if (names.contains(property.name)) continue;
      const std::string below = fmt::format("{}/{}", at, property.name);
      if (closed)
        return Reason(fmt::format("the property {} is gone, and none but the named ones are allowed", below));
      SLUICE_RETURN_IF_REASON(compare(property.schema, others, below));
    }
    const Place old_part = from.with("additionalProperties");
    if (old_part.schema != nullptr)
      return compare(writer_.enter(old_part, *member(*old_part.schema, "additionalProperties")), others,
                     at + "/*");
    const bool open = types_of(from).empty() || takes_type(types_of(from), "object");
    if (closed && open)
      return Reason(fmt::format("{} allowed properties without naming them and does not any more", at));
    return Reason();
  }

  const SchemaDocument& writer_;
  const SchemaDocument& reader_;
  std::set<std::pair<const Value*, const Value*>> open_;  // compared already, or around the place
  size_t parts_ = 0;
  std::vector<std::pair<const Value*, const Value*>> compared_;  // the same in order
};

}  // namespace

Result<std::optional<std::string>> incompatibility(const SchemaDocument& writer,
                                                   const SchemaDocument& reader) {
  return Comparison(writer, reader).compare(writer.root(), reader.root(), "#");
}

}  // namespace sluice::json_schema
