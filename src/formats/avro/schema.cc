#include "formats/avro/schema.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

namespace sluice::avro {

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "null",   "boolean", "int",  "long",  "float", "double", "bytes",
      "string", "record",  "enum", "array", "map",   "union",  "fixed"};
  return kNames.at(static_cast<size_t>(type));
}

const Field* Schema::field(std::string_view field_name) const {
  const auto found = std::ranges::find(fields, field_name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

int Schema::symbol_index(std::string_view symbol) const {
  const auto found = std::ranges::find(symbols, symbol);
  return found == symbols.end() ? -1 : static_cast<int>(found - symbols.begin());
}

int Schema::null_branch() const {
  for (size_t i = 0; i < branches.size(); ++i) {
    if (branches[i]->type == Type::kNull) return static_cast<int>(i);
  }
  return -1;
}

const Json* Schema::property(std::string_view key) const {
  const auto found = properties.find(key);
  return found == properties.end() ? nullptr : &*found;
}

const std::string* Schema::text_property(std::string_view key) const {
  const Json* found = property(key);
  return found == nullptr ? nullptr : found->get_ptr<const std::string*>();
}

std::string_view Schema::logical_type() const {
  const std::string* found = text_property("logicalType");
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

Schema* SchemaPool::make(Type type) {
  Schema& made = nodes_.emplace_back();
  made.type = type;
  return &made;
}

Status check_name(std::string_view name) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; };
  const auto illegal = [&](const char* what) {
    return bad_record(what + std::string(name)).as_java("org.apache.avro.SchemaParseException");
  };
  if (name.empty()) return bad_record("Empty name").as_java("org.apache.avro.SchemaParseException");
  if (!is_letter(static_cast<unsigned char>(name.front()))) return illegal("Illegal initial character: ");
  const auto is_legal = [&](unsigned char c) { return is_letter(c) || std::isdigit(c) != 0; };
  if (!std::ranges::all_of(name, is_legal)) return illegal("Illegal character in: ");
  return {};
}

namespace {

/// Pairs under comparison count as the same: a difference would be found elsewhere.
class Comparison {
 public:
  bool same(const Schema& left, const Schema& right) {
    if (&left == &right) return true;
    if (left.type != right.type || left.properties != right.properties) return false;
    if (left.is_named()) {
      if (left.name != right.name || left.space != right.space) return false;
      if (!open_.emplace(&left, &right).second) return true;
    }
    return left.symbols == right.symbols && left.enum_default == right.enum_default &&
           left.size == right.size && same_branches(left, right) && same_fields(left, right);
  }

 private:
  bool same_branches(const Schema& left, const Schema& right) {
    return std::ranges::equal(left.branches, right.branches,
                              [this](const Schema* one, const Schema* other) { return same(*one, *other); });
  }
  bool same_fields(const Schema& left, const Schema& right) {
    return std::ranges::equal(left.fields, right.fields, [this](const Field& one, const Field& other) {
      return one.name == other.name && one.default_value == other.default_value &&
             one.properties == other.properties && same(*one.schema, *other.schema);
    });
  }

  std::set<std::pair<const Schema*, const Schema*>> open_;
};

}  // namespace

bool same_schema(const Schema& left, const Schema& right) { return Comparison().same(left, right); }

}  // namespace sluice::avro
