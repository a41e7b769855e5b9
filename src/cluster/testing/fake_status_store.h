#pragma once
// For tests: statuses that are read back the moment they are written.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "store/status_store.h"

namespace sluice::cluster {

class FakeStatusStore final : public store::StatusStore {
 public:
  void consume(std::span<const kafka::LogRecord>) override {}

  std::optional<store::WorkStatus> connector(const std::string& connector) const override {
    const auto found = connectors_.find(connector);
    return found == connectors_.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<int32_t, store::WorkStatus> tasks(const std::string& connector) const override {
    const auto found = tasks_.find(connector);
    return found == tasks_.end() ? std::map<int32_t, store::WorkStatus>() : found->second;
  }
  std::set<std::string> connectors() const override {
    std::set<std::string> names;
    for (const auto& [name, status] : connectors_) names.insert(name);
    return names;
  }
  std::set<std::string> active_topics(const std::string& connector) const override {
    const auto found = topics_.find(connector);
    return found == topics_.end() ? std::set<std::string>() : found->second;
  }

  void put_connector(const std::string& connector, const store::WorkStatus& status, bool) override {
    connectors_[connector] = status;
  }
  void put_task(const std::string& connector, int32_t task, const store::WorkStatus& status, bool) override {
    tasks_[connector][task] = status;
  }
  void remove_connector(const std::string& connector) override { connectors_.erase(connector); }
  void remove_task(const std::string& connector, int32_t task) override { tasks_[connector].erase(task); }
  void put_topic(const store::ActiveTopic& topic) override { topics_[topic.connector].insert(topic.topic); }
  void remove_topic(const std::string& connector, const std::string& topic) override {
    topics_[connector].erase(topic);
  }
  void flush(std::chrono::milliseconds, kafka::Log::Done done) override { done({}); }

 private:
  std::map<std::string, store::WorkStatus> connectors_;
  std::map<std::string, std::map<int32_t, store::WorkStatus>> tasks_;
  std::map<std::string, std::set<std::string>> topics_;
};

}  // namespace sluice::cluster
