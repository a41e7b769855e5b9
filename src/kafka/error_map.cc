#include "kafka/error_map.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace sluice::kafka {
namespace {

#define SLUICE_JAVA_ERROR(name) "org.apache.kafka.common.errors." name

struct ErrorRow {
  rd_kafka_resp_err_t code;
  ErrorKind kind;
  std::string_view java_class;
};

constexpr ErrorKind kRetry = ErrorKind::kRetry;
constexpr ErrorKind kFailed = ErrorKind::kFailed;
constexpr ErrorKind kBadRecord = ErrorKind::kBadRecord;
constexpr ErrorKind kBadConfig = ErrorKind::kBadConfig;
constexpr ErrorKind kFenced = ErrorKind::kFenced;
constexpr ErrorKind kClosed = ErrorKind::kClosed;
constexpr ErrorKind kUnsupported = ErrorKind::kUnsupported;

// kRetry stands exactly where Java's class is a RetriableException, plus the library's own connection errors.
constexpr ErrorRow kErrors[] = {
    // What brokers say.
    {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, kFailed, SLUICE_JAVA_ERROR("OffsetOutOfRangeException")},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, kRetry, SLUICE_JAVA_ERROR("CorruptRecordException")},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, kRetry, SLUICE_JAVA_ERROR("UnknownTopicOrPartitionException")},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID, kRetry, SLUICE_JAVA_ERROR("UnknownTopicIdException")},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, kRetry, SLUICE_JAVA_ERROR("LeaderNotAvailableException")},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, kRetry, SLUICE_JAVA_ERROR("NotLeaderOrFollowerException")},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, kRetry, SLUICE_JAVA_ERROR("TimeoutException")},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, kRetry, SLUICE_JAVA_ERROR("BrokerNotAvailableException")},
    {RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, kRetry, SLUICE_JAVA_ERROR("ReplicaNotAvailableException")},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, kBadRecord, SLUICE_JAVA_ERROR("RecordTooLargeException")},
    {RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, kFailed, SLUICE_JAVA_ERROR("OffsetMetadataTooLarge")},
    {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, kRetry, SLUICE_JAVA_ERROR("NetworkException")},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, kRetry,
     SLUICE_JAVA_ERROR("CoordinatorLoadInProgressException")},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, kRetry,
     SLUICE_JAVA_ERROR("CoordinatorNotAvailableException")},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, kRetry, SLUICE_JAVA_ERROR("NotCoordinatorException")},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, kFailed, SLUICE_JAVA_ERROR("InvalidTopicException")},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, kBadRecord, SLUICE_JAVA_ERROR("RecordBatchTooLargeException")},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, kRetry, SLUICE_JAVA_ERROR("NotEnoughReplicasException")},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, kRetry,
     SLUICE_JAVA_ERROR("NotEnoughReplicasAfterAppendException")},
    {RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, kBadConfig, SLUICE_JAVA_ERROR("InvalidRequiredAcksException")},
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, kFailed,
     "org.apache.kafka.clients.consumer.CommitFailedException"},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, kFailed, "org.apache.kafka.clients.consumer.CommitFailedException"},
    {RD_KAFKA_RESP_ERR_STALE_MEMBER_EPOCH, kFailed,
     "org.apache.kafka.clients.consumer.CommitFailedException"},
    {RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, kFailed,
     SLUICE_JAVA_ERROR("InconsistentGroupProtocolException")},
    {RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, kBadConfig, SLUICE_JAVA_ERROR("InvalidGroupIdException")},
    {RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, kBadConfig,
     SLUICE_JAVA_ERROR("InvalidSessionTimeoutException")},
    {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, kRetry, SLUICE_JAVA_ERROR("RebalanceInProgressException")},
    {RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE, kFailed,
     SLUICE_JAVA_ERROR("InvalidCommitOffsetSizeException")},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, kFailed, SLUICE_JAVA_ERROR("TopicAuthorizationException")},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, kFailed, SLUICE_JAVA_ERROR("GroupAuthorizationException")},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, kFailed,
     SLUICE_JAVA_ERROR("ClusterAuthorizationException")},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, kBadRecord, SLUICE_JAVA_ERROR("InvalidTimestampException")},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, kFailed,
     SLUICE_JAVA_ERROR("UnsupportedSaslMechanismException")},
    {RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, kFailed, SLUICE_JAVA_ERROR("IllegalSaslStateException")},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, kUnsupported, SLUICE_JAVA_ERROR("UnsupportedVersionException")},
    {RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, kFailed, SLUICE_JAVA_ERROR("TopicExistsException")},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, kBadConfig, SLUICE_JAVA_ERROR("InvalidPartitionsException")},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, kBadConfig,
     SLUICE_JAVA_ERROR("InvalidReplicationFactorException")},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, kBadConfig, SLUICE_JAVA_ERROR("InvalidConfigurationException")},
    {RD_KAFKA_RESP_ERR_NOT_CONTROLLER, kRetry, SLUICE_JAVA_ERROR("NotControllerException")},
    {RD_KAFKA_RESP_ERR_INVALID_REQUEST, kFailed, SLUICE_JAVA_ERROR("InvalidRequestException")},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, kUnsupported,
     SLUICE_JAVA_ERROR("UnsupportedForMessageFormatException")},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, kFailed, SLUICE_JAVA_ERROR("PolicyViolationException")},
    {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, kFailed,
     SLUICE_JAVA_ERROR("OutOfOrderSequenceException")},
    {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, kFailed, SLUICE_JAVA_ERROR("DuplicateSequenceException")},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, kFenced, SLUICE_JAVA_ERROR("InvalidProducerEpochException")},
    {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, kFailed, SLUICE_JAVA_ERROR("InvalidTxnStateException")},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, kFailed, SLUICE_JAVA_ERROR("InvalidPidMappingException")},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, kBadConfig,
     SLUICE_JAVA_ERROR("InvalidTxnTimeoutException")},
    {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, kRetry, SLUICE_JAVA_ERROR("ConcurrentTransactionsException")},
    {RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED, kFenced,
     SLUICE_JAVA_ERROR("TransactionCoordinatorFencedException")},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, kFailed,
     SLUICE_JAVA_ERROR("TransactionalIdAuthorizationException")},
    {RD_KAFKA_RESP_ERR_SECURITY_DISABLED, kFailed, SLUICE_JAVA_ERROR("SecurityDisabledException")},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, kRetry, SLUICE_JAVA_ERROR("KafkaStorageException")},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, kFailed, SLUICE_JAVA_ERROR("SaslAuthenticationException")},
    {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, kFailed, SLUICE_JAVA_ERROR("UnknownProducerIdException")},
    {RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP, kFailed, SLUICE_JAVA_ERROR("GroupNotEmptyException")},
    {RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, kFailed, SLUICE_JAVA_ERROR("GroupIdNotFoundException")},
    {RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, kRetry, SLUICE_JAVA_ERROR("FencedLeaderEpochException")},
    {RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, kRetry, SLUICE_JAVA_ERROR("UnknownLeaderEpochException")},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, kFailed,
     SLUICE_JAVA_ERROR("UnsupportedCompressionTypeException")},
    {RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, kRetry, SLUICE_JAVA_ERROR("OffsetNotAvailableException")},
    {RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED, kFailed, SLUICE_JAVA_ERROR("GroupMaxSizeReachedException")},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, kFenced, SLUICE_JAVA_ERROR("FencedInstanceIdException")},
    {RD_KAFKA_RESP_ERR_UNRELEASED_INSTANCE_ID, kRetry, SLUICE_JAVA_ERROR("UnreleasedInstanceIdException")},
    {RD_KAFKA_RESP_ERR_GROUP_SUBSCRIBED_TO_TOPIC, kFailed,
     SLUICE_JAVA_ERROR("GroupSubscribedToTopicException")},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, kBadRecord, SLUICE_JAVA_ERROR("InvalidRecordException")},
    {RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, kRetry, SLUICE_JAVA_ERROR("UnstableOffsetCommitException")},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, kRetry,
     SLUICE_JAVA_ERROR("ThrottlingQuotaExceededException")},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, kFenced, SLUICE_JAVA_ERROR("ProducerFencedException")},
    // What the library says by itself.
    {RD_KAFKA_RESP_ERR__TRANSPORT, kRetry, SLUICE_JAVA_ERROR("NetworkException")},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, kRetry, SLUICE_JAVA_ERROR("NetworkException")},
    {RD_KAFKA_RESP_ERR__RESOLVE, kRetry, SLUICE_JAVA_ERROR("NetworkException")},
    {RD_KAFKA_RESP_ERR__WAIT_COORD, kRetry, SLUICE_JAVA_ERROR("CoordinatorNotAvailableException")},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, kRetry, SLUICE_JAVA_ERROR("TimeoutException")},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, kRetry, SLUICE_JAVA_ERROR("TimeoutException")},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, kRetry, SLUICE_JAVA_ERROR("TimeoutException")},
    {RD_KAFKA_RESP_ERR__QUEUE_FULL, kRetry, "org.apache.kafka.clients.producer.BufferExhaustedException"},
    {RD_KAFKA_RESP_ERR__IN_PROGRESS, kRetry, {}},
    {RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, kRetry, {}},
    {RD_KAFKA_RESP_ERR__RETRY, kRetry, {}},
    {RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, kRetry, {}},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, kRetry, SLUICE_JAVA_ERROR("UnknownTopicOrPartitionException")},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, kBadRecord, SLUICE_JAVA_ERROR("TimeoutException")},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, kFailed, SLUICE_JAVA_ERROR("SaslAuthenticationException")},
    {RD_KAFKA_RESP_ERR__SSL, kFailed, SLUICE_JAVA_ERROR("SslAuthenticationException")},
    {RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, kFailed, "org.apache.kafka.clients.consumer.CommitFailedException"},
    {RD_KAFKA_RESP_ERR__FENCED, kFenced, SLUICE_JAVA_ERROR("ProducerFencedException")},
    {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, kFailed,
     "org.apache.kafka.clients.consumer.NoOffsetForPartitionException"},
    {RD_KAFKA_RESP_ERR__PURGE_QUEUE, kClosed, {}},
    {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, kClosed, {}},
    {RD_KAFKA_RESP_ERR__DESTROY, kClosed, {}},
    {RD_KAFKA_RESP_ERR__STATE, kFailed, "java.lang.IllegalStateException"},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, kFailed, "java.lang.IllegalArgumentException"},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, kUnsupported, SLUICE_JAVA_ERROR("UnsupportedVersionException")},
    {RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, kUnsupported, SLUICE_JAVA_ERROR("UnsupportedVersionException")},
};

