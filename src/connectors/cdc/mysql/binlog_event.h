#pragma once
// Events of the binary log, version 4, as MySQL and MariaDB send them (MySQL Internals, "Binlog Event";
// MariaDB knowledge base, "Replication Protocol"). Views refer to the bytes of the event.
// Errors: kBadRecord for what is cut short or makes no sense.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::connectors::cdc::mysql {

enum class EventType : uint8_t {
  kUnknown = 0,
  kQuery = 2,
  kStop = 3,
  kRotate = 4,
  kFormatDescription = 15,
  kXid = 16,
  kTableMap = 19,
  kWriteRowsV1 = 23,
  kUpdateRowsV1 = 24,
  kDeleteRowsV1 = 25,
  kIncident = 26,
  kHeartbeat = 27,
  kRowsQuery = 29,
  kWriteRows = 30,
  kUpdateRows = 31,
  kDeleteRows = 32,
  kGtid = 33,
  kAnonymousGtid = 34,
  kPreviousGtids = 35,
  kXaPrepare = 38,
  kPartialUpdateRows = 39,
  kTransactionPayload = 40,
  kHeartbeatV2 = 41,
  kGtidTagged = 42,
  // MariaDB's own
  kAnnotateRows = 160,
  kBinlogCheckpoint = 161,
  kMariaGtid = 162,
  kMariaGtidList = 163,
  kStartEncryption = 164,
  kQueryCompressed = 165,
  kWriteRowsCompressedV1 = 166,
  kUpdateRowsCompressedV1 = 167,
  kDeleteRowsCompressedV1 = 168,
  kWriteRowsCompressed = 169,
  kUpdateRowsCompressed = 170,
  kDeleteRowsCompressed = 171,
};

struct EventHeader {
  uint32_t timestamp = 0;  // seconds since 1970; 0 in events that the server makes up
  EventType type = EventType::kUnknown;
  uint32_t server_id = 0;
  uint32_t size = 0;           // with header and checksum
  uint32_t next_position = 0;  // 0 in events that the server makes up
  uint16_t flags = 0;

  /// Where the event begins in its file; 0 if it is in none.
  uint32_t position() const { return next_position > size ? next_position - size : 0; }
};

struct BinlogEvent {
  EventHeader header;
  BytesView body;  // without header and checksum
};

/// Takes events apart; knows from the log's format description whether they have checksums. One thread.
class EventParser {
 public:
  /// `checksums`: what was agreed with the server, which holds until a format description says more.
  explicit EventParser(bool checksums) : checksums_(checksums) {}
  /// Error also where the checksum is wrong.
  Result<BinlogEvent> parse(BytesView bytes);

 private:
  bool checksums_;
};

struct RotateEvent {
  uint64_t position = 0;
  std::string_view file;
};
Result<RotateEvent> parse_rotate(BytesView body);

struct QueryEvent {
  uint32_t thread_id = 0;
  std::string_view database;
  BytesView sql;
};
/// `unpacked` holds the statement of a compressed event.
Result<QueryEvent> parse_query(const BinlogEvent& event, std::string& unpacked);

/// MySQL's.
struct GtidEvent {
  std::string source;  // UUID of the server that committed first
  uint64_t number = 0;
  int64_t commit_micros = 0;  // when it did; 0: not told (before 8.0)
};
Result<GtidEvent> parse_gtid(BytesView body);

struct MariaGtidEvent {
  uint64_t sequence = 0;
  uint32_t domain = 0;
  bool standalone = false;  // one statement without a commit of its own: DDL
};
Result<MariaGtidEvent> parse_maria_gtid(BytesView body);

/// The statement that rows come from.
std::string_view parse_rows_query(const BinlogEvent& event);

/// The events of a TRANSACTION_PAYLOAD, one after the other, in `unpacked`.
Result<std::vector<BinlogEvent>> parse_transaction_payload(BytesView body, std::string& unpacked);

/// What MariaDB's compressed events hold, after their post-header.
Status unpack_maria(BytesView packed, std::string& unpacked);

}  // namespace sluice::connectors::cdc::mysql
