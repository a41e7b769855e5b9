#include "connectors/cdc/mysql/binlog_connection.h"

#include <fmt/core.h>
#include <mysqld_error.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "connectors/cdc/mysql/byte_reader.h"
#include "drivers/mysql/errors.h"

namespace sluice::connectors::cdc::mysql {
namespace {

using sluice::mysql::Session;

constexpr unsigned kDump = 0x12;
constexpr unsigned kRegisterReplica = 0x15;
constexpr unsigned kDumpGtid = 0x1e;
constexpr uint16_t kSendAnnotations = 2;
constexpr uint16_t kThroughGtid = 4;
constexpr size_t kPacketHeader = 4;
constexpr size_t kPacketMax = 0xffffff;
constexpr size_t kBufferMin = size_t{256} << 10;
constexpr int kLongWaitMs = 50;
constexpr int64_t kHeartbeatNanos = 1'000'000'000;
constexpr std::string_view kReading = "read the binary log";

template <typename T>
void append(std::string& to, T number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void append_text(std::string& to, std::string_view text) {
  to += static_cast<char>(text.size());
  to += text;
}

/// "8-4-4-4-12" digits as bytes.
std::string uuid_bytes(std::string_view text) {
  std::string bytes;
  int high = -1;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  bytes.resize(16);
  return bytes;
}

std::string encoded(const GtidSet& set) {
  std::string bytes;
  append<uint64_t>(bytes, set.sources().size());
  for (const auto& [source, intervals] : set.sources()) {
    bytes += uuid_bytes(source);
    append<uint64_t>(bytes, intervals.size());
    for (const auto& one : intervals) {
      append<uint64_t>(bytes, one.first);
      append<uint64_t>(bytes, one.last + 1);
    }
  }
  return bytes;
}

}  // namespace

BinlogConnection::BinlogConnection(std::unique_ptr<Session> session, const Options& options,
                                   const StopSignal& stop)
    : session_(std::move(session)), options_(options), stop_(stop), buffer_(kBufferMin) {
  MYSQL* mysql = session_->handle();
  socket_ = static_cast<int>(mysql_get_socket(mysql));
  through_library_ = mysql_get_ssl_cipher(mysql) != nullptr;
}

Result<std::unique_ptr<BinlogConnection>> BinlogConnection::open(const Options& options,
                                                                 const BinlogStart& start,
                                                                 const StopSignal& stop) {
  SLUICE_ASSIGN_OR_RETURN(auto session, Session::open(options.target, stop));
  std::unique_ptr<BinlogConnection> connection(new BinlogConnection(std::move(session), options, stop));
  SLUICE_RETURN_IF_ERROR(connection->prepare(start));
  SLUICE_RETURN_IF_ERROR(connection->request(start));
  return connection;
}

/// What the server wants to know of a replica, as variables of the session.
Status BinlogConnection::prepare(const BinlogStart& start) {
  const std::string what = "prepare to " + std::string(kReading);
  SLUICE_ASSIGN_OR_RETURN(const auto rows, session_->query("SELECT @@global.binlog_checksum", what));
  const MYSQL_ROW row = mysql_fetch_row(rows.get());
  checksums_ = row != nullptr && row[0] != nullptr && std::string_view(row[0]) != "NONE";
  std::string sql =
      fmt::format("SET @master_binlog_checksum = @@global.binlog_checksum, @master_heartbeat_period = {}",
                  kHeartbeatNanos);
  if (session_->is_mariadb()) {
    sql += ", @mariadb_slave_capability = 4";
    if (start.gtids) {
      sql += fmt::format(
          ", @slave_connect_state = '{}', @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0",
          start.gtids->text());
    }
  }
  SLUICE_RETURN_IF_ERROR(session_->query(sql, what));
  return {};
}

Status BinlogConnection::send_command(unsigned command, const std::string& payload) {
  MYSQL* mysql = session_->handle();
  const int failed = mysql->methods->db_command(mysql, static_cast<enum_server_command>(command),
                                                payload.data(), payload.size(), 1, nullptr);
  return failed == 0 ? Status{} : session_->error_of(kReading);
}

Status BinlogConnection::request(const BinlogStart& start) {
  std::string replica;
  append<uint32_t>(replica, options_.server_id);
  for (const char* text : {"sluice", "", ""}) append_text(replica, text);  // host, user, password
  append<uint16_t>(replica, 0);
  append<uint64_t>(replica, 0);
  SLUICE_RETURN_IF_ERROR(send_command(kRegisterReplica, replica));
  if (mysql_net_read_packet(session_->handle()) == static_cast<unsigned long>(-1))
    return session_->error_of(kReading);

  const uint16_t flags = options_.include_query && session_->is_mariadb() ? kSendAnnotations : 0;
  std::string dump;
  if (start.gtids && !session_->is_mariadb()) {
    const std::string gtids = encoded(*start.gtids);
    append<uint16_t>(dump, kThroughGtid);
    append<uint32_t>(dump, options_.server_id);
    append<uint32_t>(dump, 0);  // no file
    append<uint64_t>(dump, 4);
    append<uint32_t>(dump, static_cast<uint32_t>(gtids.size()));
    return send_command(kDumpGtid, dump + gtids);
  }
  const bool by_gtid = start.gtids.has_value();
  append<uint32_t>(dump, by_gtid ? 4 : static_cast<uint32_t>(std::max<uint64_t>(start.position, 4)));
  append<uint16_t>(dump, flags);
  append<uint32_t>(dump, options_.server_id);
  return send_command(kDump, dump + (by_gtid ? std::string() : start.file));
}

Result<BytesView> BinlogConnection::read(int wait_ms) {
  if (through_library_) return read_library(wait_ms);
  BytesView packet;
  while (!take_packet(packet)) {
    SLUICE_ASSIGN_OR_RETURN(const bool received, receive(wait_ms));
    if (!received) return BytesView();
  }
  return event_of(packet);
}

/// What the library has read ahead does not show: a short wait may say that there is nothing, a long one gets
/// it.
Result<BytesView> BinlogConnection::read_library(int wait_ms) {
  MYSQL* mysql = session_->handle();
  pollfd ready{socket_, POLLIN, 0};
  if (wait_ms < kLongWaitMs && ::poll(&ready, 1, wait_ms) <= 0) return BytesView();
  const unsigned long size = mysql_net_read_packet(mysql);
  if (size == static_cast<unsigned long>(-1)) {
    const Error error = session_->error_of(kReading);
    return mysql_errno(mysql) == ER_MASTER_FATAL_ERROR_READING_BINLOG ? failed(error.message()) : error;
  }
  return event_of({reinterpret_cast<const char*>(mysql->net.read_pos), size});
}

Result<bool> BinlogConnection::receive(int wait_ms) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ > 0 && end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  for (;;) {
    const ssize_t got = ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
    if (got > 0) {
      end_ += static_cast<size_t>(got);
      return true;
    }
    if (got == 0) return retriable(fmt::format("Cannot {}: the server has closed the connection", kReading));
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
      return retriable(fmt::format("Cannot {}: {}", kReading, std::strerror(errno)));
    if (wait_ms <= 0) return false;
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, wait_ms) <= 0) return false;
    wait_ms = 0;
  }
}

