#pragma once
// Schemas kept in files, for a worker that must start while its registry is down. Only asked then: what the
// registry says counts. Thread-safe: files are written whole and renamed.

#include <string>

#include "drivers/schema_registry/client.h"

namespace sluice::schema_registry {

class SavedSchemas {
 public:
  /// An empty `directory`: nothing is kept. `url` tells registries apart.
  SavedSchemas(std::string directory, std::string url);

  /// The registry's reply to a question, kept if it is a schema; if the registry could not be reached, what
  /// was kept. A failure to keep is logged.
  Reply<RegisteredSchema> through(const std::string& question, Reply<RegisteredSchema> reply) const;

 private:
  std::string path_of(const std::string& question) const;
  Status save(const std::string& question, const RegisteredSchema& schema) const;

  const std::string directory_;
  const std::string url_;
};

}  // namespace sluice::schema_registry
