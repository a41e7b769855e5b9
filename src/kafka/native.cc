#include "kafka/native.h"

#include <fmt/core.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "kafka/client_log.h"
#include "kafka/error_map.h"
#include "kafka/property_table.h"
#include "kafka/security/ticket_source.h"
#include "net/token_source.h"

namespace sluice::kafka {
namespace {

constexpr size_t kErrorTextBytes = 512;
constexpr int kWarning = 4;  // syslog's

constexpr std::string_view kSecrets[] = {"sasl.password", "ssl.key.password", "ssl.key.pem",
                                         "ssl.keystore.password"};

// Lives as long as the client: log lines come from its own threads.
struct ClientState {
  ClientLog log;
  ClientCallbacks* callbacks;
  std::shared_ptr<net::TokenSource> token_source;
  std::shared_ptr<security::TicketSource> ticket_source;
};

ClientState& state_of(void* opaque) { return *static_cast<ClientState*>(opaque); }

void forward_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  // Lines written while the client is being made have no opaque yet.
  void* opaque = client == nullptr ? nullptr : rd_kafka_opaque(client);
  if (opaque != nullptr) state_of(opaque).log.write(level, facility, text);
}

void forward_error(rd_kafka_t* /*client*/, int code, const char* text, void* opaque) {
  state_of(opaque).callbacks->on_error(static_cast<rd_kafka_resp_err_t>(code), text);
}

void forward_rebalance(rd_kafka_t* /*client*/, rd_kafka_resp_err_t code,
                       rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  state_of(opaque).callbacks->on_rebalance(code, partitions);
}

struct ConfDelete {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDelete>;

Status apply(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
  std::array<char, kErrorTextBytes> text{};
  if (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), text.data(), text.size()) == RD_KAFKA_CONF_OK)
    return {};
  if (std::find(std::begin(kSecrets), std::end(kSecrets), name) != std::end(kSecrets)) {
    return bad_config(fmt::format("Invalid value [hidden] for client setting {}", name));
  }
  return bad_config(fmt::format("Invalid value {} for client setting {}: {}", value, name, text.data()));
}

// On a thread of the library, whenever a token is wanted or grows old.
void hand_over_token(rd_kafka_t* client, const char* /*config*/, void* opaque) {
  net::TokenSource& source = *state_of(opaque).token_source;
  const auto token = source.token();
  if (!token.ok()) {
    rd_kafka_oauthbearer_set_token_failure(client, token.error().message().c_str());
    return;
  }
  std::vector<const char*> extensions;
  for (const auto& [name, value] : source.extensions()) {
    extensions.push_back(name.c_str());
    extensions.push_back(value.c_str());
  }
  std::array<char, kErrorTextBytes> text{};
  const auto code =
      rd_kafka_oauthbearer_set_token(client, token->jwt.c_str(), token->expires_ms, token->principal.c_str(),
                                     extensions.data(), extensions.size(), text.data(), text.size());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_oauthbearer_set_token_failure(client, text.data());
}

// On the broker's thread, before each of its connections: the only place from where the library's login can
// be told about tickets. A login without one would end the client, so there is no connection without one.
int open_socket_with_ticket(int domain, int type, int protocol, void* opaque) {
  ClientState& state = state_of(opaque);
  const auto cache = state.ticket_source->cache();
  const Status used = cache.ok() ? security::use_cache_on_this_thread(*cache) : Status(cache.error());
  if (!used.ok()) {
    state.log.write(kWarning, "KERBEROS", used.error().message());
    errno = EACCES;
    return -1;
  }
  return ::socket(domain, type | SOCK_CLOEXEC, protocol);
}

// Java's clients, too, get their first ticket before anything else.
Status prepare_kerberos(rd_kafka_conf_t& conf, security::TicketSource& tickets) {
  SLUICE_RETURN_IF_ERROR(security::check_gssapi_plugin());
  SLUICE_ASSIGN_OR_RETURN(const std::string cache, tickets.cache());
  rd_kafka_conf_set_socket_cb(&conf, open_socket_with_ticket);
  return {};
}

std::string client_id_of(const ClientConfig& config) {
  for (const auto& [name, value] : config.settings) {
    if (name == "client.id") return value;
  }
  return "sluice";
}

}  // namespace

