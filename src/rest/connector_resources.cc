#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "rest/resources.h"
#include "rest/shapes.h"

namespace sluice::rest {
namespace {

using cluster::ConnectorInfo;
using cluster::Nothing;
using cluster::PutConnector;
using cluster::PutOutcome;
using cluster::RawConfig;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

net::ServerResponse put_reply(const Exchange& exchange, const PutOutcome& outcome) {
  net::ServerResponse response = json_reply(outcome.created ? 201 : 200, to_json(outcome.info));
  if (outcome.created) response.headers.emplace_back("Location", location_of(exchange, outcome.info.name));
  return response;
}

cluster::Callback<PutOutcome> on_put(const ExchangePtr& exchange) {
  return exchange->then<PutOutcome>(
      [exchange](const PutOutcome& outcome) { return put_reply(*exchange, outcome); });
}

/// The name of path or body is the configuration's too; 400 if the two differ.
bool unite_name(const ExchangePtr& exchange, const std::string& name, RawConfig& config) {
  auto& included = config["name"];
  if (included && *included != name) {
    exchange->reply(error_reply(
        400, fmt::format("Connector name configuration ({}) doesn't match connector name in the URL ({})",
                         *included, name)));
    return false;
  }
  included = name;
  return true;
}

std::optional<cluster::InitialState> parse_initial_state(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (text == "RUNNING") return cluster::InitialState::kRunning;
  if (text == "PAUSED") return cluster::InitialState::kPaused;
  if (text == "STOPPED") return cluster::InitialState::kStopped;
  return std::nullopt;
}

/// Error kind kBadRecord: not the shape of such a request.
Result<PutConnector> parse_create(const Json& body) {
  if (body.object() == nullptr)
    return bad_record(fmt::format("Expected an object with name and config, not {}", body.kind()));
  PutConnector request;
  for (const auto& [key, value] : *body.object()) {
    if (key == "name") {
      const auto name = value.scalar_text();
      if (!name && !value.is_null())
        return bad_record(fmt::format("The connector's name must be a text, not {}", value.kind()));
      request.name = trimmed(name.value_or(""));
    } else if (key == "config" && !value.is_null()) {
      SLUICE_ASSIGN_OR_RETURN(request.config, to_raw_config(value));
    } else if (key == "initial_state" && !value.is_null()) {
      request.initial_state = parse_initial_state(value.scalar_text().value_or(""));
      if (!request.initial_state) return bad_record("initial_state must be RUNNING, PAUSED or STOPPED");
    } else if (key != "config" && key != "initial_state") {
      return bad_record(fmt::format(
          "Unrecognized field \"{}\" (3 known properties: \"config\", \"name\", \"initial_state\")", key));
    }
  }
  const Json* config = body.find("config");
  if (config == nullptr || config->is_null()) return bad_record("The connector's config is missing");
  return request;
}

/// Gathers what ?expand= asks for, connector by connector.
class Expansion : public std::enable_shared_from_this<Expansion> {
 public:
  Expansion(Api& api, ExchangePtr exchange) : api_(api), exchange_(std::move(exchange)) {
    for (const auto& [name, value] : exchange_->target.query) {
      if (name != "expand") continue;
      with_status_ = with_status_ || value == "status";
      with_info_ = with_info_ || value == "info";
    }
  }

  void start(const std::vector<std::string>& names) {
    open_ = 1 + names.size() * ((with_status_ ? 1U : 0U) + (with_info_ ? 1U : 0U));
    for (const std::string& name : names) {
      {
        std::lock_guard lock(mutex_);
        parts_.try_emplace(name);
      }
      if (with_status_) ask<cluster::ConnectorStatus>(name, "status", &cluster::Herder::status);
      if (with_info_) ask<ConnectorInfo>(name, "info", &cluster::Herder::connector);
    }
    finish_one();
  }

 private:
  template <typename T>
  void ask(const std::string& name, const char* part,
           void (cluster::Herder::*question)(const std::string&, cluster::Callback<T>)) {
    (api_.herder().*question)(name, [self = shared_from_this(), name, part](cluster::Answer<T> answer) {
      {
        std::lock_guard lock(self->mutex_);
        const auto entry = self->parts_.find(name);
        // Removed meanwhile, or too new to have a status: left out, as in Java.
        if (std::holds_alternative<cluster::RequestError>(answer)) {
          if (entry != self->parts_.end()) self->parts_.erase(entry);
        } else if (entry != self->parts_.end()) {
          entry->second[part] = to_json(std::get<T>(answer));
        }
      }
      self->finish_one();
    });
  }

