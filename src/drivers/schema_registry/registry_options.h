#pragma once
// Confluent's properties of registry clients (AbstractKafkaSchemaSerDeConfig, SchemaRegistryClientConfig) as
// RegistryOptions: the one place that knows them. Which keys exist, their types and defaults, is the
// converters' to define.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "drivers/schema_registry/registry.h"

namespace sluice::schema_registry {

/// The value under a name such as "schema.registry.url", prefixes cut off; null if it is not given.
using Property = std::function<const std::string*(std::string_view name)>;

/// Error kind kBadConfig names the property; secrets never appear in errors.
Result<RegistryOptions> registry_options(const Property& property);

/// The one registry of this process for these properties.
Result<std::shared_ptr<Registry>> open_registry(const Property& property);

}  // namespace sluice::schema_registry
