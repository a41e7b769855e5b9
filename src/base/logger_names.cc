#include "base/logger_names.h"

#include <algorithm>
#include <iterator>

namespace sluice::log {
namespace {

// The longest prefix wins. Names are those of the Java worker's classes and packages that do the same.
constexpr NamedPlace kPlaces[] = {
    {"app/", "org.apache.kafka.connect.cli"},
    {"cluster/", "org.apache.kafka.connect.runtime.distributed.DistributedHerder"},
    {"cluster/standalone_", "org.apache.kafka.connect.runtime.standalone.StandaloneHerder"},
    {"connectors/file/", "org.apache.kafka.connect.file"},
    {"connectors/object_store/", "io.confluent.connect.s3"},
    {"connectors/sql/", "io.confluent.connect.jdbc"},
    {"converters/", "org.apache.kafka.connect.converters"},
    {"kafka/", "org.apache.kafka.clients"},
    {"kafka/protocol/", "org.apache.kafka.connect.runtime.distributed.WorkerCoordinator"},
    {"plugins/", "org.apache.kafka.connect.runtime.isolation"},
    {"rest/", "org.apache.kafka.connect.runtime.rest"},
    {"rest/access_log", "org.apache.kafka.connect.runtime.rest.RestServer"},
    {"store/", "org.apache.kafka.connect.storage"},
    {"tasks/", "org.apache.kafka.connect.runtime.Worker"},
    {"tasks/connector_runner", "org.apache.kafka.connect.runtime.WorkerConnector"},
    {"tasks/error_", "org.apache.kafka.connect.runtime.errors"},
    {"tasks/sink_task", "org.apache.kafka.connect.runtime.WorkerSinkTask"},
    {"tasks/source_task", "org.apache.kafka.connect.runtime.WorkerSourceTask"},
    {"transforms/", "org.apache.kafka.connect.transforms"},
};

}  // namespace

std::span<const NamedPlace> named_places() { return kPlaces; }

std::string logger_name(std::string_view file) {
  constexpr std::string_view kSources = "src/";
  if (const size_t at = file.rfind(kSources); at != std::string_view::npos)
    file.remove_prefix(at + kSources.size());
  const NamedPlace* best = nullptr;
  for (const NamedPlace& place : kPlaces) {
    if (file.starts_with(place.files) && (best == nullptr || best->files.size() < place.files.size()))
      best = &place;
  }
  if (best != nullptr) return std::string(best->name);
  std::string name = "sluice." + std::string(file.substr(0, file.rfind('/')));
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

}  // namespace sluice::log
