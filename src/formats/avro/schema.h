#pragma once
// Avro schemas (Apache Avro specification 1.12) as a graph of immutable nodes. Named types may refer to
// themselves, so one pool owns a whole graph and a SchemaPtr to any node keeps all of it. Thread-safe once
// built.

#include <cstdint>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::avro {

using Json = nlohmann::ordered_json;

enum class Type : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kRecord,
  kEnum,
  kArray,
  kMap,
  kUnion,
  kFixed,
};

/// As in JSON, e.g. "record".
std::string_view type_name(Type type);

struct Schema;

struct Field {
  std::string name;
  const Schema* schema = nullptr;
  std::optional<std::string> doc;
  std::optional<Json> default_value;
  std::vector<std::string> aliases;
  std::string order;                 // empty: ascending
  Json properties = Json::object();  // what the specification does not know
};

struct Schema {
  Type type = Type::kNull;
  // Of records, enums and fixed.
  std::string name;
  std::string space;                 // namespace; empty: none
  std::vector<std::string> aliases;  // full names
  std::optional<std::string> doc;

  std::vector<Field> fields;         // of records
  std::vector<std::string> symbols;  // of enums
  std::optional<std::string> enum_default;
  std::vector<const Schema*> branches;  // of unions; of arrays and maps the element alone
  int32_t size = 0;                     // of fixed
  Json properties = Json::object();     // logicalType and connect.* among them

  bool is_named() const { return type == Type::kRecord || type == Type::kEnum || type == Type::kFixed; }
  std::string full_name() const { return space.empty() ? name : space + "." + name; }
  const Schema& element() const { return *branches.front(); }
  /// Null if there is none.
  const Field* field(std::string_view field_name) const;
  int symbol_index(std::string_view symbol) const;  // -1: none
  /// Index of the null branch of a union, or -1.
  int null_branch() const;
  /// The property if it is a text.
  const std::string* text_property(std::string_view key) const;
  /// Null if there is none.
  const Json* property(std::string_view key) const;
  std::string_view logical_type() const;
};

using SchemaPtr = std::shared_ptr<const Schema>;

/// Where nodes live while a graph is built, and after.
class SchemaPool : public std::enable_shared_from_this<SchemaPool> {
 public:
  Schema* make(Type type);
  /// Keeps the pool and whatever it depends on.
  SchemaPtr share(const Schema* schema) const { return {shared_from_this(), schema}; }
  /// Other graphs that nodes of this one refer to.
  void keep(SchemaPtr other) { kept_.push_back(std::move(other)); }

 private:
  std::deque<Schema> nodes_;
  std::vector<SchemaPtr> kept_;
};

/// Whether it may be a name of a type, field or symbol; letters beyond ASCII are fine. The error's text is
/// the reference implementation's.
Status check_name(std::string_view name);

/// Whether both describe the same data under the same names, properties included.
bool same_schema(const Schema& left, const Schema& right);

}  // namespace sluice::avro
