#include "tasks/topic_creation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "sdk/config/config_def.h"

namespace sluice::tasks {
namespace {

using sdk::ConfigType;

constexpr std::string_view kPrefix = "topic.creation.";
constexpr std::string_view kGroups = "topic.creation.groups";
constexpr std::string_view kDefault = "default";
constexpr std::string_view kPartitions = "partitions";
constexpr std::string_view kReplication = "replication.factor";
constexpr std::string_view kInclude = "include";
constexpr std::string_view kExclude = "exclude";
constexpr std::chrono::milliseconds kAdminTimeout{60'000};

std::string key_of(std::string_view group, std::string_view option) {
  return fmt::format("{}{}.{}", kPrefix, group, option);
}

Error invalid(std::string_view key, std::string_view value, std::string_view why) {
  return bad_config(fmt::format("Invalid value {} for configuration {}: {}", value, key, why));
}

Result<sdk::ConfigItem> parse_item(const std::string& key, ConfigType type, const std::string& text) {
  auto item = sdk::parse_config_item(key, type, text);
  return item.ok() ? item : invalid(key, text, item.error().message());
}

bool is_enabled(const sdk::Properties& worker, const sdk::Properties& connector) {
  const std::string* enable = sdk::find(worker, "topic.creation.enable");
  const bool allowed = enable == nullptr || *enable != "false";
  const auto first = connector.lower_bound(kPrefix);
  return allowed && first != connector.end() && first->first.starts_with(kPrefix);
}

/// The number under the key; `otherwise` stands in for a missing one.
Result<int64_t> number(const sdk::Properties& connector, const std::string& key, ConfigType type,
                       std::optional<int64_t> otherwise, std::string_view rule) {
  const std::string* text = sdk::find(connector, key);
  if (text == nullptr) {
    if (otherwise) return *otherwise;
    return bad_config(fmt::format("Missing required configuration \"{}\" which has no default value.", key));
  }
  SLUICE_ASSIGN_OR_RETURN(const auto item, parse_item(key, type, *text));
  const int64_t value = std::get<int64_t>(item);
  if (value > 0 || value == -1) return value;
  return invalid(key, *text, rule);
}

Result<int64_t> partitions(const sdk::Properties& connector, std::string_view group,
                           std::optional<int64_t> otherwise) {
  return number(connector, key_of(group, kPartitions), ConfigType::kInt, otherwise,
                "Number of partitions must be positive, or -1 to use the broker's default");
}

Result<int64_t> replication_factor(const sdk::Properties& connector, std::string_view group,
                                   std::optional<int64_t> otherwise) {
  return number(connector, key_of(group, kReplication), ConfigType::kShort, otherwise,
                "Replication factor must be positive and not larger than the number of brokers in the Kafka "
                "cluster, or -1 to use the broker's default");
}

/// All expressions of the list as one; nothing for an empty list.
Result<std::optional<JavaRegex>> patterns(const sdk::Properties& connector, const std::string& key) {
  const std::string* text = sdk::find(connector, key);
  if (text == nullptr) return std::optional<JavaRegex>();
  SLUICE_ASSIGN_OR_RETURN(const auto item, parse_item(key, ConfigType::kList, *text));
  std::string joined;
  for (const std::string& expression : std::get<std::vector<std::string>>(item)) {
    const auto alone = JavaRegex::compile(expression);
    if (!alone.ok()) return invalid(key, *text, alone.error().message());
    joined.append(joined.empty() ? "" : "|").append(expression);
  }
  if (joined.empty()) return std::optional<JavaRegex>();
  SLUICE_ASSIGN_OR_RETURN(auto pattern, JavaRegex::compile(joined));
  return std::optional(std::move(pattern));
}

std::map<std::string, std::string> topic_configs(const sdk::Properties& connector, std::string_view group) {
  std::map<std::string, std::string> configs;
  for (const auto& [key, value] : sdk::with_prefix(connector, key_of(group, ""))) {
    const bool is_own = key == kPartitions || key == kReplication || key == kInclude || key == kExclude;
    if (!is_own) configs.emplace(key, value);
  }
  return configs;
}

}  // namespace

Result<std::optional<TopicCreationGroups>> TopicCreationGroups::parse(const sdk::Properties& worker,
                                                                      const sdk::Properties& connector) {
  if (!is_enabled(worker, connector)) return std::optional<TopicCreationGroups>();
  TopicCreationGroups result;
  SLUICE_RETURN_IF_ERROR(result.add_default(connector));
  std::vector<std::string> names;
  if (const std::string* text = sdk::find(connector, kGroups)) {
    SLUICE_ASSIGN_OR_RETURN(const auto item, parse_item(std::string(kGroups), ConfigType::kList, *text));
    names = std::get<std::vector<std::string>>(item);
  }
  for (const std::string& name : names) {
    if (name == kDefault) {
      log::warn("'{}' topic creation group always exists and does not need to be listed explicitly", name);
      continue;
    }
    SLUICE_RETURN_IF_ERROR(result.add(name, connector));
  }
  std::rotate(result.groups_.begin(), result.groups_.begin() + 1, result.groups_.end());
  return std::optional(std::move(result));
}

Status TopicCreationGroups::add_default(const sdk::Properties& connector) {
  Group group;
  group.name = kDefault;
  SLUICE_ASSIGN_OR_RETURN(const int64_t replication, replication_factor(connector, kDefault, std::nullopt));
  SLUICE_ASSIGN_OR_RETURN(const int64_t count, partitions(connector, kDefault, std::nullopt));
  group.replication_factor = static_cast<int16_t>(replication);
  group.partitions = static_cast<int32_t>(count);
  group.configs = topic_configs(connector, kDefault);
  groups_.push_back(std::move(group));
  return {};
}

Status TopicCreationGroups::add(const std::string& name, const sdk::Properties& connector) {
  Group group;
  group.name = name;
  const std::string include = key_of(name, kInclude);
  SLUICE_ASSIGN_OR_RETURN(group.include, patterns(connector, include));
  if (!connector.contains(include)) {
    return bad_config(
        fmt::format("Missing required configuration \"{}\" which has no default value.", include));
  }
  SLUICE_ASSIGN_OR_RETURN(group.exclude, patterns(connector, key_of(name, kExclude)));
  SLUICE_ASSIGN_OR_RETURN(const int64_t replication,
                          replication_factor(connector, name, groups_.front().replication_factor));
  SLUICE_ASSIGN_OR_RETURN(const int64_t count, partitions(connector, name, groups_.front().partitions));
  group.replication_factor = static_cast<int16_t>(replication);
  group.partitions = static_cast<int32_t>(count);
  group.configs = topic_configs(connector, name);
  groups_.push_back(std::move(group));
  return {};
}

Result<TopicCreationGroups::Choice> TopicCreationGroups::choose(std::string_view topic) const {
  const Group* chosen = &groups_.back();
  for (const Group& group : groups_) {
    if (!group.include) continue;
    SLUICE_ASSIGN_OR_RETURN(const bool is_in, group.include->matches(topic));
    if (!is_in) continue;
    if (group.exclude) {
      SLUICE_ASSIGN_OR_RETURN(const bool is_out, group.exclude->matches(topic));
      if (is_out) continue;
    }
    chosen = &group;
    break;
  }
  return Choice{chosen->name,
                {std::string(topic), chosen->partitions, chosen->replication_factor, chosen->configs}};
}

Status TopicCreator::ensure(std::string_view topic) {
  if (known_.contains(topic)) return {};
  const std::string name(topic);
  SLUICE_RETURN_IF_ERROR(find_or_create(name));
  known_.insert(name);
  return {};
}

Status TopicCreator::find_or_create(const std::string& topic) {
  if (admin_ == nullptr) {
    SLUICE_ASSIGN_OR_RETURN(admin_, make_admin_());
  }
  log::info("The task will send records to topic '{}' for the first time. Checking whether topic exists",
            topic);
  SLUICE_ASSIGN_OR_RETURN(const auto found, admin_->describe_topics({topic}, kAdminTimeout));
  if (found.contains(topic)) {
    log::info("Topic '{}' already exists.", topic);
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(const auto choice, groups_.choose(topic));
  log::info("Creating topic '{}'; it matched topic creation group: {}", topic, choice.group);
  const auto made = admin_->create_topic(choice.topic, kAdminTimeout);
  if (made.ok()) {
    const bool is_new = *made == kafka::CreateOutcome::kCreated;
    log::info("{} topic '{}', creation group {}", is_new ? "Created" : "Found existing", topic, choice.group);
    return {};
  }
  if (made.error().kind() == ErrorKind::kRetry) return made.error();
  return made.error().wrap(
      ErrorKind::kFailed,
      fmt::format("Task failed to create new topic {}. Ensure that the task is authorized "
                  "to create topics or that the topic exists and restart the task",
                  topic));
}

}  // namespace sluice::tasks
