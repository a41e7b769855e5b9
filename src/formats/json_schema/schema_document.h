#pragma once
// The text of a JSON Schema with those it refers to: which draft holds, and what each $ref means. Immutable
// after parse; threads may share it.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::json_schema {

enum class Draft : uint8_t { kDraft4, kDraft6, kDraft7, kDraft2019, kDraft2020 };

/// A schema with a URI of its own, and what lies in it.
struct Resource {
  std::string base;
  Draft draft = Draft::kDraft7;
  const sdk::Value* root = nullptr;
  bool recursive_anchor = false;  // $recursiveAnchor of 2019-09
  using Names = std::map<std::string, const sdk::Value*, std::less<>>;
  Names anchors;          // $anchor, $id "#name", $dynamicAnchor
  Names dynamic_anchors;  // of 2020-12
};

/// A schema inside the document and the resource that it belongs to.
struct Place {
  const sdk::Value* schema = nullptr;
  const Resource* resource = nullptr;

  Draft draft() const { return resource->draft; }
};

/// By the name under which it is referred to.
using Reference = std::pair<std::string_view, std::string_view>;

class SchemaDocument {
 public:
  /// Error kind kBadRecord: not JSON, no schema, an unknown draft.
  static Result<std::shared_ptr<const SchemaDocument>> parse(std::string_view text,
                                                             std::span<const Reference> references = {});

  Place root() const { return root_; }
  const std::deque<Resource>& resources() const { return resources_; }
  /// `child` is a schema inside of `from`.
  Place enter(const Place& from, const sdk::Value& child) const;
  /// Error kind kBadRecord: nothing is there.
  Result<Place> resolve(const Place& from, std::string_view reference) const;
  /// Where a place is, for messages: "#/properties/age", with the URI before it if there is one.
  std::string where(const Place& place) const;

 private:
  SchemaDocument() = default;
  Result<Place> add(std::string_view text, std::string_view name, Draft otherwise);
  Status index(const sdk::Value& schema, Resource* resource, const sdk::Value* parent, std::string step);
  Status index_children(const sdk::Value& schema, Resource* resource);
  Result<Resource*> resource_of(const sdk::Value& schema, Resource* around);
  static void add_anchors(const sdk::Value& schema, Resource& resource);
  Result<Place> follow(Place place, std::string_view pointer, std::string_view reference) const;

  sdk::Arena arena_;
  std::deque<Resource> resources_;
  std::map<std::string, const Resource*, std::less<>> by_uri_;
  std::unordered_map<const sdk::Value*, const Resource*> roots_;
  /// The schema around each schema (null: it is a document's top) and the way from there.
  std::unordered_map<const sdk::Value*, std::pair<const sdk::Value*, std::string>> parents_;
  Place root_;
};

using DocumentPtr = std::shared_ptr<const SchemaDocument>;

/// What schemas stand below a keyword; none below enum, const and the like.
enum class Holds : uint8_t { kNothing, kSchema, kSchemas, kSchemaOrSchemas, kNamedSchemas };
Holds what_keyword_holds(std::string_view keyword);

}  // namespace sluice::json_schema
