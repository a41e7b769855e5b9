#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/dlq.h"
#include "cli/worker_client.h"

namespace sluice::cli {
namespace {

using nlohmann::json;

/// Letters that are named go in one request; each is a transaction of its own.
constexpr size_t kNamedMax = 500;

Result<json> parse_place(const std::string& text) {
  int32_t partition = 0;
  int64_t offset = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, partition);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ':') {
    const auto second = std::from_chars(first.ptr + 1, end, offset);
    if (second.ec == std::errc() && second.ptr == end)
      return json{{"partition", partition}, {"offset", offset}};
  }
  return bad_config(fmt::format("'{}' must be <partition>:<offset> as `sluice dlq show` prints it", text));
}

/// Of a line as `show --output json` prints it: what replay needs. `decoded` is for reading only.
Result<json> parse_line(const std::string& line, size_t number) {
  const json letter = json::parse(line, nullptr, false);
  if (!letter.is_object() || !letter.contains("partition") || !letter.contains("offset")) {
    return bad_config(
        fmt::format("line {} is not a letter as `sluice dlq show --output json` prints it", number));
  }
  json result{{"partition", letter["partition"]}, {"offset", letter["offset"]}};
  for (const char* part : {"key", "value"}) {
    if (!letter.contains(part)) continue;
    result[part] = letter[part];
    if (result[part].is_object()) result[part].erase("decoded");
  }
  return result;
}

Result<json> read_letters(std::istream& in) {
  json letters = json::array();
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    SLUICE_ASSIGN_OR_RETURN(json letter, parse_line(line, number));
    letters.push_back(std::move(letter));
  }
  return letters;
}

/// Empty: all.
Result<json> chosen_letters(const DlqReplay& options) {
  if (options.all) return json::array();
  if (options.letters_file == "-") return read_letters(std::cin);
  if (!options.letters_file.empty()) {
    std::ifstream file(options.letters_file);
    if (!file) return bad_config(fmt::format("{} cannot be read", options.letters_file));
    auto letters = read_letters(file);
    if (!letters.ok()) return bad_config(options.letters_file + ", " + letters.error().message());
    return letters;
  }
  json letters = json::array();
  for (const std::string& place : options.places) {
    SLUICE_ASSIGN_OR_RETURN(json letter, parse_place(place));
    letters.push_back(std::move(letter));
  }
  return letters;
}

struct Count {
  int64_t replayed = 0;
  int64_t already = 0;
};

Result<bool> replay_some(WorkerClient& worker, const DlqReplay& options, const json& letters, Count& count) {
  json request = json::object();
  if (!letters.empty()) request["letters"] = letters;
  if (!options.topic.empty()) request["topic"] = options.topic;
  SLUICE_ASSIGN_OR_RETURN(const json outcome,
                          worker.post(connector_path(options.connector) + "/dead-letters/replay", request));
  count.replayed += outcome.value("replayed", int64_t{0});
  count.already += outcome.value("already", int64_t{0});
  return outcome.value("last", true);
}

Status replay(WorkerClient& worker, const DlqReplay& options, Count& count) {
  SLUICE_ASSIGN_OR_RETURN(const json letters, chosen_letters(options));
  if (options.all) {
    bool is_last = false;
    while (!is_last) {
      SLUICE_ASSIGN_OR_RETURN(is_last, replay_some(worker, options, {}, count));
      if (!is_last) fmt::print(stderr, "{} replayed so far\n", count.replayed);
    }
    return {};
  }
  for (size_t begin = 0; begin < letters.size(); begin += kNamedMax) {
    json some = json::array();
    for (size_t i = begin; i < std::min(letters.size(), begin + kNamedMax); ++i) some.push_back(letters[i]);
    SLUICE_RETURN_IF_ERROR(replay_some(worker, options, some, count));
  }
  return {};
}

}  // namespace

int run_dlq_replay(const DlqReplay& options) {
  const int ways =
      (options.all ? 1 : 0) + (options.letters_file.empty() ? 0 : 1) + (options.places.empty() ? 0 : 1);
  if (ways != 1) {
    fmt::print(stderr, "sluice: say what to replay: places like 0:57, --letters FILE, or --all\n");
    return EXIT_FAILURE;
  }
  WorkerClient worker(worker_url(options.url));
  Count count;
  const Status status = replay(worker, options, count);
  fmt::print("{} replayed", count.replayed);
  if (count.already > 0) fmt::print(", {} had been replayed before", count.already);
  fmt::print("\n");
  if (status.ok()) return EXIT_SUCCESS;
  fmt::print(stderr, "sluice: {}\n", status.error().message());
  return EXIT_FAILURE;
}

}  // namespace sluice::cli