bool BinlogConnection::take_packet(BytesView& packet) {
  long_packet_.clear();
  for (size_t at = begin_;;) {
    if (end_ - at < kPacketHeader) return false;
    const size_t size = ByteReader({buffer_.data() + at, 3}).number(3);
    if (end_ - at - kPacketHeader < size) return false;
    const BytesView part(buffer_.data() + at + kPacketHeader, size);
    at += kPacketHeader + size;
    // A part of the greatest size is followed by another, perhaps an empty one.
    if (size == kPacketMax || !long_packet_.empty()) {
      long_packet_ += part;
      if (size == kPacketMax) continue;
    }
    packet = long_packet_.empty() ? part : BytesView(long_packet_);
    begin_ = at;
    return true;
  }
}

Result<BytesView> BinlogConnection::event_of(BytesView packet) const {
  ByteReader reader(packet);
  const uint8_t first = reader.byte();
  if (reader.ok() && first == 0) return reader.rest();
  if (first == 0xfe)
    return retriable(
        fmt::format("Cannot {}: the server has ended it; perhaps another replica has the same "
                    "id {} (database.server.id)",
                    kReading, options_.server_id));
  if (first != 0xff) return bad_record("the server sent a packet that is no event of its binary log");
  const auto code = reader.fixed<uint16_t>();
  BytesView text = reader.rest();
  std::string_view state;
  if (text.starts_with('#') && text.size() > 5) {
    state = text.substr(1, 5);
    text.remove_prefix(6);
  }
  const Error error = sluice::mysql::server_error(
      {code, state, text}, session_->is_mariadb() ? "MariaDB" : "MySQL", kReading, true);
  if (code != ER_MASTER_FATAL_ERROR_READING_BINLOG) return error;
  return failed(
      error.message() +
      ". If the server no longer has the log from the connector's offset on, changes are lost: delete the "
      "connector's offsets to take a new snapshot; with snapshot.mode=when_needed this is done by itself");
}

}  // namespace sluice::connectors::cdc::mysql
