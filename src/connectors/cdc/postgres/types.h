#pragma once
// The types of one database, read from its catalogue when a connector starts and again when an unknown one
// appears. One thread.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "drivers/postgres/session.h"

namespace sluice::connectors::cdc::postgres {

using Oid = uint32_t;

struct Type {
  Oid oid = 0;
  std::string name;                 // "int4", "_text"
  char kind = 'b';                  // pg_type.typtype: b, c, d, e, m, p, r
  Oid element = 0;                  // of arrays
  Oid base = 0;                     // of domains
  int base_modifier = -1;           // of domains: what the base type is declared with
  std::vector<std::string> labels;  // of enumerations, in their order
};

class Types {
 public:
  Types() = default;
  /// Types that are known without a server.
  explicit Types(const std::vector<Type>& types) {
    for (const Type& type : types) types_.emplace(type.oid, type);
  }

  Status load(sluice::postgres::Session& session);
  /// Reads the catalogue again if the type is unknown; one that is not there either is called "unknown".
  Result<const Type*> get(Oid oid, sluice::postgres::Session& session);
  /// Null if it is unknown.
  const Type* find(Oid oid) const;
  /// What a domain is made of in the end, with the modifier that it is declared with there.
  const Type* root(const Type& type, int& modifier) const;

 private:
  std::map<Oid, Type> types_;
};

}  // namespace sluice::connectors::cdc::postgres
