#include "rest/shapes.h"

#include "formats/json/json_writer.h"

namespace sluice::rest {
namespace {

using cluster::ConfigCheck;
using cluster::ConnectorType;
using cluster::RawConfig;
using cluster::TaskName;
using cluster::TaskState;
using cluster::WorkerState;
using json::write_boolean;
using json::write_integer;
using json::write_null;
using json::write_string;

void write_optional(TextBuffer& out, const std::optional<std::string>& text) {
  if (text) {
    write_string(out, *text);
  } else {
    write_null(out);
  }
}

/// `write(out, item)` for each, with commas, in brackets.
template <typename Items, typename Write>
void write_array(TextBuffer& out, const Items& items, const Write& write) {
  out.push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.push_back(',');
    first = false;
    write(out, item);
  }
  out.push_back(']');
}

void write_texts(TextBuffer& out, const std::vector<std::string>& texts) {
  write_array(out, texts, [](TextBuffer& to, const std::string& text) { write_string(to, text); });
}

void write_field(TextBuffer& out, std::string_view name, std::string_view text) {
  out.push_back('"');
  out.append(name);
  out.append("\":");
  write_string(out, text);
}

void write_config(TextBuffer& out, const RawConfig& config) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, value] : config) {
    if (!first) out.push_back(',');
    first = false;
    write_string(out, key);
    out.push_back(':');
    write_optional(out, value);
  }
  out.push_back('}');
}

std::string_view type_name(ConnectorType type) {
  switch (type) {
    case ConnectorType::kSource:
      return "source";
    case ConnectorType::kSink:
      return "sink";
    case ConnectorType::kUnknown:
      break;
  }
  return "unknown";
}

void write_task_name(TextBuffer& out, const TaskName& task) {
  out.push_back('{');
  write_field(out, "connector", task.connector);
  out.append(",\"task\":");
  write_integer(out, task.task);
  out.push_back('}');
}

void write_state(TextBuffer& out, const WorkerState& state) {
  write_field(out, "state", state.state);
  out.push_back(',');
  write_field(out, "worker_id", state.worker_id);
  out.append(",\"version\":");
  write_optional(out, state.version);
  if (state.trace.empty()) return;
  out.push_back(',');
  write_field(out, "trace", state.trace);
}

void write_task_state(TextBuffer& out, const TaskState& state) {
  out.append("{\"id\":");
  write_integer(out, state.id);
  out.push_back(',');
  write_state(out, state);
  out.push_back('}');
}

void write_default(TextBuffer& out, const sdk::ConfigKey& key) {
  const auto* text = std::get_if<std::string>(&key.default_value);
  if (text == nullptr) return write_null(out);
  if (key.type == sdk::ConfigType::kPassword) return write_string(out, "[hidden]");
  const auto item = sdk::parse_config_item(key.name, key.type, *text);
  write_string(out, item.ok() ? sdk::config_item_text(*item) : *text);
}

void write_key(TextBuffer& out, const sdk::ConfigKey& key) {
  out.push_back('{');
  write_field(out, "name", key.name);
  out.push_back(',');
  write_field(out, "type", sdk::config_type_name(key.type));
  out.append(",\"required\":");
  write_boolean(out, std::holds_alternative<sdk::NoDefault>(key.default_value));
  out.append(",\"default_value\":");
  write_default(out, key);
  out.push_back(',');
  write_field(out, "importance", sdk::importance_name(key.importance));
  out.push_back(',');
  write_field(out, "documentation", key.doc);
  out.append(",\"group\":");
  write_optional(out, key.group.empty() ? std::nullopt : std::optional(key.group));
  out.push_back(',');
  write_field(out, "width", sdk::width_name(key.width));
  out.push_back(',');
  write_field(out, "display_name", key.display_name.empty() ? key.name : key.display_name);
  out.append(",\"dependents\":");
  write_texts(out, key.dependents);
  out.append(",\"order\":");
  write_integer(out, key.order);
  out.push_back('}');
}

void write_check(TextBuffer& out, const ConfigCheck& check) {
  out.append("{\"definition\":");
  if (check.definition) {
    write_key(out, *check.definition);
  } else {
    write_null(out);
  }
  out.append(",\"value\":{");
  write_field(out, "name", check.value.name);
  out.append(",\"value\":");
  write_optional(out, check.value.value);
  out.append(",\"recommended_values\":");
  write_texts(out, check.value.recommended_values);
  out.append(",\"errors\":");
  write_texts(out, check.value.errors);
  out.append(",\"visible\":");
  write_boolean(out, check.value.visible);
  out.append("}}");
}

