#pragma once
// A connection to a server as one of its replicas: the binary log from a place on, event by event (MySQL
// Internals, "COM_BINLOG_DUMP"; MariaDB knowledge base, "Replica Protocol"). One thread.
//
// Errors: as of drivers/mysql; kFailed with what to do where the server no longer has the log.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/cdc/mysql/gtid_set.h"
#include "connectors/cdc/mysql/options.h"
#include "drivers/mysql/session.h"

namespace sluice::connectors::cdc::mysql {

/// Where to begin: behind `gtids` if there are, else in the file.
struct BinlogStart {
  std::string file;
  uint64_t position = 4;
  std::optional<GtidSet> gtids;
};

class BinlogConnection {
 public:
  /// `options` and `stop` outlive the connection.
  static Result<std::unique_ptr<BinlogConnection>> open(const Options& options, const BinlogStart& start,
                                                        const StopSignal& stop);
  ~BinlogConnection() { session_->break_off(); }
  BinlogConnection(const BinlogConnection&) = delete;
  BinlogConnection& operator=(const BinlogConnection&) = delete;

  /// Whether events come with checksums, until a format description says otherwise.
  bool checksums() const { return checksums_; }
  /// The next event, which lives until the next call; empty if none came within `wait_ms`. Through TLS a wait
  /// of 50 ms or more may take as long as the server's next heartbeat, a second.
  Result<BytesView> read(int wait_ms);

 private:
  BinlogConnection(std::unique_ptr<sluice::mysql::Session> session, const Options& options,
                   const StopSignal& stop);
  Status prepare(const BinlogStart& start);
  Status send_command(unsigned command, const std::string& payload);
  Status request(const BinlogStart& start);
  Result<BytesView> read_library(int wait_ms);
  /// Fills the buffer; false if nothing came in time.
  Result<bool> receive(int wait_ms);
  /// Takes a packet off the buffer; false if not all of it is there.
  bool take_packet(BytesView& packet);
  Result<BytesView> event_of(BytesView packet) const;

  std::unique_ptr<sluice::mysql::Session> session_;
  const Options& options_;
  const StopSignal& stop_;
  bool checksums_ = false;
  bool through_library_ = false;
  int socket_ = -1;
  std::vector<char> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string long_packet_;  // of one that came in several
};

}  // namespace sluice::connectors::cdc::mysql
