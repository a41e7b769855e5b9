#include "cli/dlq_commands.h"

#include <memory>

#include "cli/dlq.h"

namespace sluice::cli {
namespace {

constexpr const char* kShowHelp =
    "Show dead letters: where they came from, why they failed, and what is in them.\n"
    "With --output json a letter per line, to be repaired and given to `sluice dlq replay --letters`.";

constexpr const char* kReplayHelp =
    "Put dead letters back to the topic that they came from, each once.\n"
    "Everybody who reads that topic sees them again. They stay in the queue, marked as replayed.";

template <typename Options>
void add_common(CLI::App& command, Options& options) {
  command.add_option("connector", options.connector, "The sink connector")->required();
  command.add_option("--url", options.url,
                     "A worker's REST URL (otherwise SLUICE_URL, otherwise http://localhost:8083)");
}

}  // namespace

void add_dlq_commands(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* dlq = app.add_subcommand("dlq", "Read and replay the dead letters of a sink connector");
  dlq->require_subcommand(1);

  CLI::App* show = dlq->add_subcommand("show", kShowHelp);
  const auto shown = std::make_shared<DlqShow>();
  add_common(*show, *shown);
  show->add_option("--limit", shown->limit, "How many at most")->capture_default_str();
  show->add_flag("--all", shown->with_replayed, "Those too that have been replayed");
  show->add_option("--output,-o", shown->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  show->callback([&chosen, shown] { chosen = [shown] { return run_dlq_show(*shown); }; });

  CLI::App* replay = dlq->add_subcommand("replay", kReplayHelp);
  const auto replayed = std::make_shared<DlqReplay>();
  add_common(*replay, *replayed);
  replay->add_option("letters", replayed->places, "Letters by their place, as `show` prints it: 0:57 0:58");
  replay->add_option("--letters", replayed->letters_file,
                     "A file of letters, repaired or not; - for standard input");
  replay->add_flag("--all", replayed->all, "All that have not been replayed");
  replay->add_option("--topic", replayed->topic, "Another topic than the one that they came from");
  replay->callback([&chosen, replayed] { chosen = [replayed] { return run_dlq_replay(*replayed); }; });
  replay->footer(
      "Example: sluice dlq show orders-lake -o json > letters; edit it; "
      "sluice dlq replay orders-lake --letters letters");
}

}  // namespace sluice::cli
