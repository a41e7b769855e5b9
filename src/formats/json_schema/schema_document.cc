#include "formats/json_schema/schema_document.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "formats/json/json_decoder.h"
#include "formats/json_schema/json_tree.h"
#include "formats/json_schema/uri.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

/// Keeps hostile texts from filling the memory: each schema inside takes some.
constexpr size_t kSchemasMax = 200'000;

constexpr std::pair<std::string_view, Draft> kDrafts[] = {
    {"json-schema.org/draft-04/schema", Draft::kDraft4},
    {"json-schema.org/draft-06/schema", Draft::kDraft6},
    {"json-schema.org/draft-07/schema", Draft::kDraft7},
    {"json-schema.org/draft/2019-09/schema", Draft::kDraft2019},
    {"json-schema.org/draft/2020-12/schema", Draft::kDraft2020},
};

Result<Draft> draft_of(const Value& schema, Draft otherwise) {
  const auto uri = text_member(schema, "$schema");
  if (!uri) return otherwise;
  std::string_view name = split_fragment(*uri).first;
  if (const size_t slashes = name.find("://"); slashes != std::string_view::npos)
    name.remove_prefix(slashes + 3);
  if (name == "json-schema.org/schema") return otherwise;
  for (const auto& [known, draft] : kDrafts) {
    if (name == known) return draft;
  }
  return bad_record(
      fmt::format("The JSON Schema is written in {}; known are drafts 4, 6, 7, 2019-09 and 2020-12", *uri));
}

/// One step of a pointer, with ~1 and ~0 read.
std::string unescape_token(std::string_view token) {
  std::string plain;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool escape =
        token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    plain += !escape ? token[i] : token[++i] == '0' ? '~' : '/';
  }
  return plain;
}

std::string escape_token(std::string_view token) {
  std::string escaped;
  for (const char c : token) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return escaped;
}

const Value* step(const Value& node, const std::string& token) {
  if (is_object(node)) return member(node, token);
  if (!is_array(node)) return nullptr;
  size_t index = 0;
  const char* last = token.data() + token.size();
  if (std::from_chars(token.data(), last, index).ptr != last || token.empty()) return nullptr;
  return index < node.as_array().size() ? &node.as_array()[index] : nullptr;
}

bool is_schema(const Value& node) { return is_object(node) || is_boolean(node); }

}  // namespace

Holds what_keyword_holds(std::string_view keyword) {
  static constexpr std::pair<std::string_view, Holds> kKeywords[] = {
      {"properties", Holds::kNamedSchemas},
      {"items", Holds::kSchemaOrSchemas},
      {"oneOf", Holds::kSchemas},
      {"anyOf", Holds::kSchemas},
      {"allOf", Holds::kSchemas},
      {"definitions", Holds::kNamedSchemas},
      {"$defs", Holds::kNamedSchemas},
      {"additionalProperties", Holds::kSchema},
      {"patternProperties", Holds::kNamedSchemas},
      {"prefixItems", Holds::kSchemas},
      {"additionalItems", Holds::kSchema},
      {"contains", Holds::kSchema},
      {"propertyNames", Holds::kSchema},
      {"not", Holds::kSchema},
      {"if", Holds::kSchema},
      {"then", Holds::kSchema},
      {"else", Holds::kSchema},
      {"dependencies", Holds::kNamedSchemas},
      {"dependentSchemas", Holds::kNamedSchemas},
      {"unevaluatedItems", Holds::kSchema},
      {"unevaluatedProperties", Holds::kSchema},
      {"contentSchema", Holds::kSchema},
  };
  for (const auto& [name, holds] : kKeywords) {
    if (name == keyword) return holds;
  }
  return Holds::kNothing;
}

Result<DocumentPtr> SchemaDocument::parse(std::string_view text, std::span<const Reference> references) {
  const std::shared_ptr<SchemaDocument> document(new SchemaDocument());
  SLUICE_ASSIGN_OR_RETURN(document->root_, document->add(text, {}, Draft::kDraft7));
  for (const auto& [name, referred] : references) {
    SLUICE_RETURN_IF_ERROR(document->add(referred, name, document->root_.draft()));
  }
  return DocumentPtr(document);
}

Result<Place> SchemaDocument::add(std::string_view text, std::string_view name, Draft otherwise) {
  json::Decoder decoder(json::Numbers::kExact);
  decoder.begin_batch(arena_);
  const auto decoded = decoder.decode(text, arena_);
  if (!decoded.ok()) return decoded.error().with_context("The JSON Schema is not JSON");
  if (!is_schema(*decoded))
    return bad_record(
        fmt::format("A JSON Schema is an object, true or false, but this is {}", short_text(*decoded)));
  auto* root = arena_.array<Value>(1);
  *root = *decoded;
  Resource& top = resources_.emplace_back();
  top.base = name;
  top.root = root;
  SLUICE_ASSIGN_OR_RETURN(top.draft, draft_of(*root, otherwise));
  roots_.emplace(root, &top);
  by_uri_.insert_or_assign(top.base, &top);
  SLUICE_RETURN_IF_ERROR(index(*root, &top, nullptr, "#"));
  return enter({root, &top}, *root);
}

Status SchemaDocument::index(const Value& schema, Resource* resource, const Value* parent, std::string step) {
  if (parents_.size() >= kSchemasMax)
    return bad_record(fmt::format("The JSON Schema holds more than {} schemas", kSchemasMax));
  parents_.emplace(&schema, std::pair(parent, std::move(step)));
  if (!is_object(schema)) return {};
  SLUICE_ASSIGN_OR_RETURN(Resource * own, resource_of(schema, resource));
  add_anchors(schema, *own);
  return index_children(schema, own);
}

