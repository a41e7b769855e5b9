// Dead letters of a sink connector: read, and put back. Sluice's own; Kafka Connect has no such resources.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/java_base64.h"
#include "formats/json/json_writer.h"
#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

using cluster::DeadLetter;
using cluster::DeadLetterPage;
using cluster::DeadLetterQuery;
using cluster::LetterBytes;
using cluster::LetterRepair;
using cluster::ReplayOutcome;
using cluster::ReplayRequest;

constexpr size_t kLimitMax = 10'000;

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

Error wrong_limit(std::string_view text) {
  return bad_config(fmt::format("limit={}: it must be a number from 1 to {}", text, kLimitMax));
}

/// "0:57,1:12": partitions with their offsets.
Result<cluster::LetterOffsets> parse_from(std::string_view text) {
  cluster::LetterOffsets from;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const size_t colon = item.find(':');
    int32_t partition = 0;
    int64_t offset = 0;
    const bool is_place = colon != std::string_view::npos && parse_number(item.substr(0, colon), partition) &&
                          parse_number(item.substr(colon + 1), offset);
    if (!is_place) return bad_config(fmt::format("from: '{}' must be <partition>:<offset>", item));
    from[partition] = offset;
  }
  return from;
}

Result<DeadLetterQuery> parse_query(const Target& target) {
  DeadLetterQuery query;
  query.with_replayed = query_flag(target, "replayed", false);
  if (const auto limit = target.query_value("limit")) {
    if (!parse_number(*limit, query.limit) || query.limit < 1 || query.limit > kLimitMax) {
      return wrong_limit(*limit);
    }
  }
  if (const auto from = target.query_value("from")) {
    SLUICE_ASSIGN_OR_RETURN(query.from, parse_from(*from));
  }
  return query;
}

/// null, {"text":…} or {"base64":…}; what an answer has beside them is passed over.
Result<LetterBytes> parse_bytes(std::string_view name, const Json& json) {
  if (json.is_null()) return LetterBytes();
  const Json* text = json.find("text");
  const Json* base64 = json.find("base64");
  const Json* given = text != nullptr ? text : base64;
  const auto content = given == nullptr ? std::nullopt : given->scalar_text();
  if (!content) {
    return bad_config(fmt::format("{}: it must be null, an object with 'text' or one with 'base64'", name));
  }
  if (text != nullptr) return LetterBytes(*content);
  auto bytes = decode_base64(*content);
  if (!bytes.ok()) return bad_config(fmt::format("{}: {}", name, bytes.error().message()));
  return LetterBytes(std::move(bytes).value());
}

Result<LetterRepair> parse_letter(const Json& json) {
  LetterRepair repair;
  const Json* partition = json.find("partition");
  const Json* offset = json.find("offset");
  const bool is_place = partition != nullptr && offset != nullptr &&
                        parse_number(partition->scalar_text().value_or(""), repair.partition) &&
                        parse_number(offset->scalar_text().value_or(""), repair.offset);
  if (!is_place) return bad_config("letters: each needs its numbers 'partition' and 'offset'");
  if (const Json* key = json.find("key")) {
    SLUICE_ASSIGN_OR_RETURN(repair.key, parse_bytes("key", *key));
  }
  if (const Json* value = json.find("value")) {
    SLUICE_ASSIGN_OR_RETURN(repair.value, parse_bytes("value", *value));
  }
  return repair;
}

Result<ReplayRequest> parse_replay(const Json& json) {
  ReplayRequest request;
  if (json.object() == nullptr) return bad_config(fmt::format("Expected an object, not {}", json.kind()));
  for (const auto& [key, value] : *json.object()) {
    if (key == "topic") {
      request.topic = value.scalar_text().value_or("");
    } else if (key == "limit") {
      const std::string text = value.scalar_text().value_or("");
      if (!parse_number(text, request.limit) || request.limit < 1 || request.limit > kLimitMax) {
        return wrong_limit(text);
      }
    } else if (key == "letters" && value.array() != nullptr) {
      for (const Json& letter : *value.array()) {
        SLUICE_ASSIGN_OR_RETURN(LetterRepair repair, parse_letter(letter));
        request.letters.push_back(std::move(repair));
      }
      if (request.letters.empty()) return bad_config("letters: it names none; leave it out to replay all");
    } else {
      return bad_config(
          fmt::format("Unrecognized field \"{}\": 'letters' (an array), 'topic', 'limit'", key));
    }
  }
  return request;
}

// --- answers ---------------------------------------------------------------------------------------------

void write_member(TextBuffer& out, std::string_view name, std::string_view text) {
  out.push_back(',');
  json::write_string(out, name);
  out.push_back(':');
  json::write_string(out, text);
}

