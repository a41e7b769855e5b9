#include "drivers/schema_registry/registry.h"

#include <fmt/format.h>

#include <set>

#include "base/shared_instance.h"

namespace sluice::schema_registry {
namespace {

constexpr size_t kReferencesMax = 1'000;

CacheLimits limits(const RegistryOptions& options, int64_t found_ms = -1) {
  return {options.schemas_max, found_ms, options.missing_ms};
}

Reply<RegisteredPtr> shared(Reply<RegisteredSchema> reply) {
  if (!reply.ok()) return {reply.result.error(), reply.code};
  return {std::make_shared<const RegisteredSchema>(std::move(reply.result).value()), 0};
}

/// Walks what a schema refers to, depth first.
class Walk {
 public:
  explicit Walk(Registry& registry) : registry_(registry) {}

  Status visit(const std::vector<SchemaReference>& references) {
    for (const SchemaReference& reference : references) {
      if (!seen_.insert({reference.subject, reference.version}).second) continue;
      if (seen_.size() > kReferencesMax) {
        return bad_record(fmt::format("The schema refers to more than {} others", kReferencesMax));
      }
      const Reply<RegisteredPtr> found = registry_.version(reference.subject, reference.version);
      if (!found.ok()) {
        return found.result.error().with_context(fmt::format("Reference {} to version {} of subject {}",
                                                             reference.name, reference.version,
                                                             reference.subject));
      }
      SLUICE_RETURN_IF_ERROR(visit((*found.result)->schema.references));
      all_.emplace_back(reference.name, *found.result);
    }
    return {};
  }
  std::vector<std::pair<std::string, RegisteredPtr>> take() { return std::move(all_); }

 private:
  Registry& registry_;
  std::set<std::pair<std::string, int32_t>> seen_;
  std::vector<std::pair<std::string, RegisteredPtr>> all_;
};

}  // namespace

Registry::Registry(RegistryOptions options, const Clock& clock, Random& random)
    : client_(options.client, random),
      saved_(options.saved_schemas_dir, options.client.urls.front()),
      by_id_(limits(options), clock),
      by_guid_(limits(options), clock),
      latest_(limits(options, options.latest_ms), clock),
      versions_(limits(options), clock),
      by_metadata_(limits(options, options.latest_ms), clock),
      looked_up_(limits(options), clock),
      added_(limits(options), clock),
      version_of_(limits(options), clock) {}

Reply<RegisteredPtr> Registry::by_id(int32_t id, const std::string& subject) {
  return by_id_.get({id, subject}, [&] {
    return shared(saved_.through(fmt::format("id {}", id), client_.by_id(id, subject)));
  });
}

Reply<RegisteredPtr> Registry::by_guid(const std::string& guid) {
  return by_guid_.get(guid, [&] { return shared(saved_.through("guid " + guid, client_.by_guid(guid))); });
}

Reply<RegisteredPtr> Registry::latest(const std::string& subject) {
  return latest_.get(subject,
                     [&] { return shared(saved_.through("latest of " + subject, client_.latest(subject))); });
}

Reply<RegisteredPtr> Registry::version(const std::string& subject, int32_t version) {
  return versions_.get({subject, version}, [&] {
    return shared(
        saved_.through(fmt::format("version {} of {}", version, subject), client_.version(subject, version)));
  });
}

Reply<RegisteredPtr> Registry::latest_with_metadata(const std::string& subject,
                                                    const std::map<std::string, std::string>& properties) {
  return by_metadata_.get({subject, properties},
                          [&] { return shared(client_.latest_with_metadata(subject, properties)); });
}

Reply<RegisteredPtr> Registry::look_up(const std::string& subject, const SchemaText& schema, bool normalize) {
  return looked_up_.get({subject, schema, normalize}, [&] {
    return shared(saved_.through(fmt::format("schema of {} {}: {}", subject, normalize, schema.text),
                                 client_.look_up(subject, schema, normalize)));
  });
}

Reply<RegisteredPtr> Registry::add(const std::string& subject, const SchemaText& schema, bool normalize) {
  return added_.get({subject, schema, normalize}, [&] {
    return shared(saved_.through(fmt::format("schema of {} {}: {}", subject, normalize, schema.text),
                                 client_.add(subject, schema, normalize)));
  });
}

Reply<int32_t> Registry::version_of(int32_t id, const std::string& subject) {
  return version_of_.get({id, subject}, [&]() -> Reply<int32_t> {
    const Reply<std::vector<SubjectVersion>> places = client_.places_of(id, subject);
    if (!places.ok()) return {places.result.error(), places.code};
    for (const SubjectVersion& place : *places.result) {
      if (place.subject == subject) return {place.version, 0};
    }
    return {0, 0};
  });
}

Result<std::vector<std::pair<std::string, RegisteredPtr>>> Registry::references_of(const SchemaText& schema) {
  Walk walk(*this);
  SLUICE_RETURN_IF_ERROR(walk.visit(schema.references));
  return walk.take();
}

std::shared_ptr<Registry> shared_registry(const std::string& settings, const RegistryOptions& options) {
  return shared_instance<Registry>(
      settings, [&] { return std::make_shared<Registry>(options, system_clock(), system_random()); });
}

}  // namespace sluice::schema_registry