#undef SLUICE_JAVA_ERROR

const ErrorRow* row_of(rd_kafka_resp_err_t code) {
  const auto* found = std::find_if(std::begin(kErrors), std::end(kErrors),
                                   [code](const ErrorRow& row) { return row.code == code; });
  return found == std::end(kErrors) ? nullptr : found;
}

Error build(ErrorKind kind, std::string_view java_class, rd_kafka_resp_err_t code, std::string_view what,
            std::string_view detail) {
  const std::string_view text = detail.empty() ? std::string_view(rd_kafka_err2str(code)) : detail;
  Error error(kind, what.empty() ? std::string(text) : fmt::format("{}: {}", what, text));
  return java_class.empty() ? error : error.as_java(java_class);
}

}  // namespace

Error to_error(rd_kafka_resp_err_t code, std::string_view what, std::string_view detail) {
  const ErrorRow* row = row_of(code);
  return build(row == nullptr ? kFailed : row->kind, row == nullptr ? std::string_view() : row->java_class,
               code, what, detail);
}

Error to_error(const rd_kafka_error_t& error, std::string_view what) {
  const rd_kafka_resp_err_t code = rd_kafka_error_code(&error);
  const ErrorRow* row = row_of(code);
  ErrorKind kind = row == nullptr ? kFailed : row->kind;
  if (kind == kRetry && rd_kafka_error_is_fatal(&error) != 0) kind = kFailed;
  if (kind == kFailed && rd_kafka_error_is_retriable(&error) != 0) kind = kRetry;
  return build(kind, row == nullptr ? std::string_view() : row->java_class, code, what,
               rd_kafka_error_string(&error));
}

bool ends_client(rd_kafka_resp_err_t code, std::string_view text) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      // A broker that goes away during the SASL handshake comes under the same code.
      return text.find("handshake failed: Local: ") == std::string_view::npos;
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return true;
    default:
      return false;
  }
}

}  // namespace sluice::kafka
