#pragma once
// What a schema format (Avro, Protobuf, JSON Schema) does for the registry converters: schemas and payloads
// both ways. One instance per converter, on its thread.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "drivers/schema_registry/registry.h"
#include "sdk/config/config_def.h"
#include "sdk/converter.h"

namespace sluice::converters {

/// A registered schema with all it refers to, each before what refers to it, by the name it is referred to.
struct FullSchema {
  schema_registry::RegisteredPtr schema;
  std::vector<std::pair<std::string, schema_registry::RegisteredPtr>> references;
};

/// The format's own schema of data.
struct NativeSchema {
  schema_registry::SchemaText schema;
  std::string record_name;  // for subjects named after records; empty: it is no record
  /// What the schema refers to and nobody has registered yet, by name, each before what refers to it. Goes
  /// under subjects of these names before the schema does, whose references it becomes.
  std::vector<std::pair<std::string, schema_registry::SchemaText>> imports;
};

/// Payloads of one writer's schema to data.
class PayloadReader {
 public:
  virtual ~PayloadReader() = default;
  /// out[i] for payloads[i]; errors by i. Schemas and whatever else values need is kept by the arena; values
  /// may borrow from the payloads.
  virtual void read(std::span<const BytesView> payloads, sdk::Arena& arena,
                    std::span<sdk::SchemaAndValue> out, sdk::RecordErrors& errors) = 0;
};

/// Data of one Connect schema to payloads.
class PayloadWriter {
 public:
  virtual ~PayloadWriter() = default;
  /// What readers need beside the schema's id, constant: of Protobuf the message's index.
  virtual BytesView index() const { return kEmptyBytes; }
  /// Appends the payload, without the index. After an error what was appended is cut off again by the caller.
  virtual Status write(const sdk::Value& value, std::string& out) = 0;
};

class RegistryFormat {
 public:
  virtual ~RegistryFormat() = default;
  virtual schema_registry::SchemaType type() const = 0;
  /// For error texts: "Avro", "Protobuf", "JSON".
  virtual std::string_view name() const = 0;
  /// Whether a null of an optional schema becomes Kafka's null, or a payload that says null.
  virtual bool null_is_tombstone() const = 0;
  /// The same of a schema that is not optional; else such a null is an error.
  virtual bool required_null_is_tombstone() const { return false; }
  /// Adds the format's own options.
  virtual void define(sdk::ConfigDef& def) const = 0;
  virtual Status configure(const sdk::Config& config) = 0;

  /// A null schema is schemaless data. Error kind kBadRecord.
  virtual Result<NativeSchema> native_schema(const sdk::Schema* schema) = 0;
  /// The record name of a registered schema; empty: it is no record.
  virtual Result<std::string> record_name(const FullSchema& schema) = 0;
  /// The names of all records that it describes, if a payload may be any of them; the first one is
  /// record_name().
  virtual Result<std::vector<std::string>> record_names(const FullSchema& schema) {
    SLUICE_ASSIGN_OR_RETURN(std::string name, record_name(schema));
    return std::vector<std::string>{std::move(name)};
  }
  virtual Result<std::unique_ptr<PayloadWriter>> writer(const sdk::Schema* schema,
                                                        const FullSchema& native) = 0;
  /// `version`: under which the subject has the schema, for the Connect schema; none: unknown.
  virtual Result<std::unique_ptr<PayloadReader>> reader(const FullSchema& writer,
                                                        std::optional<int32_t> version) = 0;
  virtual Result<sdk::SchemaPtr> connect_schema(const FullSchema& schema) = 0;
  /// Whether data written as `writer` can be read as `reader`; an explanation if not.
  virtual Result<std::optional<std::string>> incompatibility(const FullSchema& writer,
                                                             const FullSchema& reader) = 0;
};

}  // namespace sluice::converters
