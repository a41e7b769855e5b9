#include "connectors/cdc/postgres/types.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sluice::postgres::cell;
using sluice::postgres::number_of;
using sluice::postgres::ResultPtr;
using sluice::postgres::Session;

constexpr int kDomainsMax = 32;  // domains over domains

// Row types of tables, and their arrays, are left out: there are as many as tables, and no column shows them.
constexpr const char* kTypesSql =
    "SELECT t.oid, t.typname, t.typtype, CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, "
    "t.typbasetype,"
    " t.typtypmod FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem"
    " WHERE t.typtype <> 'c' AND COALESCE(e.typtype, 'b') <> 'c'";
constexpr const char* kLabelsSql =
    "SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder";

}  // namespace

Status Types::load(Session& session) {
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr rows, session.run(kTypesSql, {}, false, "read the types"));
  types_.clear();
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    Type type;
    type.oid = number_of<Oid>(cell(rows.get(), row, 0));
    type.name = cell(rows.get(), row, 1);
    type.kind = cell(rows.get(), row, 2)[0];
    type.element = number_of<Oid>(cell(rows.get(), row, 3));
    type.base = number_of<Oid>(cell(rows.get(), row, 4));
    type.base_modifier = number_of<int>(cell(rows.get(), row, 5));
    types_.emplace(type.oid, std::move(type));
  }
  SLUICE_ASSIGN_OR_RETURN(const ResultPtr labels,
                          session.run(kLabelsSql, {}, false, "read the enumerations"));
  for (int row = 0; row < PQntuples(labels.get()); ++row) {
    const auto type = types_.find(number_of<Oid>(cell(labels.get(), row, 0)));
    if (type != types_.end()) type->second.labels.emplace_back(cell(labels.get(), row, 1));
  }
  return {};
}

const Type* Types::find(Oid oid) const {
  const auto found = types_.find(oid);
  return found == types_.end() ? nullptr : &found->second;
}

Result<const Type*> Types::get(Oid oid, Session& session) {
  if (const Type* known = find(oid)) return known;
  SLUICE_RETURN_IF_ERROR(load(session));
  if (const Type* known = find(oid)) return known;
  Type type;
  type.oid = oid;
  type.name = "unknown";
  type.kind = 'c';
  return &types_.emplace(oid, std::move(type)).first->second;
}

const Type* Types::root(const Type& type, int& modifier) const {
  const Type* at = &type;
  for (int i = 0; i < kDomainsMax && at->kind == 'd'; ++i) {
    const Type* base = find(at->base);
    if (base == nullptr) break;
    if (modifier < 0) modifier = at->base_modifier;
    at = base;
  }
  return at;
}

}  // namespace sluice::connectors::cdc::postgres