/// What can be shown and edited as text: UTF-8 without control characters.
bool is_text(std::string_view bytes) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  return is_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), is_control);
}

void write_bytes(TextBuffer& out, const LetterBytes& bytes, std::string_view decoded = {}) {
  if (!bytes) return json::write_null(out);
  if (is_text(*bytes)) {
    out.append("{\"text\":");
    json::write_string(out, *bytes);
  } else {
    out.append("{\"base64\":");
    json::write_bytes(out, *bytes);
  }
  if (!decoded.empty()) {
    out.append(",\"decoded\":");
    out.append(decoded);
  }
  out.push_back('}');
}

void write_source(TextBuffer& out, const DeadLetter& letter) {
  if (letter.topic.empty()) return;
  out.append(",\"source\":{\"topic\":");
  json::write_string(out, letter.topic);
  out.append(",\"partition\":");
  json::write_integer(out, letter.topic_partition);
  out.append(",\"offset\":");
  json::write_integer(out, letter.topic_offset);
  out.push_back('}');
}

void write_reason(TextBuffer& out, const DeadLetter& letter) {
  if (letter.stage.empty()) return;
  write_member(out, "task", letter.task);
  write_member(out, "stage", letter.stage);
  write_member(out, "class", letter.class_name);
  write_member(out, "exception", letter.exception);
  write_member(out, "message", letter.message);
  write_member(out, "trace", letter.trace);
}

void write_letter(TextBuffer& out, const DeadLetter& letter) {
  out.append("{\"partition\":");
  json::write_integer(out, letter.partition);
  out.append(",\"offset\":");
  json::write_integer(out, letter.offset);
  out.append(",\"timestamp\":");
  json::write_integer(out, letter.timestamp);
  out.append(",\"replayed\":");
  json::write_boolean(out, letter.is_replayed);
  write_source(out, letter);
  write_reason(out, letter);
  out.append(",\"key\":");
  write_bytes(out, letter.key, letter.key_json);
  out.append(",\"value\":");
  write_bytes(out, letter.value, letter.value_json);
  out.append(",\"headers\":[");
  for (size_t i = 0; i < letter.headers.size(); ++i) {
    out.append(i == 0 ? "{\"key\":" : ",{\"key\":");
    json::write_string(out, letter.headers[i].first);
    out.append(",\"value\":");
    write_bytes(out, letter.headers[i].second);
    out.push_back('}');
  }
  out.append("]}");
}

std::string to_json(const DeadLetterPage& page) {
  TextBuffer out;
  out.append("{\"topic\":");
  json::write_string(out, page.topic);
  out.append(",\"letters\":[");
  for (size_t i = 0; i < page.letters.size(); ++i) {
    if (i > 0) out.push_back(',');
    write_letter(out, page.letters[i]);
  }
  out.append("],\"next\":{");
  for (auto next = page.next.begin(); next != page.next.end(); ++next) {
    if (next != page.next.begin()) out.push_back(',');
    out.append(fmt::format("\"{}\":{}", next->first, next->second));
  }
  out.append("},\"last\":");
  json::write_boolean(out, page.is_last);
  out.push_back('}');
  return std::string(out.view());
}

std::string to_json(const ReplayOutcome& outcome) {
  return fmt::format("{{\"replayed\":{},\"already\":{},\"last\":{}}}", outcome.replayed, outcome.already,
                     outcome.is_last);
}

}  // namespace

void get_dead_letters(Api& api, const ExchangePtr& exchange) {
  auto query = parse_query(exchange->target);
  if (!query.ok()) return exchange->reply(error_reply(400, query.error().message()));
  api.set_deadline(*exchange);
  api.herder().dead_letters(exchange->parameters[0], std::move(query).value(),
                            exchange->then<DeadLetterPage>(
                                [](const DeadLetterPage& page) { return json_reply(200, to_json(page)); }));
}

void replay_dead_letters(Api& api, const ExchangePtr& exchange) {
  ReplayRequest request;
  if (!exchange->request.body.empty()) {
    const auto body = read_body(exchange);
    if (!body) return;
    auto parsed = parse_replay(*body);
    if (!parsed.ok()) return exchange->reply(error_reply(400, parsed.error().message()));
    request = std::move(parsed).value();
  }
  api.set_deadline(*exchange);
  api.herder().replay(exchange->parameters[0], std::move(request),
                      exchange->then<ReplayOutcome>(
                          [](const ReplayOutcome& outcome) { return json_reply(200, to_json(outcome)); }));
}

}  // namespace sluice::rest