  void finish_one() {
    std::lock_guard lock(mutex_);
    if (--open_ > 0) return;
    std::string body = "{";
    for (const auto& [name, parts] : parts_) {
      if (body.size() > 1) body += ',';
      body += quoted(name) + ":{";
      for (const auto& [part, text] : parts) {
        if (body.back() != '{') body += ',';
        body += quoted(part) + ":" + text;
      }
      body += '}';
    }
    exchange_->reply(json_reply(200, body + "}"));
  }

  Api& api_;
  const ExchangePtr exchange_;
  bool with_status_ = false;
  bool with_info_ = false;
  std::mutex mutex_;
  size_t open_ = 0;
  std::map<std::string, std::map<std::string, std::string>> parts_;
};

}  // namespace

void list_connectors(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  if (!exchange->target.query_value("expand")) {
    return api.herder().connectors(exchange->then<std::vector<std::string>>(
        [](const std::vector<std::string>& names) { return json_reply(200, to_json(names)); }));
  }
  const auto expansion = std::make_shared<Expansion>(api, exchange);
  api.herder().connectors([exchange, expansion](const cluster::Answer<std::vector<std::string>>& names) {
    if (const auto* error = std::get_if<cluster::RequestError>(&names)) return exchange->fail(*error);
    expansion->start(std::get<std::vector<std::string>>(names));
  });
}

void create_connector(Api& api, const ExchangePtr& exchange) {
  const auto body = read_body(exchange);
  if (!body) return;
  auto request = parse_create(*body);
  if (!request.ok()) return exchange->reply(error_reply(500, request.error().message()));
  if (!unite_name(exchange, request->name, request->config)) return;
  api.set_deadline(*exchange);
  api.herder().put_connector(std::move(request).value(), on_put(exchange));
}

void get_connector(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().connector(exchange->parameters[0],
                         exchange->then<ConnectorInfo>(
                             [](const ConnectorInfo& info) { return json_reply(200, to_json(info)); }));
}

void get_config(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().connector(exchange->parameters[0],
                         exchange->then<ConnectorInfo>([](const ConnectorInfo& info) {
                           return json_reply(200, to_json(info.config));
                         }));
}

void put_config(Api& api, const ExchangePtr& exchange) {
  auto config = read_config(exchange);
  if (!config || !unite_name(exchange, exchange->parameters[0], *config)) return;
  PutConnector request;
  request.name = exchange->parameters[0];
  request.config = *std::move(config);
  request.allow_replace = true;
  api.set_deadline(*exchange);
  api.herder().put_connector(std::move(request), on_put(exchange));
}

void patch_config(Api& api, const ExchangePtr& exchange) {
  auto patch = read_config(exchange);
  if (!patch) return;
  api.set_deadline(*exchange);
  api.herder().patch_connector(exchange->parameters[0], *std::move(patch), on_put(exchange));
}

void delete_connector(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().delete_connector(exchange->parameters[0],
                                exchange->then<Nothing>([](Nothing) { return empty_reply(204); }));
}

void get_status(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().status(exchange->parameters[0],
                      exchange->then<cluster::ConnectorStatus>([](const cluster::ConnectorStatus& status) {
                        return json_reply(200, to_json(status));
                      }));
}

void get_tasks(Api& api, const ExchangePtr& exchange) {
  using Tasks = std::vector<cluster::TaskInfo>;
  api.set_deadline(*exchange);
  api.herder().tasks(exchange->parameters[0], exchange->then<Tasks>([](const Tasks& tasks) {
    return json_reply(200, to_json(tasks));
  }));
}

void get_task_status(Api& api, const ExchangePtr& exchange) {
  api.set_deadline(*exchange);
  api.herder().task_status({exchange->parameters[0], std::stoi(exchange->parameters[1])},
                           exchange->then<cluster::TaskState>([](const cluster::TaskState& state) {
                             return json_reply(200, to_json(state));
                           }));
}

}  // namespace sluice::rest
