#include "converters/schema_book.h"

#include <fmt/format.h>

#include <vector>

#include "converters/converter_config.h"

namespace sluice::converters {
namespace {

using schema_registry::RegisteredPtr;
using schema_registry::RegisteredSchema;
using schema_registry::Reply;

// Trouble with the registry stays what it is: a later try may go well. A "no" is a broken record.
Error explained(const Error& error, std::string message) {
  return error.wrap(error.kind(), std::move(message));
}

}  // namespace

Result<SchemaBook::Known> SchemaBook::for_reading(const SchemaKey& key, std::string_view topic) {
  std::string subject;
  if (!config_.subjects.use_record_name()) {
    SLUICE_ASSIGN_OR_RETURN(subject, config_.subjects.subject(topic, {}));
  }
  const auto* id = std::get_if<int32_t>(&key);
  const Reply<RegisteredPtr> found =
      id != nullptr ? registry_->by_id(*id, subject) : registry_->by_guid(std::get<std::string>(key));
  if (!found.ok()) {
    return explained(found.result.error(),
                     fmt::format("Error retrieving {} schema for id {}", format_.name(),
                                 id != nullptr ? std::to_string(*id) : std::get<std::string>(key)));
  }
  if ((*found.result)->schema.type != format_.type()) {
    return bad_record(fmt::format("Schema {} is {}, not {}: is this the right converter?",
                                  (*found.result)->id, type_name((*found.result)->schema.type),
                                  type_name(format_.type())));
  }
  Known known;
  SLUICE_ASSIGN_OR_RETURN(known.schema, with_references(*found.result));
  if (id == nullptr && !guard_) return known;
  SLUICE_ASSIGN_OR_RETURN(subject, subject_of(known.schema, topic));
  if (id != nullptr) {
    const auto version = version_of(known.schema, subject);
    if (!version.ok() && guard_ && version.error().kind() == ErrorKind::kBadRecord)
      return version.error().wrap(
          ErrorKind::kViolation,
          fmt::format("Contract violation: the schema {} is not subject {}'s. Register it "
                      "there, or mend what writes to topic {}",
                      *id, subject, topic));
    if (!version.ok()) return version.error();
    known.version = *version;
  }
  if (guard_) SLUICE_RETURN_IF_ERROR(guard_->check(subject, known.schema, known.version));
  return known;
}

Result<std::string> SchemaBook::subject_of(const FullSchema& schema, std::string_view topic) {
  if (!config_.subjects.use_record_name()) return config_.subjects.subject(topic, {});
  SLUICE_ASSIGN_OR_RETURN(const std::vector<std::string> names, format_.record_names(schema));
  // Of many the one that the schema was registered for; a payload would tell, but subjects are told apart
  // once per schema.
  for (const std::string& name : names) {
    if (names.size() == 1) break;
    SLUICE_ASSIGN_OR_RETURN(std::string subject, config_.subjects.subject(topic, name));
    const Reply<int32_t> version = registry_->version_of(schema.schema->id, subject);
    if (version.ok() && *version.result != 0) return subject;
  }
  return config_.subjects.subject(topic, names.empty() ? std::string() : names.front());
}

Result<int32_t> SchemaBook::version_of(const FullSchema& schema, const std::string& subject) {
  const Reply<int32_t> version = registry_->version_of(schema.schema->id, subject);
  const std::string what =
      fmt::format("Error retrieving {} schema version for id {}", format_.name(), schema.schema->id);
  if (!version.ok()) return explained(version.result.error(), what);
  if (*version.result == 0) {
    return bad_record(fmt::format("{}: subject {} has no version with this schema", what, subject));
  }
  return *version.result;
}

Result<FullSchema> SchemaBook::for_writing(const sdk::Schema* schema, std::string_view topic) {
  SLUICE_ASSIGN_OR_RETURN(NativeSchema native, format_.native_schema(schema));
  SLUICE_RETURN_IF_ERROR(register_imports(native));
  SLUICE_ASSIGN_OR_RETURN(const std::string subject, config_.subjects.subject(topic, native.record_name));
  SLUICE_ASSIGN_OR_RETURN(RegisteredPtr chosen, choose(subject, native));
  return with_references(std::move(chosen));
}

Status SchemaBook::register_imports(NativeSchema& native) {
  for (const auto& [name, text] : native.imports) {
    const bool adds = config_.choice.auto_register;
    const bool normalize = config_.choice.normalize;
    Reply<RegisteredPtr> import =
        adds ? registry_->add(name, text, normalize) : registry_->look_up(name, text, normalize);
    // Some registries do not tell the version of what they add.
    if (import.ok() && (*import.result)->version == 0) import = registry_->look_up(name, text, normalize);
    if (!import.ok())
      return explained(import.result.error(),
                       fmt::format("Error {} the imported {} schema {}", adds ? "registering" : "retrieving",
                                   format_.name(), name));
    native.schema.references.push_back({name, name, (*import.result)->version});
  }
  return {};
}

Result<RegisteredPtr> SchemaBook::choose(const std::string& subject, const NativeSchema& native) {
  const SchemaChoice& choice = config_.choice;
  const auto or_error = [&](const Reply<RegisteredPtr>& reply, const char* doing) -> Result<RegisteredPtr> {
    if (reply.ok()) return *reply.result;
    return explained(reply.result.error(),
                     fmt::format("Error {} {} schema{}", doing, format_.name(), native.schema.text));
  };
  if (choice.auto_register)
    return or_error(registry_->add(subject, native.schema, choice.normalize), "registering");
  if (choice.use_id || !choice.use_guid.empty()) {
    SLUICE_ASSIGN_OR_RETURN(RegisteredPtr given,
                            or_error(choice.use_id ? registry_->by_id(*choice.use_id, subject)
                                                   : registry_->by_guid(choice.use_guid),
                                     "retrieving"));
    if (choice.id_strict) {
      SLUICE_RETURN_IF_ERROR(check_fits(native, given, "schema of use.schema.id", "id.compatibility.strict"));
    }
    return given;
  }
  if (choice.use_latest || !choice.latest_with_metadata.empty()) {
    SLUICE_ASSIGN_OR_RETURN(
        RegisteredPtr latest,
        or_error(choice.use_latest ? registry_->latest(subject)
                                   : registry_->latest_with_metadata(subject, choice.latest_with_metadata),
                 "retrieving"));
    if (choice.latest_strict) {
      SLUICE_RETURN_IF_ERROR(check_fits(native, latest, "latest schema", "latest.compatibility.strict"));
    }
    return latest;
  }
  return or_error(registry_->look_up(subject, native.schema, choice.normalize), "retrieving");
}

Status SchemaBook::check_fits(const NativeSchema& own, const RegisteredPtr& chosen,
                              std::string_view chosen_as, std::string_view option) {
  auto own_registered = std::make_shared<RegisteredSchema>();
  own_registered->schema = own.schema;
  SLUICE_ASSIGN_OR_RETURN(const FullSchema full, with_references(chosen));
  SLUICE_ASSIGN_OR_RETURN(const auto why, format_.incompatibility({std::move(own_registered), {}}, full));
  if (!why) return {};
  return bad_record(fmt::format("Incompatible schema {} with {} {}: {}. Set {}=false to disable this check",
                                own.schema.text, chosen_as, chosen->schema.text, *why, option));
}

Result<FullSchema> SchemaBook::with_references(RegisteredPtr schema) {
  FullSchema full;
  if (!schema->schema.references.empty()) {
    SLUICE_ASSIGN_OR_RETURN(full.references, registry_->references_of(schema->schema));
  }
  full.schema = std::move(schema);
  return full;
}

}  // namespace sluice::converters
