#pragma once
// What a source task reads: a file, a pipe or standard input. One thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/stop_signal.h"

namespace sluice::connectors::file {

class InputFile {
 public:
  InputFile() = default;
  ~InputFile() { close(); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// False if there is no such file. A regular file is read from `position` on, anything else from where it
  /// stands.
  Result<bool> open(const std::string& path, int64_t position);
  void open_standard_input();
  void close();
  bool is_open() const { return descriptor_ >= 0; }

  /// Reads what is there without waiting; 0: nothing now.
  Result<size_t> read(std::span<char> into);
  /// Waits until reading is worth a try, stop is requested or `limit` has passed; with a pipe, which is deaf
  /// to stop, not longer than a moment.
  void wait(const StopSignal& stop, std::chrono::milliseconds limit) const;

  /// Whether the file ends before the point where reading goes on, or its name now belongs to another file;
  /// as a sentence for the log, each once.
  std::optional<std::string> news();

 private:
  std::string path_;
  int descriptor_ = -1;
  bool seekable_ = false;
  bool owned_ = false;
  bool at_end_ = false;  // the last read met the end, not just a pause
  bool told_shorter_ = false;
  bool told_replaced_ = false;
  int64_t position_ = 0;  // of the next byte to read
};

}  // namespace sluice::connectors::file