Result<Resource*> SchemaDocument::resource_of(const Value& schema, Resource* around) {
  SLUICE_ASSIGN_OR_RETURN(const Draft draft, draft_of(schema, around->draft));
  const auto id = text_member(schema, draft == Draft::kDraft4 ? "id" : "$id");
  // Up to draft 7 nothing counts beside $ref, and "#name" names a place and no resource.
  const bool hidden = draft <= Draft::kDraft7 && text_member(schema, "$ref");
  if (!id || hidden || id->starts_with('#') || split_fragment(*id).first.empty()) return around;
  const std::string uri = resolve_uri(around->base, *id);
  Resource& own = resources_.emplace_back();
  own.base = split_fragment(uri).first;
  own.draft = draft;
  own.root = &schema;
  roots_.insert_or_assign(&schema, &own);
  by_uri_.insert_or_assign(own.base, &own);
  if (around->root == &schema) by_uri_.insert_or_assign(around->base, &own);  // a name given from outside
  return &own;
}

void SchemaDocument::add_anchors(const Value& schema, Resource& resource) {
  const auto note = [&](std::string_view keyword, auto& anchors) {
    if (const auto name = text_member(schema, keyword)) anchors.emplace(*name, &schema);
  };
  if (resource.draft >= Draft::kDraft2019) note("$anchor", resource.anchors);
  if (resource.draft == Draft::kDraft2020) {
    note("$dynamicAnchor", resource.anchors);
    note("$dynamicAnchor", resource.dynamic_anchors);
  }
  if (resource.draft == Draft::kDraft2019 && resource.root == &schema) {
    const Value* recursive = member_of_kind(schema, "$recursiveAnchor", Kind::kBoolean);
    resource.recursive_anchor = recursive != nullptr && recursive->as_boolean();
  }
  if (resource.draft <= Draft::kDraft7 && !text_member(schema, "$ref")) {
    const auto id = text_member(schema, resource.draft == Draft::kDraft4 ? "id" : "$id");
    if (id && !split_fragment(*id).second.empty())
      resource.anchors.emplace(split_fragment(*id).second, &schema);
  }
}

Status SchemaDocument::index_children(const Value& schema, Resource* resource) {
  for (const MapEntry& entry : schema.as_map()) {
    const std::string_view keyword = entry.key.as_string();
    const Holds holds = what_keyword_holds(keyword);
    if (holds == Holds::kNothing) continue;
    if (holds == Holds::kNamedSchemas && is_object(entry.value)) {
      for (const MapEntry& named : entry.value.as_map()) {
        if (!is_schema(named.value)) continue;
        SLUICE_RETURN_IF_ERROR(index(named.value, resource, &schema,
                                     fmt::format("{}/{}", keyword, escape_token(named.key.as_string()))));
      }
    } else if (holds != Holds::kSchema && is_array(entry.value)) {
      const auto items = entry.value.as_array();
      for (size_t i = 0; i < items.size(); ++i) {
        if (!is_schema(items[i])) continue;
        SLUICE_RETURN_IF_ERROR(index(items[i], resource, &schema, fmt::format("{}/{}", keyword, i)));
      }
    } else if ((holds == Holds::kSchema || holds == Holds::kSchemaOrSchemas) && is_schema(entry.value)) {
      SLUICE_RETURN_IF_ERROR(index(entry.value, resource, &schema, std::string(keyword)));
    }
  }
  return {};
}

Place SchemaDocument::enter(const Place& from, const Value& child) const {
  const auto own = roots_.find(&child);
  return {&child, own == roots_.end() ? from.resource : own->second};
}

Result<Place> SchemaDocument::resolve(const Place& from, std::string_view reference) const {
  const std::string uri = resolve_uri(from.resource->base, reference);
  const auto [base, fragment] = split_fragment(uri);
  const Resource* resource = nullptr;
  if (base == from.resource->base) {
    resource = from.resource;
  } else if (const auto found = by_uri_.find(base); found != by_uri_.end()) {
    resource = found->second;
  } else if (const auto named = by_uri_.find(split_fragment(reference).first); named != by_uri_.end()) {
    resource = named->second;
  } else {
    return bad_record(fmt::format(
        "The JSON Schema refers to {} at {}, and neither it nor the references registered with it are that",
        reference, where(from)));
  }
  const Place top{resource->root, resource};
  const std::string plain = unescape_uri(fragment);
  if (plain.empty() || plain.starts_with('/')) return follow(top, plain, reference);
  if (const auto anchor = resource->anchors.find(plain); anchor != resource->anchors.end())
    return Place{anchor->second, resource};
  return bad_record(fmt::format("The JSON Schema refers to {}, and nothing has that name", reference));
}

Result<Place> SchemaDocument::follow(Place place, std::string_view pointer,
                                     std::string_view reference) const {
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const size_t end = std::min(pointer.find('/'), pointer.size());
    const Value* next = step(*place.schema, unescape_token(pointer.substr(0, end)));
    if (next == nullptr)
      return bad_record(fmt::format("The JSON Schema refers to {}, and nothing is there", reference));
    place = enter(place, *next);
    pointer.remove_prefix(end);
  }
  if (is_schema(*place.schema)) return place;
  return bad_record(fmt::format("The JSON Schema refers to {}, which is no schema", reference));
}

std::string SchemaDocument::where(const Place& place) const {
  constexpr size_t kLong = 1'000;
  std::string path;
  for (const Value* at = place.schema; at != nullptr;) {
    const auto found = parents_.find(at);
    if (found == parents_.end()) return "a place outside of the known keywords";
    path = path.empty() ? found->second.second : fmt::format("{}/{}", found->second.second, path);
    if (path.size() > kLong) return "…/" + path;
    at = found->second.first;
  }
  return path;
}

}  // namespace sluice::json_schema
