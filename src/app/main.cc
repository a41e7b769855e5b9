#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "app/distributed.h"
#include "app/hash_password.h"
#include "app/reference_pages.h"
#include "app/standalone.h"
#include "app/version.h"
#include "cli/dlq_commands.h"

namespace {

constexpr const char* kStandaloneHelp =
    "Run connectors in this one process, without a cluster.\n"
    "Takes the files that connect-standalone takes: the worker's properties, then one file per connector "
    "(JSON or "
    "properties). Source offsets are kept in the file named by offset.storage.file.filename. Ctrl-C stops it "
    "gracefully.";

constexpr const char* kDistributedHelp =
    "Run as one of a cluster of workers that share their work through Kafka.\n"
    "Takes the file that connect-distributed takes. Connectors are created over the REST API.";

/// What Kafka's own programs end with when they are called wrongly.
constexpr int kUsageWrong = 1;

/// The parser itself would only say that a command is missing.
bool is_unknown_command(const CLI::App& app, const char* word) {
  const auto has_the_name = [word](const CLI::App* command) { return command->get_name() == word; };
  return word[0] != '-' && app.get_subcommands(has_the_name).empty();
}

int run(int argc, char** argv) {
  CLI::App app{"Sluice: Apache Kafka Connect as one native binary"};
  app.set_version_flag("--version", std::string("sluice ") + sluice::app::kVersion);
  app.require_subcommand(1);
  app.footer("Example: sluice standalone worker.properties orders-source.json orders-lake.json");

  std::string worker_file;
  std::vector<std::string> connector_files;
  CLI::App* standalone = app.add_subcommand("standalone", kStandaloneHelp);
  standalone->add_option("worker.properties", worker_file, "The worker's configuration")->required();
  standalone->add_option("connectors", connector_files, "Connector configurations, started in this order");

  std::string cluster_file;
  CLI::App* distributed = app.add_subcommand("distributed", kDistributedHelp);
  distributed->add_option("worker.properties", cluster_file, "The worker's configuration")->required();

  std::string directory;
  CLI::App* docs = app.add_subcommand("docs", "Write the reference pages of all options as Markdown");
  docs->add_option("directory", directory, "Where to write them")->required();

  CLI::App* hash = app.add_subcommand(
      "hash-password", "Read a password from standard input and print its hash for sluice.rest.users.file");

  std::function<int()> chosen;
  sluice::cli::add_dlq_commands(app, chosen);

  if (argc > 1 && is_unknown_command(app, argv[1])) {
    std::fprintf(stderr, "sluice: there is no command '%s'\n\n%s", argv[1], app.help().c_str());
    return kUsageWrong;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : kUsageWrong;
  }
  if (chosen) return chosen();
  if (hash->parsed()) return sluice::app::run_hash_password();
  if (docs->parsed()) return sluice::app::write_reference_pages(directory);
  if (distributed->parsed()) return sluice::app::run_distributed(cluster_file);
  return sluice::app::run_standalone(worker_file, connector_files);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {  // out of memory, or a mistake of ours
    std::fprintf(stderr, "sluice: %s\n", problem.what());
    return EXIT_FAILURE;
  }
}
