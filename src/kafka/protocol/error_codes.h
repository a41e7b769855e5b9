#pragma once
// The brokers' error codes that coordinators and logins answer with, under Java's names and texts.

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace sluice::kafka::protocol {

enum ErrorCode : int16_t {
  kNone = 0,
  kCoordinatorLoadInProgress = 14,
  kCoordinatorNotAvailable = 15,
  kNotCoordinator = 16,
  kIllegalGeneration = 22,
  kInconsistentGroupProtocol = 23,
  kInvalidGroupId = 24,
  kUnknownMemberId = 25,
  kInvalidSessionTimeout = 26,
  kRebalanceInProgress = 27,
  kGroupAuthorizationFailed = 30,
  kUnsupportedSaslMechanism = 33,
  kUnsupportedVersion = 35,
  kConcurrentTransactions = 51,
  kSaslAuthenticationFailed = 58,
  kMemberIdRequired = 79,
  kGroupMaxSizeReached = 81,
  kFencedInstanceId = 82,
};

/// Java's text of a code: what happened and, often, why.
std::string_view text_of(int16_t code);

/// Error kind kRetry where Java's exception is retriable, else kFailed; Java's class name.
/// The message is "what: text (error code n)".
Error error_of(int16_t code, std::string_view what);

}  // namespace sluice::kafka::protocol
