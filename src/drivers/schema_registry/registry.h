#pragma once
// A schema registry with everything remembered that does not change: one request per schema however many
// tasks ask. Shared by all converters of a worker with the same settings (shared_registry). Thread-safe;
// calls may block for a request. Errors as Client's.

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "drivers/schema_registry/client.h"
#include "drivers/schema_registry/flight_cache.h"
#include "drivers/schema_registry/saved_schemas.h"
#include "drivers/schema_registry/schema.h"

namespace sluice::schema_registry {

using RegisteredPtr = std::shared_ptr<const RegisteredSchema>;

struct RegistryOptions {
  ClientOptions client;
  size_t schemas_max = 1'000;  // of each kind of question
  int64_t latest_ms = -1;      // how long "the latest version" holds; negative: for ever
  int64_t missing_ms = 10'000;
  /// A folder where schemas are kept for the time when no registry can be reached; empty: nowhere.
  std::string saved_schemas_dir;
};

class Registry {
 public:
  Registry(RegistryOptions options, const Clock& clock, Random& random);

  /// `subject` tells the registry in which context to look; may be empty.
  Reply<RegisteredPtr> by_id(int32_t id, const std::string& subject);
  Reply<RegisteredPtr> by_guid(const std::string& guid);
  Reply<RegisteredPtr> latest(const std::string& subject);
  Reply<RegisteredPtr> version(const std::string& subject, int32_t version);
  Reply<RegisteredPtr> latest_with_metadata(const std::string& subject,
                                            const std::map<std::string, std::string>& properties);
  Reply<RegisteredPtr> look_up(const std::string& subject, const SchemaText& schema, bool normalize);
  Reply<RegisteredPtr> add(const std::string& subject, const SchemaText& schema, bool normalize);
  /// The version under which the subject has this id; 0: none.
  Reply<int32_t> version_of(int32_t id, const std::string& subject);

  /// Everything that the schema refers to, directly or not, each before what refers to it, under the name by
  /// which it is referred to.
  Result<std::vector<std::pair<std::string, RegisteredPtr>>> references_of(const SchemaText& schema);

  const std::string& url() const { return client_.url(); }

 private:
  using Written = std::tuple<std::string, SchemaText, bool>;  // subject, schema, normalized

  Client client_;
  SavedSchemas saved_;
  FlightCache<std::pair<int32_t, std::string>, RegisteredPtr> by_id_;
  FlightCache<std::string, RegisteredPtr> by_guid_;
  FlightCache<std::string, RegisteredPtr> latest_;
  FlightCache<std::pair<std::string, int32_t>, RegisteredPtr> versions_;
  FlightCache<std::pair<std::string, std::map<std::string, std::string>>, RegisteredPtr> by_metadata_;
  FlightCache<Written, RegisteredPtr> looked_up_;
  FlightCache<Written, RegisteredPtr> added_;
  FlightCache<std::pair<int32_t, std::string>, int32_t> version_of_;
};

/// The one registry of this process for `settings`, which tell apart what must not share one.
std::shared_ptr<Registry> shared_registry(const std::string& settings, const RegistryOptions& options);

}  // namespace sluice::schema_registry
