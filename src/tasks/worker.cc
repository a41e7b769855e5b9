#include "tasks/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "tasks/connector_config.h"
#include "tasks/task_parts.h"

namespace sluice::tasks {
namespace {

using std::chrono::milliseconds;

constexpr const char* kTopics = "topics";
constexpr const char* kTopicsRegex = "topics.regex";
constexpr milliseconds kConnectorStopTimeout{5'000};
/// Tasks that are cut off need no grace; they get a moment, so that few are ever left behind.
constexpr milliseconds kLostTimeout{500};

/// What the framework adds to each task's configuration.
void complete_task_config(sdk::Properties& task, const std::string& task_class,
                          const sdk::Properties& connector) {
  task["task.class"] = task_class;
  for (const char* key : {kTopics, kTopicsRegex}) {
    if (const std::string* value = sdk::find(connector, key)) task[key] = *value;
  }
}

}  // namespace

Worker::Worker(WorkerOptions options, const plugins::Plugins& plugins, store::OffsetStore& offsets,
               const Clock& clock, StatusListener& listener)
    : options_(std::move(options)),
      plugins_(plugins),
      offsets_(options_.properties, offsets),
      clock_(clock),
      listener_(listener) {}

Worker::~Worker() {
  connectors_.clear();
  std::vector<TaskId> ids;
  for (const auto& [id, runner] : tasks_) ids.push_back(id);
  stop_tasks(ids);
  // A task that ignores its stop signal must not hold up the end of the process: it keeps its memory until
  // then.
  for (auto& orphan : orphans_) static_cast<void>(orphan.release());
  for (auto& orphan : connector_orphans_) static_cast<void>(orphan.release());
}

Status Worker::start_connector(const std::string& name, const sdk::Properties& raw, TargetState target,
                               const Reconfigure& reconfigure, ConnectorRunner::TransitionDone done) {
  if (connectors_.contains(name)) return failed(fmt::format("Connector with name {} already exists", name));
  SLUICE_ASSIGN_OR_RETURN(const sdk::Properties properties, options_.transformer.transform(raw));
  const std::string* class_name = sdk::find(properties, "connector.class");
  SLUICE_ASSIGN_OR_RETURN(const auto plugin, plugins_.connector(class_name == nullptr ? "" : *class_name));
  std::unique_ptr<sdk::Connector> connector;
  if (plugin.source != nullptr) {
    // Not part of the validation, as in Java.
    SLUICE_RETURN_IF_ERROR(TopicCreationGroups::parse(options_.properties, properties));
    connector = plugin.source->connector();
  } else {
    connector = plugin.sink->connector();
  }
  log::info("Creating connector {} of type {}", name, plugin.names().class_names.front());
  auto& runner = connectors_[name];
  runner = std::make_unique<ConnectorRunner>(
      ConnectorRunner::Options{name, properties, [reconfigure, name] { reconfigure(name); }},
      std::move(connector), listener_);
  runner->set_target(target, std::move(done));
  return {};
}

void Worker::stop_connector(const std::string& name) { connectors_.erase(name); }

/// A connector that stops without anybody waiting, and what is left to do when it has.
void Worker::stop_connector(const std::string& name, std::function<void()> done) {
  auto node = connectors_.extract(name);
  if (node.empty()) {
    options_.scheduler->post(std::move(done));
    return;
  }
  const auto runner = std::make_shared<std::unique_ptr<ConnectorRunner>>(std::move(node.mapped()));
  const auto finish = [this, runner, name, done = std::move(done),
                       alive = std::weak_ptr<int>(alive_)](bool in_time) {
    if (alive.expired() || *runner == nullptr) return;
    if (in_time) {
      runner->reset();
    } else {
      log::error("Connector {} did not stop in time and is left behind", name);
      (*runner)->mute();
      connector_orphans_.push_back(std::move(*runner));
      listener_.connector_changed(name, State::kUnassigned, {});
    }
    done();
  };
  (*runner)->stop([scheduler = options_.scheduler, finish] { scheduler->post([finish] { finish(true); }); });
  options_.scheduler->post_after(kConnectorStopTimeout, [finish] { finish(false); });
}

void Worker::set_connector_target(const std::string& name, TargetState target,
                                  ConnectorRunner::TransitionDone done) {
  const auto found = connectors_.find(name);
  if (found == connectors_.end()) {
    done(closed(fmt::format("Connector {} not found in this worker.", name)));
    return;
  }
  found->second->set_target(target, std::move(done));
}

void Worker::task_configs(const std::string& name, ConnectorRunner::TaskConfigsDone done) {
  const auto found = connectors_.find(name);
  if (found == connectors_.end()) {
    done(failed(fmt::format("Connector {} not found in this worker.", name)));
    return;
  }
  const sdk::Properties properties = found->second->properties();
  const auto plugin = plugins_.connector(*sdk::find(properties, "connector.class"));
  const auto& def = plugin->source != nullptr ? source_connector_config() : sink_connector_config();
  const auto config = def.parse(properties);
  if (!config.ok()) {
    done(config.error());
    return;
  }
  const auto tasks_max = static_cast<int>(config->get_int("tasks.max"));
  const bool enforce = config->get_boolean("tasks.max.enforce");
  const std::string task_class = plugin->task_class();
  found->second->task_configs(tasks_max, [=, done = std::move(done)](ConnectorRunner::TaskConfigs configs) {
    if (!configs.ok()) return done(configs.error());
    if (static_cast<int>(configs->size()) > tasks_max) {
      const std::string text = fmt::format(
          "The connector {} has generated {} tasks, which is greater than {}, the "
          "maximum number of tasks it is configured to create.",
          name, configs->size(), tasks_max);
      if (enforce) return done(failed(text));
      log::warn("{}", text);
    }
    for (sdk::Properties& task : *configs) complete_task_config(task, task_class, properties);
    done(std::move(configs));
  });
}

void Worker::start_task(const TaskId& id, const sdk::Properties& connector, const sdk::Properties& task,
                        TargetState target, Preflight preflight) {
  log::info("Creating task {}", id.text());
  auto runner = make_task(id, connector, task, target, std::move(preflight));
  if (!runner.ok()) {
    listener_.task_changed(id, State::kFailed, runner.error().trace());
    return;
  }
  (*runner)->set_lease(options_.lease);
  (*runner)->start();
  tasks_[id] = std::move(runner).value();
}

Result<std::unique_ptr<TaskRunner>> Worker::make_task(const TaskId& id, const sdk::Properties& raw_connector,
                                                      const sdk::Properties& raw_task, TargetState target,
                                                      Preflight preflight) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Properties connector, options_.transformer.transform(raw_connector));
  SLUICE_ASSIGN_OR_RETURN(const sdk::Properties task, options_.transformer.transform(raw_task));
  const std::string* class_name = sdk::find(connector, "connector.class");
  SLUICE_ASSIGN_OR_RETURN(const auto plugin, plugins_.connector(class_name == nullptr ? "" : *class_name));
  if (plugin.source != nullptr) {
    return make_source(id, *plugin.source, connector, task, target, std::move(preflight));
  }
  return make_sink(id, *plugin.sink, connector, task, target);
}

