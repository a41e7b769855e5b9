#pragma once
// A dead letter as it stands in its topic: context headers (`__connect.errors.*`, KIP-298) apart from the
// record's own.

#include <vector>

#include "base/bytes.h"
#include "cluster/dead_letter.h"
#include "kafka/message.h"

namespace sluice::cluster {

/// Of a header that is there twice the last is the context's: the record may itself be a dead letter.
DeadLetter open_letter(const kafka::ConsumedMessage& message);

// The other way round: borrowed from the letter.
inline BytesView view(const LetterBytes& bytes) { return bytes ? BytesView(*bytes) : kNullBytes; }
/// The record's own.
std::vector<RawHeader> raw_headers(const DeadLetter& letter);

}  // namespace sluice::cluster
