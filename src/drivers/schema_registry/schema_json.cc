#include "drivers/schema_registry/schema_json.h"

#include <array>
#include <nlohmann/json.hpp>

namespace sluice::schema_registry {
namespace {

using nlohmann::json;

SchemaType type_of(const json& body) {
  const std::string name = text_member(body, "schemaType");
  if (name == type_name(SchemaType::kProtobuf)) return SchemaType::kProtobuf;
  return name == type_name(SchemaType::kJson) ? SchemaType::kJson : SchemaType::kAvro;
}

json body_of(const SchemaText& schema) {
  json body{{"schema", schema.text}};
  if (schema.type != SchemaType::kAvro) body["schemaType"] = type_name(schema.type);
  for (const SchemaReference& reference : schema.references) {
    body["references"].push_back(
        {{"name", reference.name}, {"subject", reference.subject}, {"version", reference.version}});
  }
  return body;
}

std::string text_of(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string_view type_name(SchemaType type) {
  static constexpr std::array<std::string_view, 3> kNames{"AVRO", "PROTOBUF", "JSON"};
  return kNames.at(static_cast<size_t>(type));
}

std::string text_member(const json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int32_t number_member(const json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_number_integer() ? found->get<int32_t>() : 0;
}

RegisteredSchema registered_schema(const json& body) {
  RegisteredSchema out;
  out.id = number_member(body, "id");
  out.guid = text_member(body, "guid");
  out.subject = text_member(body, "subject");
  out.version = number_member(body, "version");
  out.schema.type = type_of(body);
  out.schema.text = text_member(body, "schema");
  if (const auto references = body.find("references"); references != body.end() && references->is_array()) {
    for (const json& reference : *references) {
      out.schema.references.push_back({text_member(reference, "name"), text_member(reference, "subject"),
                                       number_member(reference, "version")});
    }
  }
  const json::json_pointer properties("/metadata/properties");
  if (body.contains(properties) && body[properties].is_object()) {
    for (const auto& [name, value] : body[properties].items()) {
      if (value.is_string()) out.metadata[name] = value.get<std::string>();
    }
  }
  return out;
}

std::string json_text(const SchemaText& schema) { return text_of(body_of(schema)); }

std::string json_text(const RegisteredSchema& schema) {
  json body = body_of(schema.schema);
  body["id"] = schema.id;
  body["guid"] = schema.guid;
  body["subject"] = schema.subject;
  body["version"] = schema.version;
  if (!schema.metadata.empty()) body["metadata"]["properties"] = schema.metadata;
  return text_of(body);
}

}  // namespace sluice::schema_registry
