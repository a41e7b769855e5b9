#pragma once
// The brokers' error codes that coordinators and logins answer with, under Java's names and texts.

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace sluice::kafka::protocol {

inline constexpr int16_t kNoError = 0;
inline constexpr int16_t kCoordinatorLoadInProgress = 14;
inline constexpr int16_t kCoordinatorNotAvailable = 15;
inline constexpr int16_t kNotCoordinator = 16;
inline constexpr int16_t kIllegalGeneration = 22;
inline constexpr int16_t kInconsistentGroupProtocol = 23;
inline constexpr int16_t kInvalidGroupId = 24;
inline constexpr int16_t kUnknownMemberId = 25;
inline constexpr int16_t kInvalidSessionTimeout = 26;
inline constexpr int16_t kRebalanceInProgress = 27;
inline constexpr int16_t kGroupAuthorizationFailed = 30;
inline constexpr int16_t kUnsupportedSaslMechanism = 33;
inline constexpr int16_t kUnsupportedVersion = 35;
inline constexpr int16_t kConcurrentTransactions = 51;
inline constexpr int16_t kSaslAuthenticationFailed = 58;
inline constexpr int16_t kMemberIdRequired = 79;
inline constexpr int16_t kGroupMaxSizeReached = 81;
inline constexpr int16_t kFencedInstanceId = 82;

/// Java's text of a code: what happened and, often, why.
std::string_view text_of(int16_t code);

/// Error kind kRetry where Java's exception is retriable, else kFailed; Java's class name.
/// The message is "what: text (error code n)".
Error error_of(int16_t code, std::string_view what);

}  // namespace sluice::kafka::protocol