namespace {

TaskBlueprint blueprint_of(const TaskId& id, const WorkerOptions& options, const sdk::Properties& connector,
                           const sdk::Properties& task) {
  return {.id = id,
          .worker = options.properties,
          .connector = connector,
          .task = task,
          .group_instance_id = {},
          .offset_flush_interval = milliseconds(options.config.get_int("offset.flush.interval.ms")),
          .offset_flush_timeout = milliseconds(options.config.get_int("offset.flush.timeout.ms"))};
}

}  // namespace

std::unique_ptr<TaskRunner> Worker::make_source(const TaskId& id, const sdk::SourcePlugin& plugin,
                                                const sdk::Properties& connector, const sdk::Properties& task,
                                                TargetState target, Preflight preflight) {
  const TaskBlueprint blueprint = blueprint_of(id, options_, connector, task);
  if (options_.exactly_once) {
    return std::make_unique<ExactlyOnceRunner>(
        id, target, listener_, std::move(preflight), [this, blueprint, &plugin](const StopSignal& stop) {
          return make_exactly_once_parts(blueprint, plugins_, plugin, offsets_, clock_, stop);
        });
  }
  auto runner = std::make_unique<SourceTaskRunner>(
      id, target, listener_, [this, blueprint, &plugin](const StopSignal& stop) {
        return make_source_parts(blueprint, plugins_, plugin, offsets_, clock_, stop);
      });
  committer_.add(runner.get(), blueprint.offset_flush_interval,
                 [source = runner.get()] { source->commit_offsets(); });
  return runner;
}

