#include "cluster/peer_messages.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace sluice::cluster {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<PeerSays, const char*>, 9> kNames{{
    {PeerSays::kIdentity, "identity"},
    {PeerSays::kPing, "ping"},
    {PeerSays::kPong, "pong"},
    {PeerSays::kMembers, "members"},
    {PeerSays::kRejoin, "rejoin"},
    {PeerSays::kGoodbye, "goodbye"},
    {PeerSays::kLeft, "left"},
    {PeerSays::kCheck, "check"},
    {PeerSays::kChecked, "checked"},
}};

std::string dumped(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

Result<json> parse_object(std::string_view text) {
  json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return bad_record("A message between workers is no JSON object");
  return object;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int64_t number_at(const json& object, const char* key, int64_t otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : otherwise;
}

bool flag_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

json encode_work(const WorkItems& work) {
  json tasks = json::array();
  for (const TaskName& task : work.tasks) tasks.push_back({task.connector, task.task});
  return {{"connectors", work.connectors}, {"tasks", std::move(tasks)}};
}

WorkItems decode_work(const json& object) {
  WorkItems work;
  for (const json& connector : object.value("connectors", json::array())) {
    if (connector.is_string()) work.connectors.push_back(connector.get<std::string>());
  }
  for (const json& task : object.value("tasks", json::array())) {
    const bool is_task =
        task.is_array() && task.size() == 2 && task[0].is_string() && task[1].is_number_integer();
    if (is_task) work.tasks.push_back({task[0].get<std::string>(), task[1].get<int32_t>()});
  }
  return work;
}

}  // namespace

std::string encode_peer_message(const PeerMessage& message) {
  json object;
  for (const auto& [says, name] : kNames) {
    if (says == message.says) object["says"] = name;
  }
  if (message.sequence != 0) object["sequence"] = message.sequence;
  if (message.generation >= 0) object["generation"] = message.generation;
  if (!message.member_id.empty()) object["member"] = message.member_id;
  if (!message.url.empty()) object["url"] = message.url;
  if (!message.incarnation.empty()) object["incarnation"] = message.incarnation;
  if (message.is_alive) object["alive"] = true;
  if (!message.work.empty()) object["work"] = encode_work(message.work);
  for (const LedMember& member : message.members) {
    object["members"].push_back(
        {{"id", member.member_id}, {"url", member.url}, {"incarnation", member.incarnation}});
  }
  return dumped(object);
}

Result<PeerMessage> decode_peer_message(std::string_view text) {
  SLUICE_ASSIGN_OR_RETURN(const json object, parse_object(text));
  PeerMessage message;
  const std::string name = text_at(object, "says");
  bool is_known = false;
  for (const auto& [says, known] : kNames) {
    if (name != known) continue;
    message.says = says;
    is_known = true;
  }
  if (!is_known) return bad_record(fmt::format("A message between workers says '{}'", name));
  message.sequence = number_at(object, "sequence", 0);
  message.generation = static_cast<int32_t>(number_at(object, "generation", -1));
  message.member_id = text_at(object, "member");
  message.url = text_at(object, "url");
  message.incarnation = text_at(object, "incarnation");
  message.is_alive = flag_at(object, "alive");
  if (const auto work = object.find("work"); work != object.end() && work->is_object()) {
    message.work = decode_work(*work);
  }
  if (const auto members = object.find("members"); members != object.end() && members->is_array()) {
    for (const json& member : *members) {
      if (!member.is_object()) continue;
      message.members.push_back(
          {text_at(member, "id"), text_at(member, "url"), text_at(member, "incarnation")});
    }
  }
  return message;
}

std::string encode_hello(const PeerHello& hello) {
  return dumped({{"group", hello.group_id},
                 {"url", hello.url},
                 {"incarnation", hello.incarnation},
                 {"probe", hello.is_probe}});
}

Result<PeerHello> decode_hello(std::string_view text) {
  SLUICE_ASSIGN_OR_RETURN(const json object, parse_object(text));
  PeerHello hello{text_at(object, "group"), text_at(object, "url"), text_at(object, "incarnation"),
                  flag_at(object, "probe")};
  if (hello.url.empty() || hello.incarnation.empty()) {
    return bad_record("A hello between workers lacks a URL or an incarnation");
  }
  return hello;
}

}  // namespace sluice::cluster
