#include "connectors/cdc/mysql/binlog_event.h"

#include <fmt/core.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "connectors/cdc/mysql/byte_reader.h"

namespace sluice::connectors::cdc::mysql {
namespace {

constexpr size_t kHeaderSize = 19;
constexpr size_t kChecksumSize = 4;
constexpr size_t kVersionSize = 50;  // of the server, in a format description
constexpr size_t kUuidSize = 16;
constexpr size_t kUnpackedMax = size_t{4} << 30;
constexpr uint8_t kCrc32 = 1;
constexpr uint8_t kStandalone = 1;

enum PayloadField : uint64_t { kEnd = 0, kCompression = 2, kUnpackedSize = 3 };
constexpr uint64_t kZstd = 0;
constexpr uint64_t kPlain = 255;

Error cut_short(std::string_view what) {
  return bad_record(fmt::format("a {} event of the binary log is cut short", what));
}

EventHeader read_header(BytesView bytes) {
  ByteReader reader(bytes);
  EventHeader header;
  header.timestamp = reader.fixed<uint32_t>();
  header.type = static_cast<EventType>(reader.byte());
  header.server_id = reader.fixed<uint32_t>();
  header.size = reader.fixed<uint32_t>();
  header.next_position = reader.fixed<uint32_t>();
  header.flags = reader.fixed<uint16_t>();
  return header;
}

std::string uuid_text(BytesView bytes) {
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return text;
}

Status unpack_zstd(BytesView packed, size_t size, std::string& unpacked) {
  // The log's own word for the size, which no bomb may exceed.
  const auto told = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size > kUnpackedMax || told == ZSTD_CONTENTSIZE_ERROR ||
      (told != ZSTD_CONTENTSIZE_UNKNOWN && told > size))
    return bad_record("a compressed transaction of the binary log is not of the size that it says");
  unpacked.resize(size);
  const size_t written = ZSTD_decompress(unpacked.data(), size, packed.data(), packed.size());
  if (ZSTD_isError(written) != 0 || written != size)
    return bad_record("a compressed transaction of the binary log cannot be decompressed");
  return {};
}

}  // namespace

Result<BinlogEvent> EventParser::parse(BytesView bytes) {
  if (bytes.size() < kHeaderSize) return cut_short("too small");
  BinlogEvent event{read_header(bytes), bytes.substr(kHeaderSize)};
  const bool describes = event.header.type == EventType::kFormatDescription;
  // Its last five bytes are how the events that follow are checked, and its own checksum.
  if (describes) {
    if (event.body.size() < kVersionSize + kChecksumSize + 1) return cut_short("format description");
    checksums_ = static_cast<uint8_t>(event.body[event.body.size() - kChecksumSize - 1]) == kCrc32;
  }
  if (!checksums_) return event;
  if (event.body.size() < kChecksumSize) return cut_short("checked");
  event.body.remove_suffix(kChecksumSize);
  const BytesView checked = bytes.substr(0, bytes.size() - kChecksumSize);
  const auto sum = ByteReader(bytes.substr(checked.size())).fixed<uint32_t>();
  const uLong right = crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), checked.size());
  if (sum != right) {
    return bad_record(
        fmt::format("the checksum of an event of {} bytes before position {} of the binary log is wrong",
                    event.header.size, event.header.next_position));
  }
  return event;
}

Result<RotateEvent> parse_rotate(BytesView body) {
  ByteReader reader(body);
  RotateEvent event{reader.fixed<uint64_t>(), {}};
  if (!reader.ok()) return cut_short("rotate");
  event.file = reader.rest();
  return event;
}

Result<QueryEvent> parse_query(const BinlogEvent& event, std::string& unpacked) {
  ByteReader reader(event.body);
  QueryEvent query;
  query.thread_id = reader.fixed<uint32_t>();
  reader.take(4);  // seconds that it took
  const size_t database_size = reader.byte();
  reader.take(2);  // error
  reader.take(reader.fixed<uint16_t>());
  query.database = reader.take(database_size);
  reader.take(1);
  if (!reader.ok()) return cut_short("query");
  query.sql = reader.rest();
  if (event.header.type != EventType::kQueryCompressed) return query;
  SLUICE_RETURN_IF_ERROR(unpack_maria(query.sql, unpacked));
  query.sql = unpacked;
  return query;
}

