#include "app/connector_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "formats/properties/java_properties.h"

namespace sluice::app {
namespace {

using nlohmann::json;

std::optional<std::string> scalar_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return std::nullopt;
}

/// The object as text to text; nothing if a value is neither a scalar nor null.
std::optional<sdk::Properties> flat(const json& object) {
  sdk::Properties properties;
  for (const auto& [key, value] : object.items()) {
    if (value.is_null()) continue;
    auto text = scalar_text(value);
    if (!text) return std::nullopt;
    properties.emplace(key, *std::move(text));
  }
  return properties;
}

Result<tasks::TargetState> parse_initial_state(const json& body, const std::string& file) {
  const auto found = body.find("initial_state");
  if (found == body.end() || found->is_null()) return tasks::TargetState::kStarted;
  const std::string state = found->is_string() ? found->get<std::string>() : found->dump();
  if (state == "RUNNING") return tasks::TargetState::kStarted;
  if (state == "PAUSED") return tasks::TargetState::kPaused;
  if (state == "STOPPED") return tasks::TargetState::kStopped;
  return bad_config(fmt::format("{}: initial_state must be RUNNING, PAUSED or STOPPED, not {}", file, state));
}

/// The shape of POST /connectors: {"name": …, "config": {…}, "initial_state": …}.
Result<ConnectorFile> from_request(const json& body, const std::string& file) {
  ConnectorFile result;
  auto config = flat(body.at("config"));
  if (!config)
    return bad_config(fmt::format("{}: every value of 'config' must be text, a number or a boolean", file));
  result.config = *std::move(config);
  const std::string name = scalar_text(body.at("name")).value_or("");
  if (const std::string* inner = sdk::find(result.config, "name"); inner != nullptr && *inner != name) {
    return bad_config(fmt::format(
        "Connector name configuration in 'config' doesn't match the one specified in 'name' at '{}'", file));
  }
  result.config["name"] = name;
  SLUICE_ASSIGN_OR_RETURN(result.initial_state, parse_initial_state(body, file));
  return result;
}

Result<ConnectorFile> named(sdk::Properties config, const std::string& file) {
  if (!config.contains("name")) {
    return bad_config(
        fmt::format("Connector configuration at '{}' is missing the mandatory 'name' configuration", file));
  }
  return ConnectorFile{std::move(config), tasks::TargetState::kStarted};
}

bool looks_like_json(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

Result<ConnectorFile> parse_connector_file(std::string_view text, const std::string& file) {
  if (!looks_like_json(text)) {
    auto properties = formats::parse_java_properties(text);
    if (!properties.ok()) return properties.error().with_context(file);
    return named(std::move(properties).value(), file);
  }
  json body;
  try {
    body = json::parse(text);
  } catch (const json::exception& error) {
    return bad_config(fmt::format("{}: not valid JSON: {}", file, error.what()));
  }
  if (auto config = flat(body)) return named(*std::move(config), file);
  if (body.contains("config") && body["config"].is_object() && body.contains("name"))
    return from_request(body, file);
  return bad_config(
      fmt::format("{}: expected either one JSON object of text values with a 'name', or "
                  "{{\"name\": …, \"config\": {{…}}}}",
                  file));
}

Result<std::string> read_text_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    return bad_config(fmt::format("Could not read {}: {}", file.string(),
                                  stream ? "it is a directory" : std::strerror(errno)));
  }
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

Result<ConnectorFile> read_connector_file(const std::filesystem::path& file) {
  SLUICE_ASSIGN_OR_RETURN(const std::string text, read_text_file(file));
  return parse_connector_file(text, file.string());
}

}  // namespace sluice::app
