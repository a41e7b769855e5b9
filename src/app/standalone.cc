#include "app/standalone.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <functional>

#include "app/connector_file.h"
#include "base/log.h"
#include "cluster/standalone_herder.h"
#include "formats/properties/java_properties.h"
#include "plugins/builtins.h"
#include "store/file_offset_store.h"
#include "tasks/worker_config.h"

namespace sluice::app {
namespace {

constexpr int kWorkerFileWrong = 2;
constexpr int kConnectorFileWrong = 3;

Result<tasks::WorkerOptions> read_worker_file(const std::string& file) {
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_text_file(file));
  auto properties = formats::parse_java_properties(text);
  if (!properties.ok()) return properties.error().with_context(file);
  auto config = tasks::standalone_worker_config().parse(*properties);
  if (!config.ok()) return config.error().with_context(file);
  return tasks::WorkerOptions{std::move(properties).value(), std::move(config).value(), {}};
}

/// Stable for this worker over restarts, and different for every other: two standalone workers that run a
/// connector of the same name share its consumer group.
std::string instance_prefix(const std::string& offsets_file) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::error_code ignored;
  // Absolute first: the canonical form of a relative name changes when the file comes into being.
  const auto file =
      std::filesystem::weakly_canonical(std::filesystem::absolute(offsets_file, ignored), ignored);
  return fmt::format("sluice-standalone-{:016x}",
                     std::hash<std::string>()(std::string(host.data()) + file.string()));
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

Status create_connectors(cluster::StandaloneHerder& herder, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    SLUICE_ASSIGN_OR_RETURN(const ConnectorFile connector, read_connector_file(file));
    const Status created = herder.create_connector(connector.config, connector.initial_state);
    if (!created.ok()) return created.error().with_context(file);
    log::info("Created connector {}", connector.config.at("name"));
  }
  return {};
}

}  // namespace

int run_standalone(const std::string& worker_file, const std::vector<std::string>& connector_files) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals,
                  nullptr);  // before any thread starts: all of them leave signals to this one
  std::signal(SIGPIPE, SIG_IGN);

  auto options = read_worker_file(worker_file);
  if (!options.ok()) {
    log::error("{}", options.error().message());
    return kWorkerFileWrong;
  }
  const std::string offsets_file = options->config.get_string("offset.storage.file.filename");
  auto offsets = store::FileOffsetStore::open(offsets_file);
  if (!offsets.ok()) {
    log::error("{}", offsets.error().message());
    return kWorkerFileWrong;
  }
  options->instance_prefix = instance_prefix(offsets_file);
  plugins::Plugins plugins;
  plugins::register_builtins(plugins);

  cluster::StandaloneHerder herder(std::move(options).value(), plugins, **offsets, system_clock());
  if (const Status created = create_connectors(herder, connector_files); !created.ok()) {
    log::error("Stopping, as a connector could not be created: {}", created.error().message());
    return kConnectorFileWrong;
  }
  log::info("Sluice standalone worker is ready");
  int received = 0;
  sigwait(&signals, &received);
  log::info("Stopping on signal {}", received);
  return 128 + received;
}

}  // namespace sluice::app
