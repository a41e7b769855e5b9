#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "cli/dlq.h"
#include "cli/worker_client.h"

namespace sluice::cli {
namespace {

using nlohmann::json;

constexpr uint32_t kPage = 100;

std::string time_text(int64_t timestamp_ms) {
  if (timestamp_ms < 0) return "no time";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(timestamp_ms / 1000)));
}

/// What people read: the decoded value, else the text, else Base64.
std::string bytes_text(const json& bytes) {
  if (bytes.is_null()) return "null";
  if (bytes.contains("decoded")) return bytes["decoded"].dump();
  if (bytes.contains("text")) return bytes["text"].get<std::string>();
  return "base64:" + bytes.value("base64", "");
}

void print_line(const char* name, const std::string& text) {
  if (!text.empty()) fmt::print("  {:<7}{}\n", name, text);
}

void print_letter(const json& letter) {
  fmt::print("{}:{}{}\n", letter.value("partition", 0), letter.value("offset", int64_t{0}),
             letter.value("replayed", false) ? "  (replayed)" : "");
  std::string place;
  if (letter.contains("source")) {
    const json& source = letter["source"];
    place = fmt::format("{}-{}@{}, ", source.value("topic", ""), source.value("partition", 0),
                        source.value("offset", int64_t{0}));
  }
  print_line("record", place + time_text(letter.value("timestamp", int64_t{-1})));
  print_line("why", letter.value("message", ""));
  if (letter.contains("stage")) {
    print_line("stage", fmt::format("{} ({})", letter.value("stage", ""), letter.value("class", "")));
  }
  print_line("key", bytes_text(letter["key"]));
  print_line("value", bytes_text(letter["value"]));
  for (const json& header : letter["headers"]) {
    print_line("header", fmt::format("{}={}", header.value("key", ""), bytes_text(header["value"])));
  }
}

std::string from_text(const json& next) {
  std::string text;
  for (const auto& [partition, offset] : next.items()) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", partition, offset.get<int64_t>());
  }
  return text;
}

Result<size_t> show(WorkerClient& worker, const DlqShow& options) {
  size_t shown = 0;
  std::string from;
  while (shown < options.limit) {
    const auto limit = std::min<size_t>(kPage, options.limit - shown);
    SLUICE_ASSIGN_OR_RETURN(
        const json page,
        worker.get(fmt::format("{}/dead-letters?limit={}&replayed={}{}", connector_path(options.connector),
                               limit, options.with_replayed, from.empty() ? "" : "&from=" + from)));
    for (const json& letter : page["letters"]) {
      if (options.output == "json") {
        fmt::print("{}\n", letter.dump());
      } else {
        print_letter(letter);
      }
      ++shown;
    }
    if (page.value("last", true)) return shown;
    from = from_text(page["next"]);
  }
  fmt::print(stderr, "These are the first {}; --limit shows more.\n", shown);
  return shown;
}

}  // namespace

int run_dlq_show(const DlqShow& options) {
  WorkerClient worker(worker_url(options.url));
  const auto shown = show(worker, options);
  if (!shown.ok()) {
    fmt::print(stderr, "sluice: {}\n", shown.error().message());
    return EXIT_FAILURE;
  }
  if (*shown == 0) fmt::print(stderr, "No dead letters.\n");
  return EXIT_SUCCESS;
}

}  // namespace sluice::cli