void write_logger(TextBuffer& out, const log::LoggerState& state) {
  out.push_back('{');
  write_field(out, "level", log::level_name(state.level));
  out.append(",\"last_modified\":");
  if (state.last_modified_ms) {
    write_integer(out, *state.last_modified_ms);
  } else {
    write_null(out);
  }
  out.push_back('}');
}

template <typename Write>
std::string text_of(const Write& write) {
  TextBuffer out;
  write(out);
  return std::string(out.view());
}

}  // namespace

std::string to_json(const std::vector<std::string>& texts) {
  return text_of([&](TextBuffer& out) { write_texts(out, texts); });
}

std::string to_json(const RawConfig& config) {
  return text_of([&](TextBuffer& out) { write_config(out, config); });
}

std::string to_json(const cluster::ConnectorInfo& info) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    write_field(out, "name", info.name);
    out.append(",\"config\":");
    write_config(out, info.config);
    out.append(",\"tasks\":");
    write_array(out, info.tasks, write_task_name);
    out.push_back(',');
    write_field(out, "type", type_name(info.type));
    out.push_back('}');
  });
}

std::string to_json(const std::vector<cluster::TaskInfo>& tasks) {
  return text_of([&](TextBuffer& out) {
    write_array(out, tasks, [](TextBuffer& to, const cluster::TaskInfo& task) {
      to.append("{\"id\":");
      write_task_name(to, task.id);
      to.append(",\"config\":");
      write_config(to, task.config);
      to.push_back('}');
    });
  });
}

std::string to_json(const cluster::ConnectorStatus& status) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    write_field(out, "name", status.name);
    out.append(",\"connector\":{");
    write_state(out, status.connector);
    out.append("},\"tasks\":");
    write_array(out, status.tasks, write_task_state);
    out.push_back(',');
    write_field(out, "type", type_name(status.type));
    out.push_back('}');
  });
}

std::string to_json(const TaskState& state) {
  return text_of([&](TextBuffer& out) { write_task_state(out, state); });
}

std::string to_json(const std::vector<cluster::OffsetEntry>& offsets) {
  return text_of([&](TextBuffer& out) {
    out.append("{\"offsets\":");
    write_array(out, offsets, [](TextBuffer& to, const cluster::OffsetEntry& entry) {
      to.append("{\"partition\":");
      to.append(entry.partition);
      to.append(",\"offset\":");
      to.append(entry.offset ? std::string_view(*entry.offset) : "null");
      to.push_back('}');
    });
    out.push_back('}');
  });
}

std::string to_json(const cluster::ConfigChecks& checks) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    write_field(out, "name", checks.name);
    out.append(",\"error_count\":");
    write_integer(out, checks.error_count);
    out.append(",\"groups\":");
    write_texts(out, checks.groups);
    out.append(",\"configs\":");
    write_array(out, checks.configs, write_check);
    out.push_back('}');
  });
}

std::string to_json(const std::vector<sdk::ConfigKey>& keys) {
  return text_of([&](TextBuffer& out) { write_array(out, keys, write_key); });
}

std::string to_json(const std::vector<plugins::ListedPlugin>& plugins) {
  return text_of([&](TextBuffer& out) {
    write_array(out, plugins, [](TextBuffer& to, const plugins::ListedPlugin& plugin) {
      to.push_back('{');
      write_field(to, "class", plugin.names->class_names.front());
      to.push_back(',');
      write_field(to, "type", plugins::plugin_kind_name(plugin.kind));
      if (!plugin.names->version.empty()) {
        to.push_back(',');
        write_field(to, "version", plugin.names->version);
      }
      to.push_back('}');
    });
  });
}

std::string to_json(const log::LoggerState& state) {
  return text_of([&](TextBuffer& out) { write_logger(out, state); });
}

std::string to_json(const std::map<std::string, log::LoggerState>& loggers) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    bool first = true;
    for (const auto& [name, state] : loggers) {
      if (state.level == log::Level::kOff) continue;
      if (!first) out.push_back(',');
      first = false;
      write_string(out, name);
      out.push_back(':');
      write_logger(out, state);
    }
    out.push_back('}');
  });
}

std::string message_json(std::string_view message) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    write_field(out, "message", message);
    out.push_back('}');
  });
}

std::string topics_json(const std::string& connector, const std::set<std::string>& topics) {
  return text_of([&](TextBuffer& out) {
    out.push_back('{');
    write_string(out, connector);
    out.append(":{\"topics\":");
    write_array(out, topics, [](TextBuffer& to, const std::string& topic) { write_string(to, topic); });
    out.append("}}");
  });
}

std::string quoted(std::string_view text) {
  return text_of([&](TextBuffer& out) { write_string(out, text); });
}

}  // namespace sluice::rest
