#include "kafka/protocol/error_codes.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace sluice::kafka::protocol {
namespace {

struct Row {
  int16_t code;
  bool retriable;
  std::string_view java_class;
  std::string_view text;
};

constexpr Row kUnknown = {-1, false, "org.apache.kafka.common.errors.UnknownServerException",
                          "The server experienced an unexpected error when processing the request."};

constexpr Row kRows[] = {
    {7, true, "org.apache.kafka.common.errors.TimeoutException", "The request timed out."},
    {kCoordinatorLoadInProgress, true, "org.apache.kafka.common.errors.CoordinatorLoadInProgressException",
     "The coordinator is loading and hence can't process requests."},
    {kCoordinatorNotAvailable, true, "org.apache.kafka.common.errors.CoordinatorNotAvailableException",
     "The coordinator is not available."},
    {kNotCoordinator, true, "org.apache.kafka.common.errors.NotCoordinatorException",
     "This is not the correct coordinator."},
    {kIllegalGeneration, false, "org.apache.kafka.common.errors.IllegalGenerationException",
     "Specified group generation id is not valid."},
    {kInconsistentGroupProtocol, false, "org.apache.kafka.common.errors.InconsistentGroupProtocolException",
     "The group member's supported protocols are incompatible with those of existing members or first group "
     "member tried to join with empty protocol type or empty protocol list."},
    {kInvalidGroupId, false, "org.apache.kafka.common.errors.InvalidGroupIdException",
     "The group id is invalid."},
    {kUnknownMemberId, false, "org.apache.kafka.common.errors.UnknownMemberIdException",
     "The coordinator is not aware of this member."},
    {kInvalidSessionTimeout, false, "org.apache.kafka.common.errors.InvalidSessionTimeoutException",
     "The session timeout is not within the range allowed by the broker (as configured by "
     "group.min.session.timeout.ms and group.max.session.timeout.ms)."},
    {kRebalanceInProgress, false, "org.apache.kafka.common.errors.RebalanceInProgressException",
     "The group is rebalancing, so a rejoin is needed."},
    {kGroupAuthorizationFailed, false, "org.apache.kafka.common.errors.GroupAuthorizationException",
     "Group authorization failed."},
    {kUnsupportedSaslMechanism, false, "org.apache.kafka.common.errors.UnsupportedSaslMechanismException",
     "The broker does not support the requested SASL mechanism."},
    {kUnsupportedVersion, false, "org.apache.kafka.common.errors.UnsupportedVersionException",
     "The version of API is not supported."},
    {47, false, "org.apache.kafka.common.errors.InvalidProducerEpochException",
     "Producer attempted to produce with an old epoch."},
    {kConcurrentTransactions, true, "org.apache.kafka.common.errors.ConcurrentTransactionsException",
     "The producer attempted to update a transaction while another concurrent operation on the same "
     "transaction was ongoing."},
    {53, false, "org.apache.kafka.common.errors.TransactionalIdAuthorizationException",
     "The transactional id used by the producer is not authorized to produce messages. Explicit "
     "authorization may not be in place for the transactional id."},
    {kSaslAuthenticationFailed, false, "org.apache.kafka.common.errors.SaslAuthenticationException",
     "SASL Authentication failed."},
    {69, false, "org.apache.kafka.common.errors.GroupIdNotFoundException", "The group id does not exist."},
    {kMemberIdRequired, false, "org.apache.kafka.common.errors.MemberIdRequiredException",
     "The group member needs to have a valid member id before actually entering a consumer group."},
    {kGroupMaxSizeReached, false, "org.apache.kafka.common.errors.GroupMaxSizeReachedException",
     "The group has reached its maximum size."},
    {kFencedInstanceId, false, "org.apache.kafka.common.errors.FencedInstanceIdException",
     "The broker rejected this static consumer since another consumer with the same group.instance.id has "
     "registered with a different member.id."},
    {90, false, "org.apache.kafka.common.errors.ProducerFencedException",
     "There is a newer producer with the same transactionalId which fences the current one."},
};

const Row& row_of(int16_t code) {
  const Row* row =
      std::find_if(std::begin(kRows), std::end(kRows), [code](const Row& each) { return each.code == code; });
  return row == std::end(kRows) ? kUnknown : *row;
}

}  // namespace

std::string_view text_of(int16_t code) { return row_of(code).text; }

Error error_of(int16_t code, std::string_view what) {
  const Row& row = row_of(code);
  return Error(row.retriable ? ErrorKind::kRetry : ErrorKind::kFailed,
               fmt::format("{}: {} (error code {})", what, row.text, code))
      .as_java(row.java_class);
}

}  // namespace sluice::kafka::protocol
