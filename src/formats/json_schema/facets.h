#pragma once
// Inside the folder: a schema taken together with what it is by $ref and allOf, as far as the mapping to
// Connect cares.

#include <string_view>
#include <vector>

#include "formats/json_schema/schema_document.h"

namespace sluice::json_schema {

struct Property {
  std::string_view name;
  Place schema;
  bool required = false;
};

class Facets {
 public:
  /// Error kind kBadRecord: a reference leads nowhere.
  static Result<Facets> gather(const SchemaDocument& document, const Place& place);

  /// The schema itself first, then what it refers to, then the branches of allOf; never empty.
  const std::vector<Place>& parts() const { return parts_; }
  /// The first part that has the keyword; its schema is null if there is none.
  Place with(std::string_view keyword) const;
  const sdk::Value* find(std::string_view keyword) const;
  const sdk::Value* find(std::string_view keyword, sdk::Kind kind) const;

  /// Of all parts, in the order of the text; a later part's schema of the same property wins.
  std::vector<Property> properties(const SchemaDocument& document) const;

  struct Types {
    std::vector<std::string_view> names;  // without "null"; empty: any
    bool null = false;
  };
  /// By type, else by keywords that go with one type only.
  Types types() const;

 private:
  Status add(const SchemaDocument& document, const Place& place);

  std::vector<Place> parts_;
};

}  // namespace sluice::json_schema
