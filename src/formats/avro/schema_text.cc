#include "formats/avro/schema_text.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <utility>

namespace sluice::avro {
namespace {

class JsonWriter {
 public:
  Result<Json> write(const Schema& schema, const std::string& space) {
    if (schema.is_named()) return write_named(schema, space);
    if (schema.type == Type::kUnion) {
      Json branches = Json::array();
      for (const Schema* branch : schema.branches) {
        SLUICE_ASSIGN_OR_RETURN(auto item, write(*branch, space));
        branches.push_back(std::move(item));
      }
      return branches;
    }
    const std::string name(type_name(schema.type));
    if (schema.branches.empty() && schema.properties.empty()) return Json(name);
    Json result = {{"type", name}};
    if (!schema.branches.empty()) {
      SLUICE_ASSIGN_OR_RETURN(auto element, write(schema.element(), space));
      result[schema.type == Type::kArray ? "items" : "values"] = std::move(element);
    }
    add(result, schema.properties);
    return result;
  }

 private:
  Result<Json> write_named(const Schema& schema, const std::string& space) {
    const auto [known, is_new] = known_.emplace(schema.full_name(), &schema);
    if (!is_new) {
      if (!same_schema(*known->second, schema)) return bad_record("Can't redefine: " + schema.full_name());
      return Json(schema.space == space ? schema.name : schema.full_name());
    }
    Json result = {{"type", std::string(type_name(schema.type))}, {"name", schema.name}};
    if (schema.space != space) result["namespace"] = schema.space;
    if (schema.doc) result["doc"] = *schema.doc;
    if (schema.type == Type::kRecord) {
      Json fields = Json::array();
      for (const Field& field : schema.fields) {
        SLUICE_ASSIGN_OR_RETURN(auto item, write_field(field, schema.space));
        fields.push_back(std::move(item));
      }
      result["fields"] = std::move(fields);
    }
    if (schema.type == Type::kEnum) result["symbols"] = schema.symbols;
    if (schema.enum_default) result["default"] = *schema.enum_default;
    if (schema.type == Type::kFixed) result["size"] = schema.size;
    add(result, schema.properties);
    if (!schema.aliases.empty()) result["aliases"] = schema.aliases;
    return result;
  }

  Result<Json> write_field(const Field& field, const std::string& space) {
    Json result = {{"name", field.name}};
    SLUICE_ASSIGN_OR_RETURN(auto type, write(*field.schema, space));
    result["type"] = std::move(type);
    if (field.doc) result["doc"] = *field.doc;
    if (field.default_value) result["default"] = *field.default_value;
    if (!field.order.empty()) result["order"] = field.order;
    if (!field.aliases.empty()) result["aliases"] = field.aliases;
    add(result, field.properties);
    return result;
  }

  static void add(Json& result, const Json& properties) {
    for (const auto& [key, value] : properties.items()) result[key] = value;
  }

  std::map<std::string, const Schema*> known_;
};

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

class CanonicalWriter {
 public:
  std::string take() { return std::move(out_); }

  void write(const Schema& schema) {
    if (schema.is_named()) return write_named(schema);
    const std::string name(type_name(schema.type));
    if (schema.type == Type::kUnion) return write_list(schema.branches);
    if (schema.branches.empty()) {
      out_ += quoted(name);
      return;
    }
    out_ += fmt::format(R"({{"type":"{}","{}":)", name, schema.type == Type::kArray ? "items" : "values");
    write(schema.element());
    out_ += '}';
  }

 private:
  void write_list(const std::vector<const Schema*>& branches) {
    out_ += '[';
    for (size_t i = 0; i < branches.size(); ++i) {
      if (i > 0) out_ += ',';
      write(*branches[i]);
    }
    out_ += ']';
  }

  void write_named(const Schema& schema) {
    const std::string name = quoted(schema.full_name());
    if (!known_.insert(name).second) {
      out_ += name;
      return;
    }
    out_ += fmt::format(R"({{"name":{},"type":"{}")", name, type_name(schema.type));
    if (schema.type == Type::kRecord) write_fields(schema);
    if (schema.type == Type::kEnum) {
      out_ += R"(,"symbols":[)";
      for (size_t i = 0; i < schema.symbols.size(); ++i)
        out_ += (i > 0 ? "," : "") + quoted(schema.symbols[i]);
      out_ += ']';
    }
    if (schema.type == Type::kFixed) out_ += fmt::format(R"(,"size":{})", schema.size);
    out_ += '}';
  }

  void write_fields(const Schema& schema) {
    out_ += R"(,"fields":[)";
    for (size_t i = 0; i < schema.fields.size(); ++i) {
      out_ += fmt::format(R"({}{{"name":{},"type":)", i > 0 ? "," : "", quoted(schema.fields[i].name));
      write(*schema.fields[i].schema);
      out_ += '}';
    }
    out_ += ']';
  }

  std::string out_;
  std::set<std::string> known_;
};

constexpr uint64_t kEmptyFingerprint = 0xc15d213aa4d7a795;

constexpr std::array<uint64_t, 256> fingerprint_table() {
  std::array<uint64_t, 256> table{};
  for (uint64_t i = 0; i < table.size(); ++i) {
    uint64_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (kEmptyFingerprint & (0 - (value & 1)));
    table[i] = value;
  }
  return table;
}

}  // namespace

Result<std::string> to_json(const Schema& schema) {
  SLUICE_ASSIGN_OR_RETURN(const auto json, JsonWriter().write(schema, ""));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string canonical_form(const Schema& schema) {
  CanonicalWriter writer;
  writer.write(schema);
  return writer.take();
}

uint64_t fingerprint64(std::string_view canonical) {
  static constexpr auto kTable = fingerprint_table();
  uint64_t fingerprint = kEmptyFingerprint;
  for (const char c : canonical)
    fingerprint = (fingerprint >> 8) ^ kTable.at((fingerprint ^ static_cast<uint8_t>(c)) & 0xff);
  return fingerprint;
}

}  // namespace sluice::avro
