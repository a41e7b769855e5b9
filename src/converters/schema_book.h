#pragma once
// Which registered schema a record is read or written with: the rules of Confluent's serialisers over the
// registry's answers. On the converter's thread; may block for a request.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "converters/contract_guard.h"
#include "converters/registry_config.h"
#include "converters/registry_format.h"
#include "converters/wire_format.h"
#include "drivers/schema_registry/registry.h"

namespace sluice::converters {

class SchemaBook {
 public:
  /// `format` outlives the book.
  SchemaBook(std::shared_ptr<schema_registry::Registry> registry, RegistryConfig config,
             RegistryFormat& format)
      : registry_(std::move(registry)), config_(std::move(config)), format_(format) {}

  /// From now on for_reading() refuses schemas that break the contract, with kind kViolation.
  void guard(sdk::Contract contract) { guard_.emplace(registry_, std::move(contract), format_); }

  struct Known {
    FullSchema schema;
    std::optional<int32_t> version;  // within the subject of the topic
  };
  /// The schema that a record of `topic` was written with. Error kinds: kRetry, kBadConfig, kBadRecord (there
  /// is none, or it is not the subject's).
  Result<Known> for_reading(const SchemaKey& key, std::string_view topic);

  /// The schema to write data of `schema` (null: schemaless) with.
  Result<FullSchema> for_writing(const sdk::Schema* schema, std::string_view topic);

 private:
  Result<FullSchema> with_references(schema_registry::RegisteredPtr schema);
  /// Within the subject of the topic.
  Result<int32_t> version_of(const FullSchema& schema, const std::string& subject);
  Result<std::string> subject_of(const FullSchema& schema, std::string_view topic);
  /// Makes the imports references of the schema.
  Status register_imports(NativeSchema& native);
  Result<schema_registry::RegisteredPtr> choose(const std::string& subject, const NativeSchema& native);
  /// Refuses a schema of the registry's that cannot read what the record's own schema describes.
  Status check_fits(const NativeSchema& own, const schema_registry::RegisteredPtr& chosen,
                    std::string_view chosen_as, std::string_view option);

  const std::shared_ptr<schema_registry::Registry> registry_;
  const RegistryConfig config_;
  RegistryFormat& format_;
  std::optional<ContractGuard> guard_;
};

}  // namespace sluice::converters