std::unique_ptr<TaskRunner> Worker::make_sink(const TaskId& id, const sdk::SinkPlugin& plugin,
                                              const sdk::Properties& connector, const sdk::Properties& task,
                                              TargetState target) {
  TaskBlueprint blueprint = blueprint_of(id, options_, connector, task);
  std::function<Status()> leave;
  static_members_.erase(id);
  const sdk::Properties settings = sink_consumer_settings(options_.properties, connector, id.connector);
  // The user's own id wins, and its place is the user's to give up, as in Java.
  if (!options_.instance_prefix.empty() && !settings.contains("group.instance.id")) {
    blueprint.group_instance_id = fmt::format("{}-{}", options_.instance_prefix, id.text());
    const StaticMember& member = static_members_[id] =
        static_member_of(settings, blueprint.group_instance_id);
    leave = [member] { return leave_groups({member}).front(); };
  }
  return std::make_unique<SinkTaskRunner>(
      id, target, listener_, clock_,
      [this, blueprint, &plugin](const StopSignal& stop) {
        return make_sink_parts(blueprint, plugins_, plugin, clock_, stop);
      },
      std::move(leave));
}

void Worker::stop_tasks(const std::vector<TaskId>& ids) {
  std::vector<std::unique_ptr<TaskRunner>> stopping;
  for (const TaskId& id : ids) {
    if (auto node = tasks_.extract(id); !node.empty()) {
      node.mapped()->request_stop();
      stopping.push_back(std::move(node.mapped()));
    }
  }
  const auto deadline = std::chrono::steady_clock::now() +
                        milliseconds(options_.config.get_int("task.shutdown.graceful.timeout.ms"));
  for (auto& runner : stopping) {
    const bool in_time = runner->await_stopped(deadline);
    if (!in_time) {
      log::error("Graceful stop of task {} failed: it did not end in time and is left behind",
                 runner->id().text());
      runner->cancel();
    }
    committer_.remove(runner.get());
    if (!in_time) orphans_.push_back(std::move(runner));
  }
  forget_finished_orphans();
}

struct Worker::Stopping {
  std::vector<std::unique_ptr<TaskRunner>> runners;
  std::function<void()> done;  // empty once called
};

void Worker::stop_tasks(const std::vector<TaskId>& ids, bool are_lost, std::function<void()> done) {
  const auto stopping = std::make_shared<Stopping>();
  stopping->done = std::move(done);
  const std::weak_ptr<int> alive = alive_;
  for (const TaskId& id : ids) {
    auto node = tasks_.extract(id);
    if (node.empty()) continue;
    TaskRunner& runner = *node.mapped();
    stopping->runners.push_back(std::move(node.mapped()));
    if (are_lost) {
      runner.cancel();
    } else {
      runner.request_stop();
    }
    runner.on_ended([this, alive, stopping, scheduler = options_.scheduler] {
      scheduler->post([this, alive, stopping] {
        if (!alive.expired()) reap(stopping);
      });
    });
  }
  const milliseconds graceful(options_.config.get_int("task.shutdown.graceful.timeout.ms"));
  options_.scheduler->post_after(are_lost ? std::min(graceful, kLostTimeout) : graceful,
                                 [this, alive, stopping] {
                                   if (!alive.expired()) give_up_late(stopping);
                                 });
  options_.scheduler->post([this, alive, stopping] {
    if (!alive.expired()) reap(stopping);
  });
}

void Worker::reap(const std::shared_ptr<Stopping>& stopping) {
  std::erase_if(stopping->runners, [this](const std::unique_ptr<TaskRunner>& runner) {
    if (!runner->await_stopped(std::chrono::steady_clock::now())) return false;
    committer_.remove(runner.get());
    return true;
  });
  if (stopping->runners.empty() && stopping->done) std::exchange(stopping->done, nullptr)();
  forget_finished_orphans();
}

void Worker::give_up_late(const std::shared_ptr<Stopping>& stopping) {
  for (auto& runner : std::exchange(stopping->runners, {})) {
    log::error("Graceful stop of task {} failed: it did not end in time and is left behind",
               runner->id().text());
    runner->cancel();
    committer_.remove(runner.get());
    orphans_.push_back(std::move(runner));
  }
  reap(stopping);
}

void Worker::set_task_target(const TaskId& id, TargetState target) {
  if (const auto found = tasks_.find(id); found != tasks_.end()) found->second->set_target(target);
}

std::vector<StaticMember> Worker::static_members() const {
  std::vector<StaticMember> members;
  for (const auto& [id, member] : static_members_) members.push_back(member);
  return members;
}

std::optional<StaticMember> Worker::static_member(const TaskId& id) const {
  const auto found = static_members_.find(id);
  return found == static_members_.end() ? std::nullopt : std::optional(found->second);
}

void Worker::forget_finished_orphans() {
  std::erase_if(orphans_, [](const std::unique_ptr<TaskRunner>& orphan) {
    return orphan->await_stopped(std::chrono::steady_clock::now());
  });
}

}  // namespace sluice::tasks
