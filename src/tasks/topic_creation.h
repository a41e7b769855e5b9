#pragma once
// Topics that source tasks write to, made with the connector's settings before the first record (KIP-158;
// SourceConnectorConfig, TopicCreationConfig and TopicCreationGroup of Kafka Connect 4.1).

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"
#include "kafka/admin.h"
#include "sdk/properties.h"

namespace sluice::tasks {

/// `topic.creation.*` of a connector.
class TopicCreationGroups {
 public:
  /// Nothing unless the worker allows it (topic.creation.enable) and the connector has such properties; the
  /// brokers' own auto-creation then applies. Error kind kBadConfig has Kafka Connect's text.
  static Result<std::optional<TopicCreationGroups>> parse(const sdk::Properties& worker,
                                                          const sdk::Properties& connector);

  struct Choice {
    std::string group;
    kafka::NewTopic topic;
  };
  /// By the first group in the order of topic.creation.groups that matches, else by the default one.
  Result<Choice> choose(std::string_view topic) const;

 private:
  struct Group {
    std::string name;
    int32_t partitions = -1;
    int16_t replication_factor = -1;
    std::optional<JavaRegex> include;  // of the default group: none
    std::optional<JavaRegex> exclude;
    std::map<std::string, std::string> configs;
  };
  Status add_default(const sdk::Properties& connector);
  Status add(const std::string& name, const sdk::Properties& connector);

  std::vector<Group> groups_;  // the default one last
};

/// One task's. On its thread.
class TopicCreator {
 public:
  using AdminFactory = std::function<Result<std::unique_ptr<kafka::Admin>>()>;
  /// `make_admin` is called when the first topic is looked for.
  TopicCreator(TopicCreationGroups groups, AdminFactory make_admin)
      : groups_(std::move(groups)), make_admin_(std::move(make_admin)) {}

  /// The topic is there afterwards. Looks once for each name. Kind kRetry: the brokers did not answer.
  Status ensure(std::string_view topic);

 private:
  Status find_or_create(const std::string& topic);

  const TopicCreationGroups groups_;
  const AdminFactory make_admin_;
  std::unique_ptr<kafka::Admin> admin_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace sluice::tasks
