#pragma once
// Schemas as the registry's protocol writes them.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "drivers/schema_registry/schema.h"

namespace sluice::schema_registry {

/// A member that is missing, null or of another type is the same as an empty one: registries differ.
std::string text_member(const nlohmann::json& body, const char* name);
int32_t number_member(const nlohmann::json& body, const char* name);

RegisteredSchema registered_schema(const nlohmann::json& body);
/// Text that is not UTF-8 is replaced: it is the registry's to refuse.
std::string json_text(const SchemaText& schema);
/// With everything that registered_schema() reads.
std::string json_text(const RegisteredSchema& schema);

}  // namespace sluice::schema_registry
