#include <fmt/format.h>

#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

using cluster::OffsetEntry;

/// One element of "offsets": partition and offset are objects or null; a missing one is null.
Result<OffsetEntry> parse_entry(const Json& json) {
  if (json.object() == nullptr)
    return bad_record(fmt::format("Each of 'offsets' must be an object, not {}", json.kind()));
  OffsetEntry entry{"null", std::nullopt};
  for (const auto& [key, value] : *json.object()) {
    if (key != "partition" && key != "offset") {
      return bad_record(
          fmt::format("Unrecognized field \"{}\" (2 known properties: \"partition\", \"offset\")", key));
    }
    if (value.object() == nullptr && !value.is_null())
      return bad_record(fmt::format("The {} must be an object or null, not {}", key, value.kind()));
    if (value.is_null()) continue;
    if (key == "partition") {
      entry.partition = to_text(value);
    } else {
      entry.offset = to_text(value);
    }
  }
  return entry;
}

Result<std::vector<OffsetEntry>> parse_offsets(const Json& body) {
  if (body.object() == nullptr)
    return bad_record(fmt::format("Expected an object with 'offsets', not {}", body.kind()));
  std::vector<OffsetEntry> entries;
  for (const auto& [key, value] : *body.object()) {
    if (key != "offsets")
      return bad_record(fmt::format("Unrecognized field \"{}\" (one known property: \"offsets\")", key));
    if (value.is_null()) continue;
    if (value.array() == nullptr)
      return bad_record(fmt::format("'offsets' must be an array, not {}", value.kind()));
    for (const Json& item : *value.array()) {
      SLUICE_ASSIGN_OR_RETURN(OffsetEntry entry, parse_entry(item));
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

cluster::Callback<std::string> answer_with_message(const ExchangePtr& exchange) {
  return exchange->then<std::string>(
      [](const std::string& message) { return json_reply(200, message_json(message)); });
}

}  // namespace

void get_offsets(Api& api, const ExchangePtr& exchange) {
  using Offsets = std::vector<OffsetEntry>;
  api.set_deadline(*exchange);
  api.herder().offsets(exchange->parameters[0], exchange->then<Offsets>([](const Offsets& offsets) {
    return json_reply(200, to_json(offsets));
  }));
}

void alter_offsets(Api& api, const ExchangePtr& exchange) {
  const auto body = read_body(exchange);
  if (!body) return;
  auto offsets = parse_offsets(*body);
  if (!offsets.ok()) return exchange->reply(error_reply(500, offsets.error().message()));
  if (offsets->empty()) {
    return exchange->reply(
        error_reply(400, "Partitions / offsets need to be provided for an alter offsets request"));
  }
  api.set_deadline(*exchange);
  api.herder().alter_offsets(exchange->parameters[0], std::move(offsets).value(),
                             answer_with_message(exchange));
}

void reset_offsets(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().reset_offsets(exchange->parameters[0], answer_with_message(exchange));
}

}  // namespace sluice::rest
