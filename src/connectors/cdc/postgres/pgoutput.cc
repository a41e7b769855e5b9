#include "connectors/cdc/postgres/pgoutput.h"

#include <fmt/core.h>

#include <cstring>

namespace sluice::connectors::cdc::postgres {
namespace {

constexpr int64_t kEpochMicros = 946'684'800'000'000;  // PostgreSQL counts from 2000

/// Takes values off the front of a message; once something is missing, everything is 0.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}

  template <typename T>
  T number() {
    T value = 0;
    const BytesView bytes = take(sizeof(T));
    if (bytes.size() != sizeof(T)) return 0;
    std::memcpy(&value, bytes.data(), sizeof(T));
    if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
    if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
    if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
    return value;
  }
  std::string_view text() {
    const size_t end = rest_.find('\0');
    if (end == BytesView::npos) {
      fail();
      return {};
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }
  BytesView take(size_t size) {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const BytesView bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  size_t left() const { return rest_.size(); }
  bool ok() const { return ok_; }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  BytesView rest_;
  bool ok_ = true;
};

int64_t time_of(ByteReader& reader) { return reader.number<int64_t>() + kEpochMicros; }

void read_tuple(ByteReader& reader, Tuple& tuple) {
  const auto count = reader.number<uint16_t>();
  tuple.resize(std::min<size_t>(count, reader.left()));
  if (tuple.size() != count) reader.fail();
  for (TupleCell& cell : tuple) {
    cell.kind = reader.number<char>();
    cell.bytes = {};
    if (cell.kind == 't' || cell.kind == 'b') cell.bytes = reader.take(reader.number<uint32_t>());
  }
}

void read_relation(ByteReader& reader, Message& message) {
  message.relation = reader.number<Oid>();
  message.space = reader.text();
  if (message.space.empty()) message.space = "pg_catalog";
  message.name = reader.text();
  message.identity = reader.number<char>();
  const auto count = reader.number<uint16_t>();
  message.columns.clear();
  for (uint16_t i = 0; i < count && reader.ok(); ++i) {
    RelationColumn column;
    column.in_key = (reader.number<char>() & 1) != 0;
    column.name = reader.text();
    column.type = reader.number<Oid>();
    column.modifier = reader.number<int32_t>();
    message.columns.push_back(column);
  }
}

void read_change(ByteReader& reader, Message& message) {
  message.relation = reader.number<Oid>();
  message.old_kind = 0;
  char kind = reader.number<char>();
  if (message.kind != MessageKind::kInsert && (kind == 'K' || kind == 'O')) {
    message.old_kind = kind;
    read_tuple(reader, message.old_tuple);
    if (message.kind == MessageKind::kDelete) return;
    kind = reader.number<char>();
  }
  if (kind != 'N') return reader.fail();
  read_tuple(reader, message.new_tuple);
}

void read_truncate(ByteReader& reader, Message& message) {
  const auto count = reader.number<uint32_t>();
  reader.number<char>();  // CASCADE, RESTART IDENTITY
  message.truncated.clear();
  for (uint32_t i = 0; i < count && reader.ok(); ++i) message.truncated.push_back(reader.number<Oid>());
}

void read_logical_message(ByteReader& reader, Message& message) {
  message.transactional = (reader.number<char>() & 1) != 0;
  message.lsn = reader.number<Lsn>();
  message.name = reader.text();
  message.content = reader.take(reader.number<uint32_t>());
}

void read_commit(ByteReader& reader, Message& message) {
  reader.number<char>();  // flags, none are known
  message.lsn = reader.number<Lsn>();
  message.end_lsn = reader.number<Lsn>();
  message.time_micros = time_of(reader);
}

bool names_transaction(MessageKind kind) {
  switch (kind) {
    case MessageKind::kRelation:
    case MessageKind::kType:
    case MessageKind::kInsert:
    case MessageKind::kUpdate:
    case MessageKind::kDelete:
    case MessageKind::kTruncate:
    case MessageKind::kMessage:
      return true;
    default:
      return false;
  }
}

bool read_body(ByteReader& reader, Message& message) {
  switch (message.kind) {
    case MessageKind::kBegin:
      message.lsn = reader.number<Lsn>();
      message.time_micros = time_of(reader);
      message.xid = reader.number<uint32_t>();
      return true;
    case MessageKind::kCommit:
      read_commit(reader, message);
      return true;
    case MessageKind::kOrigin:
      message.lsn = reader.number<Lsn>();
      message.name = reader.text();
      return true;
    case MessageKind::kRelation:
      read_relation(reader, message);
      return true;
    case MessageKind::kInsert:
    case MessageKind::kUpdate:
    case MessageKind::kDelete:
      read_change(reader, message);
      return true;
    case MessageKind::kTruncate:
      read_truncate(reader, message);
      return true;
    case MessageKind::kMessage:
      read_logical_message(reader, message);
      return true;
    case MessageKind::kStreamStart:
      message.xid = reader.number<uint32_t>();
      return true;
    case MessageKind::kStreamCommit:
      message.xid = reader.number<uint32_t>();
      read_commit(reader, message);
      return true;
    case MessageKind::kStreamAbort:
      message.xid = reader.number<uint32_t>();
      message.subxid = reader.number<uint32_t>();
      return true;
    case MessageKind::kType:
    case MessageKind::kStreamStop:
      return true;
  }
  return false;
}

}  // namespace

Status parse_message(BytesView bytes, bool in_stream, Message& message) {
  ByteReader reader(bytes);
  const char kind = reader.number<char>();
  message.kind = static_cast<MessageKind>(kind);
  if (in_stream && names_transaction(message.kind)) message.xid = reader.number<uint32_t>();
  if (!read_body(reader, message))
    return failed(
        fmt::format("PostgreSQL sent a message of kind '{}' that pgoutput is not known to have", kind));
  if (!reader.ok())
    return failed(fmt::format("PostgreSQL sent a message of kind '{}' that ends too early", kind));
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