Result<GtidEvent> parse_gtid(BytesView body) {
  constexpr uint64_t kOriginalFollows = uint64_t{1} << 55;
  constexpr size_t kTimeSize = 7;
  constexpr uint8_t kLogicalClock = 2;
  ByteReader reader(body);
  reader.byte();  // flags
  GtidEvent event;
  event.source = uuid_text(reader.take(kUuidSize));
  event.number = reader.fixed<uint64_t>();
  if (!reader.ok()) return cut_short("GTID");
  if (reader.at_end() || reader.byte() != kLogicalClock) return event;
  reader.take(16);  // logical clock
  if (reader.left() < kTimeSize) return event;
  uint64_t micros = reader.number(kTimeSize);
  if ((micros & kOriginalFollows) != 0) micros = reader.number(kTimeSize);
  if (!reader.ok()) return cut_short("GTID");
  event.commit_micros = static_cast<int64_t>(micros & ~kOriginalFollows);
  return event;
}

Result<MariaGtidEvent> parse_maria_gtid(BytesView body) {
  ByteReader reader(body);
  MariaGtidEvent event;
  event.sequence = reader.fixed<uint64_t>();
  event.domain = reader.fixed<uint32_t>();
  event.standalone = (reader.byte() & kStandalone) != 0;
  if (!reader.ok()) return cut_short("GTID");
  return event;
}

std::string_view parse_rows_query(const BinlogEvent& event) {
  // MySQL's begins with a length that is too small for long statements.
  return event.header.type == EventType::kRowsQuery
             ? event.body.substr(std::min<size_t>(1, event.body.size()))
             : event.body;
}

Status unpack_maria(BytesView packed, std::string& unpacked) {
  ByteReader reader(packed);
  const uint8_t head = reader.byte();
  const size_t size = reader.big_number(head & 7);
  const bool zlib = (head & 0xf0) == 0x80;
  if (!reader.ok() || !zlib || size > kUnpackedMax || size > (reader.left() + 64) * 1100)
    return bad_record("a compressed event of the binary log is not of a known form");
  unpacked.resize(size);
  uLongf written = size;
  const BytesView rest = reader.rest();
  const int done = uncompress(reinterpret_cast<Bytef*>(unpacked.data()), &written,
                              reinterpret_cast<const Bytef*>(rest.data()), rest.size());
  if (done != Z_OK || written != size)
    return bad_record("a compressed event of the binary log cannot be decompressed");
  return {};
}

Result<std::vector<BinlogEvent>> parse_transaction_payload(BytesView body, std::string& unpacked) {
  ByteReader reader(body);
  uint64_t compression = kPlain;
  size_t size = 0;
  for (;;) {
    const uint64_t field = reader.packed();
    if (!reader.ok()) return cut_short("transaction payload");
    if (field == kEnd) break;
    ByteReader value(reader.take(reader.packed()));
    if (field == kCompression) compression = value.packed();
    if (field == kUnpackedSize) size = value.packed();
    if (!reader.ok() || !value.ok()) return cut_short("transaction payload");
  }
  if (compression == kZstd) {
    SLUICE_RETURN_IF_ERROR(unpack_zstd(reader.rest(), size, unpacked));
  } else if (compression == kPlain) {
    unpacked.assign(reader.rest());
  } else {
    return bad_record("a transaction of the binary log is compressed in an unknown way");
  }
  std::vector<BinlogEvent> events;
  for (BytesView rest = unpacked; !rest.empty();) {
    if (rest.size() < kHeaderSize) return cut_short("packed");
    const EventHeader header = read_header(rest);
    if (header.size < kHeaderSize || header.size > rest.size()) return cut_short("packed");
    events.push_back({header, rest.substr(kHeaderSize, header.size - kHeaderSize)});
    rest.remove_prefix(header.size);
  }
  return events;
}

}  // namespace sluice::connectors::cdc::mysql
