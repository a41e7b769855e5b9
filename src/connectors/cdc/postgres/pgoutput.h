#pragma once
// The messages of PostgreSQL's output plugin pgoutput, protocol versions 1 to 4
// (postgresql.org/docs: "Logical Replication Message Formats"). Views into the bytes; the bytes come from a
// server, so every length is checked.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "connectors/cdc/postgres/lsn.h"
#include "connectors/cdc/postgres/types.h"

namespace sluice::connectors::cdc::postgres {

enum class MessageKind : char {
  kBegin = 'B',
  kCommit = 'C',
  kOrigin = 'O',
  kRelation = 'R',
  kType = 'Y',
  kInsert = 'I',
  kUpdate = 'U',
  kDelete = 'D',
  kTruncate = 'T',
  kMessage = 'M',
  kStreamStart = 'S',
  kStreamStop = 'E',
  kStreamCommit = 'c',
  kStreamAbort = 'A',
};

struct RelationColumn {
  std::string_view name;
  Oid type = 0;
  int modifier = -1;
  bool in_key = false;
};

struct TupleCell {
  char kind = 'n';  // n: null, u: unchanged, t: text, b: binary
  BytesView bytes;
};
using Tuple = std::vector<TupleCell>;

/// One message; which fields mean anything follows from its kind.
struct Message {
  MessageKind kind = MessageKind::kBegin;
  uint32_t xid = 0;         // of begin; of all inside a stream
  uint32_t subxid = 0;      // of stream abort
  Lsn lsn = 0;              // final of begin, of commit, origin's, of message
  Lsn end_lsn = 0;          // of commit
  int64_t time_micros = 0;  // of the commit, since 1970
  std::string_view name;    // origin's, message's prefix, relation's table
  std::string_view space;   // relation's schema
  Oid relation = 0;
  char identity = 'd';  // replica identity of a relation
  char old_kind = 0;    // K: the old key, O: the whole old row, 0: none
  bool transactional = false;
  BytesView content;  // of message
  std::vector<Oid> truncated;
  std::vector<RelationColumn> columns;
  Tuple old_tuple;
  Tuple new_tuple;
};

/// Reads one message into `message`, whose vectors are used again. `in_stream`: between stream start and
/// stop, where messages name their transaction. Error kind kFailed says what is wrong with the bytes.
Status parse_message(BytesView bytes, bool in_stream, Message& message);

}  // namespace sluice::connectors::cdc::postgres
