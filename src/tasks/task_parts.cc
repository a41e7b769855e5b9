#include "tasks/task_parts.h"

#include <fmt/format.h>

#include "base/log.h"
#include "kafka/admin.h"
#include "kafka/protocol/group_calls.h"
#include "tasks/connector_config.h"
#include "tasks/contract_config.h"
#include "tasks/contract_memory.h"
#include "tasks/dead_letters.h"
#include "tasks/static_member.h"

namespace sluice::tasks {
namespace {

/// Java's default of 500 serves its per-poll costs; larger batches serve ours. The user's own value wins.
constexpr size_t kMessagesPerPollMax = 2000;

Result<kafka::ClientConfig> client(kafka::ClientKind kind, const sdk::Properties& settings,
                                   std::string client_id) {
  SLUICE_ASSIGN_OR_RETURN(auto config, kafka::translate(kind, settings, client_id));
  if (!config.ignored.empty()) {
    log::info("Client {}: these settings mean nothing here and are ignored: {}", client_id,
              fmt::format("{}", fmt::join(config.ignored, ", ")));
  }
  return config;
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

std::string client_id(std::string_view kind, const TaskId& id) {
  return fmt::format("connector-{}-{}", kind, id.text());
}

Result<std::unique_ptr<ErrorReporter>> make_dead_letters(const TaskBlueprint& blueprint,
                                                         const sdk::Config& config,
                                                         const ErrorMetrics& metrics) {
  const DeadLetterOptions options{
      .topic = config.get_string("errors.deadletterqueue.topic.name"),
      .replication_factor =
          static_cast<int16_t>(config.get_int("errors.deadletterqueue.topic.replication.factor")),
      .context_headers = config.get_boolean("errors.deadletterqueue.context.headers.enable")};
  SLUICE_ASSIGN_OR_RETURN(
      const auto admin_config,
      client(kafka::ClientKind::kAdmin, admin_settings(blueprint.worker, blueprint.connector),
             "connector-dlq-adminclient-"));
  SLUICE_ASSIGN_OR_RETURN(const auto admin, kafka::make_admin(admin_config));
  SLUICE_RETURN_IF_ERROR(ensure_dead_letter_topic(*admin, options));
  SLUICE_ASSIGN_OR_RETURN(
      const auto producer_config,
      client(kafka::ClientKind::kProducer, source_producer_settings(blueprint.worker, blueprint.connector),
             client_id("dlq-producer", blueprint.id)));
  SLUICE_ASSIGN_OR_RETURN(auto producer, kafka::make_producer(producer_config));
  return std::unique_ptr<ErrorReporter>(
      std::make_unique<DeadLetterQueue>(std::move(producer), options, blueprint.id, metrics));
}

Result<std::unique_ptr<RecordPipeline>> make_pipeline(const TaskBlueprint& blueprint,
                                                      const sdk::Config& config,
                                                      const plugins::Plugins& plugins, const Clock& clock,
                                                      const StopSignal& stop, bool is_sink) {
  SLUICE_ASSIGN_OR_RETURN(auto converters,
                          ConverterSet::make(plugins, blueprint.worker, blueprint.connector));
  SLUICE_ASSIGN_OR_RETURN(auto chain, TransformChain::make(plugins, blueprint.connector));
  ErrorPolicyOptions options = ErrorPolicyOptions::from(config);
  if (is_sink) {
    SLUICE_ASSIGN_OR_RETURN(auto contract, read_contract(config));
    if (contract) {
      contract->memory = make_contract_memory(blueprint.worker, blueprint.connector, blueprint.id.connector);
      SLUICE_RETURN_IF_ERROR(converters.guard(*contract));
      options.contract = contract->policy;
    }
    options.has_dead_letters = !config.get_string("errors.deadletterqueue.topic.name").empty();
  }
  const ErrorMetrics metrics(metrics::registry(), blueprint.id);
  auto policy = std::make_unique<ErrorPolicy>(options, clock, stop, metrics);
  if (options.log_enable) {
    policy->add_reporter(
        std::make_unique<LogReporter>(blueprint.id.text(), options.log_include_messages, metrics.logged));
  }
  if (options.has_dead_letters) {
    SLUICE_ASSIGN_OR_RETURN(auto dead_letters, make_dead_letters(blueprint, config, metrics));
    policy->add_reporter(std::move(dead_letters));
  }
  return std::make_unique<RecordPipeline>(std::move(converters), std::move(chain), std::move(policy));
}

/// Null where topics are not the connector's to create.
Result<std::unique_ptr<TopicCreator>> make_topic_creator(const TaskBlueprint& blueprint) {
  SLUICE_ASSIGN_OR_RETURN(auto groups, TopicCreationGroups::parse(blueprint.worker, blueprint.connector));
  if (!groups) return std::unique_ptr<TopicCreator>();
  const auto make_admin = [blueprint]() -> Result<std::unique_ptr<kafka::Admin>> {
    // All of the worker's properties are among these settings: which of them mean nothing here is no news.
    SLUICE_ASSIGN_OR_RETURN(
        const auto config,
        kafka::translate(kafka::ClientKind::kAdmin, admin_settings(blueprint.worker, blueprint.connector),
                         client_id("adminclient", blueprint.id)));
    return kafka::make_admin(config);
  };
  return std::make_unique<TopicCreator>(*std::move(groups), make_admin);
}

/// An InitProducerId of our own aborts what is open, and asks again as soon as that may be done.
std::function<Status()> leftovers_of(const TaskBlueprint& blueprint, const sdk::Properties& settings) {
  return [settings, id = blueprint.id,
          transactional = transactional_id(blueprint.worker, blueprint.id)]() -> Status {
    constexpr std::chrono::milliseconds kTimeout{2'000};
    SLUICE_ASSIGN_OR_RETURN(const auto calls,
                            kafka::protocol::make_group_calls(settings, client_id("producer", id)));
    return calls->fence_producers({transactional}, kTimeout);
  };
}

TransactionBoundary boundary_of(const sdk::Config& config) {
  const std::string name = lower_case(config.get_string("transaction.boundary"));
  if (name == "interval") return TransactionBoundary::kInterval;
  return name == "connector" ? TransactionBoundary::kConnector : TransactionBoundary::kPoll;
}

std::chrono::milliseconds interval_of(const sdk::Config& config, const TaskBlueprint& blueprint) {
  constexpr std::string_view kKey = "transaction.boundary.interval.ms";
  if (!blueprint.connector.contains(kKey)) return blueprint.offset_flush_interval;
  return std::chrono::milliseconds(config.get_int(kKey));
}

std::chrono::milliseconds transaction_timeout_of(const sdk::Properties& settings) {
  constexpr std::chrono::milliseconds kDefault{60'000};
  const std::string* text = sdk::find(settings, "transaction.timeout.ms");
  if (text == nullptr) return kDefault;
  const auto item = sdk::parse_config_item("transaction.timeout.ms", sdk::ConfigType::kInt, *text);
  return item.ok() ? std::chrono::milliseconds(std::get<int64_t>(*item)) : kDefault;
}

size_t messages_per_poll(const sdk::Properties& settings, const kafka::ClientConfig& config) {
  return settings.contains("max.poll.records") ? static_cast<size_t>(config.max_poll_records)
                                               : kMessagesPerPollMax;
}

}  // namespace

Result<SourceTaskParts> make_source_parts(const TaskBlueprint& blueprint, const plugins::Plugins& plugins,
                                          const sdk::SourcePlugin& plugin, ConnectorOffsets& offsets,
                                          const Clock& clock, const StopSignal& stop) {
  SLUICE_ASSIGN_OR_RETURN(const auto config, source_connector_config().parse(blueprint.connector));
  SLUICE_ASSIGN_OR_RETURN(auto pipeline, make_pipeline(blueprint, config, plugins, clock, stop, false));
  SLUICE_ASSIGN_OR_RETURN(auto topics, make_topic_creator(blueprint));
  SLUICE_ASSIGN_OR_RETURN(
      const auto producer_config,
      client(kafka::ClientKind::kProducer, source_producer_settings(blueprint.worker, blueprint.connector),
             client_id("producer", blueprint.id)));
  SLUICE_ASSIGN_OR_RETURN(auto producer, kafka::make_producer(producer_config));
  SLUICE_ASSIGN_OR_RETURN(auto place, offsets.open(blueprint.id.connector, blueprint.connector, false));
  return SourceTaskParts{.config = blueprint.task,
                         .task = plugin.task(),
                         .pipeline = std::move(pipeline),
                         .producer = std::move(producer),
                         .offsets = store::SourceOffsets(*place.store, blueprint.id.connector),
                         .offsets_owner = std::move(place.owner),
                         .topics = std::move(topics),
                         .offset_flush_timeout = blueprint.offset_flush_timeout};
}

Result<ExactlyOnceParts> make_exactly_once_parts(const TaskBlueprint& blueprint,
                                                 const plugins::Plugins& plugins,
                                                 const sdk::SourcePlugin& plugin, ConnectorOffsets& offsets,
                                                 const Clock& clock, const StopSignal& stop) {
  SLUICE_ASSIGN_OR_RETURN(const auto config, source_connector_config().parse(blueprint.connector));
  SLUICE_ASSIGN_OR_RETURN(auto pipeline, make_pipeline(blueprint, config, plugins, clock, stop, false));
  SLUICE_ASSIGN_OR_RETURN(auto topics, make_topic_creator(blueprint));
  const auto settings = exactly_once_producer_settings(blueprint.worker, blueprint.connector);
  SLUICE_ASSIGN_OR_RETURN(const auto producer_config, client(kafka::ClientKind::kProducer, settings,
                                                             client_id("producer", blueprint.id)));
  SLUICE_ASSIGN_OR_RETURN(
      auto producer,
      kafka::make_transactional_producer(producer_config, transactional_id(blueprint.worker, blueprint.id)));
  SLUICE_ASSIGN_OR_RETURN(auto place, offsets.open(blueprint.id.connector, blueprint.connector, true));
  if (place.own == nullptr) {
    return bad_config("Exactly-once support needs offsets in a topic: this worker keeps them in a file");
  }
  return ExactlyOnceParts{.config = blueprint.task,
                          .task = plugin.task(),
                          .pipeline = std::move(pipeline),
                          .producer = std::move(producer),
                          .abort_leftovers = leftovers_of(blueprint, settings),
                          .topics = std::move(topics),
                          .offsets = store::SourceOffsets(*place.store, blueprint.id.connector),
                          .own_offsets = place.own,
                          .worker_offsets = place.copy,
                          .offsets_owner = std::move(place.owner),
                          .boundary = boundary_of(config),
                          .interval = interval_of(config, blueprint),
                          .transaction_timeout = transaction_timeout_of(settings),
                          .offset_flush_timeout = blueprint.offset_flush_timeout};
}

Result<SinkTaskParts> make_sink_parts(const TaskBlueprint& blueprint, const plugins::Plugins& plugins,
                                      const sdk::SinkPlugin& plugin, const Clock& clock,
                                      const StopSignal& stop) {
  SLUICE_ASSIGN_OR_RETURN(const auto config, sink_connector_config().parse(blueprint.connector));
  SLUICE_ASSIGN_OR_RETURN(auto pipeline, make_pipeline(blueprint, config, plugins, clock, stop, true));
  sdk::Properties settings =
      sink_consumer_settings(blueprint.worker, blueprint.connector, blueprint.id.connector);
  if (!blueprint.group_instance_id.empty()) {
    take_instance(settings, blueprint.group_instance_id, config.get_list("topics"), blueprint.id.text());
  }
  SLUICE_ASSIGN_OR_RETURN(const auto consumer_config, client(kafka::ClientKind::kConsumer, settings,
                                                             client_id("consumer", blueprint.id)));
  SLUICE_ASSIGN_OR_RETURN(auto consumer, kafka::make_consumer(consumer_config));
  return SinkTaskParts{.config = blueprint.task,
                       .task = plugin.task(),
                       .pipeline = std::move(pipeline),
                       .consumer = std::move(consumer),
                       .topics = config.get_list("topics"),
                       .topics_regex = config.get_string("topics.regex"),
                       .messages_per_poll_max = messages_per_poll(settings, consumer_config),
                       .offset_flush_interval = blueprint.offset_flush_interval,
                       .offset_flush_timeout = blueprint.offset_flush_timeout};
}

}  // namespace sluice::tasks