Result<NativeClient> make_native_client(const ClientConfig& config, int events, ClientCallbacks* callbacks) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : config.settings) SLUICE_RETURN_IF_ERROR(apply(*conf, name, value));
  auto state = std::unique_ptr<ClientState>(
      new ClientState{ClientLog(client_id_of(config)), callbacks, config.token_source, config.ticket_source});
  rd_kafka_conf_set_opaque(conf.get(), state.get());
  rd_kafka_conf_set_log_cb(conf.get(), forward_log);
  rd_kafka_conf_set_events(conf.get(), events);
  if (callbacks != nullptr) {
    rd_kafka_conf_set_error_cb(conf.get(), forward_error);
    if (config.kind == ClientKind::kConsumer) rd_kafka_conf_set_rebalance_cb(conf.get(), forward_rebalance);
  }
  if (config.ticket_source != nullptr) SLUICE_RETURN_IF_ERROR(prepare_kerberos(*conf, *config.ticket_source));
  if (config.token_source != nullptr) {
    rd_kafka_conf_enable_sasl_queue(conf.get(), 1);
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf.get(), hand_over_token);
  }
  const auto type = config.kind == ClientKind::kConsumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
  std::array<char, kErrorTextBytes> text{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), text.data(), text.size());
  if (client == nullptr)
    return bad_config(fmt::format("Failed to make Kafka client {}: {}", client_id_of(config), text.data()));
  // The client owns its configuration from here on.
  static_cast<void>(conf.release());
  if (config.token_source != nullptr) NativeError(rd_kafka_sasl_background_callbacks_enable(client));
  return NativeClient(client, [state = std::shared_ptr<ClientState>(std::move(state))](rd_kafka_t* dying) {
    rd_kafka_destroy_flags(dying, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  });
}

int64_t native_number(const ClientConfig& config, std::string_view name) {
  const auto found = std::find_if(config.settings.begin(), config.settings.end(),
                                  [name](const auto& setting) { return setting.first == name; });
  SLUICE_CHECK(found != config.settings.end(), "a client configuration comes from translate()");
  return to_number(found->second);
}

int to_timeout(std::chrono::milliseconds timeout) {
  return static_cast<int>(std::clamp<int64_t>(timeout.count(), 0, INT_MAX));
}

PartitionList to_native(const CommitOffsets& offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, at] : offsets) {
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition);
    entry->offset = at.offset >= 0                ? at.offset
                    : at.offset == kFromBeginning ? RD_KAFKA_OFFSET_BEGINNING
                                                  : RD_KAFKA_OFFSET_INVALID;
    if (at.metadata.empty()) continue;
    // The list frees it with free().
    entry->metadata = malloc(at.metadata.size());  // NOLINT(cppcoreguidelines-no-malloc)
    entry->metadata_size = at.metadata.size();
    std::copy(at.metadata.begin(), at.metadata.end(), static_cast<char*>(entry->metadata));
  }
  return list;
}

PartitionList to_native(const std::set<TopicPartition>& partitions) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const auto& partition : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(), partition.partition);
  }
  return list;
}

TopicPartition to_partition(const rd_kafka_topic_partition_t& native) {
  return {native.topic, native.partition};
}

std::set<TopicPartition> to_partitions(const rd_kafka_topic_partition_list_t& list) {
  std::set<TopicPartition> partitions;
  for (int i = 0; i < list.cnt; ++i) partitions.insert(to_partition(list.elems[i]));
  return partitions;
}

Status first_error(const rd_kafka_topic_partition_list_t& list, std::string_view what) {
  for (int i = 0; i < list.cnt; ++i) {
    const auto& entry = list.elems[i];
    if (entry.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    return to_error(entry.err, fmt::format("{} of {}-{}", what, entry.topic, entry.partition));
  }
  return {};
}

Result<CommitOffsets> to_offsets(const rd_kafka_topic_partition_list_t& list, std::string_view what) {
  SLUICE_RETURN_IF_ERROR(first_error(list, what));
  CommitOffsets offsets;
  for (int i = 0; i < list.cnt; ++i) {
    const auto& entry = list.elems[i];
    OffsetAndMetadata& at = offsets[to_partition(entry)];
    at.offset = entry.offset < 0 ? -1 : entry.offset;
    if (entry.metadata != nullptr)
      at.metadata.assign(static_cast<const char*>(entry.metadata), entry.metadata_size);
  }
  return offsets;
}

}  // namespace sluice::kafka
